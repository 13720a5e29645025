-- +goose Up
-- Invoice lists, what merchants send for them, and what was decided. Nothing is deleted: a list has versions, an invoice has
-- versions, a requisition has events.

CREATE TABLE requisition_claim (
    requisition text PRIMARY KEY,
    merchant_id text NOT NULL,
    claimed_at  timestamptz NOT NULL
);
COMMENT ON TABLE requisition_claim IS 'A payment requisition number (申付单号) is used once, everywhere and for ever, withdrawn or not.';

CREATE TABLE list_state (
    merchant_id text NOT NULL,
    requisition text NOT NULL,
    entity      text NOT NULL,
    currency    text NOT NULL,
    payable     numeric NOT NULL,
    version     int  NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'accepted', 'paid', 'withdrawn')),
    attempt     int  NOT NULL DEFAULT 1,
    notice_at   timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    changed_by  text NOT NULL,
    PRIMARY KEY (merchant_id, requisition)
);
COMMENT ON COLUMN list_state.version IS 'The version of the list in force.';
COMMENT ON COLUMN list_state.attempt IS 'Raised whenever an acceptance is reversed; it is part of the ledger key of the next one.';
CREATE INDEX list_state_state ON list_state (state, entity);
CREATE INDEX list_state_number ON list_state (requisition);

CREATE TABLE invoice_list (
    merchant_id text NOT NULL,
    requisition text NOT NULL,
    version     int  NOT NULL,
    document    jsonb NOT NULL,
    hash        text NOT NULL,
    issued_at   timestamptz NOT NULL,
    issued_by   text NOT NULL,
    PRIMARY KEY (merchant_id, requisition, version)
);
COMMENT ON COLUMN invoice_list.hash IS 'SHA-256 of the canonical document: a copy that a merchant sends back is recognised by it.';

CREATE TABLE list_field (
    merchant_id text NOT NULL,
    requisition text NOT NULL,
    name        text NOT NULL,
    value       text NOT NULL,
    filled_at   timestamptz NOT NULL,
    filled_by   text NOT NULL,
    PRIMARY KEY (merchant_id, requisition, name)
);
COMMENT ON TABLE list_field IS 'What the merchant filled into the list''s blank fields; the issued document itself stays as it is.';

CREATE TABLE invoice_file (
    merchant_id  text NOT NULL,
    sha256       text NOT NULL,
    name         text NOT NULL,
    content_type text NOT NULL,
    size         bigint NOT NULL,
    content      bytea NOT NULL,
    stored_at    timestamptz NOT NULL,
    stored_by    text NOT NULL,
    PRIMARY KEY (merchant_id, sha256)
);
COMMENT ON TABLE invoice_file IS 'Every file as it came, kept before anybody tries to read it; the same bytes once a merchant.';
COMMENT ON COLUMN invoice_file.content_type IS 'What the bytes look like, from a short list of safe types; never what the sender claims.';

CREATE TABLE submission (
    merchant_id   text NOT NULL,
    requisition   text NOT NULL,
    submission    int  NOT NULL,
    received_at   timestamptz NOT NULL,
    more_follows  boolean NOT NULL,
    list_attached boolean NOT NULL,
    outcome       text NOT NULL CHECK (outcome IN ('accepted', 'refused', 'late', 'incomplete')),
    detail        jsonb NOT NULL,
    submitted_by  text NOT NULL,
    recorded_at   timestamptz NOT NULL,
    decision      text CHECK (decision IN ('allowed', 'refused')),
    decided_by    text,
    decided_at    timestamptz,
    reason        text,
    PRIMARY KEY (merchant_id, requisition, submission)
);
COMMENT ON COLUMN submission.requisition IS 'Empty where what was sent named none that is known.';
COMMENT ON COLUMN submission.decision IS 'What finance decided about a late one.';

CREATE TABLE invoice (
    merchant_id   text NOT NULL,
    number_key    text NOT NULL,
    version       int  NOT NULL,
    number        text NOT NULL,
    requisition   text NOT NULL,
    submission    int  NOT NULL,
    position      int  NOT NULL,
    status        text NOT NULL CHECK (status IN ('pending', 'accepted', 'refused', 'waiting', 'revoked', 'reissue', 'paid')),
    document      jsonb NOT NULL,
    reissue_at    timestamptz,
    changed_at    timestamptz NOT NULL,
    changed_by    text NOT NULL,
    PRIMARY KEY (merchant_id, number_key, version)
);
COMMENT ON COLUMN invoice.number_key IS 'The number trimmed and case-blind; every version ever sent is kept under it.';
COMMENT ON COLUMN invoice.reissue_at IS 'From this instant an unpaid invoice has to be issued again, where a law says so.';
CREATE UNIQUE INDEX invoice_live_number ON invoice (merchant_id, number_key)
    WHERE status IN ('pending', 'accepted', 'waiting', 'paid') AND number_key <> '';
CREATE INDEX invoice_requisition ON invoice (merchant_id, requisition);
CREATE INDEX invoice_reissue ON invoice (reissue_at) WHERE status IN ('pending', 'accepted', 'waiting');

CREATE TABLE invoice_fault (
    merchant_id text NOT NULL,
    requisition text NOT NULL,
    submission  int  NOT NULL,
    n           int  NOT NULL,
    severity    text NOT NULL CHECK (severity IN ('fault', 'hold', 'warning')),
    kind        text NOT NULL,
    code        text NOT NULL,
    path        text NOT NULL,
    args        jsonb,
    PRIMARY KEY (merchant_id, requisition, submission, n)
);

CREATE TABLE list_event (
    merchant_id text NOT NULL,
    requisition text NOT NULL,
    n           int  NOT NULL,
    kind        text NOT NULL,
    attempt     int  NOT NULL,
    at          timestamptz NOT NULL,
    by_user     text NOT NULL,
    second_user text,
    reason      text NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, requisition, n),
    CONSTRAINT list_event_two_people CHECK (second_user IS NULL OR second_user <> by_user)
);
COMMENT ON TABLE list_event IS 'What happened to a requisition, when and by whom; only ever added to.';

SELECT house.shared_table('requisition_claim', '', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('list_state', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('invoice_list', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('list_field', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('invoice_file', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('submission', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('invoice', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('invoice_fault', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('list_event', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
