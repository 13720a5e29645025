package entities

import (
	"strings"

	"suanpan/entities/identifier"
)

// Numbers that a merchant gives: they are kept as given, whatever is to be said of them. Who enters or decides sees what is said; a number that
// looks wrong refuses nothing, since a register's exception is better kept than a merchant shut out.

// Number is a number that was given, and where.
type Number struct {
	Field  string // taxId, accountNo, swift
	Result identifier.Result
}

// Numbers explains the merchant's tax number as one of its country of residence; nothing where none is given.
func (m Merchant) Numbers() []Number {
	if strings.TrimSpace(m.TaxID) == "" {
		return nil
	}
	return []Number{{"taxId", identifier.TaxNumber(m.Residence, m.TaxID)}}
}

// Numbers explains the account's number, as an IBAN where it is one, and its bank's code; nothing for what is not given.
func (b Bank) Numbers() []Number {
	var out []Number
	if strings.TrimSpace(b.AccountNo) != "" {
		out = append(out, Number{"accountNo", identifier.AccountNumber(b.AccountNo)})
	}
	if strings.TrimSpace(b.Swift) != "" {
		out = append(out, Number{"swift", identifier.Check(identifier.BIC, b.Swift)})
	}
	return out
}
