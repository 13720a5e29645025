-- +goose Up
-- What merchants owe and cannot earn back: taken from their deposits, the rest a receivable; and what they pay in.

ALTER TABLE bill ADD COLUMN from_deposit numeric NOT NULL DEFAULT 0 CHECK (from_deposit >= 0);
ALTER TABLE bill ADD COLUMN to_receivable numeric NOT NULL DEFAULT 0 CHECK (to_receivable >= 0);
COMMENT ON COLUMN bill.from_deposit IS 'Of a negative payable that is collected: what the merchant''s deposit covered.';
COMMENT ON COLUMN bill.to_receivable IS 'Of a negative payable that is collected: what the deposit did not cover and the merchant owes from then on.';

CREATE TABLE merchant_payment (
    merchant_id text NOT NULL,
    payment_id  text NOT NULL,
    entity      text NOT NULL,
    currency    text NOT NULL,
    purpose     text NOT NULL CHECK (purpose IN ('DEPOSIT', 'RECEIVABLE', 'DEPOSIT_RETURNED')),
    amount      numeric NOT NULL CHECK (amount > 0),
    at          timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, payment_id)
);
COMMENT ON TABLE merchant_payment IS 'What a merchant paid to an entity, into its deposit or towards what it owes, and deposits given back.';
SELECT house.merchant_table('merchant_payment', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
