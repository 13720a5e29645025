package settlement

import (
	"context"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
)

// Payment (付款) is money sent to a merchant for a requisition.
type Payment struct {
	Merchant      string
	No            string
	Requisition   string
	Entity        string
	Currency      money.Currency
	Amount        decimal.Decimal
	ValueDate     period.Day // day the money leaves, in the entity's zone
	State         string     // RECORDED, ON_BANK, RETURNED
	RecordedBy    string
	RecordedAt    time.Time
	BankReference string
	BankDate      period.Day
}

// States of a payment.
const (
	PaymentRecorded = "RECORDED"
	PaymentOnBank   = "ON_BANK"
	PaymentReturned = "RETURNED"
)

// ApproveRequisition (申付审核) lets an accepted requisition be paid.
func (s *Service) ApproveRequisition(ctx context.Context, tx *pg.Tx, merchant, no string) error {
	r, err := lockRequisition(ctx, tx, merchant, no)
	if err != nil {
		return err
	}
	if r.State != ReqAccepted {
		return fault.New(fault.Conflict, "REQ-STATE", "requisition", fault.Args{"requisition": no, "state": r.State, "want": ReqAccepted})
	}
	return approveRequisition(ctx, tx, merchant, no)
}

// RecordPayment notes that a requisition was paid: merchant_invoiced moves to payment_in_transit until the bank's line is seen. Nobody who
// approved the bill or the requisition can record its payment.
func (s *Service) RecordPayment(ctx context.Context, tx *pg.Tx, merchant, no string, value period.Day) (Payment, error) {
	r, err := lockRequisition(ctx, tx, merchant, no)
	if err != nil {
		return Payment{}, err
	}
	if r.State != ReqApproved {
		return Payment{}, fault.New(fault.Conflict, "REQ-STATE", "requisition", fault.Args{"requisition": no, "state": r.State, "want": ReqApproved})
	}
	if r.CreatedBy == tx.Actor.User || r.ApprovedBy == tx.Actor.User {
		return Payment{}, fault.New(fault.Forbidden, "PAY-SAME-PERSON", "", fault.Args{"user": tx.Actor.User})
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Payment{}, err
	}
	if err := payable(dir, r, value, tx.Now); err != nil {
		return Payment{}, err
	}
	if _, err := s.Invoicing.MarkPaid(ctx, tx, merchant, no, value); err != nil {
		return Payment{}, err
	}
	p := Payment{
		Merchant: merchant, Requisition: no, Entity: r.Entity, Currency: r.Currency, Amount: r.Amount, ValueDate: value, State: PaymentRecorded,
		RecordedBy: tx.Actor.User, RecordedAt: tx.Now,
	}
	if p.No, err = nextPaymentNo(ctx, tx, merchant, "PAY"+strings.TrimPrefix(no, "REQ")); err != nil {
		return p, err
	}
	if err := insertPayment(ctx, tx, p); err != nil {
		return p, err
	}
	at := value.Start(dir.Zone(r.Entity))
	_, err = ledger.Post(ctx, tx, ledger.Entry{
		Merchant: merchant, Key: "payment/" + p.No, Kind: "payment", Book: r.Entity, OccurredAt: at, KnownAt: tx.Now,
		Transfers: ledger.Move(nil, r.Entity, r.Currency, ledger.MerchantInvoiced, ledger.PaymentInTransit, r.Amount, ""),
	})
	if err != nil {
		return p, err
	}
	if err := s.follow(ctx, tx, merchant, no, ReqPaid, Paying, ""); err != nil {
		return p, err
	}
	if s.Paid != nil {
		err = s.Paid(ctx, tx, p)
	}
	return p, err
}

// furthest is how far ahead a payment may be dated: payment orders are given days before, not months.
const furthest = 31

// payable demands a value date that can be true: not before the requisition was made, not further ahead than payments are ordered.
func payable(dir *entities.Directory, r Requisition, value period.Day, now time.Time) error {
	zone := dir.Zone(r.Entity)
	first, last := period.DayOf(r.CreatedAt, zone), period.DayOf(now, zone).Add(furthest)
	if value.Before(first) || value.After(last) {
		return fault.New(fault.Invalid, "PAY-DATE", "valueDate", fault.Args{"date": value, "first": first, "last": last})
	}
	return nil
}

