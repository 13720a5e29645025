-- +goose Up
-- The month: runs, bills and their lines, requisitions, payments, netting between entities.

CREATE INDEX earned_line_pair ON earned_line (merchant_id, pair_of) WHERE pair_of IS NOT NULL;
CREATE INDEX earned_line_entity ON earned_line (entity, merchant_id, cycle);

CREATE TABLE settlement_run (
    entity      text NOT NULL,
    month       date NOT NULL,
    run_day     date NOT NULL,
    instant     timestamptz NOT NULL,
    started_at  timestamptz NOT NULL,
    cutoff_at   timestamptz,
    finished_at timestamptz,
    started_by  text NOT NULL,
    PRIMARY KEY (entity, month)
);
COMMENT ON COLUMN settlement_run.instant IS '00:00 of the run day in the entity''s zone: facts known from then on belong to a later run.';
COMMENT ON COLUMN settlement_run.cutoff_at IS 'Business time at which preparation ended: the run bills what was written here by then, however often it is resumed.';

CREATE TABLE bill (
    merchant_id   text NOT NULL,
    bill_no       text NOT NULL,
    attempt       int  NOT NULL,
    entity        text NOT NULL,
    month         date NOT NULL,
    currency      text NOT NULL,
    state         text NOT NULL,
    lines         int  NOT NULL,
    exact         numeric NOT NULL,
    rounded       numeric NOT NULL,
    residue       numeric NOT NULL,
    carry_in      numeric NOT NULL,
    carried_from  text,
    payable       numeric NOT NULL,
    carry_out     numeric NOT NULL,
    run_day       date NOT NULL,
    issued_at     timestamptz NOT NULL,
    requisition_no text,
    PRIMARY KEY (merchant_id, bill_no)
);
COMMENT ON COLUMN bill.exact IS 'Sum over sale currencies of lines times rate, exact, in the payout currency; rounded once gives rounded.';
COMMENT ON COLUMN bill.payable IS 'rounded + carry_in. Positive: asked for by an invoice list. Not positive: carried out whole.';
CREATE INDEX bill_month ON bill (entity, month);

CREATE TABLE bill_fx (
    merchant_id   text NOT NULL,
    bill_no       text NOT NULL,
    sale_currency text NOT NULL,
    lines         int NOT NULL,
    gross         numeric NOT NULL,
    tax           numeric NOT NULL,
    customer_wht  numeric NOT NULL,
    fee           numeric NOT NULL,
    share         numeric NOT NULL,
    seller_tax    numeric NOT NULL,
    seller_taxes  jsonb,
    settlement    numeric NOT NULL,
    rate          numeric NOT NULL,
    rate_key      text NOT NULL,
    product       numeric NOT NULL,
    PRIMARY KEY (merchant_id, bill_no, sale_currency)
);

CREATE TABLE bill_line (
    merchant_id text NOT NULL,
    line_id     text NOT NULL,
    bill_no     text NOT NULL,
    currency    text NOT NULL,
    fee         numeric NOT NULL,
    amount      numeric NOT NULL,
    PRIMARY KEY (merchant_id, line_id)
);
COMMENT ON TABLE bill_line IS 'A line is on one bill at most: that is this table''s key.';
CREATE INDEX bill_line_bill ON bill_line (merchant_id, bill_no);

CREATE TABLE bill_event (
    merchant_id text NOT NULL,
    bill_no     text NOT NULL,
    attempt     int  NOT NULL,
    n           int  NOT NULL,
    from_state  text NOT NULL,
    to_state    text NOT NULL,
    who         text NOT NULL,
    at          timestamptz NOT NULL,
    reason      text NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, bill_no, attempt, n)
);

CREATE TABLE bill_withdrawn (
    merchant_id  text NOT NULL,
    bill_no      text NOT NULL,
    attempt      int  NOT NULL,
    bill         jsonb NOT NULL,
    lines        jsonb NOT NULL,
    withdrawn_by text NOT NULL,
    withdrawn_at timestamptz NOT NULL,
    reason       text NOT NULL,
    PRIMARY KEY (merchant_id, bill_no, attempt)
);

CREATE TABLE requisition (
    merchant_id    text NOT NULL,
    requisition_no text NOT NULL,
    entity         text NOT NULL,
    currency       text NOT NULL,
    amount         numeric NOT NULL,
    state          text NOT NULL,
    created_by     text NOT NULL,
    created_at     timestamptz NOT NULL,
    approved_by    text,
    approved_at    timestamptz,
    PRIMARY KEY (merchant_id, requisition_no)
);

CREATE TABLE payment (
    merchant_id    text NOT NULL,
    payment_no     text NOT NULL,
    requisition_no text NOT NULL,
    entity         text NOT NULL,
    currency       text NOT NULL,
    amount         numeric NOT NULL CHECK (amount > 0),
    value_date     date NOT NULL,
    state          text NOT NULL,
    recorded_by    text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    bank_reference text,
    bank_date      date,
    PRIMARY KEY (merchant_id, payment_no)
);
COMMENT ON COLUMN payment.value_date IS 'Day the money leaves, in the entity''s zone; Brazil demands the month of the invoice''s date.';
CREATE UNIQUE INDEX payment_live ON payment (merchant_id, requisition_no) WHERE state <> 'RETURNED';
CREATE TABLE bank_line_claim (
    entity         text NOT NULL,
    bank_reference text NOT NULL,
    merchant_id    text NOT NULL,
    payment_no     text NOT NULL,
    PRIMARY KEY (entity, bank_reference)
);

CREATE TABLE netting (
    month       date NOT NULL,
    currency    text NOT NULL,
    attempt     int  NOT NULL DEFAULT 1,
    positions   jsonb NOT NULL,
    transfers   jsonb NOT NULL,
    posted_by   text NOT NULL,
    posted_at   timestamptz NOT NULL,
    PRIMARY KEY (month, currency)
);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['payment'] LOOP
        PERFORM house.merchant_table(t::regclass, 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
    END LOOP;
END $$;
-- +goose StatementEnd
SELECT house.merchant_table('bill_event', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('requisition', 'SELECT, UPDATE (state)', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('bill', 'SELECT, UPDATE (state)', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
SELECT house.merchant_table('bill_fx', 'SELECT', 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE');
SELECT house.merchant_table('bill_line', 'SELECT', 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE');
SELECT house.merchant_table('bill_withdrawn', '', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.shared_table('settlement_run', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE');
SELECT house.shared_table('bank_line_claim', '', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.shared_table('netting', '', 'SELECT, INSERT', 'SELECT, INSERT');
