-- +goose Up
-- What a virus scanner said of files, where an installation has one.

CREATE TABLE invoice_file_scan (
    merchant_id text        NOT NULL,
    sha256      text        NOT NULL,
    n           int         NOT NULL,
    outcome     text        NOT NULL CHECK (outcome IN ('clean', 'infected')),
    found       text        NOT NULL DEFAULT '',
    scanned_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, sha256, n),
    CONSTRAINT invoice_file_scan_found CHECK ((outcome = 'infected') = (found <> ''))
);
COMMENT ON TABLE invoice_file_scan IS 'Only answers: a file of which the scanner said nothing yet has no row and waits. The last row counts.';
COMMENT ON COLUMN invoice_file_scan.found IS 'The scanner''s name of what it found.';

-- A merchant's session never says itself that its file is clean.
SELECT house.merchant_table('invoice_file_scan', 'SELECT', 'SELECT', 'SELECT, INSERT');
