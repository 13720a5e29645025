package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"suanpan/entities"
	"suanpan/internal/pg"
)

func migrateCommand(m *Main) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Lay out the database or bring it up to date",
		Long: `Lays out the schema, or brings it up to date, and adds the contracting entities and sales regions that public sources name.
What is unknown of them (addresses, tax numbers, mailboxes) stays empty until a person sets it. Running it again changes nothing.`,
		Example: "  suanpan migrate\n  suanpan migrate --database postgres://owner:secret@db.example/suanpan",
		RunE: func(c *cobra.Command, _ []string) error {
			ctx := c.Context()
			return m.with(ctx, func(s *session) error {
				if err := s.migrate(ctx); err != nil {
					return err
				}
				var codes []string
				err := s.db.ReadTx(ctx, pg.AsAuditor("migrate"), func(tx *pg.Tx) error {
					dir, err := entities.Load(ctx, tx)
					if err != nil {
						return err
					}
					for _, e := range dir.Entities() {
						codes = append(codes, e.Code)
					}
					return nil
				})
				if err != nil {
					return err
				}
				if m.flags.json {
					return m.printJSON(map[string]any{"entities": codes})
				}
				m.remark("migrated", "n", len(codes))
				return nil
			})
		},
	}
}

func versionCommand(m *Main) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		RunE: func(*cobra.Command, []string) error {
			v := map[string]string{"version": "devel"}
			if b, ok := debug.ReadBuildInfo(); ok {
				v["go"] = b.GoVersion
				if b.Main.Version != "" {
					v["version"] = b.Main.Version
				}
				for _, s := range b.Settings {
					if s.Key == "vcs.revision" {
						v["revision"] = s.Value
					}
				}
			}
			if m.flags.json {
				return m.printJSON(v)
			}
			_, err := m.Stdout.Write([]byte("suanpan " + v["version"] + " " + v["revision"] + " " + v["go"] + "\n"))
			return err
		},
	}
}

// keeperCommand is named so for those who look at the processes; a keeper is started by the program itself (pg.MaybeKeeper).
func keeperCommand(*Main) *cobra.Command {
	return &cobra.Command{
		Use: "pg-keeper DIR", Short: "The supervisor of an embedded server; the program starts it itself", Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, _ []string) error {
			return usage(c, errKeeper)
		},
	}
}
