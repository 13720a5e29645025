-- +goose Up
-- Service supervision of order lines: the case, its log, proofs and evidence, appeals.

CREATE TABLE supervision_case (
    merchant_id   text        NOT NULL,
    line_id       text        NOT NULL,
    order_id      text        NOT NULL,
    entity        text        NOT NULL,
    buyer_id      text        NOT NULL,
    product_id    text        NOT NULL,
    sku_code      text        NOT NULL DEFAULT '',
    currency      text        NOT NULL,
    gross         numeric     NOT NULL,
    refunded      numeric     NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    type          text        NOT NULL DEFAULT '',
    channel       text        NOT NULL DEFAULT '',
    product_name  text        NOT NULL DEFAULT '',
    spec_name     text        NOT NULL DEFAULT '',
    stage         text        NOT NULL,
    since         timestamptz NOT NULL,
    opened_at     timestamptz NOT NULL,
    frozen_at     timestamptz,
    rejections    int         NOT NULL DEFAULT 0,
    acts          int         NOT NULL DEFAULT 0,
    carrier       text        NOT NULL DEFAULT '',
    parcel        text        NOT NULL DEFAULT '',
    signed_at     timestamptz,
    phones_differ boolean     NOT NULL DEFAULT false,
    service_start timestamptz,
    accepted_at   timestamptz,
    ended_how     text        NOT NULL DEFAULT '',
    ended_at      timestamptz,
    refund_id     text        NOT NULL DEFAULT '',
    resume_at     text        NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, line_id)
);
COMMENT ON TABLE supervision_case IS 'One supervised order line (服务监管): where it stands and what it came to.';
COMMENT ON COLUMN supervision_case.type IS 'Delivery type; empty until somebody says it.';
COMMENT ON COLUMN supervision_case.product_name IS 'As the order names it, to compare a delivery proof with; empty where the marketplace did not say.';
COMMENT ON COLUMN supervision_case.since IS 'When the stage began.';
COMMENT ON COLUMN supervision_case.frozen_at IS 'Since when an appeal freezes it.';
COMMENT ON COLUMN supervision_case.rejections IS 'How often the buyer rejected a delivery.';
COMMENT ON COLUMN supervision_case.phones_differ IS 'The parcel''s receiver has another phone than the order''s: nothing is accepted by itself. The phones stand in supervision_contact.';
COMMENT ON COLUMN supervision_case.accepted_at IS 'When what ended supervision happened: the time of the fact supervisionCompleted.';
COMMENT ON COLUMN supervision_case.refund_id IS 'The refund that is waited for.';
COMMENT ON COLUMN supervision_case.resume_at IS 'The stage to return to when the refund was of a part.';
CREATE INDEX supervision_open ON supervision_case (opened_at) WHERE ended_at IS NULL;
CREATE INDEX supervision_line ON supervision_case (line_id);
SELECT house.merchant_table('supervision_case', 'SELECT, UPDATE', 'SELECT, UPDATE', 'SELECT, INSERT, UPDATE');

CREATE TABLE supervision_contact (
    merchant_id   text NOT NULL,
    line_id       text NOT NULL,
    company       text NOT NULL DEFAULT '',
    order_phone   text NOT NULL DEFAULT '',
    parcel_phone  text NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, line_id)
);
COMMENT ON TABLE supervision_contact IS 'Personal data of a case, by itself so that it can be erased. A merchant reads the company it has to name, never the phones.';
COMMENT ON COLUMN supervision_contact.company IS 'The ordering user''s full company name.';
COMMENT ON COLUMN supervision_contact.order_phone IS 'The receiver''s phone in the order.';
COMMENT ON COLUMN supervision_contact.parcel_phone IS 'The receiver''s phone as the courier has it.';
SELECT house.merchant_table('supervision_contact', 'SELECT (merchant_id, line_id, company)', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE supervision_log (
    merchant_id text        NOT NULL,
    line_id     text        NOT NULL,
    no          int         NOT NULL,
    event       text        NOT NULL,
    party       text        NOT NULL,
    actor       text        NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    stage       text        NOT NULL,
    text        text        NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, line_id, no)
);
COMMENT ON TABLE supervision_log IS 'Everything that was done to a case, in its order; only ever added to: it is what a dispute is decided by.';
COMMENT ON COLUMN supervision_log.stage IS 'The stage after it.';
COMMENT ON COLUMN supervision_log.text IS 'The request, the reason, the parcel, the courier''s words.';
SELECT house.merchant_table('supervision_log', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');

CREATE TABLE supervision_file (
    merchant_id  text        NOT NULL,
    sha256       text        NOT NULL,
    content_type text        NOT NULL,
    size         int         NOT NULL,
    content      bytea       NOT NULL,
    stored_at    timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, sha256)
);
COMMENT ON TABLE supervision_file IS 'Proofs and evidence by their hash; the same bytes are kept once a merchant.';
SELECT house.merchant_table('supervision_file', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');

CREATE TABLE supervision_paper (
    merchant_id text        NOT NULL,
    line_id     text        NOT NULL,
    no          int         NOT NULL,
    appeal_no   int         NOT NULL DEFAULT 0,
    sha256      text        NOT NULL,
    name        text        NOT NULL,
    party       text        NOT NULL,
    actor       text        NOT NULL,
    at          timestamptz NOT NULL,
    elements    jsonb       NOT NULL DEFAULT '{}',
    unchecked   text[]      NOT NULL DEFAULT '{}',
    PRIMARY KEY (merchant_id, line_id, no)
);
COMMENT ON TABLE supervision_paper IS 'A file that was handed in: a delivery proof (交付验收件), or evidence of an appeal.';
COMMENT ON COLUMN supervision_paper.appeal_no IS 'The appeal it is evidence of; 0 for a delivery proof.';
COMMENT ON COLUMN supervision_paper.elements IS 'What a proof says: order number, company, product, specification, and what else is asked for.';
COMMENT ON COLUMN supervision_paper.unchecked IS 'Elements that could not be compared, since the order''s own were not known.';
SELECT house.merchant_table('supervision_paper', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');

CREATE TABLE appeal (
    merchant_id text        NOT NULL,
    line_id     text        NOT NULL,
    no          int         NOT NULL,
    party       text        NOT NULL,
    ground      text        NOT NULL,
    reason      text        NOT NULL,
    opened_by   text        NOT NULL,
    opened_at   timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    due_basis   text        NOT NULL,
    by_feed     boolean     NOT NULL DEFAULT false,
    outcome     text        NOT NULL DEFAULT '',
    amount      numeric,
    decision    text        NOT NULL DEFAULT '',
    decided_by  text        NOT NULL DEFAULT '',
    decided_at  timestamptz,
    PRIMARY KEY (merchant_id, line_id, no)
);
COMMENT ON TABLE appeal IS 'An appeal (申诉): it freezes a case until operations decides.';
COMMENT ON COLUMN appeal.due_at IS 'The end of the last working day by which operations decides, in the entity''s zone.';
COMMENT ON COLUMN appeal.due_basis IS 'Which calendar that rests on.';
COMMENT ON COLUMN appeal.by_feed IS 'It was opened elsewhere and heard of by the feed; who and why is not known here.';
COMMENT ON COLUMN appeal.outcome IS 'resume, accepted or refund; feed where it was closed elsewhere; empty while open.';
CREATE UNIQUE INDEX appeal_open ON appeal (merchant_id, line_id) WHERE decided_at IS NULL;
CREATE INDEX appeal_queue ON appeal (due_at) WHERE decided_at IS NULL;
SELECT house.merchant_table('appeal', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
