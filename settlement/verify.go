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
	controls := []func(context.Context, *pg.Tx) (ledger.Control, error){s.Orders.Control, s.unbilledControl, s.payableControl, s.transitControl}
	if s.Invoicing != nil {
		controls = append(controls, s.Invoicing.Control)
	}
	for _, control := range controls {
		c, err := control(ctx, tx)
		if err != nil {
			return v, err
		}
		if err := ledger.VerifyControl(ctx, tx, c); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (s *Service) unbilledControl(ctx context.Context, tx *pg.Tx) (ledger.Control, error) {
	want, err := selectControl(ctx, tx, unbilledSQL)
	return ledger.Control{Name: "share earned, on no bill", Accounts: []ledger.Account{ledger.MerchantUnbilled}, Want: want}, err
}

func (s *Service) payableControl(ctx context.Context, tx *pg.Tx) (ledger.Control, error) {
	want, err := selectControl(ctx, tx, payableSQL)
	return ledger.Control{Name: "bills and carries not accepted", Accounts: []ledger.Account{ledger.MerchantPayable}, Want: want}, err
}

func (s *Service) transitControl(ctx context.Context, tx *pg.Tx) (ledger.Control, error) {
	want, err := selectControl(ctx, tx, transitSQL)
	return ledger.Control{Name: "payments recorded, not on a bank line", Accounts: []ledger.Account{ledger.PaymentInTransit}, Want: want}, err
}
