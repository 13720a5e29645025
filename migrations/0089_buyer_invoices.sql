-- +goose Up
-- Attachments of the processes around orders, and the invoices that buyers ask for.

CREATE TABLE attachment (
    merchant_id  text        NOT NULL,
    subject_kind text        NOT NULL,
    subject_id   text        NOT NULL,
    sha256       text        NOT NULL,
    name         text        NOT NULL,
    content_type text        NOT NULL,
    size         bigint      NOT NULL,
    content      bytea       NOT NULL,
    stored_at    timestamptz NOT NULL,
    stored_by    text        NOT NULL,
    PRIMARY KEY (merchant_id, subject_kind, subject_id, sha256)
);
COMMENT ON TABLE attachment IS 'What proves an agreement or a decision: small files, by their hash, once a subject.';
SELECT house.merchant_table('attachment', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');

CREATE TABLE buyer_invoice_claim (
    request_id  text PRIMARY KEY,
    merchant_id text NOT NULL
);
COMMENT ON TABLE buyer_invoice_claim IS 'The number of a request is used once in the whole marketplace; it leads to its merchant.';
SELECT house.shared_table('buyer_invoice_claim', '', 'SELECT, INSERT', 'SELECT, INSERT');

CREATE TABLE buyer_invoice (
    merchant_id  text        NOT NULL,
    request_id   text        NOT NULL,
    order_id     text        NOT NULL,
    line_id      text        NOT NULL,
    buyer_id     text        NOT NULL,
    form         text        NOT NULL CHECK (form IN ('paper', 'electronic')),
    state        text        NOT NULL,
    requested_at timestamptz NOT NULL,
    invoice_no   text        NOT NULL DEFAULT '',
    issued_at    timestamptz,
    closed_at    timestamptz,
    reason       text        NOT NULL DEFAULT '',
    deducted     boolean     NOT NULL DEFAULT false,
    carrier      text        NOT NULL DEFAULT '',
    tracking     text        NOT NULL DEFAULT '',
    hash         bytea       NOT NULL,
    PRIMARY KEY (merchant_id, request_id)
);
COMMENT ON COLUMN buyer_invoice.closed_at IS 'When it was cancelled or returned. Until then the line cannot be refunded.';
COMMENT ON COLUMN buyer_invoice.deducted IS 'The buyer had deducted its VAT (已抵扣认证), so proof came instead of a parcel.';
CREATE UNIQUE INDEX buyer_invoice_open ON buyer_invoice (merchant_id, line_id) WHERE closed_at IS NULL;
SELECT house.merchant_table('buyer_invoice', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
