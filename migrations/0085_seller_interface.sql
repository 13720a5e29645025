-- +goose Up
-- The produce interface of sellers: where it is, the key it is signed with, and every call with its tries.

CREATE TABLE seller_interface (
    merchant_id text        NOT NULL,
    product_id  text        NOT NULL DEFAULT '',
    delivery    text        NOT NULL CHECK (delivery IN ('saas', 'licence', 'licence_code', 'access')),
    address     text        NOT NULL,
    version     text        NOT NULL CHECK (version IN ('1.0', '2.0')),
    acceptance  boolean     NOT NULL DEFAULT false,
    set_at      timestamptz NOT NULL,
    set_by      text        NOT NULL,
    PRIMARY KEY (merchant_id, product_id, delivery)
);
COMMENT ON TABLE seller_interface IS 'Where a seller''s produce interface is. A row of a product wins over one for a whole delivery type.';
COMMENT ON COLUMN seller_interface.product_id IS 'Empty: for all products of this delivery type.';
COMMENT ON COLUMN seller_interface.acceptance IS 'The product opens only once the buyer has accepted: the seller is told the time of acceptance.';
SELECT house.merchant_table('seller_interface', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT', 'SELECT');

CREATE TABLE seller_key (
    merchant_id text        NOT NULL,
    product_id  text        NOT NULL DEFAULT '',
    delivery    text        NOT NULL,
    sealed_by   text        NOT NULL DEFAULT '',
    secret      bytea       NOT NULL,
    set_at      timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, product_id, delivery)
);
COMMENT ON TABLE seller_key IS 'Keys of sellers'' interfaces. A merchant writes and erases its own; batch alone reads them, to sign calls.';
COMMENT ON COLUMN seller_key.sealed_by IS 'Which lock the secret was encrypted with; empty: it is stored as it is.';
SELECT house.merchant_table('seller_key', 'SELECT (merchant_id, product_id, delivery, sealed_by, set_at), INSERT, DELETE',
    'SELECT (merchant_id, product_id, delivery, sealed_by, set_at)', 'SELECT');
-- +goose StatementBegin
DO $$ BEGIN
    EXECUTE format('REVOKE SELECT ON seller_key FROM %I', house.role('auditor'));
    EXECUTE format('GRANT SELECT (merchant_id, product_id, delivery, sealed_by, set_at) ON seller_key TO %I', house.role('auditor'));
END $$;
-- +goose StatementEnd

CREATE TABLE interface_call (
    merchant_id  text        NOT NULL,
    call_id      text        NOT NULL,
    scene        text        NOT NULL,
    order_id     text        NOT NULL DEFAULT '',
    line_id      text        NOT NULL DEFAULT '',
    of_line      text        NOT NULL DEFAULT '',
    product_id   text        NOT NULL DEFAULT '',
    sku_code     text        NOT NULL DEFAULT '',
    mode         text        NOT NULL DEFAULT '',
    buyer_id     text        NOT NULL DEFAULT '',
    instance_id  text        NOT NULL DEFAULT '',
    expire_time  text        NOT NULL DEFAULT '',
    amount       numeric,
    accepted_at  timestamptz,
    supervised   boolean     NOT NULL DEFAULT false,
    business_id  text        NOT NULL DEFAULT '',
    currency     text        NOT NULL DEFAULT '',
    gross        numeric     NOT NULL DEFAULT 0,
    content      bytea       NOT NULL,
    state        text        NOT NULL CHECK (state IN ('waiting', 'failed', 'succeeded', 'exhausted', 'withdrawn')),
    made         int         NOT NULL DEFAULT 0,
    tries        int         NOT NULL DEFAULT 0,
    polling      boolean     NOT NULL DEFAULT false,
    asked_at     timestamptz NOT NULL,
    asked_by     text        NOT NULL,
    started_at   timestamptz NOT NULL,
    due_at       timestamptz,
    ready_at     timestamptz,
    lease        text        NOT NULL DEFAULT '',
    lease_until  timestamptz,
    code         text        NOT NULL DEFAULT '',
    message      text        NOT NULL DEFAULT '',
    ended_at     timestamptz,
    given_up_at  timestamptz,
    refunded     boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (merchant_id, call_id)
);
COMMENT ON TABLE interface_call IS 'What a seller is to do, once: the row is claimed, the seller is called outside any transaction, the answer is written by a second one.';
COMMENT ON COLUMN interface_call.call_id IS 'What must happen once: create/<order line>, on demand create/<order>/<product>, renewal/<order line>, release/<instance>.';
COMMENT ON COLUMN interface_call.of_line IS 'The order line of ours it concerns; line_id is what the request names, which for a refund is the refund''s.';
COMMENT ON COLUMN interface_call.content IS 'SHA-256 over what is asked, without what differs on every call: the same id with other content is refused.';
COMMENT ON COLUMN interface_call.accepted_at IS 'When the buyer accepted a supervised line; it takes effect then.';
COMMENT ON COLUMN interface_call.ready_at IS 'Since when the next request may be made; null while its timer runs and once it has ended.';
COMMENT ON COLUMN interface_call.lease_until IS 'Machine time: until then the worker of the lease makes the request. After a crash another one repeats it, which is the same for the seller.';
COMMENT ON COLUMN interface_call.given_up_at IS 'When it was exhausted first; such orders of a calendar month are counted, restarted or not.';
CREATE INDEX interface_call_ready ON interface_call (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX interface_call_line ON interface_call (merchant_id, of_line);
CREATE INDEX interface_call_list ON interface_call (merchant_id, asked_at);
CREATE INDEX interface_call_failed ON interface_call (merchant_id, given_up_at) WHERE given_up_at IS NOT NULL;
SELECT house.merchant_table('interface_call', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');

CREATE TABLE interface_try (
    merchant_id text        NOT NULL,
    call_id     text        NOT NULL,
    made        int         NOT NULL,
    at          timestamptz NOT NULL,
    activity    text        NOT NULL,
    request     bytea       NOT NULL,
    code        text        NOT NULL,
    message     text        NOT NULL DEFAULT '',
    failed      boolean     NOT NULL,
    millis      int         NOT NULL,
    PRIMARY KEY (merchant_id, call_id, made)
);
COMMENT ON TABLE interface_try IS 'Every request to a seller and its answer. The request is kept as its SHA-256; neither keys nor what the seller tells the buyer are kept.';
SELECT house.merchant_table('interface_try', 'SELECT', 'SELECT', 'SELECT, INSERT');
