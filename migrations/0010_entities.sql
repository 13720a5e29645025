-- +goose Up
-- Who stands around the marketplace and the dated data everything else reads. Small shared tables have natural keys; a merchant's
-- tables begin every key with merchant_id. What identifies people or accounts sits in merchant_contact and merchant_bank alone,
-- which may be erased.

CREATE TABLE entity (
    code         text PRIMARY KEY CONSTRAINT entity_code CHECK (code ~ '^[A-Za-z0-9_-]{1,32}$'),
    name         text        NOT NULL,
    name_zh      text        NOT NULL DEFAULT '',
    spellings    text[]      NOT NULL DEFAULT '{}',
    country      text        NOT NULL,
    jurisdiction text        NOT NULL,
    zone         text        NOT NULL,
    source       text        NOT NULL,
    recorded_at  timestamptz NOT NULL
);
COMMENT ON TABLE entity IS 'Contracting entities (签约主体). The code names the entity''s book.';
COMMENT ON COLUMN entity.name IS 'Legal name; empty while only part of it is known.';

CREATE TABLE entity_payout (
    code      text NOT NULL REFERENCES entity,
    currency  text NOT NULL,
    residents text NOT NULL CONSTRAINT entity_payout_residents CHECK (residents IN ('anyone', 'residents', 'nonresidents')),
    source    text NOT NULL,
    PRIMARY KEY (code, currency)
);
COMMENT ON TABLE entity_payout IS 'Currencies an entity pays in, as sources state them; the setting payout_currencies replaces them from a date on.';

CREATE TABLE setting (
    key         text        NOT NULL,
    scope       text        NOT NULL,
    valid_from  timestamptz NOT NULL,
    value       text        NOT NULL,
    source      text        NOT NULL,
    set_by      text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (key, scope, valid_from)
);
COMMENT ON COLUMN setting.scope IS 'Empty for the installation, else entity=…;residence=…;merchant=…;product=….';

CREATE TABLE calendar_day (
    calendar    text        NOT NULL,
    day         date        NOT NULL,
    kind        text        NOT NULL CONSTRAINT calendar_day_kind CHECK (kind IN ('holiday', 'workday')),
    name        text        NOT NULL DEFAULT '',
    source      text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (calendar, day)
);
COMMENT ON TABLE calendar_day IS 'Days that are not what their weekday says. A year without rows counts weekends only.';

CREATE TABLE fx_rate (
    entity      text        NOT NULL DEFAULT '',
    base        text        NOT NULL,
    quote       text        NOT NULL,
    on_date     date        NOT NULL,
    rate        numeric     NOT NULL CONSTRAINT fx_rate_positive CHECK (rate > 0),
    source      text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (entity, base, quote, on_date)
);
COMMENT ON COLUMN fx_rate.rate IS 'Units of quote for one unit of base.';
COMMENT ON COLUMN fx_rate.entity IS 'Empty: for every entity that has none of its own.';
CREATE INDEX fx_rate_day ON fx_rate (on_date);

CREATE TABLE sales_region (
    region      text PRIMARY KEY,
    iso         text        NOT NULL,
    name        text        NOT NULL DEFAULT '',
    entity      text        NOT NULL REFERENCES entity,
    source      text        NOT NULL,
    recorded_at timestamptz NOT NULL
);
COMMENT ON COLUMN sales_region.region IS 'Short code as the marketplace prints it, which is not always ISO 3166.';

CREATE TABLE merchant (
    merchant_id text PRIMARY KEY,
    name        text        NOT NULL,
    spellings   text[]      NOT NULL DEFAULT '{}',
    residence   text        NOT NULL,
    tax_id      text        NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL
);
CREATE TABLE merchant_contact (
    merchant_id text PRIMARY KEY,
    name        text NOT NULL,
    email       text NOT NULL,
    phone       text NOT NULL,
    address     text NOT NULL,
    erased_at   timestamptz
);
COMMENT ON TABLE merchant_contact IS 'Personal data; emptied on erasure. The row stays, so that the same fact sent again does not bring it back.';
CREATE TABLE merchant_bank (
    merchant_id  text NOT NULL,
    bank_id      text NOT NULL,
    account_name text NOT NULL,
    account_no   text NOT NULL,
    bank_name    text NOT NULL,
    bank_address text NOT NULL,
    swift        text NOT NULL,
    erased_at    timestamptz,
    PRIMARY KEY (merchant_id, bank_id)
);
COMMENT ON TABLE merchant_bank IS 'Accounts as certified; emptied on erasure, the row stays.';
CREATE TABLE contract (
    merchant_id text NOT NULL,
    entity      text NOT NULL REFERENCES entity,
    valid_from  date NOT NULL,
    valid_until date,
    number      text NOT NULL,
    source      text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, entity, valid_from)
);
CREATE TABLE certification (
    merchant_id     text NOT NULL,
    entity          text NOT NULL REFERENCES entity,
    certified_at    timestamptz NOT NULL,
    certified_until timestamptz,
    currency        text NOT NULL,
    bank_id         text NOT NULL,
    source          text NOT NULL,
    recorded_at     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, entity, certified_at),
    CONSTRAINT certification_ends_after_it_begins CHECK (certified_until > certified_at)
);
COMMENT ON TABLE certification IS 'In force from certified_at until certified_until; of several with one entity the latest counts.';

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['entity', 'entity_payout', 'setting', 'calendar_day', 'fx_rate', 'sales_region'] LOOP
        PERFORM house.shared_table(t::regclass, 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
    END LOOP;
    FOREACH t IN ARRAY ARRAY['merchant', 'merchant_contact', 'merchant_bank', 'certification'] LOOP
        PERFORM house.merchant_table(t::regclass, 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
    END LOOP;
    PERFORM house.merchant_table('contract', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
END $$;
-- +goose StatementEnd
