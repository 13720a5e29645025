package sim

import (
	"context"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

// TestMain lets garbage wait: what plays make is short-lived, and collecting it as often as by default takes a quarter of their time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// ground is a database in which months are played one after the other: making one, and learning its tables and statements anew, costs as much as a
// month's play.
type ground struct {
	db   *pg.DB
	clk  *pgtest.Clock
	uses int
}

// mostUses bounds what played months leave behind in a ground: rows that are deleted still take room.
const mostUses = 40

// grounds hands grounds out, each to one play at a time. They end with the test that began them.
type grounds struct {
	t    *testing.T
	free chan *ground
}

func newGrounds(t *testing.T) *grounds { return &grounds{t: t, free: make(chan *ground, 64)} }

// take gives an empty ground whose business time is now.
func (g *grounds) take(now time.Time) *ground {
	select {
	case one := <-g.free:
		one.clk.Set(now)
		return one
	default:
		db, clk := pgtest.NewAt(g.t, now)
		return &ground{db: db, clk: clk}
	}
}

// giveBack empties a ground for the next. One whose play failed is left alone.
func (g *grounds) giveBack(t *testing.T, one *ground) {
	t.Helper()
	if one.uses++; t.Failed() || one.uses == mostUses {
		return
	}
	err := one.db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		var all []string
		err := tx.QueryRow(context.Background(), `
			SELECT array_agg(format('DELETE FROM %I.%I', schemaname, tablename)) FROM pg_tables
			WHERE schemaname = 'public' AND tablename NOT IN ('goose_db_version', 'installation', 'ledger_calendar', 'notice_secret', 'river_migration')`).Scan(&all)
		if err != nil {
			return err
		}
		all = append([]string{`SET LOCAL session_replication_role = replica`}, all...) // no row refers to another, and the triggers that keep rows sleep
		all = append(all, `UPDATE ledger_calendar SET version = nextval('ledger_calendar_version')`)
		_, err = tx.Exec(context.Background(), strings.Join(all, ";\n"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	g.free <- one
}
