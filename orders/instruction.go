package orders

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
)

// Kinds of instructions.
const (
	Charge    = "charge" // take money from the buyer; answered by the payment of the order
	GiveBack  = "refund" // give money back; answered by the refund of this id
	maxAsked  = 1000     // instructions of one answer
	chargeKey = "charge/"
	refundKey = "refund/"
)

// Instruction (指令) asks the marketplace to move a buyer's money. Suanpan never moves it: only the fact that answers posts.
type Instruction struct {
	Number    int64 // rises with time, with gaps; the marketplace collects by it
	Merchant  string
	Kind      string
	Order     string
	Line      string
	RefundID  string // of GiveBack: the refundId that the answering fact bears
	Buyer     string
	Currency  money.Currency
	Amount    decimal.Decimal
	Rule      string // of GiveBack: the rule of the refund
	IssuedAt  time.Time
	DueAt     *time.Time // by when the answer is expected; nil where no source gives a time
	Answered  *time.Time
	Answer    string // id of the fact
	Withdrawn *time.Time
}

func (i Instruction) cause() string {
	if i.Kind == Charge {
		return chargeKey + i.Order
	}
	return refundKey + i.RefundID
}

// Overdue tells whether the answer is late at an instant.
func (i Instruction) Overdue(now time.Time) bool {
	return i.Answered == nil && i.Withdrawn == nil && i.DueAt != nil && now.After(*i.DueAt)
}

// Instruct issues an instruction, once: for the same order or refund the number that stands is given, with INS-CHANGED where the amount differs.
func Instruct(ctx context.Context, tx *pg.Tx, i Instruction) (int64, error) {
	n, amount, err := insertInstruction(ctx, tx, i)
	if err == nil && !amount.Equal(i.Amount) {
		return 0, fault.New(fault.Conflict, "INS-CHANGED", "amount", fault.Args{"number": n, "amount": amount})
	}
	return n, err
}

// WithdrawInstruction takes back what has not been answered; it tells whether there was such a one.
func WithdrawInstruction(ctx context.Context, tx *pg.Tx, i Instruction) (bool, error) {
	return withdrawInstruction(ctx, tx, i.Merchant, i.cause())
}

// WithdrawByHand takes back, for a reason, what has not been answered: by its number. INS-NONE where there is none, INS-CLOSED where it is answered
// or withdrawn already.
func WithdrawByHand(ctx context.Context, tx *pg.Tx, number int64, reason string) (Instruction, error) {
	found, err := selectInstructions(ctx, tx, InstructionQuery{After: number - 1, Limit: 1})
	if err != nil {
		return Instruction{}, err
	}
	if len(found) == 0 || found[0].Number != number {
		return Instruction{}, fault.New(fault.NotFound, "INS-NONE", "number", fault.Args{"number": number})
	}
	i := found[0]
	if reason == "" {
		return i, fault.New(fault.Invalid, "ORD-REASON", "reason")
	}
	done, err := withdrawInstruction(ctx, tx, i.Merchant, i.cause())
	if err != nil {
		return i, err
	}
	if !done {
		return i, fault.New(fault.Conflict, "INS-CLOSED", "number", fault.Args{"number": number})
	}
	return i, audit.Write(ctx, tx, audit.Event{
		Merchant: i.Merchant, Action: "instruction.withdrawn", Subject: i.cause(), Reason: reason, Detail: map[string]any{"number": number, "amount": i.Amount, "currency": i.Currency},
	})
}

// InstructionQuery says which instructions are wanted; empty means any.
type InstructionQuery struct {
	After   int64 // numbers above it
	Open    bool  // neither answered nor withdrawn
	Overdue bool  // open, and the answer is late at the transaction's instant
	Order   string
	Limit   int // 0: 100; at most 1,000
}

// Instructions lists instructions by number.
func Instructions(ctx context.Context, tx *pg.Tx, q InstructionQuery) ([]Instruction, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	q.Limit = min(q.Limit, maxAsked)
	return selectInstructions(ctx, tx, q)
}

// answerInstructions notes which instructions the facts of this load answer. It hears them like every module around orders.
func answerInstructions(ctx context.Context, tx *pg.Tx, happened []Happening) error {
	var a, gone answers
	for i := range happened {
		h := &happened[i]
		switch h.Kind {
		case Paid:
			a.add(h.Line.Merchant, chargeKey+h.Line.OrderID, h.ID, h.At)
		case Canceled: // nobody is to be charged for it any more
			gone.add(h.Line.Merchant, chargeKey+h.Line.OrderID, h.ID, h.At)
		case MoneyBack:
			a.add(h.Line.Merchant, refundKey+h.ID, h.ID, h.At)
		}
	}
	if err := updateWithdrawn(ctx, tx, gone); err != nil {
		return err
	}
	return updateAnswered(ctx, tx, a)
}

type answers struct {
	merchants, causes, ids []string
	at                     []time.Time
}

func (a *answers) add(merchant, cause, id string, at time.Time) {
	a.merchants, a.causes, a.ids, a.at = append(a.merchants, merchant), append(a.causes, cause), append(a.ids, id), append(a.at, at)
}
