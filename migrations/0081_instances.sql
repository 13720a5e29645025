-- +goose Up
-- Instances: what a buyer holds by an order line. Their terms are derived from the facts of the lines that name them; here stands only what no
-- line says: the name a seller gives later, and whether and at which price an instance renews by itself.

CREATE TABLE instance_name (
    merchant_id text        NOT NULL,
    instance_id text        NOT NULL,
    line_id     text        NOT NULL,
    named_at    timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, instance_id)
);
COMMENT ON TABLE instance_name IS 'The name a seller gave to what an order line opened. Until then an instance is called by its order line.';
CREATE UNIQUE INDEX instance_name_line ON instance_name (merchant_id, line_id);

CREATE TABLE instance_renewal (
    merchant_id    text        NOT NULL,
    instance_id    text        NOT NULL,
    product_id     text        NOT NULL,
    period_type    text        NOT NULL CHECK (period_type IN ('year', 'month', 'day')),
    period_number  int         NOT NULL CHECK (period_number > 0),
    amount         numeric     NOT NULL CHECK (amount >= 0),
    after_discount numeric     CHECK (after_discount >= 0),
    tax            numeric     NOT NULL DEFAULT 0 CHECK (tax >= 0),
    currency       text        NOT NULL,
    since          timestamptz NOT NULL,
    set_by         text        NOT NULL,
    last_try       text        NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, instance_id)
);
COMMENT ON TABLE instance_renewal IS 'Instances that renew by themselves, and what a renewal is ordered at. No row: they do not.';
COMMENT ON COLUMN instance_renewal.last_try IS 'The renewal order of the last day it was tried.';

SELECT house.merchant_table('instance_name', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('instance_renewal', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');

CREATE INDEX order_line_instance ON order_line (merchant_id, (terms ->> 'instanceId')) WHERE terms ? 'instanceId';
