package orders

import (
	"context"

	"suanpan/internal/fault"
)

// standingKey names a fact by its kind, its owner (a merchant, an entity, or nobody) and its id.
type standingKey struct{ kind, owner, id string }

// freeRecord is a fact outside of orders; it knows under which owner and id it stands once it is loaded.
type freeRecord interface {
	record
	applyFree(ctx context.Context, b *batch) (fault.Faults, error)
	stands(b *batch) standingKey
}

// loadStanding asks which of the facts to come stand already. What an earlier chunk of the same file brought is in the tables by then, so
// the answer is for one chunk only.
func (b *batch) loadStanding(ctx context.Context, keys []standingKey) error {
	b.standing = map[standingKey][]byte{}
	asked := map[string][]standingKey{}
	seen := make(map[standingKey]bool, len(keys))
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			asked[k.kind] = append(asked[k.kind], k)
		}
	}
	return selectStanding(ctx, b.tx, asked, b.standing)
}

// repeats answers for a fact whose id stands: that it says the same and is done, or a fault. It is false for a new one.
func (b *batch) repeats(k standingKey, hash []byte) (bool, fault.Faults) {
	before, there := b.standing[k]
	if !there {
		return false, nil
	}
	return true, b.sameFact(k.kind, k.id, hash, before)
}

// orderKeys are the facts of a chunk about orders that bear ids of their own: lines, refunds, usage charges.
func (b *batch) orderKeys(records []record) []standingKey {
	owner := map[string]string{}
	for id, o := range b.orders {
		owner[id] = o.merchant
	}
	for _, r := range records {
		if o, ok := r.(*orderRecord); ok && owner[o.OrderID] == "" {
			owner[o.OrderID] = o.Merchant
		}
	}
	var keys []standingKey
	for _, r := range records {
		switch x := r.(type) {
		case *orderRecord:
			if b.orders[x.OrderID] == nil {
				for i := range x.Lines {
					keys = append(keys, standingKey{"line", x.Merchant, x.Lines[i].LineID})
				}
			}
		case *refundRecord:
			keys = append(keys, standingKey{refundKind.name, owner[x.OrderID], x.RefundID})
		case *usageChargeRecord:
			keys = append(keys, standingKey{usageChargeKind.name, owner[x.OrderID], x.ChargeID})
		}
	}
	return keys
}
