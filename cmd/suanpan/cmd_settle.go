package main

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/settlement"
)

func settleCommand(m *Main) *cobra.Command {
	var month string
	var opt settlement.RunOptions
	c := &cobra.Command{
		Use:   "settle --period 2026-10",
		Short: "Make the bills of a month",
		Long: `Makes the bills of a month, per merchant, contracting entity and payout currency, and lists per entity what was billed and what was
held back, and why. Running it again adds nothing; a run that was killed goes on where it was. A month is not run before its run day.`,
		Example: "  suanpan settle --period 2026-10\n  suanpan settle --period 2026-10 --entity 5861 --dry-run",
		RunE: func(c *cobra.Command, _ []string) error {
			mo, err := monthOf(month)
			if err != nil {
				return err
			}
			return m.with(c.Context(), func(s *session) error { return m.settle(c.Context(), s, mo, opt) })
		},
	}
	c.Flags().StringVar(&month, "period", "", "`month` to bill, such as 2026-10")
	c.Flags().BoolVar(&opt.DryRun, "dry-run", false, "show what the run would make, keep nothing")
	c.Flags().StringSliceVar(&opt.Entities, "entity", nil, "`codes` of the entities to run; all where none is given")
	c.Flags().IntVar(&opt.Chunk, "chunk", 0, "`merchants` billed in one transaction; 1,000 where nothing is said")
	_ = c.MarkFlagRequired("period")
	return c
}

// monthOf reads a month that a person typed.
func monthOf(s string) (period.Month, error) {
	m, err := period.ParseMonth(s)
	if err != nil {
		return m, fault.New(fault.Invalid, "CLI-VALUE", "--period", fault.Args{"got": s, "want": "2026-10"})
	}
	return m, nil
}

// settle runs a month and prints its table. A run whose day has not come for any entity waits.
func (m *Main) settle(ctx context.Context, s *session, month period.Month, opt settlement.RunOptions) error {
	rows, aside := m.runMonth(ctx, s, month, opt)
	if aside != nil && rows == nil {
		return aside
	}
	early := 0
	for _, r := range rows {
		if r.Early {
			early++
		}
	}
	if m.flags.json {
		if err := m.printJSON(map[string]any{"period": month, "dryRun": opt.DryRun, "entities": rows}); err != nil {
			return err
		}
	} else {
		m.printMonth(rows)
		if opt.DryRun {
			m.printNew(rows)
			m.remark("settle.dry")
		}
		for _, r := range rows {
			if r.Early {
				_, _ = fmt.Fprintln(m.Stderr, r.Entity, m.faultLine(fault.New(fault.Conflict, "CLI-EARLY", "", fault.Args{"month": month, "day": r.RunDay})))
			}
		}
	}
	if aside != nil { // some merchants' bills could not be made; the others' are
		return aside
	}
	if early > 0 && early == len(rows) {
		return exitError(exitWaits)
	}
	return nil
}

// monthRow is what a month's run came to for one entity.
type monthRow struct {
	Entity    string                     `json:"entity"`
	RunDay    period.Day                 `json:"runDay"`
	Early     bool                       `json:"early,omitempty"`
	Merchants int                        `json:"merchants"`
	Lines     int                        `json:"linesBilled"`
	Held      int                        `json:"linesHeld"`
	Why       map[string]int             `json:"why"`
	Lists     int                        `json:"lists"` // bills that ask for an invoice
	Carried   int                        `json:"carried"`
	Fresh     int                        `json:"newBills"`
	Amounts   map[string]decimal.Decimal `json:"amounts"`
	New       []newBill                  `json:"new,omitempty"` // of a dry run
}

// newBill is a bill that a run would add to what stands.
type newBill struct {
	Bill     string          `json:"bill"`
	Lines    int             `json:"lines"`
	Currency money.Currency  `json:"currency"`
	Payable  decimal.Decimal `json:"payable"`
	CarryIn  decimal.Decimal `json:"carryIn"`
}

