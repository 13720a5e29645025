package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"suanpan/internal/fault"
	"suanpan/invoicing/conformance"
)

type conformanceFlags struct{ out, update string }

func conformanceCommand(m *Main) *cobra.Command {
	var f conformanceFlags
	c := &cobra.Command{
		Use:   "conformance DIR",
		Short: "Read a folder of invoices and say of each file what was read or why not",
		Long: `Reads every file of a folder and of its folders and prints one line a file, with tabs between: path, format, number, date, currency, payable,
net, tax, seller, its tax id, buyer, its tax id, and the reason where it was not read or the codes of what does not add up. No file stops it. Then: invoices that lie there in two
syntaxes are compared (the same number of the same seller), and files of rule cases, which state what rule each of their documents breaks, are
counted: what was found and what was a false alarm.

--json prints one JSON object a line instead: {"type":"file",…}, {"type":"pair",…}, {"type":"rule",…}. No database is needed, nothing is kept.

Exit codes: 0 done; 1 an invoice reads differently in two syntaxes.`,
		Example: "  suanpan conformance samples\n  suanpan conformance samples --out report.jsonl --update docs/conformance.md",
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return m.conformance(c.Context(), args[0], f) },
	}
	c.Flags().StringVar(&f.out, "out", "", "`file` for the report in JSON, beside what is printed")
	c.Flags().StringVar(&f.update, "update", "", "`file` to write the figures to, as a page for docs")
	return c
}

func (m *Main) conformance(ctx context.Context, dir string, f conformanceFlags) error {
	var report conformance.Report
	lines := json.NewEncoder(io.Discard)
	var kept bytes.Buffer
	if f.out != "" {
		lines = json.NewEncoder(&kept)
	}
	lines.SetEscapeHTML(false)
	screen := bufio.NewWriter(m.Stdout)
	printed := json.NewEncoder(screen)
	printed.SetEscapeHTML(false)
	tell := func(kind string, v any, text string) error {
		o := struct {
			Type string `json:"type"`
			Data any    `json:"data"`
		}{kind, v}
		if err := lines.Encode(o); err != nil {
			return err
		}
		if m.flags.json {
			return printed.Encode(o)
		}
		_, err := fmt.Fprintln(screen, text)
		return err
	}
	err := conformance.Walk(ctx, dir, m.lang, func(l conformance.Line) error {
		report.Lines = append(report.Lines, l)
		return tell("file", l, lineText(l))
	})
	if err != nil {
		return fault.New(fault.Invalid, "CLI-FILE", dir, fault.Args{"why": cause(err)}).Wrap(err)
	}
	differ, err := m.conformanceSums(report, tell)
	if err != nil {
		return err
	}
	if err := screen.Flush(); err != nil {
		return err
	}
	if f.out != "" {
		if err := writeFile(f.out, kept.Bytes()); err != nil {
			return err
		}
	}
	if f.update != "" {
		var page bytes.Buffer
		if err := report.Markdown(&page); err != nil {
			return err
		}
		if err := writeFile(f.update, page.Bytes()); err != nil {
			return err
		}
	}
	if differ {
		return exitError(exitRefused)
	}
	return nil
}

// conformanceSums tells pairs, rules and how many files came out how.
func (m *Main) conformanceSums(report conformance.Report, tell func(kind string, v any, text string) error) (differ bool, err error) {
	for _, p := range report.Pairs() {
		key := "conf.same"
		if len(p.Differ) > 0 {
			key, differ = "conf.differ", true
		}
		if err := tell("pair", p, m.say(key, "one", p.One, "other", p.Other, "what", strings.Join(p.Differ, "; "))); err != nil {
			return differ, err
		}
	}
	for _, r := range report.Rules() {
		key := "conf.rule"
		if r.Unchecked {
			key = "conf.unchecked"
		}
		if err := tell("rule", r, m.say(key, "rule", r.Rule, "found", r.Found, "broken", r.Broken, "false", r.FalseAlarms, "kept", r.Kept)); err != nil {
			return differ, err
		}
	}
	read, unread := report.Counts()
	for _, c := range read {
		if err := tell("read", c, m.say("conf.read", "n", c.Files, "what", c.What)); err != nil {
			return differ, err
		}
	}
	for _, c := range unread {
		if err := tell("unread", c, m.say("conf.unread", "n", c.Files, "what", c.What)); err != nil {
			return differ, err
		}
	}
	return differ, nil
}

// lineText is the line of a file for people: fields between tabs, none with a line's end in it.
func lineText(l conformance.Line) string {
	first := func(s []string) string {
		if len(s) == 0 {
			return ""
		}
		return s[0]
	}
	why := ""
	if len(l.Reason) > 0 {
		r := l.Reason[0]
		why = strings.TrimSpace(r.Code+" "+r.Place) + ": " + r.Message
	}
	if len(l.Warnings) > 0 {
		why = strings.Join(l.Warnings, " ")
	}
	if n := len(l.Cases); n > 0 {
		why = fmt.Sprintf("%d cases", n)
	}
	fields := []string{l.Path, l.Format, l.Number, l.Date, l.Currency, l.Payable, l.Net, l.Tax, l.Seller, first(l.SellerID), l.Buyer, first(l.BuyerID), why}
	for i, f := range fields {
		fields[i] = strings.Join(strings.FieldsFunc(f, func(r rune) bool {
			return r == '\t' || r < 0x20 || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029
		}), " ")
	}
	return strings.Join(fields, "\t")
}
