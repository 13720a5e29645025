package refunds

import "suanpan/internal/fault"

// State is where a request stands.
type State string

// The states.
const (
	InTransit       State = "in_transit"          // goods are on their way: the platform has to confirm first
	Review          State = "seller_review"       // 商家待审核
	AwaitReturn     State = "awaiting_return"     // 待用户寄回
	AwaitAcceptance State = "awaiting_acceptance" // 待商家验收
	Appealed        State = "appealed"            // the merchant appealed against the returned goods; operations decide
	Refunding       State = "refunding"           // the marketplace is asked to pay
	Refunded        State = "refunded"            // 已退订: its fact came
	Rejected        State = "rejected"            // 驳回
	Withdrawn       State = "withdrawn"           // 撤回, or the goods never came back
	Failed          State = "failed"              // an invoice was asked for, or other refunds left too little
)

// Open tells whether something is still to happen.
func (s State) Open() bool {
	switch s {
	case Refunded, Rejected, Withdrawn, Failed:
		return false
	}
	return true
}

// Reviewing tells whether nobody has agreed to the refund yet.
func (s State) Reviewing() bool { return s == InTransit || s == Review }

// Act is what is done to a request.
type Act string

// The acts.
const (
	ConfirmTransit Act = "confirm_transit" // operations: the goods are on their way back or stopped
	RefuseTransit  Act = "refuse_transit"  // operations: they are to be received first
	Approve        Act = "approve"         // merchant
	Reject         Act = "reject"          // merchant
	Withdraw       Act = "withdraw"        // buyer
	AskInvoice     Act = "ask_invoice"     // buyer
	Ship           Act = "ship"            // buyer
	ReturnLapse    Act = "return_lapse"    // time
	Accept         Act = "accept"          // merchant
	AcceptLapse    Act = "accept_lapse"    // time
	Appeal         Act = "appeal"          // merchant
	ForBuyer       Act = "for_buyer"       // operations
	ForMerchant    Act = "for_merchant"    // operations
	PayBack        Act = "pay_back"        // the refund's fact
	Overtake       Act = "overtake"        // another refund left too little
)

type machine map[State]map[Act]State

// notReceived is the way of everything that is not sent back; received that of goods the buyer has in hand.
var (
	notReceived = machine{
		InTransit: {ConfirmTransit: Review, RefuseTransit: Rejected, Withdraw: Withdrawn, AskInvoice: Failed, PayBack: Refunded, Overtake: Failed},
		Review:    {Approve: Refunding, Reject: Rejected, Withdraw: Withdrawn, AskInvoice: Failed, PayBack: Refunded, Overtake: Failed},
		Refunding: {PayBack: Refunded, Overtake: Failed},
	}
	received = machine{
		Review:          {Approve: AwaitReturn, Reject: Rejected, Withdraw: Withdrawn, AskInvoice: Failed, PayBack: Refunded, Overtake: Failed},
		AwaitReturn:     {Ship: AwaitAcceptance, ReturnLapse: Withdrawn, PayBack: Refunded, Overtake: Failed},
		AwaitAcceptance: {Accept: Refunding, AcceptLapse: Refunding, Reject: Rejected, Appeal: Appealed, PayBack: Refunded, Overtake: Failed},
		Appealed:        {ForBuyer: Refunding, ForMerchant: Rejected, PayBack: Refunded, Overtake: Failed},
		Refunding:       {PayBack: Refunded, Overtake: Failed},
	}
)

// Next is the state after an act: RFD-TRANSIT where the platform has to confirm goods in transit first, RFD-STATE where the act does not belong here.
func Next(g Goods, s State, a Act) (State, *fault.Fault) {
	m := notReceived
	if g == GoodsReceived {
		m = received
	}
	if to, ok := m[s][a]; ok {
		return to, nil
	}
	if s == InTransit && (a == Approve || a == Reject) {
		return s, fault.New(fault.Conflict, "RFD-TRANSIT", "goods")
	}
	return s, fault.New(fault.Conflict, "RFD-STATE", "state", fault.Args{"state": s, "act": a})
}

// May tells whether an act belongs here.
func (r Request) May(a Act) bool { _, f := Next(r.Goods, r.State, a); return f == nil }

// Goods says where hardware is when its refund is asked for.
type Goods string

// Where goods are. Everything that is no hardware bears none.
const (
	NoGoods          Goods = ""
	GoodsNotReceived Goods = "not_received" // 未收货: never shipped
	GoodsInTransit   Goods = "in_transit"   // shipped and not in the buyer's hands
	GoodsReceived    Goods = "received"     // 已收货
)
