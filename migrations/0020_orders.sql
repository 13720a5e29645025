-- +goose Up
-- What the marketplace tells: orders and their events. Merchant first in every key; natural keys; rows carry the hash of the
-- fact that made them, so the same fact twice is nothing and the same id with other content is refused.

CREATE TABLE product (
    merchant_id text NOT NULL,
    product_id  text NOT NULL,
    name        text NOT NULL DEFAULT '',
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, product_id)
);
CREATE TABLE product_fee (
    merchant_id text NOT NULL,
    product_id  text NOT NULL,
    valid_from  timestamptz NOT NULL,
    policy      text NOT NULL DEFAULT 'rate',
    rate        numeric NOT NULL CHECK (rate >= 0 AND rate <= 1),
    source      text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, product_id, valid_from)
);
COMMENT ON COLUMN product_fee.policy IS 'rate: a share of the base. cn_increment: rate less the Chinese site''s monthly increment.';
CREATE TABLE product_rating (
    merchant_id text NOT NULL,
    product_id  text NOT NULL,
    valid_from  timestamptz NOT NULL,
    rating      jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, product_id, valid_from)
);

CREATE TABLE order_claim (
    order_id    text PRIMARY KEY,
    merchant_id text NOT NULL
);
COMMENT ON TABLE order_claim IS 'An order number is used once in the whole marketplace; it leads to its merchant.';
CREATE TABLE instance_claim (
    instance_id text PRIMARY KEY,
    merchant_id text NOT NULL,
    line_id     text NOT NULL
);

CREATE TABLE order_line (
    merchant_id  text NOT NULL,
    line_id      text NOT NULL,
    order_id     text NOT NULL,
    order_type   text NOT NULL,
    mode         text NOT NULL,
    product_id   text NOT NULL,
    sku_code     text NOT NULL DEFAULT '',
    buyer_id     text NOT NULL,
    entity       text NOT NULL,
    placed_at    timestamptz NOT NULL,
    known_at     timestamptz NOT NULL,
    currency     text NOT NULL,
    gross        numeric NOT NULL,
    tax          numeric NOT NULL,
    customer_wht numeric NOT NULL,
    terms        jsonb NOT NULL,
    supervised   boolean NOT NULL,
    hash         bytea NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, line_id)
);
COMMENT ON COLUMN order_line.entity IS 'The contracting entity that owes the merchant; its zone cuts this line''s months.';
COMMENT ON COLUMN order_line.terms IS 'What few lines have: tax rates, seller taxes, a fee of its own, instance, package, term.';
CREATE INDEX order_line_order ON order_line (merchant_id, order_id);

CREATE TABLE line_event (
    merchant_id text NOT NULL,
    line_id     text NOT NULL,
    kind        text NOT NULL,
    fact_id     text NOT NULL,
    at          timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    detail      jsonb,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, line_id, kind, fact_id)
);

CREATE TABLE refund (
    merchant_id text NOT NULL,
    refund_id   text NOT NULL,
    line_id     text NOT NULL,
    gross       numeric NOT NULL CHECK (gross > 0),
    rule        text NOT NULL,
    at          timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    credit_part numeric,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, refund_id)
);
COMMENT ON COLUMN refund.credit_part IS 'What of a credit order''s refund lowered the customer''s debt; the rest went back as money. Null for cash orders.';
CREATE INDEX refund_line ON refund (merchant_id, line_id);

CREATE TABLE usage_record (
    merchant_id text NOT NULL,
    instance_id text NOT NULL,
    begin_at    timestamptz NOT NULL,
    end_at      timestamptz NOT NULL,
    metering_sn text NOT NULL,
    value       numeric NOT NULL,
    reported_at timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, instance_id, begin_at, end_at)
);
CREATE UNIQUE INDEX usage_record_sn ON usage_record (merchant_id, metering_sn);
CREATE TABLE usage_refused (
    merchant_id text NOT NULL,
    metering_sn text NOT NULL,
    instance_id text NOT NULL,
    code        text NOT NULL,
    record      jsonb NOT NULL,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, metering_sn)
);
CREATE TABLE usage_line (
    merchant_id   text NOT NULL,
    line_id       text NOT NULL,
    order_line_id text NOT NULL,
    cycle         date NOT NULL,
    heard         date NOT NULL,
    quantity      numeric NOT NULL,
    gross         numeric NOT NULL,
    tax           numeric NOT NULL,
    customer_wht  numeric NOT NULL,
    known_at      timestamptz NOT NULL,
    hash          bytea NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, line_id)
);
COMMENT ON COLUMN usage_line.cycle IS 'Month of consumption. heard: the month whose run made the line; later than cycle for records reported late.';

-- A customer's credit is one pool per customer, collecting entity and month; it spans merchants, so no merchant may read it.
CREATE TABLE credit_movement (
    buyer_id    text NOT NULL,
    collector   text NOT NULL,
    cycle       date NOT NULL,
    movement_id text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('used', 'used_elsewhere', 'repaid', 'refunded')),
    currency    text NOT NULL,
    amount      numeric NOT NULL,
    at          timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (buyer_id, collector, cycle, movement_id)
);
CREATE UNIQUE INDEX credit_movement_id ON credit_movement (movement_id);

