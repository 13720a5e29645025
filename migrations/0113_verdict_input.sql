-- +goose Up
-- What a verdict was judged on, so that it can be given again, and tried under the rules of another day.

CREATE TABLE verdict_input (
    merchant_id text NOT NULL,
    requisition text NOT NULL,
    submission  int  NOT NULL,
    n           int  NOT NULL,
    rules_on    date,
    input       jsonb NOT NULL,
    result      jsonb NOT NULL,
    judged_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, requisition, submission, n)
);
COMMENT ON TABLE verdict_input IS 'Only ever added to. The invoices themselves are those of the submission, the lists the versions named.';
COMMENT ON COLUMN verdict_input.n IS '1 as it was received; 2 where finance took a late one and it was judged again.';
COMMENT ON COLUMN verdict_input.rules_on IS 'The day whose national rules counted: that of receipt, in the zone of the entity; null where no list was found.';
COMMENT ON COLUMN verdict_input.result IS 'Outcome, codes with their places, and what became of each invoice: what judging again has to give.';

SELECT house.merchant_table('verdict_input', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');