// BankLine is a line of the entity's bank statement that pays a requisition.
type BankLine struct {
	Merchant  string
	Payment   string
	Reference string     // the bank's, unique in the entity's account
	Date      period.Day // value date on the statement
	Amount    money.Amount
}

// Reconcile ties a payment to its bank line: payment_in_transit moves to bank and the bills are done. A line with another amount is refused, and
// one of a day to come; one dated in another month than recorded, where the law wants that month, is an exception for finance.
func (s *Service) Reconcile(ctx context.Context, tx *pg.Tx, l BankLine) (Payment, error) {
	p, err := lockPayment(ctx, tx, l.Merchant, l.Payment)
	if err != nil {
		return p, err
	}
	if p.State != PaymentRecorded {
		return p, fault.New(fault.Conflict, "PAY-STATE", "payment", fault.Args{"payment": p.No, "state": p.State})
	}
	if l.Amount.Currency != p.Currency || !l.Amount.Value.Equal(p.Amount) {
		return p, fault.New(fault.Conflict, "PAY-AMOUNT", "amount", fault.Args{"bank": l.Amount, "want": money.New(p.Amount, p.Currency)})
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return p, err
	}
	if _, limited := dir.PaymentWindow(p.Entity, p.ValueDate); limited && l.Date.Of() != p.ValueDate.Of() {
		return p, fault.New(fault.Conflict, "PAY-BANK-MONTH", "date", fault.Args{"payment": p.No, "recorded": p.ValueDate, "bank": l.Date})
	}
	r, err := lockRequisition(ctx, tx, p.Merchant, p.Requisition)
	if err != nil {
		return p, err
	}
	if today := period.DayOf(tx.Now, dir.Zone(p.Entity)); l.Date.After(today) { // a payment is ordered ahead; a statement tells what was
		return p, fault.New(fault.Invalid, "PAY-BANK-FUTURE", "date", fault.Args{"date": l.Date, "today": today})
	}
	if err := payable(dir, r, l.Date, tx.Now); err != nil {
		return p, err
	}
	if err := claimBankLine(ctx, tx, p, l); err != nil {
		return p, err
	}
	at := l.Date.Start(dir.Zone(p.Entity))
	if _, err := ledger.Post(ctx, tx, ledger.Entry{
		Merchant: p.Merchant, Key: "banked/" + p.No, Kind: "banked", Book: p.Entity, OccurredAt: at, KnownAt: tx.Now,
		Transfers: ledger.Move(nil, p.Entity, p.Currency, ledger.PaymentInTransit, ledger.Bank, p.Amount, ""),
	}); err != nil {
		return p, err
	}
	p.State, p.BankReference, p.BankDate = PaymentOnBank, l.Reference, l.Date
	return p, s.follow(ctx, tx, p.Merchant, p.Requisition, ReqSettled, Done, "")
}

// Return notes that a recorded payment came back before it was on a bank line, or was recorded in error: its posting is reversed and the
// requisition can be paid again.
func (s *Service) Return(ctx context.Context, tx *pg.Tx, merchant, payment, reason string) error {
	if err := needReason(reason); err != nil {
		return err
	}
	p, err := lockPayment(ctx, tx, merchant, payment)
	if err != nil {
		return err
	}
	if p.State != PaymentRecorded {
		return fault.New(fault.Conflict, "PAY-STATE", "payment", fault.Args{"payment": p.No, "state": p.State})
	}
	if _, err := ledger.Reverse(ctx, tx, ledger.Reversal{Merchant: merchant, Key: "payment/" + p.No, OccurredAt: tx.Now}); err != nil {
		return err
	}
	if err := setPaymentState(ctx, tx, p, PaymentReturned); err != nil {
		return err
	}
	if _, err := s.Invoicing.MarkUnpaid(ctx, tx, merchant, p.Requisition, reason); err != nil {
		return err
	}
	return s.follow(ctx, tx, merchant, p.Requisition, ReqApproved, RequisitionProcessing, reason)
}
