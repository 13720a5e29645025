package pg_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

var (
	_ = fault.Define("PGTEST-TAKEN", "taken", "已占用", "ocupado")
	_ = pg.Constraint("thing_name_once", "PGTEST-TAKEN", "name")
)

// things is a database with a merchant's table, partitioned as the big ones are, and a row for each of two merchants.
func things(t *testing.T) *pg.DB {
	t.Helper()
	db := pgtest.New(t)
	owner(t, db, `
		CREATE TABLE thing (merchant_id text NOT NULL, n int NOT NULL CONSTRAINT thing_positive CHECK (n > 0), amount numeric,
			CONSTRAINT thing_pkey PRIMARY KEY (merchant_id, n)) PARTITION BY RANGE (n);
		CREATE TABLE thing_low PARTITION OF thing FOR VALUES FROM (0) TO (100);
		CREATE TABLE thing_name_target (id int PRIMARY KEY);
		CREATE TABLE thing_name (name text CONSTRAINT thing_name_once UNIQUE, other int CONSTRAINT thing_name_other REFERENCES thing_name_target);
		CREATE SEQUENCE thing_seq;
		SELECT house.merchant_table('thing', 'SELECT, INSERT', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE, DELETE');
		CREATE TABLE thing_high PARTITION OF thing FOR VALUES FROM (100) TO (200);
		SELECT house.partition('thing_high');
		SELECT house.shared_table('thing_name', 'SELECT', 'SELECT, INSERT', '');
		SELECT house.grant_sequence('thing_seq');
		INSERT INTO thing VALUES ('m1', 1, 1.10), ('m2', 2, 2.20), ('m1', 101, 3), ('m2', 102, 4);`)
	return db
}

func owner(t *testing.T, db *pg.DB, sql string) {
	t.Helper()
	err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error { _, err := tx.Exec(context.Background(), sql); return err })
	if err != nil {
		t.Fatal(err)
	}
}

func run(db *pg.DB, a pg.Actor, sql string, args ...any) error {
	return db.InTx(context.Background(), a, func(tx *pg.Tx) error { _, err := tx.Exec(context.Background(), sql, args...); return err })
}

