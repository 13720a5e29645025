package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"suanpan/cmd/suanpan/demo"
	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/orders"
	"suanpan/settlement"
)

type demoFlags struct {
	once, fresh bool
	out, addr   string
	seed        int64
}

func demoCommand(m *Main) *cobra.Command {
	var f demoFlags
	c := &cobra.Command{
		Use:   "demo",
		Short: "Make a month, settle it, write its documents and serve the console",
		Long: `Makes an invented month from a seed, loads it through the feed, runs the month, has the demo's people approve and pay, writes the
documents, and serves the console until Ctrl-C. It lives on a clock that stands still until "suanpan clock +3d" moves it. Its data lie in a
folder of their own (demo inside the data folder); starting it again goes on with what stands there. Every value says DEMO.`,
		Example: "  suanpan demo\n  suanpan demo --once --out out --seed 7\n  suanpan demo --fresh --seed 8",
		RunE: func(c *cobra.Command, _ []string) error {
			return m.demo(c.Context(), f)
		},
	}
	c.Flags().BoolVar(&f.once, "once", false, "end when the documents are written")
	c.Flags().BoolVar(&f.fresh, "fresh", false, "forget the demo that stands there")
	c.Flags().StringVar(&f.out, "out", "out", "`folder` for the documents")
	c.Flags().StringVar(&f.addr, "addr", "127.0.0.1:8080", "`address` of the console")
	c.Flags().Int64Var(&f.seed, "seed", 1, "what the month is drawn from")
	return c
}

func (m *Main) demo(ctx context.Context, f demoFlags) error {
	if m.databaseURL() == "" {
		m.flags.demo = true
	}
	if f.fresh {
		if err := m.forgetDemo(ctx); err != nil {
			return err
		}
	}
	return m.with(ctx, func(s *session) error {
		var ln net.Listener
		if !f.once { // a taken port is said before the work, not after it
			var err error
			if ln, err = listen(ctx, f.addr); err != nil {
				return err
			}
			defer func() { _ = ln.Close() }()
		}
		m.remark("demo.banner")
		if err := m.makeDemo(ctx, s, f.seed); err != nil {
			return err
		}
		files, err := m.writeDocuments(ctx, s, demo.Month, f.out)
		if err != nil {
			return err
		}
		if err := m.showDemo(ctx, s, f.out, files, ln); err != nil || f.once {
			return err
		}
		return m.serve(ctx, s, ln, serveFlags{workers: defaultWorkers()})
	})
}

// The audit events by which a demo knows what it is made of, and that it was made whole.
const (
	demoBegun = "demo.begun"
	demoMade  = "demo.made"
)

// makeDemo brings a database to the made month. Each step repeats what stands without changing it, so a killed one goes on; a demo
// that was made whole is left alone, since somebody may have worked in it.
func (m *Main) makeDemo(ctx context.Context, s *session, seed int64) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	made, err := s.claimDemo(ctx, seed)
	if err != nil || made {
		return err
	}
	if err := s.peopleAndSettings(ctx, m.Clock()); err != nil {
		return err
	}
	if err := m.loadMonth(ctx, s, seed); err != nil {
		return err
	}
	if _, err := m.runMonth(ctx, s, demo.Month, settlement.RunOptions{}); err != nil {
		return err
	}
	for _, step := range demoSteps {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	if _, err := ledger.Seal(ctx, s.db); err != nil {
		return err
	}
	return s.db.InTx(ctx, asDemo(), func(tx *pg.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Action: demoMade, Subject: seedSubject(seed)})
	})
}

func asDemo() pg.Actor { return pg.AsBatch("demo") }

func seedSubject(seed int64) string { return "seed/" + strconv.FormatInt(seed, 10) }

