-- +goose Up
-- The locking of a month by two people: one proposes it, another confirms it.

CREATE TABLE month_lock (
    entity      text NOT NULL,
    month       date NOT NULL CHECK (extract(day FROM month) = 1),
    n           int  NOT NULL,
    reason      text NOT NULL,
    waits       text[] NOT NULL,
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'dropped')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by  text,
    decided_at  timestamptz,
    PRIMARY KEY (entity, month, n),
    CONSTRAINT month_lock_two_people CHECK (state <> 'confirmed' OR decided_by <> proposed_by),
    CONSTRAINT month_lock_reason CHECK (reason <> '' OR cardinality(waits) = 0)
);
COMMENT ON TABLE month_lock IS 'Proposals to lock a month of an entity''s book, and who decided them; a confirmed one is what locked it.';
COMMENT ON COLUMN month_lock.waits IS 'What still waited in the month and was overridden, as of the proposal and then of the confirmation; empty where nothing did.';
CREATE UNIQUE INDEX month_lock_open ON month_lock (entity, month) WHERE state = 'open';

SELECT house.shared_table('month_lock', '', 'SELECT, INSERT, UPDATE', 'SELECT');