func count(t *testing.T, db *pg.DB, a pg.Actor) (n int) {
	t.Helper()
	err := db.ReadTx(context.Background(), a, func(tx *pg.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT count(*) FROM thing`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRoles(t *testing.T) {
	t.Parallel()
	db := things(t)
	t.Run("who sees how much", func(t *testing.T) {
		for _, c := range []struct {
			name  string
			actor pg.Actor
			want  int
		}{
			{"a merchant its own", pg.AsMerchant("m1", "ana"), 2},
			{"a merchant without rows nothing", pg.AsMerchant("m3", "bob"), 0},
			{"no merchant nothing", pg.AsMerchant("", "bob"), 0},
			{"staff everything", pg.AsStaff("wei"), 4},
			{"batch everything", pg.AsBatch("run"), 4},
			{"auditor everything", pg.AsAuditor("eve"), 4},
		} {
			if got := count(t, db, c.actor); got != c.want {
				t.Errorf("%s: %d rows, want %d", c.name, got, c.want)
			}
		}
	})
	t.Run("what is refused", func(t *testing.T) {
		for _, c := range []struct {
			name, sql string
			actor     pg.Actor
		}{
			{"web updates", `UPDATE thing SET amount = 0`, pg.AsMerchant("m1", "ana")},
			{"web deletes", `DELETE FROM thing`, pg.AsMerchant("m1", "ana")},
			{"web inserts for another", `INSERT INTO thing VALUES ('m2', 3)`, pg.AsMerchant("m1", "ana")},
			{"web without a merchant inserts", `INSERT INTO thing VALUES ('', 3)`, pg.AsMerchant("", "ana")},
			{"web reads a partition", `SELECT FROM thing_low`, pg.AsMerchant("m1", "ana")},
			{"web reads a later partition", `SELECT FROM thing_high`, pg.AsMerchant("m1", "ana")},
			{"web takes a shared table's insert", `INSERT INTO thing_name VALUES ('x')`, pg.AsMerchant("m1", "ana")},
			{"staff deletes", `DELETE FROM thing`, pg.AsStaff("wei")},
			{"batch has no grant", `SELECT FROM thing_name`, pg.AsBatch("run")},
			{"auditor writes", `INSERT INTO thing VALUES ('m1', 3)`, pg.AsAuditor("eve")},
			{"staff makes tables", `CREATE TABLE x ()`, pg.AsStaff("wei")},
			{"staff moves the clock by hand", `UPDATE installation SET demo_now = demo_now`, pg.AsStaff("wei")},
			{"batch calls the house", `SELECT house.role('web')`, pg.AsBatch("run")},
		} {
			if err := run(db, c.actor, c.sql); !fault.Has(err, "PG-DENIED") {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
	t.Run("what is allowed", func(t *testing.T) {
		if err := run(db, pg.AsMerchant("m1", "ana"), `INSERT INTO thing VALUES ('m1', nextval('thing_seq') + 10)`); err != nil {
			t.Error(err)
		}
		if err := run(db, pg.AsStaff("wei"), `UPDATE thing SET amount = 9 WHERE merchant_id = 'm2'`); err != nil {
			t.Error(err)
		}
		if err := run(db, pg.AsBatch("run"), `CREATE TEMP TABLE staged (a int) ON COMMIT DROP`); err != nil {
			t.Error(err)
		}
	})
	t.Run("staff without a name does not even begin", func(t *testing.T) {
		if err := run(db, pg.AsStaff(""), `SELECT 1`); !fault.Has(err, "PG-ACTOR") {
			t.Error(err)
		}
	})
	t.Run("nobody bypasses row-level security, and a transaction leaves no role behind", func(t *testing.T) {
		one, err := pg.Open(context.Background(), pgtest.URL(db), pg.WithMaxConns(1))
		if err != nil {
			t.Fatal(err)
		}
		defer one.Close()
		count(t, one, pg.AsMerchant("m1", "ana"))
		var bypass, open int
		var same bool
		err = one.Pool.QueryRow(context.Background(), `SELECT (SELECT count(*) FROM pg_roles r, installation i
			WHERE r.rolname LIKE i.role_prefix || '\_%' AND (rolbypassrls OR rolsuper OR rolcanlogin)), current_user = session_user
			AND coalesce(current_setting('suanpan.merchant', true), '') = '',
			(SELECT count(*) FROM pg_class WHERE relname LIKE 'thing\_%' AND relispartition AND relkind = 'r' AND NOT relrowsecurity)`).
			Scan(&bypass, &same, &open)
		if err != nil || bypass != 0 || !same || open != 0 {
			t.Error(bypass, same, open, err)
		}
	})
}

func TestInTx(t *testing.T) {
	t.Parallel()
	db := things(t)
	ctx := context.Background()
	batch := pg.AsBatch("test")
	t.Run("an error undoes everything", func(t *testing.T) {
		mine := errors.New("mine")
		err := db.InTx(ctx, batch, func(tx *pg.Tx) error {
			_, _ = tx.Exec(ctx, `INSERT INTO thing VALUES ('m9', 9)`)
			return mine
		})
		if !errors.Is(err, mine) || count(t, db, pg.AsMerchant("m9", "x")) != 0 {
			t.Error(err)
		}
	})
	t.Run("a panic undoes everything and gives the connection back", func(t *testing.T) {
		func() {
			defer func() { _ = recover() }()
			_ = db.InTx(ctx, batch, func(tx *pg.Tx) error {
				_, _ = tx.Exec(ctx, `INSERT INTO thing VALUES ('m9', 9)`)
				panic("x")
			})
		}()
		if count(t, db, pg.AsMerchant("m9", "x")) != 0 || db.Pool.Stat().AcquiredConns() != 0 {
			t.Error("something stayed")
		}
	})
	t.Run("a statement's dropped error is not committed over", func(t *testing.T) {
		err := db.InTx(ctx, batch, func(tx *pg.Tx) error { _, _ = tx.Exec(ctx, `SELECT 1/0`); return nil })
		if !errors.Is(err, pgx.ErrTxCommitRollback) {
			t.Error(err)
		}
	})
	t.Run("a transaction inside is refused, and nothing works after the end", func(t *testing.T) {
		var kept *pg.Tx
		err := db.InTx(ctx, batch, func(tx *pg.Tx) error {
			kept = tx
			if _, err := tx.Begin(ctx); err == nil {
				t.Error("it nested")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		var n int
		if err := kept.QueryRow(ctx, `SELECT 1`).Scan(&n); !errors.Is(err, pgx.ErrTxClosed) {
			t.Error(err)
		}
		if _, err := kept.SendBatch(ctx, &pgx.Batch{}).Exec(); !errors.Is(err, pgx.ErrTxClosed) {
			t.Error(err)
		}
	})
}

func TestWhatATransactionMay(t *testing.T) {
	t.Parallel()
	db := things(t)
	ctx := context.Background()
	batch := pg.AsBatch("test")
	t.Run("reading cannot write", func(t *testing.T) {
		err := db.ReadTx(ctx, batch, func(tx *pg.Tx) error { _, err := tx.Exec(ctx, `DELETE FROM thing`); return err })
		if err == nil {
			t.Error("it wrote")
		}
	})
	t.Run("amounts come as exact decimals", func(t *testing.T) {
		var d decimal.Decimal
		err := db.InTx(ctx, batch, func(tx *pg.Tx) error { return tx.QueryRow(ctx, `SELECT 0.10000000000000000001::numeric`).Scan(&d) })
		if err != nil || d.String() != "0.10000000000000000001" {
			t.Error(d, err)
		}
	})
	t.Run("a caller who left leaves nothing", func(t *testing.T) {
		gone, cancel := context.WithCancel(ctx)
		err := db.InTx(gone, batch, func(tx *pg.Tx) error {
			_, _ = tx.Exec(ctx, `INSERT INTO thing VALUES ('m9', 9)`)
			cancel()
			return gone.Err()
		})
		if !errors.Is(err, context.Canceled) || count(t, db, pg.AsMerchant("m9", "x")) != 0 {
			t.Error(err)
		}
	})
}

func TestFault(t *testing.T) {
	t.Parallel()
	db := things(t)
	owner(t, db, `INSERT INTO thing_name VALUES ('a')`)
	staff := pg.AsStaff("wei")
	for _, c := range []struct {
		name, sql, code string
		kind            fault.Kind
	}{
		{"a unique key is a conflict", `INSERT INTO thing VALUES ('m1', 1)`, "PG-UNIQUE", fault.Conflict},
		{"a constraint given a code gets it", `INSERT INTO thing_name VALUES ('a')`, "PGTEST-TAKEN", fault.Conflict},
		{"a missing reference is invalid", `INSERT INTO thing_name VALUES ('b', 7)`, "PG-REFERENCE", fault.Invalid},
		{"a check is invalid", `INSERT INTO thing VALUES ('m1', 0)`, "PG-CHECK", fault.Invalid},
		{"a missing value is invalid", `INSERT INTO thing VALUES (NULL, 5)`, "PG-CHECK", fault.Invalid},
		{"a serialization failure is for later", `DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`, "PG-BUSY", fault.Unavailable},
		{"a deadlock is for later", `DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$`, "PG-BUSY", fault.Unavailable},
	} {
		err := run(db, staff, c.sql)
		if !fault.Has(err, c.code) || fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v (%s)", c.name, err, fault.KindOf(err))
		}
	}
	t.Run("an ended connection is for later", func(t *testing.T) {
		err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
			_, err := tx.Exec(context.Background(), `SELECT pg_terminate_backend(pg_backend_pid())`)
			return err
		})
		if !fault.Has(err, "PG-DOWN") {
			t.Error(err)
		}
	})
	t.Run("no server is for later", func(t *testing.T) {
		if _, err := pg.Open(context.Background(), "postgres://x@127.0.0.1:1/x?sslmode=disable"); !fault.Has(err, "PG-DOWN") {
			t.Error(err)
		}
	})
	t.Run("a fault and a mistake of ours pass through", func(t *testing.T) {
		f := fault.New(fault.Conflict, "PGTEST-TAKEN", "")
		if got := pg.Fault(f); got != error(f) {
			t.Error(got)
		}
		if err := run(db, staff, `SELEKT`); err == nil || fault.KindOf(err) != fault.Internal {
			t.Error(err)
		}
	})
}

func TestDemoClock(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	real := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	db, _ := pgtest.NewAt(t, real)
	now := func() (at time.Time) {
		if err := db.InTx(ctx, pg.AsBatch("x"), func(tx *pg.Tx) error { at = tx.Now; return nil }); err != nil {
			t.Fatal(err)
		}
		return at
	}
	if err := db.MoveClock(ctx, real); !fault.Has(err, "PG-NOT-DEMO") {
		t.Errorf("a real installation's clock moved: %v", err)
	}
	demo := time.Date(2026, 10, 31, 16, 0, 0, 0, time.FixedZone("", 8*3600))
	if err := db.SetDemo(ctx, demo); err != nil {
		t.Fatal(err)
	}
	if got := now(); !got.Equal(demo) || got.Location() != time.UTC {
		t.Errorf("the demo's time is %v", got)
	}
	if at, err := db.AdvanceClock(ctx, time.Hour); err != nil || !at.Equal(demo.Add(time.Hour)) || !now().Equal(at) {
		t.Error(at, err)
	}
	if err := db.MoveClock(ctx, demo); !fault.Has(err, "PG-CLOCK-BACK") {
		t.Errorf("the clock went back: %v", err)
	}
	if err := db.SetDemo(ctx, demo); !fault.Has(err, "PG-DEMO-TWICE") {
		t.Error(err)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	admin := pgtest.New(t)
	name := "suanpan_migrate_" + strings.ToLower(rand.Text()[:8])
	drop := func() {
		_, _ = admin.Pool.Exec(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`)
		for _, r := range []string{"web", "staff", "batch", "auditor"} {
			_, _ = admin.Pool.Exec(ctx, `DROP ROLE IF EXISTS `+pg.PrefixFor(name)+"_"+r)
		}
	}
	defer drop()
	if _, err := admin.Pool.Exec(ctx, `CREATE DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	cfg := admin.Pool.Config().ConnConfig
	u := fmt.Sprintf("postgres://%s:%s@%s:%d/%s?sslmode=disable", cfg.User, cfg.Password, cfg.Host, cfg.Port, name)
	var all, ready sync.WaitGroup
	ready.Add(4)
	for range 4 {
		all.Go(func() {
			db, err := pg.Open(ctx, u)
			ready.Done()
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			ready.Wait()
			if err := pg.Migrate(ctx, db); err != nil {
				t.Error(err)
			}
			if err := run(db, pg.AsMerchant("m1", "ana"), `SELECT FROM installation`); err != nil {
				t.Error(err)
			}
			if r, err := db.RoleName(ctx, pg.Web); err != nil || r != name+"_web" {
				t.Error(r, err)
			}
		})
	}
	all.Wait()
}

func TestPrefixFor(t *testing.T) {
	t.Parallel()
	if got := pg.PrefixFor("suanpan"); got != "suanpan" {
		t.Error(got)
	}
	if a, b := pg.PrefixFor("Suan-pan"), pg.PrefixFor("suan_pan"); a == b || strings.ContainsAny(a, "-S") {
		t.Error("two databases share roles", a, b)
	}
	if got := pg.PrefixFor(strings.Repeat("算", 60)); len(got) > 50 {
		t.Error(got)
	}
}
