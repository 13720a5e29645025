-- +goose Up
-- The bytes of a file are one row; under which names and for which requisitions they came are rows of their own.

CREATE TABLE invoice_file_use (
    merchant_id text        NOT NULL,
    sha256      text        NOT NULL,
    requisition text        NOT NULL DEFAULT '',
    name        text        NOT NULL,
    way         text        NOT NULL DEFAULT '',
    used_at     timestamptz NOT NULL,
    used_by     text        NOT NULL,
    PRIMARY KEY (merchant_id, sha256, requisition, name)
);
COMMENT ON TABLE invoice_file_use IS 'Each name under which the same bytes came, and for what; the first time only.';
COMMENT ON COLUMN invoice_file_use.requisition IS 'The requisition it was sent for; empty where the sender named none.';
COMMENT ON COLUMN invoice_file_use.way IS 'By which way it came, in the word of whoever took it: page, api, mail.';
INSERT INTO invoice_file_use (merchant_id, sha256, name, used_at, used_by) SELECT merchant_id, sha256, name, stored_at, stored_by FROM invoice_file;

SELECT house.merchant_table('invoice_file_use', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
