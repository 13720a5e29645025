package main

import (
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
}

func settingsCommand(m *Main) *cobra.Command {
	c := &cobra.Command{
		Use:   "settings",
		Short: "Dated settings: get, set, list",
		Long: `What laws, contracts and conventions decide is a dated setting: from an instant on, a key has a value for the installation, an entity, the
merchants resident somewhere, a merchant or a product; the narrowest one counts. Each says where it comes from. Nothing is overwritten.`,
	}
	group(c)
	c.AddCommand(settingsGet(m), settingsSet(m), settingsList(m))
	return c
}

func (f *settingFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.scope.Entity, "entity", "", "for one contracting entity (`code`)")
	c.Flags().StringVar(&f.scope.Residence, "residence", "", "with --entity: for merchants resident in a `country`")
	c.Flags().StringVar(&f.scope.Merchant, "merchant", "", "for one merchant (`id`)")
	c.Flags().StringVar(&f.scope.Product, "product", "", "for one product (`id`)")
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
			set := entities.Setting{Key: args[0], Value: args[1], Scope: f.scope, Source: f.source, Who: m.user()}
			if f.from != "" {
				var err error
				if set.ValidFrom, err = readInstant(f.from, "--from"); err != nil {
					return err
				}
			}
			err := m.withDuty(c.Context(), func(s *session) error {
				return s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					if set.ValidFrom.IsZero() {
						set.ValidFrom = tx.Now
					}
					return entities.SaveSetting(c.Context(), tx, set)
				})
			}, web.Admin, web.FinanceReview)
			if err != nil {
				return err
			}
			from := set.ValidFrom.Format(time.RFC3339)
			return m.answer("setting.set", map[string]any{"key": set.Key, "value": set.Value, "scope": set.Scope.String(), "from": from},
				"key", set.Key, "value", set.Value, "from", from)
		},
	}
	f.add(c)
	c.Flags().StringVar(&f.from, "from", "", "`instant` from which on it counts; now where none is given")
	c.Flags().StringVar(&f.source, "source", "", "the law, contract or decision behind it")
	return c
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
