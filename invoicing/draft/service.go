package draft

import (
	"context"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// Service draws up drafts of a merchant's requisitions. It reads in the caller's transaction and writes nothing.
type Service struct {
	Invoicing *invoicing.Service
}

// Draft draws up the invoice that answers a requisition. Merchant may be empty for staff. DRAFT-WITHDRAWN where the list was taken back.
func (s *Service) Draft(ctx context.Context, tx *pg.Tx, merchant, number string, y Yours, demo bool) (Draft, error) {
	d, err := s.Invoicing.Requisition(ctx, tx, merchant, number)
	if err != nil {
		return Draft{}, err
	}
	if d.State == invoicing.StateWithdrawn {
		return Draft{}, fault.New(fault.Conflict, codeGone, "requisition", fault.Args{"requisition": d.Number})
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Draft{}, err
	}
	g := GroundAt(dir, d.List, tx.Now)
	g.Demo = demo
	return Make(d.List, d.Filled, g, y)
}
