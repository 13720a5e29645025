-- +goose Up
-- Fiscal documents (a CFDI by its UUID, an NF-e by its access key) answer one list, once, in the whole system and for ever.

CREATE TABLE fiscal_claim (
    kind        text        NOT NULL,
    fiscal_id   text        NOT NULL,
    merchant_id text        NOT NULL,
    requisition text        NOT NULL,
    number_key  text        NOT NULL,
    claimed_at  timestamptz NOT NULL,
    claimed_by  text        NOT NULL,
    PRIMARY KEY (kind, fiscal_id)
);
COMMENT ON TABLE fiscal_claim IS 'Taken when an invoice first counts towards a list (pending, waiting or accepted), never given back: after a later refusal, revocation or a law''s end the same document may come again for the same merchant and requisition only. A document that was refused at once takes nothing.';
COMMENT ON COLUMN fiscal_claim.kind IS 'mx.cfdi, br.nfe …: the kinds of entities/identifier.';
COMMENT ON COLUMN fiscal_claim.fiscal_id IS 'In its normal form, so that case and separators make no second document.';
COMMENT ON COLUMN fiscal_claim.number_key IS 'The number of the invoice that took it, as invoice.number_key.';
SELECT house.merchant_table('fiscal_claim', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');

-- +goose StatementBegin
CREATE FUNCTION fiscal_taken(kinds text[], ids text[]) RETURNS TABLE (kind text, fiscal_id text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT c.kind, c.fiscal_id FROM unnest(kinds, ids) AS asked(k, i) JOIN fiscal_claim c ON c.kind = asked.k AND c.fiscal_id = asked.i
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION fiscal_taken IS 'Which of these fiscal documents are taken by anybody. A merchant learns that one is, and nothing else: neither whose it is nor for what.';
REVOKE ALL ON FUNCTION fiscal_taken FROM PUBLIC;
-- +goose StatementBegin
DO $$
DECLARE kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['web', 'staff', 'batch', 'auditor'] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION fiscal_taken TO %I', house.role(kind));
    END LOOP;
END $$;
-- +goose StatementEnd
