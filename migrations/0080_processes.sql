-- +goose Up
-- What the modules around orders share: timers in business time, and instructions to the marketplace that facts answer.

CREATE TABLE timer (
    merchant_id text        NOT NULL,
    subject     text        NOT NULL,
    kind        text        NOT NULL,
    strand      text        NOT NULL,
    due_at      timestamptz NOT NULL,
    set_at      timestamptz NOT NULL,
    frozen_at   timestamptz,
    failures    int         NOT NULL DEFAULT 0,
    failure     text        NOT NULL DEFAULT '',
    retry_at    timestamptz,
    PRIMARY KEY (merchant_id, subject, kind)
);
COMMENT ON TABLE timer IS 'What happens by itself when a moment of business time comes: one row a subject and kind, gone once it fired.';
COMMENT ON COLUMN timer.subject IS 'What it is about: an order line, a refund, a supervision case, by its id.';
COMMENT ON COLUMN timer.strand IS 'Timers of one strand fire one after the other in the order in which they fall due: the order line where there is one, otherwise the subject.';
COMMENT ON COLUMN timer.frozen_at IS 'Since when an appeal keeps it from firing; what was left of its time then is left when the appeal ends.';
COMMENT ON COLUMN timer.retry_at IS 'Machine time: not tried again before, after a failure.';
CREATE INDEX timer_due ON timer (due_at) WHERE frozen_at IS NULL;
CREATE INDEX timer_strand ON timer (merchant_id, strand, due_at);
SELECT house.merchant_table('timer', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');

CREATE SEQUENCE instruction_number;
CREATE TABLE instruction (
    merchant_id text        NOT NULL,
    cause       text        NOT NULL,
    number      bigint      NOT NULL DEFAULT nextval('instruction_number'),
    kind        text        NOT NULL CHECK (kind IN ('charge', 'refund')),
    order_id    text        NOT NULL,
    line_id     text        NOT NULL DEFAULT '',
    buyer_id    text        NOT NULL,
    currency    text        NOT NULL,
    amount      numeric     NOT NULL CHECK (amount > 0),
    rule        text        NOT NULL DEFAULT '',
    issued_at   timestamptz NOT NULL,
    due_at      timestamptz,
    answered_at timestamptz,
    answer      text        NOT NULL DEFAULT '',
    withdrawn_at timestamptz,
    PRIMARY KEY (merchant_id, cause)
);
COMMENT ON TABLE instruction IS 'What the marketplace is asked to do with a buyer''s money. Nothing is posted until the fact that answers it comes.';
COMMENT ON COLUMN instruction.cause IS 'refund/<refundId> or charge/<orderId>: the fact under this id answers it.';
COMMENT ON COLUMN instruction.number IS 'The marketplace collects instructions by it; later ones are higher, with gaps.';
CREATE INDEX instruction_open ON instruction (number) WHERE answered_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX instruction_line ON instruction (merchant_id, order_id);
SELECT house.grant_sequence('instruction_number');
SELECT house.merchant_table('instruction', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');

-- A merchant's own decision may hold a line of its own or let it go: a refund under review does.
SELECT house.merchant_table('line_hold', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
