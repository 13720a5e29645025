package arch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

// unguarded are the tables without row-level security, each with why no merchant's rows need guarding there. One with a
// merchant_id must give the web role nothing at all.
var unguarded = map[string]string{
	"installation":        "one row about the database itself",
	"goose_db_version":    "which migrations ran",
	"entity":              "contracting entities are public",
	"entity_payout":       "what entities pay in is public",
	"calendar_day":        "public holidays",
	"fx_rate":             "rates are the same for all",
	"sales_region":        "which region belongs to which entity",
	"ledger_book":         "one row an entity",
	"ledger_month":        "one row an entity and month",
	"ledger_calendar":     "one row: which state of books and months stands",
	"ledger_sequence":     "order of all merchants' entries; the sealer's own",
	"ledger_seal":         "hashes over batches of all merchants",
	"ledger_journal":      "proposals of finance, some of no merchant",
	"ledger_attachment":   "documents of finance that prove journals; the web role has no right on it",
	"order_claim":         "claim: unique over all merchants",
	"refund_claim":        "claim: unique over all merchants",
	"buyer_invoice_claim": "claim: unique over all merchants",
	"refund_quota":        "keyed by buyer, who buys from many merchants; the web role has no right on it",
	"instance_claim":      "claim: unique over all merchants",
	"requisition_claim":   "claim: unique over all merchants",
	"bank_line_claim":     "claim: unique over all merchants",
	"credit_movement":     "keyed by buyer; merchants are never told",
	"opening":             "once a book, not by merchant",
	"feed_import":         "one row a file",
	"settlement_run":      "one row an entity and month",
	"netting":             "between entities",
	"month_lock":          "proposals of finance, one an entity and month; the web role has no right on it",
	"setting_proposal":    "proposals of staff; the web role has no right on it",
	"notice_secret":       "one row that only the batch role may read",
	"mail_box":            "how far a mailbox of the house was read; the web role has no right on it",
	"mail_claim":          "claim: a message is taken once over all merchants",
}

// elsewhere are tables with a merchant_id whose keys do not begin with it.
var elsewhere = map[string]string{
	"order_claim":         "claim: an order id is unique over all merchants",
	"refund_claim":        "claim: the number of a request is unique over all merchants",
	"buyer_invoice_claim": "claim: the number of a request is unique over all merchants",
	"instance_claim":      "claim: an instance id is unique over all merchants",
	"requisition_claim":   "claim: a requisition number is unique over all merchants",
	"bank_line_claim":     "claim: a bank line pays once, whoever's it is",
	"fiscal_claim":        "claim: a fiscal document answers one list, whoever's it is",
	"ledger_sequence":     "numbers entries of all merchants in one order",
	"access_user":         "a login is unique over all; staff have no merchant",
}

// unread are tables that the auditor may not read.
var unread = map[string]string{
	"goose_db_version": "which migrations ran is the owner's",
	"access_password":  "secrets",
	"access_session":   "secrets",
	"access_throttle":  "who tried to log in from where",
	"usage_key":        "secrets",
	"notice_secret":    "signs links and webhooks",
}

// asOwner are functions that run with the owner's rights.
var asOwner = map[string]string{
	"ledger_calendar_changed": "a trigger that raises one number, which no role may write",
	"access_by_session":       "before it the tenant is unknown",
	"access_by_token":         "before it the tenant is unknown",
	"fiscal_taken":            "a merchant learns that a fiscal document is used, and nothing else of it",
	"credit_repaid":           "a merchant learns whether a cycle's credit is repaid, and nothing else of it",
}

// table is what the catalogue says of one, a partition included.
type table struct {
	Name      string
	Merchant  bool // has merchant_id
	Guarded   bool
	Partition bool
	KeyFirst  string   // first column of the primary key
	Loose     []string // unique indexes without merchant_id
	Auditor   bool
	Web       bool
	Granted   bool     // to any role of the service
	Changers  []string // service roles that may update or delete
}

const tablesQuery = `
SELECT c.relname,
	EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'merchant_id' AND NOT a.attisdropped),
	c.relrowsecurity, c.relispartition,
	coalesce((SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND i.indisprimary), ''),
	ARRAY(SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT EXISTS (
		SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'merchant_id' AND a.attnum = ANY (i.indkey)) ORDER BY 1),
	has_any_column_privilege(p.x || '_auditor', c.oid, 'SELECT'),
	has_table_privilege(p.x || '_web', c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege(p.x || '_web', c.oid, 'SELECT, INSERT, UPDATE'),
	EXISTS (SELECT FROM unnest(ARRAY['_web', '_staff', '_batch', '_auditor']) r
		WHERE has_table_privilege(p.x || r, c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege(p.x || r, c.oid, 'SELECT, INSERT, UPDATE')),
	ARRAY(SELECT r FROM unnest(ARRAY['web', 'staff', 'batch', 'auditor']) r
		WHERE has_table_privilege(p.x || '_' || r, c.oid, 'DELETE, TRUNCATE') OR has_any_column_privilege(p.x || '_' || r, c.oid, 'UPDATE') ORDER BY 1)
FROM pg_class c, (SELECT role_prefix AS x FROM installation) p
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`

// keptForever are the tables that promise never to change.
var keptForever = []string{"ledger_key", "ledger_entry", "ledger_transfer", "ledger_sequence", "ledger_seal", "audit_event"}

func readTables(t *testing.T, db *pg.DB) []table {
	t.Helper()
	var out []table
	err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), tablesQuery)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[table])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tableRules are the rules of tenancy and keys over the catalogue.
