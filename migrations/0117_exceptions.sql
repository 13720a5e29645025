-- +goose Up
-- What finance decided about uploads that were refused or came late. State follows from the steps; nothing is changed or deleted.

CREATE TABLE exception_step (
    merchant_id text NOT NULL,
    requisition text NOT NULL,
    submission  int  NOT NULL,
    n           int  NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('propose', 'confirm', 'reject', 'close', 'undo')),
    codes       text[] NOT NULL DEFAULT '{}',
    batch       text NOT NULL,
    by_user     text NOT NULL,
    proposer    text,
    at          timestamptz NOT NULL,
    reason      text NOT NULL DEFAULT '',
    PRIMARY KEY (merchant_id, requisition, submission, n),
    CONSTRAINT exception_step_two_people CHECK (proposer IS NULL OR lower(proposer) <> lower(by_user)),
    CONSTRAINT exception_step_second CHECK ((kind = 'confirm') = (proposer IS NOT NULL))
);
COMMENT ON TABLE exception_step IS 'Only ever added to; an undo is a step that takes back the last one that stands.';
COMMENT ON COLUMN exception_step.codes IS 'The faults that a proposal asks to set aside.';
COMMENT ON COLUMN exception_step.batch IS 'Decisions taken at once bear one name and are undone at once.';
COMMENT ON COLUMN exception_step.proposer IS 'Who proposed what this step confirms: never the same person.';
CREATE INDEX exception_step_batch ON exception_step (batch);

ALTER TABLE submission DROP CONSTRAINT submission_decision_check;
ALTER TABLE submission ADD CONSTRAINT submission_decision_check CHECK (decision IN ('allowed', 'refused', 'overridden'));
COMMENT ON COLUMN submission.decision IS 'What finance decided about a late one, or that two people set aside the faults of a refused one.';
CREATE INDEX submission_undecided ON submission (received_at) WHERE outcome IN ('refused', 'late') AND decision IS NULL;

SELECT house.merchant_table('exception_step', 'SELECT', 'SELECT, INSERT', 'SELECT, INSERT');
