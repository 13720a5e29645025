package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

type settingFlags struct {
	scope    entities.Scope
	at, from string
	source   string
	reason   string
}

func settingsCommand(m *Main) *cobra.Command {
	c := &cobra.Command{
		Use:   "settings",
		Short: "Dated settings: get, set, confirm, drop, proposals, list",
		Long: `What laws, contracts and conventions decide is a dated setting: from an instant on, a key has a value for the installation, an entity, the
merchants resident somewhere, a merchant, a product or a fault of an invoice; the narrowest one counts. Each says where it comes from. Nothing is overwritten. What counts
from an instant that is past changes what was: it needs --reason, and counts only once a second person has confirmed it.`,
	}
	group(c)
	c.AddCommand(settingsGet(m), settingsSet(m), settingsConfirm(m), settingsDrop(m), settingsProposals(m), settingsList(m))
	return c
}

func (f *settingFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.scope.Entity, "entity", "", "for one contracting entity (`code`)")
	c.Flags().StringVar(&f.scope.Residence, "residence", "", "with --entity: for merchants resident in a `country`")
	c.Flags().StringVar(&f.scope.Merchant, "merchant", "", "for one merchant (`id`)")
	c.Flags().StringVar(&f.scope.Product, "product", "", "for one product (`id`)")
	c.Flags().StringVar(&f.scope.Fault, "fault", "", "for one fault of an invoice (`code`), with or without --entity")
}

func settingsGet(m *Main) *cobra.Command {
	var f settingFlags
	c := &cobra.Command{
		Use: "get KEY", Short: "Show the value that counts for somebody at an instant",
		Example: "  suanpan settings get run_day --entity 5861 --at 2026-10-01", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			at := time.Time{}
			if f.at != "" {
				var err error
				if at, err = readInstant(f.at, "--at"); err != nil {
					return err
				}
			}
			var v string
			err := m.with(c.Context(), func(s *session) error {
				return s.db.ReadTx(c.Context(), pg.AsAuditor(m.user()), func(tx *pg.Tx) error {
					dir, err := entities.Load(c.Context(), tx)
					if err != nil {
						return err
					}
					if at.IsZero() {
						at = tx.Now
					}
					v, err = dir.Setting(args[0], f.scope, at)
					return err
				})
			})
			if err != nil {
				return err
			}
			if m.flags.json {
				return m.printJSON(map[string]any{"key": args[0], "scope": f.scope.String(), "at": at, "value": v})
			}
			_, err = m.Stdout.Write([]byte(v + "\n"))
			return err
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.at, "at", "", "`instant` that is asked for; now where none is given")
	return c
}

func settingsSet(m *Main) *cobra.Command {
	var f settingFlags
	c := &cobra.Command{
		Use: "set KEY VALUE --source WHY", Short: "Set a key from an instant on", Args: cobra.ExactArgs(2),
		Example: `  suanpan settings set payout_currencies HKD --entity 5531 --source "treasury memo 12" --from 2026-10-01`,
		RunE: func(c *cobra.Command, args []string) error {
			if f.source == "" {
				return usage(c, errors.New("--source is missing: a setting says where it comes from"))
			}
			set := entities.Setting{Key: args[0], Value: args[1], Scope: f.scope, Source: f.source, Who: m.user(), Reason: f.reason}
			if f.from != "" {
				var err error
				if set.ValidFrom, err = readInstant(f.from, "--from"); err != nil {
					return err
				}
			}
			var inForce bool
			err := m.withDuty(c.Context(), func(s *session) error {
				return s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) (err error) {
					if set.ValidFrom.IsZero() {
						set.ValidFrom = tx.Now
					}
					inForce, err = entities.ChangeSetting(c.Context(), tx, set)
					return err
				})
			}, web.Admin, web.FinanceReview)
			if err != nil {
				return err
			}
			if !inForce {
				return m.settingAnswer("setting.new", set, "proposed")
			}
			return m.settingAnswer("setting.set", set, "set")
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.from, "from", "", "`instant` from which on it counts; now where none is given")
	c.Flags().StringVar(&f.source, "source", "", "the law, contract or decision behind it")
	c.Flags().StringVar(&f.reason, "reason", "", "why it counts from an instant that is past")
	return c
}

