-- +goose Up
-- What merchants offer, how it was judged, what takes it off sale, and where it is sold.

CREATE TABLE catalog_product (
    merchant_id text        NOT NULL,
    product_id  text        NOT NULL,
    name        text        NOT NULL,
    access      text        NOT NULL,
    state       text        NOT NULL,
    reason      text        NOT NULL DEFAULT '',
    since       timestamptz NOT NULL,
    listing     jsonb       NOT NULL,
    PRIMARY KEY (merchant_id, product_id)
);
COMMENT ON TABLE catalog_product IS 'A merchant''s product as it stands. One that came by the feed alone has no row here and is sold as the marketplace says.';
COMMENT ON COLUMN catalog_product.listing IS 'What the merchant filled (catalog.Listing): a draft between submissions.';

CREATE TABLE catalog_submission (
    merchant_id  text        NOT NULL,
    product_id   text        NOT NULL,
    number       int         NOT NULL,
    submitted_at timestamptz NOT NULL,
    submitted_by text        NOT NULL,
    passed       boolean     NOT NULL,
    listing      jsonb       NOT NULL,
    report       jsonb       NOT NULL,
    decided_at   timestamptz,
    decided_by   text,
    decision     text,
    reason       text        NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, product_id, number),
    CONSTRAINT catalog_submission_two_people CHECK (decided_by IS NULL OR decided_by <> submitted_by)
);
COMMENT ON TABLE catalog_submission IS 'What was submitted and what every gate found, as it was: never changed but for the one decision of operations.';

CREATE TABLE catalog_dial (
    merchant_id text        NOT NULL,
    product_id  text        NOT NULL,
    day         date        NOT NULL,
    slot        text        NOT NULL,
    due_at      timestamptz NOT NULL,
    claimed_at  timestamptz,
    done_at     timestamptz,
    ok          boolean,
    why         text        NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, product_id, day, slot)
);
COMMENT ON TABLE catalog_dial IS 'Dial tests (拨测) of products on sale: due, then done. A day failed when none of its tests succeeded.';
COMMENT ON COLUMN catalog_dial.claimed_at IS 'Machine time: who tests it now has until a minute later.';
CREATE INDEX catalog_dial_open ON catalog_dial (due_at) WHERE done_at IS NULL;

CREATE TABLE catalog_region (
    merchant_id text        NOT NULL,
    product_id  text        NOT NULL,
    region      text        NOT NULL,
    since       timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, product_id, region)
);
COMMENT ON TABLE catalog_region IS 'Sales regions (可销售区域) of a product, by the codes the marketplace prints.';

CREATE TABLE catalog_unreachable (
    merchant_id text        NOT NULL,
    product_id  text        NOT NULL,
    at          timestamptz NOT NULL,
    noted_by    text        NOT NULL,
    channel     text        NOT NULL,
    note        text        NOT NULL,
    PRIMARY KEY (merchant_id, product_id, at)
);
COMMENT ON TABLE catalog_unreachable IS 'Each time that a hotline was not reached, or mail not answered within 24 hours.';

CREATE TABLE certification_attempt (
    merchant_id text        NOT NULL,
    entity      text        NOT NULL,
    number      int         NOT NULL,
    state       text        NOT NULL CHECK (state IN ('waiting', 'passed', 'failed')),
    asked_at    timestamptz NOT NULL,
    asked_by    text        NOT NULL,
    currency    text        NOT NULL,
    decided_at  timestamptz,
    decided_by  text,
    reason      text        NOT NULL DEFAULT '',
    forgiven    boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (merchant_id, entity, number)
);
COMMENT ON COLUMN certification_attempt.forgiven IS 'Operations unlocked after it: it no longer counts among failures in a row.';
CREATE TABLE certification_bank (
    merchant_id text NOT NULL,
    entity      text NOT NULL,
    number      int  NOT NULL,
    bank        jsonb,
    PRIMARY KEY (merchant_id, entity, number)
);
COMMENT ON TABLE certification_bank IS 'The account of an attempt: personal data, apart and erasable.';

SELECT house.merchant_table('catalog_product', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('catalog_submission', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('catalog_dial', 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('catalog_region', 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE');
SELECT house.merchant_table('catalog_unreachable', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('certification_attempt', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('certification_bank', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
