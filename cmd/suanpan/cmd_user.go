package main

import (
	"crypto/rand"
	"strings"

	"github.com/spf13/cobra"

	"suanpan/internal/auth"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

func userCommand(m *Main) *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Who may log in to the console"}
	group(c)
	c.AddCommand(userAdd(m))
	return c
}

func userAdd(m *Main) *cobra.Command {
	n := auth.NewUser{}
	var duties []string
	var fromStdin bool
	names := make([]string, len(web.Duties))
	for i, d := range web.Duties {
		names[i] = string(d)
	}
	c := &cobra.Command{
		Use:   "add LOGIN --name NAME --duty DUTY…",
		Short: "Add a user, or bring one to this name, these duties and this password",
		Long: `Adds a user. Duties: ` + strings.Join(names, ", ") + `. Who acts for a merchant has the duty merchant and no other. Without
--password-stdin a password is made and shown this once. It never stands in the arguments, where others could read it.`,
		Example: `  suanpan user add ana --name "Ana Souza" --duty finance_review
  suanpan user add ipe --name "Ipê Sistemas" --duty merchant --merchant M1 --password-stdin < secret`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			n.Login = args[0]
			for _, d := range duties {
				n.Duties = append(n.Duties, web.Duty(d))
			}
			made := !fromStdin
			if made {
				n.Password = rand.Text()
			} else {
				b, err := m.readAll("-", 4096)
				if err != nil {
					return err
				}
				n.Password = strings.TrimRight(string(b), "\r\n")
			}
			err := m.with(c.Context(), func(s *session) error {
				return s.db.InTx(c.Context(), pg.AsBatch(m.user()), func(tx *pg.Tx) error {
					_, err := auth.CreateUser(c.Context(), tx, m.Clock(), n)
					return err
				})
			})
			if err != nil {
				return err
			}
			out := map[string]any{"login": n.Login, "duties": n.Duties}
			if made {
				out["password"] = n.Password
			}
			if err := m.answer("user.added", out, "login", n.Login, "duties", strings.Join(duties, ", ")); err != nil || !made {
				return err
			}
			if m.flags.quiet && !m.flags.json {
				_, err = m.Stdout.Write([]byte(n.Password + "\n"))
				return err
			}
			m.remark("user.secret", "password", n.Password)
			return nil
		},
	}
	c.Flags().StringVar(&n.Name, "name", "", "the person's `name`")
	c.Flags().StringVar(&n.Merchant, "merchant", "", "the merchant they act for (`id`)")
	c.Flags().StringSliceVar(&duties, "duty", nil, "what they may do: "+strings.Join(names, ", "))
	c.Flags().BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	return c
}
