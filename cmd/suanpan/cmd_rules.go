package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

func rulesCommand(m *Main) *cobra.Command {
	c := &cobra.Command{
		Use:   "rules [COUNTRY]",
		Short: "What each country's law asks of an invoice; try new rules on old verdicts",
		Long: `Lists the rules that invoices to the contracting entities of a country are held against, with their dates, their source and its kind. Only a
rule whose source is a law or a contract refuses an invoice; the others warn, and those that are only stated are not tested. "diff" judges the
invoices of the past under the rules and settings of two days and lists the verdicts that differ; "replay" proves that every verdict ever given
comes out the same again.`,
		Example: "  suanpan rules\n  suanpan rules CL --lang pt\n  suanpan rules diff 2026-10-31 2027-01-01 --period 2026-10\n  suanpan rules replay",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			only := ""
			if len(args) == 1 {
				only = strings.ToLower(args[0])
				if _, ok := entities.JurisdictionByID(only); !ok {
					return fault.New(fault.NotFound, "CLI-VALUE", "COUNTRY", fault.Args{"got": args[0], "want": countryIDs()})
				}
			}
			return m.showRules(only)
		},
	}
	c.AddCommand(rulesDiff(m), rulesReplay(m))
	return c
}

func countryIDs() string {
	var out []string
	for _, j := range entities.Jurisdictions() {
		out = append(out, strings.ToUpper(j.ID))
	}
	return strings.Join(out, " ")
}

type ruleView struct {
	Code     string `json:"code"`
	Severity string `json:"severity"` // refuses, warns, stated
	From     string `json:"from,omitempty"`
	Until    string `json:"until,omitempty"`
	Says     string `json:"says"`
	Source   string `json:"source"`
	Kind     string `json:"sourceKind"`
}

type countryView struct {
	ID    string     `json:"id"`
	Name  string     `json:"name"`
	Rules []ruleView `json:"rules"`
}

func (m *Main) viewRules(rs []entities.Rule) []ruleView {
	out := make([]ruleView, len(rs))
	for i, r := range rs {
		out[i] = ruleView{Code: r.Code, Severity: severityOf(r), Says: r.Says.In(m.lang), Source: r.Source, Kind: string(r.Kind)}
		if !r.From.IsZero() {
			out[i].From = r.From.String()
		}
		if !r.Until.IsZero() {
			out[i].Until = r.Until.String()
		}
	}
	return out
}

// severityOf says what a rule does with an invoice that breaks it.
func severityOf(r entities.Rule) string {
	switch {
	case r.Window != nil:
		return "alarms"
	case !r.Tested():
		return "stated"
	case r.Refuses:
		return "refuses"
	}
	return "warns"
}

func (m *Main) showRules(only string) error {
	var views []countryView
	for _, j := range entities.Jurisdictions() {
		if (only == "" || j.ID == only) && len(j.Rules) > 0 {
			views = append(views, countryView{j.ID, j.Names.In(m.lang), m.viewRules(j.Rules)})
		}
	}
	views = append(views, countryView{"all", m.say("rules.all"), m.viewRules(entities.CommonRules())})
	if m.flags.json {
		return m.printJSON(map[string]any{"countries": views})
	}
	for _, v := range views {
		_, _ = fmt.Fprintf(m.Stdout, "%s (%s)\n", v.Name, strings.ToUpper(v.ID))
		for _, r := range v.Rules {
			dates := ""
			if r.From != "" || r.Until != "" {
				dates = " " + r.From + "…" + r.Until
			}
			_, _ = fmt.Fprintf(m.Stdout, "  %s [%s]%s\n    %s\n    %s: %s\n", r.Code, m.say("rules."+r.Severity), dates, r.Says, m.say("rules.by."+r.Kind), r.Source)
		}
	}
	return nil
}

// pastFlags choose verdicts of the past.
type pastFlags struct{ period, entity string }

func (f *pastFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.period, "period", "", "only lists of this settlement `month`")
	c.Flags().StringVar(&f.entity, "entity", "", "only lists of this contracting entity (`code`)")
}

