-- +goose Up
-- Which credit note lowered which invoice.

CREATE TABLE credit_application (
    merchant_id     text NOT NULL,
    credit_key      text NOT NULL,
    credit_version  int  NOT NULL,
    requisition     text NOT NULL,
    invoice_key     text NOT NULL,
    currency        text NOT NULL,
    amount          numeric NOT NULL CHECK (amount > 0),
    applied_at      timestamptz NOT NULL,
    applied_by      text NOT NULL,
    CONSTRAINT credit_application_once PRIMARY KEY (merchant_id, credit_key),
    CONSTRAINT credit_application_other CHECK (credit_key <> invoice_key)
);
COMMENT ON TABLE credit_application IS 'A credit note lowers an invoice once and for ever: the key is its number alone, in whichever version, so that a second application cannot be written.';
COMMENT ON COLUMN credit_application.credit_key IS 'The credit note''s number as numbers are compared (invoice.number_key).';
COMMENT ON COLUMN credit_application.amount IS 'By how much the invoice is lowered, in currency; never below zero.';
CREATE INDEX credit_application_invoice ON credit_application (merchant_id, invoice_key);

SELECT house.merchant_table('credit_application', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
