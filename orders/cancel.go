package orders

import (
	"context"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Cancel cancels an order for its buyer. Only an order that waits for its payment can be; its charge is withdrawn. Canceled already is nothing, which
// fresh tells. ORD-NONE where there is no such order, ORD-CANCEL-STATE where it went further.
func (svc *Service) Cancel(ctx context.Context, tx *pg.Tx, source, order, reason string) (fresh bool, err error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return false, err
	}
	states, err := orderStates(ctx, tx, dir, order)
	if err != nil {
		return false, err
	}
	if len(states) == 0 {
		return false, fault.New(fault.NotFound, "ORD-NONE", "orderId", fault.Args{"order": order})
	}
	each := make([]OrderState, len(states))
	for i, s := range states {
		each[i] = s.OrderState()
	}
	switch state := StateOfOrder(each...); state {
	case OrderCanceled:
		return false, nil
	case PendingPayment:
	default:
		return false, fault.New(fault.Conflict, "ORD-CANCEL-STATE", "orderId", fault.Args{"order": order, "state": state})
	}
	if _, err := svc.Take(ctx, tx, source, Fact{"kind": cancellationKind.name, "orderId": order, "time": Stamp(tx.Now)}); err != nil {
		return false, ofFirst(err)
	}
	return true, audit.Write(ctx, tx, audit.Event{Merchant: states[0].Line.Merchant, Action: "order.canceled", Subject: order, Reason: reason})
}