func (f *pastFlags) past() (invoicing.Past, error) {
	p := invoicing.Past{Entity: f.entity}
	if f.period == "" {
		return p, nil
	}
	var err error
	if p.Period, err = period.ParseMonth(f.period); err != nil {
		err = fault.New(fault.Invalid, "CLI-VALUE", "--period", fault.Args{"got": f.period, "want": "2026-10"})
	}
	return p, err
}

func rulesDiff(m *Main) *cobra.Command {
	var f pastFlags
	c := &cobra.Command{
		Use: "diff DAY DAY", Short: "List the verdicts of the past that two days' rules and settings judge differently",
		Long: `Every verdict that was given is judged twice, under the rules and settings as they stand at the end of each day, on what it was given on. A
setting that counts from a later day can so be tried before that day comes. What another verdict would have led to is not invented.`,
		Example: "  suanpan rules diff 2026-10-31 2027-01-01 --period 2026-10 --entity 5861", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			var days [2]period.Day
			for i, a := range args {
				d, err := period.ParseDay(a)
				if err != nil {
					return fault.New(fault.Invalid, "CLI-VALUE", "DAY", fault.Args{"got": a, "want": "2026-11-30"})
				}
				days[i] = d
			}
			return m.judgeAgain(c.Context(), f, func(ctx context.Context, s *session, tx *pg.Tx, p invoicing.Past) (int, []invoicing.Again, error) {
				return s.invoicing.Diff(ctx, tx, p, days[0], days[1])
			}, "rules.diff", false)
		},
	}
	f.add(c)
	return c
}

func rulesReplay(m *Main) *cobra.Command {
	var f pastFlags
	c := &cobra.Command{
		Use: "replay", Short: "Judge every past verdict again on what it was given on; all have to come out the same",
		Example: "  suanpan rules replay --period 2026-10", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return m.judgeAgain(c.Context(), f, func(ctx context.Context, s *session, tx *pg.Tx, p invoicing.Past) (int, []invoicing.Again, error) {
				return s.invoicing.Replay(ctx, tx, p)
			}, "rules.replay", true)
		},
	}
	f.add(c)
	return c
}

type againView struct {
	invoicing.Again
	Gone []string `json:"gone"`
	New  []string `json:"new"`
}

// judgeAgain runs a judgement of the past and prints what came out differently; where it should not have, that ends with 1.
func (m *Main) judgeAgain(ctx context.Context, f pastFlags, how func(context.Context, *session, *pg.Tx, invoicing.Past) (int, []invoicing.Again, error), key string, strict bool) error {
	past, err := f.past()
	if err != nil {
		return err
	}
	var n int
	var list []invoicing.Again
	err = m.with(ctx, func(s *session) error {
		return s.db.ReadTx(ctx, pg.AsAuditor(m.user()), func(tx *pg.Tx) (err error) {
			n, list, err = how(ctx, s, tx, past)
			return err
		})
	})
	if err != nil {
		return err
	}
	views := make([]againView, len(list))
	for i, a := range list {
		views[i] = againView{a, a.Gone(), a.New()}
	}
	if m.flags.json {
		err = m.printJSON(map[string]any{"verdicts": n, "changed": views})
	} else {
		_, _ = fmt.Fprintln(m.Stdout, m.say(key, "n", n, "changed", len(list)))
		for _, v := range views {
			_, _ = fmt.Fprintf(m.Stdout, "  %s %s/%d: %s → %s\n", v.Merchant, v.Requisition, v.Submission, v.Before.Outcome, v.After.Outcome)
			for _, x := range v.Gone {
				_, _ = fmt.Fprintln(m.Stdout, "    −", x)
			}
			for _, x := range v.New {
				_, _ = fmt.Fprintln(m.Stdout, "    +", x)
			}
		}
	}
	if err == nil && strict && len(list) > 0 {
		return exitError(exitRefused)
	}
	return err
}
