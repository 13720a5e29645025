package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"suanpan/entities"
	"suanpan/entities/identifier"
	"suanpan/internal/fault"
)

func checkIDCommand(m *Main) *cobra.Command {
	var country string
	c := &cobra.Command{
		Use:   "check-id KIND NUMBER",
		Short: "Explain a tax number, an account number or a fiscal id",
		Long: `Says whether a number can be somebody's, which character is wrong where it cannot, and what cannot be known. KIND is a kind of number
(br.cnpj, mx.rfc, iban, bic, br.nfe …), tax with --country, or account. Nothing is asked of anybody and nothing is kept.

Exit codes: 0 it can be, or nothing tells; 1 it cannot be; 2 there is no such kind.`,
		Example: `  suanpan check-id br.cnpj 12.ABC.345/01DE-35
  suanpan check-id tax 76086428-5 --country CL --json
  suanpan check-id account "DE89 3704 0044 0532 0130 00"`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			return m.explain(identifier.Explain(args[0], country, args[1]))
		},
	}
	c.Flags().StringVar(&country, "country", "", "`country` whose tax number it is, two letters")
	return c
}

func (m *Main) explain(r identifier.Result) error {
	if fault.Has(r.Faults, "ID-KIND") {
		m.printFaults(r.Faults)
		return exitError(exitUnreadable)
	}
	if m.flags.json {
		if err := m.printJSON(entities.ExplainedJSON(r, m.lang)); err != nil {
			return err
		}
	} else {
		head := string(r.Outcome) + "  " + r.Printed
		if r.Name != "" {
			head = string(r.Outcome) + "  " + r.Name + " " + r.Printed
		}
		_, _ = fmt.Fprintln(m.Stdout, head)
		for _, p := range r.Parts {
			_, _ = fmt.Fprintln(m.Stdout, " ", p.Name, p.Value)
		}
		for _, f := range r.Says("") {
			_, _ = fmt.Fprintln(m.Stdout, " ", m.faultLine(f))
		}
	}
	if r.Outcome == identifier.Refused {
		return exitError(exitRefused)
	}
	return nil
}
