-- +goose Up
-- The times that a law gives the buyer to answer an invoice or a cancellation: silence counts as consent, so finance is told before they run out.

CREATE TABLE invoice_answer (
    merchant_id text NOT NULL,
    number_key  text NOT NULL,
    asked       text NOT NULL CHECK (asked IN ('invoice', 'cancellation')),
    from_day    date NOT NULL,
    number      text NOT NULL,
    requisition text NOT NULL,
    entity      text NOT NULL,
    rule        text NOT NULL,
    last_day    date NOT NULL,
    basis       text NOT NULL DEFAULT '',
    alarm_at    timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'answered', 'settled', 'lapsed')),
    alarmed_at  timestamptz,
    changed_at  timestamptz NOT NULL,
    changed_by  text NOT NULL,
    answer      text NOT NULL DEFAULT '',
    reason      text NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, number_key, asked, from_day)
);
COMMENT ON COLUMN invoice_answer.from_day IS 'Counted from the day after this one: the day printed on the invoice, or that on which a cancellation was asked for, in the zone of the entity.';
COMMENT ON COLUMN invoice_answer.rule IS 'The national rule that gives the time: CL-8-DAYS.';
COMMENT ON COLUMN invoice_answer.basis IS 'Which calendar working days were counted by, and the years for which it has no holidays; empty for calendar days.';
COMMENT ON COLUMN invoice_answer.state IS 'answered: finance answered the tax office; settled: the invoice was accepted, silence is right; lapsed: nobody answered in time.';
CREATE INDEX invoice_answer_open ON invoice_answer (alarm_at) WHERE state = 'open';

SELECT house.merchant_table('invoice_answer', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
