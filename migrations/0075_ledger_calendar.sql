-- +goose Up
-- Which state of books and months a posting was prepared under: a number that changes with every change of either and is never used twice, so that a
-- posting may keep the calendar between transactions and ask, in the statement that writes its key, whether it still holds.
CREATE SEQUENCE ledger_calendar_version;
CREATE TABLE ledger_calendar (
    singleton boolean PRIMARY KEY DEFAULT true CONSTRAINT ledger_calendar_is_one_row CHECK (singleton),
    version   bigint  NOT NULL DEFAULT nextval('ledger_calendar_version')
);
COMMENT ON TABLE ledger_calendar IS 'One row: the version of ledger_book and ledger_month together.';
INSERT INTO ledger_calendar DEFAULT VALUES;
SELECT house.shared_table('ledger_calendar', 'SELECT', 'SELECT', 'SELECT');

-- A trigger, so that no statement can forget it; it runs as the owner, so that no role of the service can write the version.
-- +goose StatementBegin
CREATE FUNCTION ledger_calendar_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR EXISTS (SELECT FROM fresh) THEN -- planning again what is planned changes nothing
        UPDATE ledger_calendar SET version = nextval('ledger_calendar_version');
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION ledger_calendar_changed FROM PUBLIC;
CREATE TRIGGER book_opened AFTER INSERT ON ledger_book REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_calendar_changed();
CREATE TRIGGER book_changed AFTER UPDATE ON ledger_book REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_calendar_changed();
CREATE TRIGGER book_gone AFTER DELETE ON ledger_book FOR EACH STATEMENT EXECUTE FUNCTION ledger_calendar_changed();
CREATE TRIGGER month_planned AFTER INSERT ON ledger_month REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_calendar_changed();
CREATE TRIGGER month_changed AFTER UPDATE ON ledger_month REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_calendar_changed();
CREATE TRIGGER month_gone AFTER DELETE ON ledger_month FOR EACH STATEMENT EXECUTE FUNCTION ledger_calendar_changed();
