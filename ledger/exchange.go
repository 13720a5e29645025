package ledger

import (
	"maps"
	"regexp"
	"slices"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

// rateForm is how a transfer names the row its amount was computed by: what one unit of the first currency is in the second.
var rateForm = regexp.MustCompile(`^([A-Z]{3})/([A-Z]{3})@[^=]*=([0-9]+(?:\.[0-9]+)?)$`)

// ratedFor tells whether the rate can be read and is one of the transfer's currency.
func (t *Transfer) ratedFor() bool {
	m := rateForm.FindStringSubmatch(t.Rate)
	return m != nil && (string(t.Currency) == m[1] || string(t.Currency) == m[2])
}

// checkExchange demands that what leaves FX clearing is what entered it times the rate, at eight decimals, book by book and
// rate by rate. Verify asks the same of what stands; an entry it would stumble over for ever must not get in.
func (e *Entry) checkExchange() fault.Faults {
	type exchange struct{ sold, paid, rate decimal.Decimal }
	found := map[string]exchange{} // by book and rate
	for _, t := range e.Transfers {
		if (t.Debit == FXClearing) == (t.Credit == FXClearing) {
			continue
		}
		m := rateForm.FindStringSubmatch(t.Rate)
		x, v := found[t.Book+" "+t.Rate], t.Amount
		if t.Debit == FXClearing {
			v = v.Neg()
		}
		if string(t.Currency) == m[1] {
			x.sold = x.sold.Add(v)
		} else {
			x.paid = x.paid.Add(v)
		}
		x.rate = money.MustParse(m[3])
		found[t.Book+" "+t.Rate] = x
	}
	var fs fault.Faults
	for _, k := range slices.Sorted(maps.Keys(found)) {
		x := found[k]
		if want := money.Fixed(x.sold.Mul(x.rate)); !want.Add(x.paid).IsZero() {
			fs = append(fs, fault.New(fault.Invalid, "LEDGER-FX-AMOUNT", e.Key, fault.Args{"rate": k, "want": want, "got": x.paid.Neg()}))
		}
	}
	return fs
}
