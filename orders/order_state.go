package orders

// OrderState is where an order, or one line of it, stands for its buyer. Whether a merchant is paid for it is another question: see Reasons.
type OrderState string

// The states, as the marketplace names them. Its list also knows pending approval (待审核), but no rule says how an order gets there, so none does.
const (
	PendingPayment OrderState = "PENDING_PAYMENT" // 待支付: placed, to be paid; the only one that can be canceled
	Processing     OrderState = "PROCESSING"      // 处理中: paid, or free; being provisioned or, where supervised, not accepted yet
	OrderCompleted OrderState = "COMPLETED"       // 已完成: provisioned, accepted where supervised; or wholly given back before
	OrderCanceled  OrderState = "CANCELED"        // 已取消: by its buyer, unpaid
)

// OrderStates lists them in the order in which an order goes through them.
var OrderStates = []OrderState{PendingPayment, Processing, OrderCompleted, OrderCanceled}

// OrderState tells where the line stands by its facts. An UNSUBSCRIBE has no money of its own: it waits for its effect. A line whose provisioning
// failed stays in processing until its money is back; no source names a state of its own for it after that, so nothing is left to do: completed.
func (s *State) OrderState() OrderState {
	switch {
	case s.event(Canceled) != nil:
		return OrderCanceled
	case s.wholeRefund() != nil:
		return OrderCompleted
	case s.event(Failed) != nil:
		return Processing
	case s.Line.payable() && s.event(Paid) == nil:
		return PendingPayment
	case s.Line.Supervised && s.event(Completed) != nil:
		return OrderCompleted
	case !s.Line.Supervised && s.event(Effective) != nil: // a renewal is done once its beginning is known, though that lies ahead
		return OrderCompleted
	}
	return Processing
}

// payable tells whether a line asks for money when it is placed: trials and free lines never do, use is paid month by month.
func (l *Line) payable() bool {
	return l.Type != Trial && l.Type != Unsubscribe && l.Mode != OnDemand && l.Gross.Sub(l.CustomerWHT).IsPositive()
}

// StateOfOrder is the state of an order whose lines stand in these: the earliest of those still on their way.
func StateOfOrder(lines ...OrderState) OrderState {
	seen := map[OrderState]bool{}
	for _, s := range lines {
		seen[s] = true
	}
	for _, s := range OrderStates {
		if seen[s] {
			return s
		}
	}
	return Processing
}
