package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
	"suanpan/settlement"
)

func payCommand(m *Main) *cobra.Command {
	var value string
	c := &cobra.Command{
		Use:   "pay REQUISITION… --value-date DAY",
		Short: "Record payments; tie them to bank lines; take them back",
		Long: `Records that approved requisitions were paid, by the day the money leaves in the entity's zone. Who approved a bill or its requisition
cannot record its payment. "pay bank" ties a payment to the bank's line, "pay return" takes back one that came back or was a mistake.`,
		Example: `  suanpan pay --as marta REQ-5861-202610-M1-1 --value-date 2026-11-18
  suanpan pay bank --as marta PAY-5861-202610-M1-1 --merchant M1 --reference 20261118-77 --date 2026-11-18 --amount "BRL 1234.50"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			day, err := dayOf("--value-date", value)
			if err != nil {
				return err
			}
			var paid []settlement.Payment
			err = m.withDuty(c.Context(), func(s *session) error {
				return s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					for _, no := range args {
						merchant, err := s.ownerOf(c.Context(), tx, no)
						if err != nil {
							return err
						}
						p, err := s.settlement.RecordPayment(c.Context(), tx, merchant, no, day)
						if err != nil {
							return err
						}
						paid = append(paid, p)
					}
					return nil
				})
			}, web.FinancePay)
			if err != nil {
				return err
			}
			if m.flags.json {
				return m.printJSON(map[string]any{"payments": viewPayments(paid)})
			}
			for _, p := range paid {
				_, _ = fmt.Fprintln(m.Stdout, p.No, p.Merchant, money.New(p.Amount, p.Currency))
			}
			return nil
		},
	}
	c.Flags().StringVar(&value, "value-date", "", "`day` the money leaves")
	_ = c.MarkFlagRequired("value-date")
	c.AddCommand(payBank(m), payReturn(m))
	return c
}

// dayOf reads a day that a person typed.
func dayOf(flag, s string) (period.Day, error) {
	d, err := period.ParseDay(s)
	if err != nil {
		return d, fault.New(fault.Invalid, "CLI-VALUE", flag, fault.Args{"got": s, "want": "2026-11-18"})
	}
	return d, nil
}

// amountOf reads "BRL 1234.50".
func amountOf(s string) (money.Amount, error) {
	c, v, _ := strings.Cut(strings.TrimSpace(s), " ")
	d, err := money.Parse(strings.TrimSpace(v))
	if err != nil || !money.Currency(c).Valid() {
		return money.Amount{}, fault.New(fault.Invalid, "CLI-VALUE", "--amount", fault.Args{"got": s, "want": "BRL 1234.50"})
	}
	return money.New(d, money.Currency(c)), nil
}

func payBank(m *Main) *cobra.Command {
	var l settlement.BankLine
	var date, amount string
	c := &cobra.Command{
		Use: "bank PAYMENT", Short: "Tie a payment to the bank line that shows it", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var err error
			l.Payment = args[0]
			if l.Date, err = dayOf("--date", date); err != nil {
				return err
			}
			if l.Amount, err = amountOf(amount); err != nil {
				return err
			}
			var p settlement.Payment
			err = m.withDuty(c.Context(), func(s *session) error {
				return s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) (err error) {
					p, err = s.settlement.Reconcile(c.Context(), tx, l)
					return err
				})
			}, web.FinancePay)
			if err != nil {
				return err
			}
			return m.answer("pay.state", viewPayment(p), "no", p.No, "state", p.State)
		},
	}
	c.Flags().StringVar(&l.Merchant, "merchant", "", "the merchant that was paid (`id`)")
	c.Flags().StringVar(&l.Reference, "reference", "", "the bank's own `reference`")
	c.Flags().StringVar(&date, "date", "", "value date on the statement (`day`)")
	c.Flags().StringVar(&amount, "amount", "", "`amount` with its currency, such as \"BRL 1234.50\"")
	for _, name := range []string{"merchant", "reference", "date", "amount"} {
		_ = c.MarkFlagRequired(name)
	}
	return c
}

func payReturn(m *Main) *cobra.Command {
	var merchant, reason string
	c := &cobra.Command{
		Use: "return PAYMENT", Short: "Take back a payment that came back or was recorded in error", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			err := m.withDuty(c.Context(), func(s *session) error {
				return s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					return s.settlement.Return(c.Context(), tx, merchant, args[0], reason)
				})
			}, web.FinancePay)
			if err != nil {
				return err
			}
			return m.answer("pay.state", map[string]any{"payment": args[0], "state": settlement.PaymentReturned}, "no", args[0], "state", settlement.PaymentReturned)
		},
	}
	c.Flags().StringVar(&merchant, "merchant", "", "the merchant that was paid (`id`)")
	c.Flags().StringVar(&reason, "reason", "", "why it is taken back")
	_ = c.MarkFlagRequired("merchant")
	_ = c.MarkFlagRequired("reason")
	return c
}

func netCommand(m *Main) *cobra.Command {
	var month string
	var post []string
	c := &cobra.Command{
		Use:   "net --period 2026-10",
		Short: "Show what the entities owe each other, and net it",
		Long: `Shows every pair of contracting entities with what one owes the other for orders it collected, and proposes the fewest transfers that
settle it. What waits for customers' credit is shown apart. --post posts the netting of a currency, once a month.`,
		Example: "  suanpan net --period 2026-10\n  suanpan net --as marta --period 2026-10 --post USD,THB",
		RunE: func(c *cobra.Command, _ []string) error {
			mo, err := monthOf(month)
			if err != nil {
				return err
			}
			var n settlement.Netting
			err = m.with(c.Context(), func(s *session) error {
				if len(post) > 0 {
					if err := m.may(web.FinancePay); err != nil {
						return err
					}
				}
				return s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) (err error) {
					if n, err = s.settlement.Net(c.Context(), tx, mo); err != nil {
						return err
					}
					for _, code := range post {
						done, err := s.settlement.PostNetting(c.Context(), tx, mo, money.Currency(code))
						if err != nil {
							return err
						}
						n.Posted[money.Currency(code)] = done.Posted[money.Currency(code)]
					}
					return nil
				})
			})
			if err != nil {
				return err
			}
			if m.flags.json {
				return m.printJSON(viewNetting(n))
			}
			m.printNetting(n)
			return nil
		},
	}
	c.Flags().StringVar(&month, "period", "", "`month` to net")
	c.Flags().StringSliceVar(&post, "post", nil, "post the netting of these `currencies`")
	_ = c.MarkFlagRequired("period")
	return c
}

func (m *Main) printNetting(n settlement.Netting) {
	t := table{head: []string{"", m.say("net.from"), m.say("net.to"), m.say("t.amount"), ""}, right: map[int]bool{3: true}}
	pairs := func(word string, ps []settlement.Position) {
		for _, p := range ps {
			t.add(m.say(word), p.Owes, p.Owed, money.New(p.Amount, p.Currency).String(), "")
		}
	}
	pairs("net.owes", n.Positions)
	pairs("net.waits", n.Waiting)
	for _, list := range [][]settlement.Transfer{n.Proposal.Transfers, n.Proposal.Gross} {
		for _, x := range list {
			mark := ""
			if x.Against {
				mark = m.say("net.against")
			}
			if n.Posted[x.Currency] {
				mark = m.say("net.posted")
			}
			t.add(m.say("net.pays"), x.From, x.To, money.New(x.Amount, x.Currency).String(), mark)
		}
	}
	t.print(m.Stdout)
}
