-- +goose Up
-- The job library (river) keeps its queue in a schema of its own and lays it out itself, as the owner, after this. Only the batch role works with it.

CREATE SCHEMA river;
COMMENT ON SCHEMA river IS 'The queue of the job library: machine time, no business data. What is due by business time stands in timers.';

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA river TO %I', house.role('batch'));
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA river GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', house.role('batch'));
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA river GRANT USAGE ON SEQUENCES TO %I', house.role('batch'));
END $$;
-- +goose StatementEnd
