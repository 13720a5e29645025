-- +goose Up
-- The ground every later migration stands on: what this installation is, and the functions that give a table its tenancy.

CREATE TABLE installation (
    singleton   boolean     PRIMARY KEY DEFAULT true CONSTRAINT installation_is_one_row CHECK (singleton),
    role_prefix text        NOT NULL CONSTRAINT installation_role_prefix CHECK (role_prefix ~ '^[a-z][a-z0-9_]{0,49}$'),
    demo        boolean     NOT NULL DEFAULT false,
    demo_now    timestamptz,
    created_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
    CONSTRAINT installation_only_a_demo_has_its_own_clock CHECK (demo = (demo_now IS NOT NULL))
);
COMMENT ON TABLE installation IS 'One row: what this database is.';
COMMENT ON COLUMN installation.role_prefix IS 'The cluster roles are <prefix>_web, _staff, _batch and _auditor. Stored, since a database cloned from a template or renamed keeps the roles its grants name.';
COMMENT ON COLUMN installation.demo IS 'A demo shows its mark everywhere and its business time stands still until moved.';
COMMENT ON COLUMN installation.demo_now IS 'Business time of a demo; null outside one.';
COMMENT ON COLUMN installation.created_at IS 'Machine time: when the schema was first laid out.';

INSERT INTO installation (role_prefix) VALUES (current_setting('suanpan.role_prefix'));

CREATE SCHEMA house;
COMMENT ON SCHEMA house IS 'Functions that migrations call. The service roles cannot reach it.';

-- +goose StatementBegin
CREATE FUNCTION house.role(kind text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT role_prefix || '_' || kind FROM public.installation $$;
-- +goose StatementEnd
COMMENT ON FUNCTION house.role IS 'The cluster role of a kind: web, staff, batch or auditor.';

-- +goose StatementBegin
CREATE FUNCTION house.give(tbl regclass, kind text, privileges text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF trim(coalesce(privileges, '')) <> '' THEN
        EXECUTE format('GRANT %s ON TABLE %s TO %I', privileges, tbl, house.role(kind));
    END IF;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION house.give IS 'Grants the listed privileges, such as ''SELECT, UPDATE (state)''; an empty text grants nothing.';

-- +goose StatementBegin
CREATE FUNCTION house.admit(tbl regclass, kind text, privileges text, condition text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    verb text;
    clauses text;
BEGIN
    FOREACH verb IN ARRAY ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS %I ON %s', kind || '_' || lower(verb), tbl);
        CONTINUE WHEN coalesce(privileges, '') !~* ('\m' || verb || '\M');
        clauses := CASE verb
            WHEN 'INSERT' THEN format('WITH CHECK (%s)', condition)
            WHEN 'UPDATE' THEN format('USING (%1$s) WITH CHECK (%1$s)', condition)
            ELSE format('USING (%s)', condition) END;
        EXECUTE format('CREATE POLICY %I ON %s FOR %s TO %I %s', kind || '_' || lower(verb), tbl, verb, house.role(kind), clauses);
    END LOOP;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION house.admit IS 'One policy a privilege, named <kind>_<verb>, so that a migration can narrow a single one.';

-- An unset merchant reads as null or '' and equals nothing. The owner is not forced under the policies: migrations must see all
-- rows, and the service never works as the owner. A partition is reached through its parent; by itself it shows nothing.
-- +goose StatementBegin
CREATE FUNCTION house.merchant_table(tbl regclass, web text, staff text, batch text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
    PERFORM house.admit(tbl, 'web', web, $c$merchant_id = nullif(current_setting('suanpan.merchant', true), '')$c$);
    PERFORM house.admit(tbl, 'staff', staff, $c$nullif(current_setting('suanpan.user', true), '') IS NOT NULL$c$);
    PERFORM house.admit(tbl, 'batch', batch, 'true');
    PERFORM house.admit(tbl, 'auditor', 'SELECT', 'true');
    PERFORM house.give(tbl, 'web', web);
    PERFORM house.give(tbl, 'staff', staff);
    PERFORM house.give(tbl, 'batch', batch);
    PERFORM house.give(tbl, 'auditor', 'SELECT');
    PERFORM house.partition(relid) FROM pg_partition_tree(tbl) WHERE relid <> tbl;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION house.merchant_table IS 'Row-level security by merchant_id: web sees one merchant, staff all when its user is set, batch and auditor all.';

-- +goose StatementBegin
CREATE FUNCTION house.partition(part regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION house.partition IS 'Call it for every partition made later than its parent''s merchant_table: security on, no policy, no grant.';

-- +goose StatementBegin
CREATE FUNCTION house.shared_table(tbl regclass, web text, staff text, batch text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM house.give(tbl, 'web', web);
    PERFORM house.give(tbl, 'staff', staff);
    PERFORM house.give(tbl, 'batch', batch);
    PERFORM house.give(tbl, 'auditor', 'SELECT');
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION house.shared_table IS 'Grants only, for tables without a merchant''s rows: entities, rates, calendars.';

-- +goose StatementBegin
CREATE FUNCTION house.grant_sequence(seq regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['web', 'staff', 'batch'] LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', seq, house.role(kind));
    END LOOP;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION house.grant_sequence IS 'Lets web, staff and batch draw numbers.';

-- +goose StatementBegin
DO $$
DECLARE kind text;
BEGIN
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    FOREACH kind IN ARRAY ARRAY['web', 'staff', 'batch', 'auditor'] LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', house.role(kind));
        EXECUTE format('GRANT SELECT ON installation TO %I', house.role(kind));
    END LOOP;
END $$;
-- +goose StatementEnd
