-- +goose Up
-- Who may come in, and who did what. A request is nobody's until its session is known, and until then it has the rights of web
-- without a merchant, which sees no row. Two functions, and nothing else, lead from there to a user: each takes the hash of a
-- secret and answers with the one user it belongs to. Whatever logs in, counts failures or changes users works as batch.

CREATE TABLE access_user (
    user_id     text PRIMARY KEY,
    login       text NOT NULL CONSTRAINT access_user_login UNIQUE CHECK (login = lower(login)),
    name        text NOT NULL,
    merchant_id text NOT NULL DEFAULT '',
    duties      text[] NOT NULL,
    created_at  timestamptz NOT NULL,
    disabled_at timestamptz,
    CONSTRAINT access_user_merchant_or_staff CHECK ((merchant_id <> '') = (duties = ARRAY['merchant']))
);
COMMENT ON TABLE access_user IS 'People who log in. A merchant''s user has that one duty; staff have no merchant.';
COMMENT ON COLUMN access_user.created_at IS 'Machine time, as all times of this file except audit_event.at.';

CREATE TABLE access_password (
    user_id text PRIMARY KEY REFERENCES access_user,
    hash    text NOT NULL
);
COMMENT ON TABLE access_password IS 'argon2id in PHC form; apart from the user so that reading users never reads a hash.';

CREATE TABLE access_session (
    token_hash bytea PRIMARY KEY,
    user_id    text NOT NULL REFERENCES access_user,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX access_session_expires ON access_session (expires_at);
COMMENT ON COLUMN access_session.seen_at IS 'Last use, kept to the minute; idle sessions end by it.';
COMMENT ON COLUMN access_session.expires_at IS 'The end however busy it is.';

CREATE TABLE access_token (
    token_id   text PRIMARY KEY,
    token_hash bytea NOT NULL CONSTRAINT access_token_hash UNIQUE,
    user_id    text NOT NULL REFERENCES access_user,
    name       text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX access_token_user ON access_token (user_id);
COMMENT ON TABLE access_token IS 'Secrets of programs that use the API in somebody''s name; only their hash is kept.';

CREATE TABLE access_throttle (
    subject       text PRIMARY KEY,
    failures      integer NOT NULL,
    since         timestamptz NOT NULL,
    blocked_until timestamptz
);
COMMENT ON TABLE access_throttle IS 'Failed log-ins by user name (login:…) and by address (from:…).';

CREATE TABLE audit_event (
    merchant_id text NOT NULL DEFAULT '',
    event_id    bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL,
    written_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    reason      text NOT NULL DEFAULT '',
    detail      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (merchant_id, event_id)
);
CREATE INDEX audit_event_subject ON audit_event (merchant_id, subject, event_id);
COMMENT ON TABLE audit_event IS 'Who did what and why; only ever added to. No secrets and no bank data.';
COMMENT ON COLUMN audit_event.at IS 'Business time of the transaction.';
COMMENT ON COLUMN audit_event.written_at IS 'Machine time.';
COMMENT ON COLUMN audit_event.merchant_id IS 'Empty where no merchant is concerned.';

SELECT house.merchant_table('access_user', 'SELECT', 'SELECT', 'SELECT, INSERT, UPDATE');
SELECT house.merchant_table('audit_event', 'SELECT, INSERT', 'SELECT, INSERT', 'SELECT, INSERT');

-- Secrets are for batch alone; a person reaches the list of the tokens that are their own.
-- +goose StatementBegin
DO $$
DECLARE
    tbl regclass;
    kind text;
    own constant text := $c$user_id = nullif(current_setting('suanpan.user', true), '')$c$;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['access_password', 'access_session', 'access_token', 'access_throttle']::regclass[] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
        PERFORM house.admit(tbl, 'batch', 'SELECT, INSERT, UPDATE, DELETE', 'true');
        PERFORM house.give(tbl, 'batch', 'SELECT, INSERT, UPDATE, DELETE');
    END LOOP;
    FOREACH kind IN ARRAY ARRAY['web', 'staff'] LOOP
        PERFORM house.admit('access_token', kind, 'SELECT, INSERT, UPDATE', own);
        PERFORM house.give('access_token', kind, 'SELECT (token_id, user_id, name, created_at, expires_at, revoked_at), INSERT, UPDATE (revoked_at)');
    END LOOP;
    PERFORM house.admit('access_token', 'auditor', 'SELECT', own);
    PERFORM house.give('access_token', 'auditor', 'SELECT (token_id, user_id, name, created_at, expires_at, revoked_at)');
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION access_by_session(given bytea, at timestamptz, idle interval)
RETURNS TABLE (user_id text, name text, merchant_id text, duties text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    seen timestamptz;
    who text;
BEGIN
    SELECT s.seen_at, s.user_id INTO seen, who FROM access_session s
        WHERE s.token_hash = given AND s.ended_at IS NULL AND s.expires_at > at AND s.seen_at > at - idle;
    IF who IS NULL THEN
        RETURN;
    END IF;
    IF seen < at - interval '1 minute' THEN -- not at every click: a page and its neighbours would queue for one row
        UPDATE access_session s SET seen_at = at WHERE s.token_hash = given;
    END IF;
    RETURN QUERY SELECT u.user_id, u.name, u.merchant_id, u.duties FROM access_user u
        WHERE u.user_id = who AND u.disabled_at IS NULL;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION access_by_session IS 'The user of a living session, by the hash of its secret. Runs as the owner: before it the tenant is unknown.';

-- +goose StatementBegin
CREATE FUNCTION access_by_token(given bytea, at timestamptz)
RETURNS TABLE (user_id text, name text, merchant_id text, duties text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.user_id, u.name, u.merchant_id, u.duties FROM access_token t JOIN access_user u USING (user_id)
        WHERE t.token_hash = given AND t.revoked_at IS NULL AND t.expires_at > at AND u.disabled_at IS NULL
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION access_by_token IS 'The user of a valid API token, by the hash of its secret. Runs as the owner: before it the tenant is unknown.';

-- +goose StatementBegin
DO $$
DECLARE f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['access_by_session(bytea, timestamptz, interval)', 'access_by_token(bytea, timestamptz)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', f, house.role('web'));
    END LOOP;
END $$;
-- +goose StatementEnd
