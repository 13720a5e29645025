package invoicing_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// TestATaxThatTheTotalCannotHoldIsRefused, whoever typed or wrote it.
func TestATaxThatTheTotalCannotHoldIsRefused(t *testing.T) {
	t.Parallel()
	for tax, wrong := range map[string]bool{"0": false, "471.60": false, "471.61": true, "-5": true, "9999999": true} {
		in := plain("471.60")
		in.Upload.Invoices[0].Tax = decimal.RequireFromString(tax)
		if got := strings.Contains(strings.Join(invoicing.Judge(in).Codes(), " "), "INV-TAX-RANGE"); got != wrong {
			t.Errorf("tax %s: refused %v", tax, got)
		}
	}
}

// TestANumberThatNoInvoiceHasIsRefused before anything is kept.
func TestANumberThatNoInvoiceHasIsRefused(t *testing.T) {
	t.Parallel()
	h := build(t)
	l := h.list()
	h.issue(l)
	for length, code := range map[int]string{100: "", 101: "INV-NUMBER-LONG", 100000: "INV-NUMBER-LONG"} {
		c := send(l, "2026-11-16", "A-", "471.60")
		c.Invoices[0].Number = strings.Repeat("7", length)
		err := h.db.InTx(ctx, pg.AsMerchant(l.Merchant, "ana"), func(tx *pg.Tx) error { _, err := h.svc.Check(ctx, tx, c); return err })
		if code == "" && err != nil || code != "" && !fault.Has(err, code) {
			t.Errorf("%d characters: %v", length, err)
		}
	}
}
