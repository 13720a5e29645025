-- +goose Up
-- A setting that changes what is past takes two people; and a merchant's settings are shown to nobody else's web role.

ALTER TABLE setting ADD COLUMN reason text NOT NULL DEFAULT '', ADD COLUMN confirmed_by text;
COMMENT ON COLUMN setting.reason IS 'Why it was set from an instant that was past already; empty where it was not.';
COMMENT ON COLUMN setting.confirmed_by IS 'The second person of a setting from a past instant; null where it was none.';
-- Not valid: what was set before this rule keeps standing as it was said.
ALTER TABLE setting ADD CONSTRAINT setting_backdated_by_two
    CHECK (valid_from >= recorded_at OR (confirmed_by IS NOT NULL AND confirmed_by <> set_by AND reason <> '')) NOT VALID;

CREATE TABLE setting_proposal (
    key         text        NOT NULL,
    scope       text        NOT NULL,
    valid_from  timestamptz NOT NULL,
    n           int         NOT NULL,
    value       text        NOT NULL,
    source      text        NOT NULL,
    reason      text        NOT NULL CHECK (reason <> ''),
    state       text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'dropped')),
    proposed_by text        NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by  text,
    decided_at  timestamptz,
    PRIMARY KEY (key, scope, valid_from, n),
    CONSTRAINT setting_proposal_two_people CHECK (state <> 'confirmed' OR decided_by <> proposed_by)
);
COMMENT ON TABLE setting_proposal IS 'Settings from a past instant that wait for their second person, and how each was decided.';
CREATE UNIQUE INDEX setting_proposal_open ON setting_proposal (key, scope, valid_from) WHERE state = 'open';
SELECT house.shared_table('setting_proposal', '', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');

ALTER TABLE setting ENABLE ROW LEVEL SECURITY;
SELECT house.admit('setting', 'web', 'SELECT', $c$NOT EXISTS (
    SELECT FROM unnest(string_to_array(scope, ';')) AS part
    WHERE (starts_with(part, 'merchant=') AND part IS DISTINCT FROM 'merchant=' || nullif(current_setting('suanpan.merchant', true), ''))
       OR (starts_with(part, 'product=') AND NOT EXISTS (
            SELECT FROM product p WHERE p.merchant_id = nullif(current_setting('suanpan.merchant', true), '') AND p.product_id = substr(part, 9))))$c$);
SELECT house.admit('setting', 'staff', 'SELECT, INSERT', $c$nullif(current_setting('suanpan.user', true), '') IS NOT NULL$c$);
SELECT house.admit('setting', 'batch', 'SELECT, INSERT', 'true');
SELECT house.admit('setting', 'auditor', 'SELECT', 'true');