func tableRules(tables []table) []finding {
	var out []finding
	for _, b := range tables {
		say := func(text string, args ...any) {
			out = append(out, finding{"table", b.Name, fmt.Sprintf(text, args...)})
		}
		if b.Partition {
			if !b.Guarded || b.Granted {
				say("a partition is reached through its parent alone: security on, no grant (house.partition)")
			}
			continue
		}
		if b.Merchant || unguarded[b.Name] == "" {
			switch {
			case b.Guarded:
			case unguarded[b.Name] == "":
				say("has no row-level security: call house.merchant_table, or list it as shared with the reason")
			case b.Web:
				say("holds merchants' rows unguarded, so the web role may have no right on it")
			}
		}
		if b.Merchant && elsewhere[b.Name] == "" {
			if b.KeyFirst != "merchant_id" {
				say("its primary key does not begin with merchant_id, so it cannot be distributed")
			}
			for _, i := range b.Loose {
				say("the unique index %s lacks merchant_id: what is unique over all merchants stands in a claim table", i)
			}
		}
		if !b.Auditor && unread[b.Name] == "" {
			say("the auditor cannot read it")
		}
		for _, k := range keptForever {
			if b.Name == k && len(b.Changers) > 0 {
				say("is only ever added to, yet %s may change it", strings.Join(b.Changers, ", "))
			}
		}
	}
	return out
}

func TestTablesKeepMerchantsApart(t *testing.T) {
	t.Parallel()
	tables := readTables(t, pgtest.New(t))
	verdict(t, tableRules(tables), "table")
	t.Run("no exception is left over", func(t *testing.T) {
		here := map[string]table{}
		for _, b := range tables {
			here[b.Name] = b
		}
		for name := range unguarded {
			if b, ok := here[name]; !ok || b.Guarded {
				t.Errorf("unguarded: %s is gone or guarded", name)
			}
		}
		for name := range elsewhere {
			if b, ok := here[name]; !ok || b.KeyFirst == "merchant_id" && len(b.Loose) == 0 {
				t.Errorf("elsewhere: %s is gone or keyed by merchant", name)
			}
		}
		for name := range unread {
			if b, ok := here[name]; !ok || b.Auditor {
				t.Errorf("unread: %s is gone or read by the auditor", name)
			}
		}
	})
}

func TestTableRulesFindABreach(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := context.Background()
	exec := func(sql string) {
		if err := db.OwnerTx(ctx, func(tx *pg.Tx) error { _, err := tx.Exec(ctx, sql); return err }); err != nil {
			t.Fatal(err)
		}
	}
	prefix, err := db.RoleName(ctx, pg.Web)
	if err != nil {
		t.Fatal(err)
	}
	exec(`CREATE TABLE planted_open (merchant_id text, id text PRIMARY KEY, mark text)`)
	exec(`CREATE UNIQUE INDEX planted_mark ON planted_open (mark)`)
	exec(`CREATE TABLE planted_part (merchant_id text, month date, PRIMARY KEY (merchant_id, month)) PARTITION BY RANGE (month)`)
	exec(`SELECT house.merchant_table('planted_part', 'SELECT', 'SELECT', 'SELECT, INSERT')`)
	exec(`CREATE TABLE planted_part_1 PARTITION OF planted_part FOR VALUES FROM ('2026-10-01') TO ('2026-11-01')`)
	exec(`GRANT SELECT ON order_claim TO ` + pgx.Identifier{prefix}.Sanitize())
	exec(`GRANT UPDATE (amount) ON ledger_transfer TO ` + pgx.Identifier{prefix}.Sanitize())
	got := map[string]bool{}
	for _, f := range tableRules(readTables(t, db)) {
		got[f.place+": "+f.text] = true
	}
	for _, want := range []string{
		"planted_open: has no row-level security", "planted_open: its primary key", "planted_open: the unique index planted_mark",
		"planted_open: the unique index planted_open_pkey", "planted_open: the auditor", "planted_part_1: a partition is reached",
		"order_claim: holds merchants' rows unguarded", "ledger_transfer: is only ever added to, yet web",
	} {
		found := false
		for g := range got {
			found = found || strings.HasPrefix(g, want)
		}
		if !found {
			t.Errorf("not found: %s", want)
		}
	}
}

// loose lists what goes around the policies: roles with too much power, views with their owner's eyes, functions as the owner.
const looseQuery = `
SELECT 'role ' || rolname || ' can bypass policies or owns something' FROM pg_roles, (SELECT role_prefix AS x FROM installation) p
	WHERE rolname IN (p.x || '_web', p.x || '_staff', p.x || '_batch', p.x || '_auditor')
	AND (rolbypassrls OR rolsuper OR rolcreaterole OR rolcreatedb OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid))
UNION ALL
SELECT 'view ' || relname || ' is not security_invoker' FROM pg_class
	WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace AND NOT coalesce(reloptions::text ~ 'security_invoker=(true|on)', false)
UNION ALL
SELECT 'function ' || proname || ' runs as the owner' FROM pg_proc
	WHERE prosecdef AND pronamespace IN ('public'::regnamespace, 'house'::regnamespace) AND NOT proname = ANY ($1)
ORDER BY 1`

func looseEnds(t *testing.T, db *pg.DB) (out []string) {
	t.Helper()
	ctx := context.Background()
	err := db.OwnerTx(ctx, func(tx *pg.Tx) error {
		rows, err := tx.Query(ctx, looseQuery, sortedKeys(asOwner))
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNothingGoesAroundThePolicies(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, l := range looseEnds(t, db) {
		t.Error(l)
	}
	ctx := context.Background()
	err := db.OwnerTx(ctx, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `CREATE VIEW planted AS SELECT * FROM merchant;
			CREATE FUNCTION planted_f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(looseEnds(t, db), "; ")
	if !strings.Contains(got, "function planted_f runs as the owner") || !strings.Contains(got, "view planted is not security_invoker") {
		t.Errorf("a planted view and function: %q", got)
	}
}
