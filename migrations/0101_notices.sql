-- +goose Up
-- What people are told, by which channel, and whether it reached them.

CREATE TABLE notice (
    merchant_id text        NOT NULL,
    notice_key  text        NOT NULL,
    type        text        NOT NULL,
    duty        text        NOT NULL DEFAULT '',
    receiver_id text        NOT NULL DEFAULT '',
    args        jsonb       NOT NULL DEFAULT '{}',
    told_at     timestamptz NOT NULL,
    spread      boolean     NOT NULL DEFAULT false,
    read_at     timestamptz,
    PRIMARY KEY (merchant_id, notice_key)
);
COMMENT ON TABLE notice IS 'One row a thing told, written in the transaction of its cause. It is the in-site message (站内信) itself.';
COMMENT ON COLUMN notice.notice_key IS 'Of its cause: told again under the same key, it is not told twice.';
COMMENT ON COLUMN notice.duty IS 'For staff with this duty; empty: for the merchant. The merchant it concerns stands in merchant_id either way.';
COMMENT ON COLUMN notice.receiver_id IS 'For this receiver alone: a request to confirm.';
COMMENT ON COLUMN notice.args IS 'What fills the text: numbers of the field and amounts, never personal data.';
COMMENT ON COLUMN notice.told_at IS 'Business time.';
COMMENT ON COLUMN notice.spread IS 'Its deliveries are written.';
CREATE INDEX notice_unspread ON notice (told_at) WHERE NOT spread;
CREATE INDEX notice_latest ON notice (merchant_id, told_at DESC);
SELECT house.merchant_table('notice', 'SELECT, INSERT, UPDATE (read_at)', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE');
DROP POLICY web_select ON notice;
DROP POLICY web_update ON notice;
-- +goose StatementBegin
DO $$
DECLARE mine text := $c$merchant_id = nullif(current_setting('suanpan.merchant', true), '') AND duty = '' AND receiver_id = ''$c$;
BEGIN
    EXECUTE format('CREATE POLICY web_select ON notice FOR SELECT TO %I USING (%s)', house.role('web'), mine);
    EXECUTE format('CREATE POLICY web_update ON notice FOR UPDATE TO %I USING (%s) WITH CHECK (%s)', house.role('web'), mine, mine);
END $$;
-- +goose StatementEnd

CREATE TABLE notice_delivery (
    merchant_id text        NOT NULL,
    notice_key  text        NOT NULL,
    channel     text        NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
    receiver_id text        NOT NULL,
    delivery_id text        NOT NULL,
    state       text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    tries       int         NOT NULL DEFAULT 0,
    round       int         NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL,
    lease_until timestamptz,
    sent_at     timestamptz,
    failure     text        NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, notice_key, channel, receiver_id)
);
COMMENT ON TABLE notice_delivery IS 'One row a notice, channel and receiver. All its times are machine time.';
COMMENT ON COLUMN notice_delivery.receiver_id IS 'Empty: the account''s own address, looked up when it is sent.';
COMMENT ON COLUMN notice_delivery.delivery_id IS 'Made of the key, so the same for every attempt: receivers drop doubles by it.';
COMMENT ON COLUMN notice_delivery.round IS 'Attempts of all time, which a worker names when it reports; tries counts those since a person last let it be sent again.';
COMMENT ON COLUMN notice_delivery.lease_until IS 'A worker is sending it until then; after it another takes it.';
CREATE INDEX notice_delivery_waiting ON notice_delivery (next_at) WHERE state = 'waiting';
CREATE INDEX notice_delivery_failed ON notice_delivery (next_at) WHERE state = 'failed';
SELECT house.merchant_table('notice_delivery', '', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE');

CREATE TABLE notice_receiver (
    merchant_id  text        NOT NULL,
    receiver_id  text        NOT NULL,
    channel      text        NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
    lang         text        NOT NULL CHECK (lang IN ('en', 'zh', 'pt')),
    types        text[]      NOT NULL DEFAULT '{}',
    added_at     timestamptz NOT NULL,
    added_by     text        NOT NULL,
    confirmed_at timestamptz,
    removed_at   timestamptz,
    PRIMARY KEY (merchant_id, receiver_id)
);
COMMENT ON TABLE notice_receiver IS 'Whom a merchant wants told (接收人); the empty merchant is the house itself. Who it is stands in notice_address.';
COMMENT ON COLUMN notice_receiver.types IS 'Which types of notices; empty: all.';
COMMENT ON COLUMN notice_receiver.confirmed_at IS 'Machine time; nothing but the request to confirm is sent before.';
SELECT house.merchant_table('notice_receiver', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');

CREATE TABLE notice_address (
    merchant_id text NOT NULL,
    receiver_id text NOT NULL,
    name        text NOT NULL,
    address     text NOT NULL,
    PRIMARY KEY (merchant_id, receiver_id)
);
COMMENT ON TABLE notice_address IS 'Personal data: deleted with its receiver, or on demand, and nothing else depends on it.';
SELECT house.merchant_table('notice_address', 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE', 'SELECT, DELETE');

CREATE TABLE notice_change (
    merchant_id text NOT NULL,
    day         date NOT NULL,
    n           int  NOT NULL,
    PRIMARY KEY (merchant_id, day)
);
COMMENT ON TABLE notice_change IS 'How many changes of receivers a merchant made on a day of business time (UTC).';
SELECT house.merchant_table('notice_change', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', '');

CREATE TABLE notice_secret (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    secret    bytea   NOT NULL
);
COMMENT ON TABLE notice_secret IS 'Signs the links to confirm by, and gives each webhook its own secret. Only the batch role reads it.';
INSERT INTO notice_secret (secret) VALUES (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
SELECT house.give('notice_secret', 'batch', 'SELECT');