// claimDemo makes an empty database a demo of a seed, or finds the one that stands. A database with real data is never touched.
func (s *session) claimDemo(ctx context.Context, seed int64) (made bool, err error) {
	isDemo, _, err := s.db.Demo(ctx)
	if err != nil {
		return false, err
	}
	var begun []audit.Event
	empty := false
	err = s.db.ReadTx(ctx, asDemo(), func(tx *pg.Tx) error {
		ms, err := entities.Merchants(ctx, tx, nil)
		if err != nil {
			return err
		}
		empty = len(ms) == 0
		for _, action := range []string{demoMade, demoBegun} {
			es, err := audit.List(ctx, tx, audit.Filter{Action: action, Limit: 1})
			if err != nil {
				return err
			}
			begun = append(begun, es...)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	if len(begun) > 0 {
		if begun[0].Subject != seedSubject(seed) {
			return false, fault.New(fault.Conflict, "DEMO-SEED", "--seed", fault.Args{"have": strings.TrimPrefix(begun[0].Subject, "seed/"), "want": seed})
		}
		return begun[0].Action == demoMade, nil
	}
	if !empty {
		return false, fault.New(fault.Conflict, "DEMO-NOT-EMPTY", "--data")
	}
	if !isDemo {
		if err := s.db.SetDemo(ctx, demo.RunAt); err != nil {
			return false, err
		}
	}
	return false, s.db.InTx(ctx, asDemo(), func(tx *pg.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Action: demoBegun, Subject: seedSubject(seed)})
	})
}

func (s *session) peopleAndSettings(ctx context.Context, machine time.Time) error {
	err := s.db.InTx(ctx, asDemo(), func(tx *pg.Tx) error {
		for _, u := range demo.Users() {
			if _, err := auth.CreateUser(ctx, tx, machine, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return backdateDemo(ctx, s.db)
}

// backdateDemo has one person propose the demo's settings, which count since long before, and another confirm them.
func backdateDemo(ctx context.Context, db *pg.DB) error {
	err := db.InTx(ctx, person(demo.Reviewer), func(tx *pg.Tx) error { return entities.ProposeSettings(ctx, tx, demo.Settings()) })
	if err != nil {
		return err
	}
	return db.InTx(ctx, person(demo.Second), func(tx *pg.Tx) error {
		open, err := entities.SettingProposals(ctx, tx)
		for i := 0; i < len(open) && err == nil; i++ {
			_, err = entities.ConfirmSetting(ctx, tx, open[i].Key, open[i].Scope, open[i].ValidFrom)
		}
		return err
	})
}

func (m *Main) loadMonth(ctx context.Context, s *session, seed int64) error {
	var feed bytes.Buffer
	if err := demo.Feed(&feed, seed); err != nil {
		return err
	}
	p := m.progress()
	defer p.end()
	what := m.say("demo.load")
	r, err := s.orders.Import(ctx, s.db, "demo", &feed, orders.Options{Name: "demo", Progress: func(done, total int64) { p.at(done, total, what) }})
	for _, l := range r.Faults {
		for _, f := range l.Faults {
			_, _ = fmt.Fprintf(m.Stderr, "%s %s\n", m.say("import.line", "n", l.Line), m.faultLine(f))
		}
	}
	return err
}

// showDemo prints the month's table, where the documents lie, and how to get in.
func (m *Main) showDemo(ctx context.Context, s *session, out string, files []string, ln net.Listener) error {
	rows, err := m.runMonth(ctx, s, demo.Month, settlement.RunOptions{}) // a finished run adds nothing
	if err != nil {
		return err
	}
	_, now, err := s.db.Demo(ctx)
	if err != nil {
		return err
	}
	url := ""
	if ln != nil {
		url = urlOf(ln)
	}
	if m.flags.json {
		return m.printJSON(map[string]any{"demo": true, "period": demo.Month, "now": now, "entities": rows, "out": out, "files": files, "url": url})
	}
	if !m.flags.quiet {
		m.printMonth(rows)
	}
	m.remark("demo.out", "n", len(files), "dir", out)
	if ln == nil {
		return nil
	}
	m.remark("demo.clock", "now", now.Format(time.RFC3339), "name", cmp.Or(m.Name, "suanpan"))
	m.remark("demo.logins", "password", demo.Password)
	if !m.flags.quiet {
		t := table{head: []string{m.say("t.login"), m.say("t.name"), m.say("t.duty"), m.say("t.accepted"), m.say("t.refused")}}
		for _, u := range demo.Users() {
			row := []string{u.Login, u.Name, string(u.Duties[0])}
			for _, sample := range []string{acceptedSample(u.Login), refusedSample(u.Login)} {
				if slices.Contains(files, sample) {
					row = append(row, filepath.Join(out, sample))
				}
			}
			t.add(row...)
		}
		t.print(m.Stdout)
	}
	m.remark("serve.at", "url", url)
	return nil
}