// settingAnswer says what became of a setting.
func (m *Main) settingAnswer(key string, s entities.Setting, state string) error {
	from := s.ValidFrom.Format(time.RFC3339)
	return m.answer(key, map[string]any{"key": s.Key, "value": s.Value, "scope": s.Scope.String(), "from": from, "state": state},
		"key", s.Key, "value", s.Value, "from", from)
}

func settingsConfirm(m *Main) *cobra.Command {
	return settingsDecide(m, "confirm", "Confirm a setting from a past instant that somebody else proposed",
		func(ctx context.Context, tx *pg.Tx, s entities.Setting) error {
			s, err := entities.ConfirmSetting(ctx, tx, s.Key, s.Scope, s.ValidFrom)
			if err != nil {
				return err
			}
			return m.settingAnswer("setting.set", s, "set")
		})
}

func settingsDrop(m *Main) *cobra.Command {
	return settingsDecide(m, "drop", "End the proposal of a setting without putting it in force",
		func(ctx context.Context, tx *pg.Tx, s entities.Setting) error {
			if err := entities.DropSetting(ctx, tx, s.Key, s.Scope, s.ValidFrom); err != nil {
				return err
			}
			return m.settingAnswer("setting.dropped", s, "dropped")
		})
}

// settingsDecide is a command on the one proposal that waits for a key, a scope and an instant.
func settingsDecide(m *Main, use, short string, do func(context.Context, *pg.Tx, entities.Setting) error) *cobra.Command {
	var f settingFlags
	c := &cobra.Command{
		Use: use + " KEY --from INSTANT", Short: short, Args: cobra.ExactArgs(1),
		Example: "  suanpan settings " + use + " --as li.lei payout_currencies --entity 5531 --from 2026-10-01",
		RunE: func(c *cobra.Command, args []string) error {
			from, err := readInstant(f.from, "--from")
			if err != nil {
				return err
			}
			return m.withDuty(c.Context(), func(s *session) error {
				return s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					return do(c.Context(), tx, entities.Setting{Key: args[0], Scope: f.scope, ValidFrom: from})
				})
			}, web.Admin, web.FinanceReview)
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.from, "from", "", "`instant` from which on the proposed value counts")
	_ = c.MarkFlagRequired("from")
	return c
}

func settingsProposals(m *Main) *cobra.Command {
	return &cobra.Command{
		Use: "proposals", Short: "List the settings that wait for a second person", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return m.with(c.Context(), func(s *session) error {
				var ps []entities.Setting
				err := s.db.ReadTx(c.Context(), pg.AsAuditor(m.user()), func(tx *pg.Tx) (err error) {
					ps, err = entities.SettingProposals(c.Context(), tx)
					return err
				})
				if err != nil {
					return err
				}
				if m.flags.json {
					return m.printJSON(map[string]any{"proposals": viewSettings(ps)})
				}
				t := table{head: []string{m.say("t.key"), "scope", "from", m.say("t.value"), "by", m.say("t.why")}}
				for _, p := range ps {
					t.add(p.Key, p.Scope.String(), p.ValidFrom.Format(time.RFC3339), p.Value, p.Who, p.Reason)
				}
				t.print(m.Stdout)
				return nil
			})
		},
	}
}

func settingsList(m *Main) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List every key with its default and what counts now", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			type row struct {
				Key     string `json:"key"`
				Value   string `json:"value"`
				Default string `json:"default"`
				Given   string `json:"given"`
				Doc     string `json:"doc"`
			}
			var rows []row
			err := m.with(c.Context(), func(s *session) error {
				return s.db.ReadTx(c.Context(), pg.AsAuditor(m.user()), func(tx *pg.Tx) error {
					dir, err := entities.Load(c.Context(), tx)
					if err != nil {
						return err
					}
					for _, k := range entities.Keys() {
						rows = append(rows, row{k.Name, dir.Text(k.Name, entities.Installation, tx.Now), k.Default, k.Given, k.Doc})
					}
					return nil
				})
			})
			if err != nil {
				return err
			}
			if m.flags.json {
				return m.printJSON(map[string]any{"settings": rows})
			}
			t := table{head: []string{m.say("t.key"), m.say("t.value"), m.say("t.meaning")}}
			for _, r := range rows {
				t.add(r.Key, r.Value, r.Doc)
			}
			t.print(m.Stdout)
			return nil
		},
	}
}
