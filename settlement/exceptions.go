package settlement

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// OnCrediting keeps a requisition as it is once it is approved for payment: a credit note of its merchant waits until the approval is taken back.
func (s *Service) OnCrediting(ctx context.Context, tx *pg.Tx, r invoicing.Requisition) error {
	list, err := selectRequisitions(ctx, tx, r.Merchant, r.Number, "")
	if err != nil || len(list) == 0 || list[0].State == ReqAccepted {
		return err
	}
	return invoicing.RefuseCrediting(r)
}

// UndoExceptions takes a decision about exceptions back, unless a requisition was approved on it since.
func (s *Service) UndoExceptions(ctx context.Context, tx *pg.Tx, batch string) ([]invoicing.ExceptionRef, error) {
	return s.Invoicing.UndoExceptions(ctx, tx, batch, func(r invoicing.Requisition) error {
		own, err := lockRequisition(ctx, tx, r.Merchant, r.Number)
		if err == nil && own.State != ReqAccepted && own.State != ReqOpen {
			err = fault.New(fault.Conflict, "INV-UNDO-LATE", "requisition", fault.Args{"requisition": r.Number, "state": own.State})
		}
		return err
	})
}
