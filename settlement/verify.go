package settlement

import (
	"context"

	"suanpan/internal/pg"
	"suanpan/ledger"
)

// Verify proves the books: the ledger's own chain, mirrors and FX postings, and every sub-ledger against its control accounts. It stops at the
// first difference, with a fault that names it.
func (s *Service) Verify(ctx context.Context, tx *pg.Tx) (ledger.Verification, error) {
	v, err := ledger.Verify(ctx, tx)
	if err != nil {
		return v, err
	}
	controls, err := s.Controls(ctx, tx)
	if err != nil {
		return v, err
	}
	for _, c := range controls {
		if err := ledger.VerifyControl(ctx, tx, c); err != nil {
			return v, err
		}
	}
	return v, nil
}

// Controls are what the records of all modules say the control accounts hold now, in the order of the road: orders taken and not earned, shares
// earned and unbilled, bills not accepted, invoices accepted and unpaid, payments in transit, deposits and what merchants owe. Openings count as records. Each sum is stated
// once, here and in the modules' own controls, and whoever compares takes it from here.
func (s *Service) Controls(ctx context.Context, tx *pg.Tx) ([]ledger.Control, error) {
	deferred, err := s.Orders.Control(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := []ledger.Control{deferred}
	for _, c := range []struct {
		name    string
		account ledger.Account
		sql     string
	}{
		{"share earned, on no bill", ledger.MerchantUnbilled, unbilledSQL},
		{"bills and carries not accepted", ledger.MerchantPayable, payableSQL},
		{"invoices accepted and unpaid", ledger.MerchantInvoiced, ""},
		{"payments recorded, not on a bank line", ledger.PaymentInTransit, transitSQL},
		{"deposits paid in, not taken and not given back", ledger.MerchantDeposit, depositSQL},
		{"owed by merchants", ledger.MerchantReceivable, receivableSQL},
	} {
		control := ledger.Control{Name: c.name, Accounts: []ledger.Account{c.account}}
		switch {
		case c.sql != "":
			control.Want, err = selectControl(ctx, tx, c.sql)
		case s.Invoicing == nil:
			continue
		default: // what was accepted is invoicing's to say; what stood there before is an opening
			control, err = s.Invoicing.Control(ctx, tx)
		}
		if err != nil {
			return nil, err
		}
		opened, err := selectControl(ctx, tx, openingSQL, string(c.account))
		if err != nil {
			return nil, err
		}
		control.Want = append(control.Want, opened...)
		out = append(out, control)
	}
	return out, nil
}
