-- +goose Up
-- What finance keeps beside bills and journals: proposals that a second person has to confirm, and the papers that prove a journal.

CREATE TABLE revocation_proposal (
    merchant_id    text NOT NULL,
    requisition_no text NOT NULL,
    n              int  NOT NULL,
    reason         text NOT NULL,
    state          text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'dropped')),
    proposed_by    text NOT NULL,
    proposed_at    timestamptz NOT NULL,
    decided_by     text,
    decided_at     timestamptz,
    PRIMARY KEY (merchant_id, requisition_no, n),
    CONSTRAINT revocation_two_people CHECK (state <> 'confirmed' OR decided_by <> proposed_by)
);
COMMENT ON TABLE revocation_proposal IS 'One person asks to undo the acceptance of a requisition''s invoices, another confirms it: then, and only then, it is revoked.';
CREATE UNIQUE INDEX revocation_open ON revocation_proposal (merchant_id, requisition_no) WHERE state = 'open';

CREATE TABLE ledger_attachment (
    sha256       text PRIMARY KEY,
    name         text NOT NULL,
    content_type text NOT NULL,
    size         int  NOT NULL,
    content      bytea NOT NULL,
    stored_by    text NOT NULL,
    stored_at    timestamptz NOT NULL
);
COMMENT ON TABLE ledger_attachment IS 'The documents that prove manual journals, by the hash of their bytes; a journal''s attachment names one.';

SELECT house.merchant_table('revocation_proposal', '', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT house.shared_table('ledger_attachment', '', 'SELECT, INSERT', 'SELECT');