func (m *Main) runMonth(ctx context.Context, s *session, month period.Month, opt settlement.RunOptions) ([]monthRow, error) {
	p := m.progress()
	opt.User = m.user()
	opt.Progress = func(done, total int, what string) { p.at(int64(done), int64(total), what) }
	if !opt.DryRun { // a month's usage is what was collected
		if _, err := s.usage.Collect(ctx, s.db); err != nil {
			return nil, err
		}
	}
	res, err := s.settlement.Run(ctx, month, opt)
	p.end()
	if err != nil && !slices.ContainsFunc(res.Entities, func(e settlement.EntityResult) bool { return len(e.Aside) > 0 }) {
		return nil, err
	}
	rows, failed := monthRows(ctx, s, month, res, opt.DryRun)
	if failed != nil {
		return nil, failed
	}
	return rows, err
}

// monthRows adds the held lines to a run's result. A dry run counted them itself, since it left nothing behind that they could be told by.
func monthRows(ctx context.Context, s *session, month period.Month, res settlement.RunResult, dry bool) ([]monthRow, error) {
	rows := make([]monthRow, len(res.Entities))
	for i, e := range res.Entities {
		rows[i] = monthRow{
			Entity: e.Entity, RunDay: e.RunDay, Early: e.Early, Merchants: e.Merchants, Lines: e.Lines, Lists: e.Bills - e.Carried, Carried: e.Carried,
			Fresh: e.Fresh, Amounts: e.Amounts, Why: map[string]int{},
		}
		for _, b := range e.New {
			rows[i].New = append(rows[i].New, newBill{b.No, b.Lines, b.Currency, b.Payable, b.CarryIn})
		}
		if dry {
			rows[i].Held, rows[i].Why = e.Held, e.Why
			continue
		}
		if e.Early {
			continue
		}
		err := s.db.ReadTx(ctx, pg.AsAuditor("settle"), func(tx *pg.Tx) error {
			return settlement.HeldLines(ctx, tx, e.Entity, month, func(h settlement.Held) error {
				rows[i].Held++
				for _, code := range h.Codes() {
					rows[i].Why[code]++
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// printNew lists, bill by bill, what a run would add to what stands. Bills that stand are never changed by a run.
func (m *Main) printNew(rows []monthRow) {
	t := table{head: []string{m.say("t.new"), m.say("t.lines"), m.say("t.amount")}, right: map[int]bool{1: true, 2: true}}
	for _, r := range rows {
		for _, b := range r.New {
			t.add("+ "+b.Bill, fmt.Sprint(b.Lines), money.New(b.Payable, b.Currency).String())
		}
	}
	if len(t.rows) > 0 {
		t.print(m.Stdout)
	}
}

func (m *Main) printMonth(rows []monthRow) {
	t := table{
		head:  []string{m.say("t.entity"), m.say("t.merchants"), m.say("t.lines"), m.say("t.held"), m.say("t.lists"), m.say("t.amount"), m.say("t.why")},
		right: map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true},
	}
	for _, r := range rows {
		if r.Early {
			continue
		}
		amounts := amountTexts(r.Amounts)
		if len(amounts) == 0 {
			amounts = []string{"-"}
		}
		why := whyTexts(r.Why)
		t.add(r.Entity, fmt.Sprint(r.Merchants), fmt.Sprint(r.Lines), fmt.Sprint(r.Held), fmt.Sprint(r.Lists), amounts[0], strings.Join(why, ", "))
		for _, a := range amounts[1:] {
			t.add("", "", "", "", "", a, "")
		}
	}
	if len(t.rows) > 0 {
		t.print(m.Stdout)
	}
}

func amountTexts(amounts map[string]decimal.Decimal) []string {
	out := make([]string, 0, len(amounts))
	for c, v := range amounts {
		out = append(out, c+" "+money.Print(v, money.Currency(c)))
	}
	sort.Strings(out)
	return out
}

func whyTexts(why map[string]int) []string {
	out := make([]string, 0, len(why))
	for code, n := range why {
		out = append(out, fmt.Sprintf("%s %d", code, n))
	}
	sort.Strings(out)
	return out
}
