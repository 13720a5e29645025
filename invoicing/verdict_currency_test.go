package invoicing_test

import (
	"strings"
	"testing"

	"suanpan/invoicing"
	"suanpan/money"
)

// TestAnAmountIsNeverToldInAnotherCurrency: a list of SGD 471.60 answered in other currencies, with the same figure and with others.
func TestAnAmountIsNeverToldInAnotherCurrency(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		totals, currencies []string
		bend               func(*invoicing.Input)
		codes, got, says   string // of the comparison, and what INV-TOTAL says of the invoices
	}{
		"another currency and another figure":    {[]string{"774365.06"}, []string{"DKK"}, nil, "INV-CURRENCY INV-TOTAL", "DKK 774,365.06", "The invoices say DKK 774,365.06, the list REQ-1 says SGD 471.60 (difference DKK ≠ SGD). "},
		"another currency and the list's figure": {[]string{"471.60"}, []string{"DKK"}, nil, "INV-CURRENCY", "DKK 471.60", ""},
		"two currencies":                         {[]string{"400", "100"}, []string{"SGD", "DKK"}, nil, "INV-CURRENCY INV-TOTAL", "SGD 400.00 + DKK 100.00", "The invoices say SGD 400.00 + DKK 100.00, the list REQ-1 says SGD 471.60 (difference SGD, DKK ≠ SGD). "},
		"one of several parts in another":        {[]string{"211.60", "100"}, []string{"SGD", "DKK"}, more, "INV-CURRENCY INV-INCOMPLETE", "SGD 211.60", ""},
		"the list's currency and another figure": {[]string{"471.61"}, []string{"SGD"}, nil, "INV-TOTAL", "SGD 471.61", "The invoices say SGD 471.61, the list REQ-1 says SGD 471.60 (difference SGD +0.01). "},
	} {
		t.Run(name, func(t *testing.T) {
			in := plain(c.totals...)
			for n, currency := range c.currencies {
				in.Upload.Invoices[n].Currency = money.Currency(currency)
			}
			if c.bend != nil {
				c.bend(&in)
			}
			v := invoicing.Judge(in)
			want(t, v, invoicing.Refused, c.codes)
			if len(v.Compared) != 1 || v.Compared[0].GotText() != c.got {
				t.Errorf("compared %+v", v.Compared)
			}
			said := ""
			for _, f := range v.Faults {
				if f.Code == "INV-TOTAL" {
					said, _, _ = strings.Cut(f.Text("en"), "Correct")
				}
			}
			if said != c.says {
				t.Errorf("said %q, want %q", said, c.says)
			}
		})
	}
}
