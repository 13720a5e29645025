-- +goose Up
-- Requests of buyers for money back, what was attached to their decisions, and what a buyer's account used of its yearly quota.

CREATE TABLE refund_claim (
    refund_id   text PRIMARY KEY,
    merchant_id text NOT NULL
);
COMMENT ON TABLE refund_claim IS 'The number of a request is used once in the whole marketplace; it leads to its merchant.';
SELECT house.shared_table('refund_claim', '', 'SELECT, INSERT', 'SELECT, INSERT');

CREATE TABLE refund_request (
    merchant_id  text        NOT NULL,
    refund_id    text        NOT NULL,
    order_id     text        NOT NULL,
    line_id      text        NOT NULL,
    buyer_id     text        NOT NULL,
    entity       text        NOT NULL,
    currency     text        NOT NULL,
    delivery     text        NOT NULL,
    way          text        NOT NULL,
    rule         text        NOT NULL,
    goods        text        NOT NULL,
    reason       text        NOT NULL,
    phone        text        NOT NULL DEFAULT '',
    paid         numeric     NOT NULL,
    due          numeric     NOT NULL,
    fee          numeric     NOT NULL,
    amount       numeric     NOT NULL CHECK (amount > 0),
    state        text        NOT NULL,
    requested_at timestamptz NOT NULL,
    contact_from timestamptz,
    contacted_at timestamptz,
    opinion      text        NOT NULL DEFAULT '',
    decided_at   timestamptz,
    decided_by   text        NOT NULL DEFAULT '',
    carrier      text        NOT NULL DEFAULT '',
    tracking     text        NOT NULL DEFAULT '',
    shipped_at   timestamptz,
    due_at       timestamptz,
    instruction  bigint      NOT NULL DEFAULT 0,
    closed_at    timestamptz,
    why          text        NOT NULL DEFAULT '',
    hash         bytea       NOT NULL,
    PRIMARY KEY (merchant_id, refund_id)
);
COMMENT ON COLUMN refund_request.phone IS 'Of the buyer, only where the buyer consented; emptied when the request closes.';
COMMENT ON COLUMN refund_request.due_at IS 'By when what the state waits for is to come: the return, the acceptance, the money.';
COMMENT ON COLUMN refund_request.why IS 'A code where time, a fact or another module ended it or drove it on.';
COMMENT ON COLUMN refund_request.hash IS 'Of what was asked for: the same again is nothing, other content under the number is refused.';
CREATE UNIQUE INDEX refund_request_open ON refund_request (merchant_id, line_id) WHERE closed_at IS NULL;
CREATE INDEX refund_request_waiting ON refund_request (requested_at) WHERE closed_at IS NULL;
CREATE INDEX refund_request_latest ON refund_request (merchant_id, requested_at DESC);
SELECT house.merchant_table('refund_request', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');

CREATE TABLE refund_quota (
    buyer_id text NOT NULL,
    year     int  NOT NULL,
    slot     text NOT NULL,
    PRIMARY KEY (buyer_id, year, slot)
);
COMMENT ON TABLE refund_quota IS 'Self-service refunds of a buyer''s account in a calendar year, one row each: merchant/refund. A buyer buys from many merchants, so no merchant may read it.';
SELECT house.shared_table('refund_quota', '', 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE');