CREATE TABLE earned_line (
    merchant_id   text NOT NULL,
    line_id       text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('order', 'refund', 'usage', 'adjustment', 'correction')),
    order_line_id text NOT NULL,
    entity        text NOT NULL,
    currency      text NOT NULL,
    cycle         date NOT NULL,
    gross         numeric NOT NULL,
    tax           numeric NOT NULL,
    customer_wht  numeric NOT NULL,
    base          numeric NOT NULL,
    fee_rate      numeric NOT NULL,
    fee           numeric NOT NULL,
    share         numeric NOT NULL,
    seller_tax    numeric NOT NULL,
    seller_taxes  jsonb,
    settlement    numeric NOT NULL,
    product_id    text NOT NULL DEFAULT '',
    pair_of       text,
    note          text,
    earned_at     timestamptz NOT NULL,
    known_at      timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, line_id)
);
COMMENT ON TABLE earned_line IS 'A line all of whose own conditions hold: its share is posted, it waits for a bill or is on one.';
COMMENT ON COLUMN earned_line.cycle IS 'The month of its last condition, in the owing entity''s zone; it stays, however late the line was heard of.';
COMMENT ON COLUMN earned_line.pair_of IS 'On a full refund whose order is to stand on the same bill: that order''s line.';
CREATE INDEX earned_line_order ON earned_line (merchant_id, order_line_id);

CREATE TABLE line_hold (
    merchant_id text NOT NULL,
    line_id     text NOT NULL,
    kind        text NOT NULL,
    hold_id     text NOT NULL,
    since       timestamptz NOT NULL,
    until       timestamptz,
    lifted_by   text NOT NULL,
    why         text NOT NULL,
    PRIMARY KEY (merchant_id, line_id, kind, hold_id)
);
COMMENT ON COLUMN line_hold.lifted_by IS 'Who can lift it: buyer, merchant, operations, finance.';

CREATE TABLE line_timer (
    merchant_id text NOT NULL,
    line_id     text NOT NULL,
    kind        text NOT NULL,
    due_at      timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, line_id, kind)
);
CREATE INDEX line_timer_due ON line_timer (due_at);

CREATE TABLE adjustment (
    merchant_id   text NOT NULL,
    adjustment_id text NOT NULL,
    entity        text NOT NULL,
    currency      text NOT NULL,
    amount        numeric NOT NULL,
    reason        text NOT NULL,
    document      text NOT NULL,
    at            timestamptz NOT NULL,
    known_at      timestamptz NOT NULL,
    hash          bytea NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, adjustment_id)
);
CREATE TABLE payout (
    merchant_id text NOT NULL,
    payout_id   text NOT NULL,
    entity      text NOT NULL,
    currency    text NOT NULL,
    cycle       date NOT NULL,
    amount      numeric NOT NULL CHECK (amount > 0),
    at          timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, payout_id)
);
CREATE TABLE opening (
    entity      text NOT NULL,
    opening_id  text NOT NULL,
    merchant_id text NOT NULL,
    account     text NOT NULL,
    currency    text NOT NULL,
    amount      numeric NOT NULL,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, entity, opening_id)
);
CREATE TABLE correction (
    merchant_id   text NOT NULL,
    correction_id text NOT NULL,
    of_kind       text NOT NULL,
    of_id         text NOT NULL,
    line_id       text NOT NULL DEFAULT '',
    reason        text NOT NULL,
    before        jsonb NOT NULL,
    after         jsonb NOT NULL,
    at            timestamptz NOT NULL,
    hash          bytea NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, correction_id)
);
CREATE TABLE line_attempt (
    merchant_id text NOT NULL,
    line_id     text NOT NULL,
    attempt     int  NOT NULL,
    PRIMARY KEY (merchant_id, line_id)
);
COMMENT ON TABLE line_attempt IS 'How often a line''s postings were reversed by corrections, plus one; absent means 1.';

-- What a merchant may know of a customer's credit: whether the cycle is repaid, for a customer that has ordered from it, and nothing else.
-- +goose StatementBegin
CREATE FUNCTION credit_repaid(buyer text, collecting text, of_cycle date, known timestamptz) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM order_line l WHERE l.merchant_id = current_setting('suanpan.merchant', true) AND l.buyer_id = buyer)
       AND NOT EXISTS (SELECT 1 FROM credit_movement m WHERE m.buyer_id = buyer AND m.collector = collecting AND m.cycle = of_cycle AND m.known_at < known
           GROUP BY m.currency HAVING sum(CASE WHEN m.kind LIKE 'used%' THEN m.amount ELSE -m.amount END) > 0)
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION credit_repaid FROM PUBLIC;
-- +goose StatementBegin
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION credit_repaid TO %I', house.role('web')); END $$;
-- +goose StatementEnd

CREATE TABLE feed_import (
    import_id   text PRIMARY KEY,
    source      text NOT NULL,
    zone        text NOT NULL,
    sha256      bytea NOT NULL,
    facts       bigint NOT NULL,
    fresh       bigint NOT NULL,
    rejected    bigint NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamptz NOT NULL
);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['product', 'product_fee', 'product_rating', 'order_line', 'line_event', 'refund', 'usage_record', 'usage_refused',
        'usage_line', 'line_hold', 'adjustment', 'payout', 'correction', 'line_attempt'] LOOP
        PERFORM house.merchant_table(t::regclass, 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
    END LOOP;
    EXECUTE 'SELECT house.shared_table(''order_claim'', '''', ''SELECT, INSERT'', ''SELECT, INSERT'')';
    EXECUTE 'SELECT house.shared_table(''instance_claim'', '''', ''SELECT, INSERT'', ''SELECT, INSERT'')';
    EXECUTE 'SELECT house.shared_table(''credit_movement'', '''', ''SELECT, INSERT'', ''SELECT, INSERT, UPDATE'')';
    EXECUTE 'SELECT house.shared_table(''opening'', '''', ''SELECT, INSERT'', ''SELECT, INSERT'')';
    EXECUTE 'SELECT house.shared_table(''feed_import'', '''', ''SELECT, INSERT'', ''SELECT, INSERT'')';
END $$;
-- +goose StatementEnd
SELECT house.merchant_table('earned_line', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
SELECT house.merchant_table('line_timer', '', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
