package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"suanpan/internal/fault"
	"suanpan/orders"
)

type importFlags struct {
	dryRun, keepGoing bool
	rejects           string
}

func importCommand(m *Main) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import FILE…",
		Short: "Load the marketplace's facts (NDJSON, plain or gzip)",
		Long: `Loads files of facts: merchants, products, orders, payments, refunds, usage and so on, one JSON record a line; docs/feed.md lists the
kinds. "-" reads standard input. A file is checked whole and loaded in one go, or nothing of it is. Loading it again changes nothing; the
same fact with other content is refused. Each refused line is named with its number, code and path.`,
		Example: `  suanpan import 2026-10.ndjson.gz
  zcat export.gz | suanpan import - --dry-run
  suanpan import big.ndjson --keep-going --rejects refused.ndjson`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if f.rejects != "" && !f.keepGoing {
				return usage(c, errors.New("--rejects needs --keep-going"))
			}
			return m.with(c.Context(), func(s *session) error { return m.importFiles(c.Context(), s, args, f) })
		},
	}
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "check and report, keep nothing")
	c.Flags().BoolVar(&f.keepGoing, "keep-going", false, "load the good lines although others are refused")
	c.Flags().StringVar(&f.rejects, "rejects", "", "`file` for the refused lines, as they came")
	return c
}

// importFiles loads one file after another and stops at the first that is refused whole. Lines refused under --keep-going make the
// exit code 1 although the others stand.
func (m *Main) importFiles(ctx context.Context, s *session, names []string, f importFlags) error {
	var rejects io.Writer
	if f.rejects != "" {
		w, err := os.Create(f.rejects)
		if err != nil {
			return fault.New(fault.Invalid, "CLI-FILE", f.rejects, fault.Args{"why": cause(err)}).Wrap(err)
		}
		defer func() { _ = w.Close() }()
		rejects = w
	}
	var reports []any
	refused := false
	var failed error
	for _, name := range names {
		r, err := m.importFile(ctx, s, name, orders.Options{Name: name, DryRun: f.dryRun, KeepGoing: f.keepGoing, Rejects: rejects})
		if err != nil && !fault.Has(err, "FEED-REFUSED") {
			failed = err
			break
		}
		refused = refused || r.Rejected > 0
		if m.flags.json {
			reports = append(reports, m.reportJSON(name, r, err))
		} else {
			m.printReport(name, r, f.dryRun)
		}
		if err != nil {
			failed = err
			break
		}
	}
	if m.flags.json && len(reports) > 0 {
		if err := m.printJSON(map[string]any{"files": reports}); err != nil {
			return err
		}
		if fault.Has(failed, "FEED-REFUSED") {
			return exitError(exitRefused)
		}
	}
	if failed == nil && refused {
		return exitError(exitRefused)
	}
	return failed
}

func (m *Main) importFile(ctx context.Context, s *session, name string, opt orders.Options) (orders.Report, error) {
	in, err := m.openFile(name)
	if err != nil {
		return orders.Report{}, err
	}
	defer func() { _ = in.Close() }()
	p := m.progress()
	defer p.end()
	orders.LoadMemory()
	opt.Progress = func(done, total int64) { p.at(done, total, name) }
	return s.orders.Import(ctx, s.db, m.user(), in, opt)
}

// printReport lists refused lines on standard error and the totals by kind on standard output.
func (m *Main) printReport(name string, r orders.Report, dry bool) {
	for _, l := range r.Faults {
		for _, f := range l.Faults {
			_, _ = fmt.Fprintf(m.Stderr, "%s %s %s\n", name, m.say("import.line", "n", l.Line), m.faultLine(f))
		}
	}
	if n := r.Rejected - int64(len(r.Faults)); n > 0 {
		_, _ = fmt.Fprintln(m.Stderr, m.say("import.more", "n", n))
	}
	if !m.flags.quiet {
		t := table{head: []string{m.say("t.kind"), m.say("t.count")}, right: map[int]bool{1: true}}
		for _, k := range sortedKeys(r.ByKind) {
			t.add(k, fmt.Sprint(r.ByKind[k]))
		}
		t.print(m.Stdout)
	}
	m.remark("import.done", "file", name, "facts", r.Facts, "fresh", r.Fresh, "repeated", r.Repeated, "rejected", r.Rejected)
	if dry {
		m.remark("import.dry")
	}
}

type lineJSON struct {
	Line   int64       `json:"line"`
	Faults []faultJSON `json:"faults"`
}

func (m *Main) reportJSON(name string, r orders.Report, err error) any {
	lines := []lineJSON{}
	for _, l := range r.Faults {
		lines = append(lines, lineJSON{l.Line, m.faultsJSON(l.Faults)})
	}
	return map[string]any{
		"file": name, "source": r.Source, "facts": r.Facts, "fresh": r.Fresh, "repeated": r.Repeated, "rejected": r.Rejected, "byKind": r.ByKind,
		"loaded": r.Loaded, "lines": lines, "faults": m.faultsJSON(fault.All(err)),
	}
}
