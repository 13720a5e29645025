-- +goose Up
-- The ledger: what is posted is only ever added to. No role of the service may update or delete these rows.

CREATE TABLE ledger_book (
    book      text PRIMARY KEY,
    zone      text NOT NULL,
    opened_at timestamptz NOT NULL
);
COMMENT ON TABLE ledger_book IS 'A book is named by its contracting entity''s code; its zone decides months.';

CREATE TABLE ledger_month (
    book      text NOT NULL REFERENCES ledger_book,
    month     date NOT NULL CHECK (extract(day FROM month) = 1),
    closes_at timestamptz NOT NULL,
    run_at    timestamptz,
    locked_at timestamptz,
    PRIMARY KEY (book, month)
);
COMMENT ON COLUMN ledger_month.closes_at IS 'Run instant: facts known from here on belong to a later month. Planned ahead, moved only while in the future.';
COMMENT ON COLUMN ledger_month.run_at IS 'When the month''s bill run really began (business time); null before.';
COMMENT ON COLUMN ledger_month.locked_at IS 'When finance locked the month; nothing enters it any more.';

CREATE SEQUENCE ledger_entry_id;

CREATE TABLE ledger_key (
    merchant_id text   NOT NULL,
    key         text   NOT NULL,
    hash        bytea  NOT NULL,
    entry_id    bigint NOT NULL,
    PRIMARY KEY (merchant_id, key)
);
COMMENT ON TABLE ledger_key IS 'Every cause that was ever posted, once. Never pruned, never partitioned.';

CREATE TABLE ledger_entry (
    merchant_id text        NOT NULL,
    entry_id    bigint      NOT NULL,
    key         text        NOT NULL,
    kind        text        NOT NULL,
    source      text        NOT NULL,
    book        text        NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    period      date        NOT NULL,
    reverses    text,
    xact        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (merchant_id, entry_id)
);
CREATE INDEX ledger_entry_xact ON ledger_entry (xact);

CREATE TABLE ledger_transfer (
    merchant_id      text     NOT NULL,
    entry_id         bigint   NOT NULL,
    n                smallint NOT NULL,
    book             text     NOT NULL,
    currency         text     NOT NULL,
    debit            text     NOT NULL,
    credit           text     NOT NULL,
    amount           numeric  NOT NULL CONSTRAINT ledger_transfer_positive CHECK (amount > 0),
    rate             text,
    period           date     NOT NULL,
    merchant_visible boolean  NOT NULL,
    PRIMARY KEY (merchant_id, entry_id, n),
    CONSTRAINT ledger_transfer_two_accounts CHECK (debit <> credit)
);
CREATE INDEX ledger_transfer_debit ON ledger_transfer (book, debit, currency, period);
CREATE INDEX ledger_transfer_credit ON ledger_transfer (book, credit, currency, period);

CREATE TABLE ledger_sequence (
    seq         bigint PRIMARY KEY,
    merchant_id text   NOT NULL,
    entry_id    bigint NOT NULL UNIQUE
);
COMMENT ON TABLE ledger_sequence IS 'The order in which the single sealer found entries committed; gapless from 1.';

CREATE TABLE ledger_seal (
    batch     bigint PRIMARY KEY,
    first_seq bigint      NOT NULL,
    last_seq  bigint      NOT NULL,
    prev_hash bytea       NOT NULL,
    hash      bytea       NOT NULL,
    horizon   xid8        NOT NULL,
    sealed_at timestamptz NOT NULL
);

-- The content of an entry as one hash, computed from the rows that stand there: what the seal chains and verify recomputes.
-- +goose StatementBegin
CREATE FUNCTION ledger_leaf(e ledger_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(
        concat_ws(E'\x1f', e.merchant_id, e.entry_id, e.key, e.kind, e.source, e.book,
            (extract(epoch FROM e.occurred_at) * 1000000)::bigint, (extract(epoch FROM e.recorded_at) * 1000000)::bigint,
            to_char(e.period, 'YYYY-MM'), coalesce(e.reverses, ''),
            coalesce((SELECT string_agg(concat_ws('|', t.n, t.book, t.currency, t.debit, t.credit, trim_scale(t.amount)::text, coalesce(t.rate, ''),
                        to_char(t.period, 'YYYY-MM'), t.merchant_visible), E'\x1e' ORDER BY t.n)
                FROM ledger_transfer t WHERE t.merchant_id = e.merchant_id AND t.entry_id = e.entry_id), '')), 'UTF8'))
$$;
-- +goose StatementEnd

CREATE TABLE ledger_journal (
    merchant_id text        NOT NULL,
    journal_id  text        NOT NULL,
    book        text        NOT NULL REFERENCES ledger_book,
    period      date        NOT NULL,
    occurred_at timestamptz NOT NULL,
    transfers   jsonb       NOT NULL,
    reason      text        NOT NULL,
    attachment  text        NOT NULL DEFAULT '',
    state       text        NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'approved', 'rejected')),
    proposed_by text        NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by  text,
    decided_at  timestamptz,
    PRIMARY KEY (merchant_id, journal_id),
    CONSTRAINT ledger_journal_two_people CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);

SELECT house.shared_table('ledger_book', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.shared_table('ledger_month', 'SELECT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT house.shared_table('ledger_sequence', '', 'SELECT', 'SELECT, INSERT');
SELECT house.shared_table('ledger_seal', '', 'SELECT', 'SELECT, INSERT');
SELECT house.shared_table('ledger_journal', '', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT house.merchant_table('ledger_key', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('ledger_entry', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.merchant_table('ledger_transfer', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT house.grant_sequence('ledger_entry_id');

-- A merchant sees of its entries only the transfers that touch one of its own accounts.
CREATE POLICY merchant_sees_own_accounts ON ledger_transfer AS RESTRICTIVE FOR SELECT
    USING (merchant_visible OR current_setting('suanpan.merchant', true) IS NULL OR current_setting('suanpan.merchant', true) = '');
