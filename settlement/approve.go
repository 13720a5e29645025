package settlement

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
)

// BillRef names a bill.
type BillRef struct{ Merchant, No string }

// Requisition (申付单) is the request to pay a merchant for one or several bills of one entity and currency.
type Requisition struct {
	Merchant   string
	No         string
	Entity     string
	Currency   money.Currency
	Amount     decimal.Decimal
	State      RequisitionState
	Bills      []string
	CreatedBy  string
	CreatedAt  time.Time
	ApprovedBy string
	ApprovedAt time.Time
}

// RequisitionState is where a requisition stands on the paying side; invoicing keeps how its invoices stand.
type RequisitionState string

// The states of a requisition.
const (
	ReqOpen     RequisitionState = "OPEN"     // waits for the merchant's invoices
	ReqAccepted RequisitionState = "ACCEPTED" // invoices accepted, finance reviews the requisition
	ReqApproved RequisitionState = "APPROVED" // may be paid
	ReqPaid     RequisitionState = "PAID"     // a payment is recorded
	ReqSettled  RequisitionState = "SETTLED"  // the payment is on a bank line
)

// Countersign opens the approval (会签) of bills: from here on they cannot be withdrawn.
func (s *Service) Countersign(ctx context.Context, tx *pg.Tx, refs ...BillRef) error {
	return s.each(ctx, tx, refs, func(b *Bill) error { return moveBill(ctx, tx, b, Countersigning, "") })
}

// Reject sends bills back from approval, with the reason.
func (s *Service) Reject(ctx context.Context, tx *pg.Tx, reason string, refs ...BillRef) error {
	if err := needReason(reason); err != nil {
		return err
	}
	return s.each(ctx, tx, refs, func(b *Bill) error { return moveBill(ctx, tx, b, CountersignRejected, reason) })
}

func needReason(r string) error {
	if len([]rune(strings.TrimSpace(r))) < 5 {
		return fault.New(fault.Invalid, "SET-REASON", "reason")
	}
	return nil
}

func (s *Service) each(ctx context.Context, tx *pg.Tx, refs []BillRef, fn func(*Bill) error) error {
	var fs fault.Faults
	for _, ref := range refs {
		b, err := lockBill(ctx, tx, ref)
		if err == nil {
			err = fn(&b)
		}
		if err == nil {
			continue
		}
		all := fault.All(err)
		if len(all) == 0 {
			return err
		}
		fs = append(fs, all...)
	}
	return fs.Err()
}

// Approve ends the approval of bills: those of one merchant, entity and currency become one requisition, whatever cycles they are of, and its
// invoice list is issued in the same transaction.
func (s *Service) Approve(ctx context.Context, tx *pg.Tx, refs ...BillRef) ([]Requisition, error) {
	groups, order, err := s.group(ctx, tx, refs)
	if err != nil {
		return nil, err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Requisition
	for _, k := range order {
		bills := groups[k]
		for i := range bills {
			if err := moveBill(ctx, tx, &bills[i], PendingRequisition, ""); err != nil {
				return nil, err
			}
		}
		r, err := s.requisition(ctx, tx, dir, bills)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

type payKey struct {
	merchant, entity string
	currency         money.Currency
}

func (s *Service) group(ctx context.Context, tx *pg.Tx, refs []BillRef) (map[payKey][]Bill, []payKey, error) {
	groups := map[payKey][]Bill{}
	var order []payKey
	err := s.each(ctx, tx, refs, func(b *Bill) error {
		if err := b.State.To(PendingRequisition); err != nil {
			return err
		}
		if paid, err := paidOutside(ctx, tx, *b); err != nil || !paid.IsZero() {
			if err == nil {
				err = fault.New(fault.Conflict, "BILL-PAID-OUTSIDE", b.No, fault.Args{"bill": b.No, "paid": money.New(paid, b.Currency)})
			}
			return err
		}
		k := payKey{b.Merchant, b.Entity, b.Currency}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], *b)
		return nil
	})
	return groups, order, err
}

// requisition makes the request to pay and has its list issued.
func (s *Service) requisition(ctx context.Context, tx *pg.Tx, dir *entities.Directory, bills []Bill) (Requisition, error) {
	last := bills[0]
	for _, b := range bills {
		if b.Month.After(last.Month) {
			last = b
		}
	}
	// Upper case: an invoice names the number in whatever case its writer likes, and is compared so.
	no, err := nextRequisitionNo(ctx, tx, strings.ToUpper(fmt.Sprintf("REQ-%s-%s-%s", last.Entity, last.Month.Compact(), last.Merchant)))
	if err != nil {
		return Requisition{}, err
	}
	r := Requisition{
		Merchant: last.Merchant, No: no, Entity: last.Entity, Currency: last.Currency, State: ReqOpen, CreatedBy: tx.Actor.User, CreatedAt: tx.Now,
	}
	for _, b := range bills {
		r.Amount, r.Bills = r.Amount.Add(b.Payable), append(r.Bills, b.No)
	}
	if err := insertRequisition(ctx, tx, r); err != nil {
		return r, err
	}
	l, err := s.list(ctx, tx, dir, r, bills)
	if err != nil {
		return r, err
	}
	if _, err := s.Invoicing.IssueList(ctx, tx, l); err != nil {
		return r, err
	}
	for i := range bills {
		if err := moveBill(ctx, tx, &bills[i], PendingInvoice, ""); err != nil {
			return r, err
		}
	}
	return r, nil
}

// list writes the invoice list of a requisition: what the merchant has to invoice, to whom and in which currency.
func (s *Service) list(ctx context.Context, tx *pg.Tx, dir *entities.Directory, r Requisition, bills []Bill) (invoicing.List, error) {
	e, _ := dir.EntityAt(r.Entity, tx.Now)
	ms, err := entities.Merchants(ctx, tx, []string{r.Merchant})
	if err != nil {
		return invoicing.List{}, err
	}
	if len(ms) == 0 {
		return invoicing.List{}, fault.New(fault.NotFound, "SET-MERCHANT", "merchant", fault.Args{"merchant": r.Merchant})
	}
	certs, err := entities.Certifications(ctx, tx, []string{r.Merchant})
	if err != nil {
		return invoicing.List{}, err
	}
	cert, _ := entities.CertifiedAt(certs, r.Entity, tx.Now)
	m := ms[0]
	l := invoicing.List{
		Requisition: r.No, Version: 1, Entity: r.Entity, EntityName: e.Name, EntityTaxID: dir.Text(entities.KeyEntityTaxID, entities.ForEntity(r.Entity), tx.Now),
		Merchant: r.Merchant, MerchantName: m.Name, Residence: m.Residence, Currency: r.Currency, Payable: r.Amount,
		ServiceItem: "云商店服务", NoticeAt: tx.Now, IssuedAt: tx.Now,
	}
	taxes := map[string]decimal.Decimal{}
	months := map[period.Month]bool{}
	for _, b := range bills {
		before := b.Payable
		for code, v := range b.taxesPaid() {
			taxes[code] = taxes[code].Add(v)
			before = before.Add(v)
		}
		l.BeforeTaxes = l.BeforeTaxes.Add(before)
		l.Lines = append(l.Lines, invoicing.ListLine{Bill: b.No, Period: b.Month, Before: before, Payable: b.Payable})
		if !months[b.Month] {
			months[b.Month] = true
			l.Periods = append(l.Periods, b.Month)
		}
	}
	for _, code := range sortedCodes(taxes) {
		l.SellerTaxes = append(l.SellerTaxes, invoicing.SellerTax{Code: code, Amount: taxes[code]})
	}
	scope := entities.Scope{Entity: r.Entity, Residence: m.Residence}
	l.ReverseCharge = dir.Bool(entities.KeyReverseCharge, scope, tx.Now)
	l.Fields = l.StandardFields(dir.List(entities.KeyStarredFields, scope, tx.Now), map[string]string{
		"partner_vat_no": m.TaxID, "bank_account_no": cert.Bank.AccountNo, "bank_name": cert.Bank.BankName, "bank_address": cert.Bank.BankAddress,
		"swift_code": cert.Bank.Swift,
	})
	return l, nil
}

// taxesPaid are the bill's seller taxes in its payout currency, at the minor unit: figures to read, not to post.
func (b Bill) taxesPaid() map[string]decimal.Decimal {
	out := map[string]decimal.Decimal{}
	for _, s := range b.Sales {
		for code, v := range s.SellerTaxes {
			out[code] = out[code].Add(v.Mul(s.Rate))
		}
	}
	for code, v := range out {
		out[code] = money.Round(v, b.Currency)
	}
	return out
}

// OnAccepted, OnOpened and OnJudged keep bills in step with their invoices; cmd subscribes them to invoicing's events.
func (s *Service) OnAccepted(ctx context.Context, tx *pg.Tx, e invoicing.AcceptedEvent) error {
	return s.follow(ctx, tx, e.Requisition.Merchant, e.Requisition.Number, ReqAccepted, RequisitionProcessing, "")
}

// OnRevoked follows an acceptance that was undone.
func (s *Service) OnRevoked(ctx context.Context, tx *pg.Tx, e invoicing.RevokedEvent) error {
	return s.follow(ctx, tx, e.Requisition.Merchant, e.Requisition.Number, ReqOpen, PendingInvoice, e.Reason)
}

// OnReissue follows invoices that have to be issued again because the law's time for paying them ran out.
func (s *Service) OnReissue(ctx context.Context, tx *pg.Tx, e invoicing.ReissueEvent) error {
	return s.follow(ctx, tx, e.Requisition.Merchant, e.Requisition.Number, ReqOpen, PendingInvoice, "must be reissued: "+strings.Join(e.Numbers, ", "))
}

func (s *Service) follow(ctx context.Context, tx *pg.Tx, merchant, no string, to RequisitionState, bills State, reason string) error {
	if err := setRequisitionState(ctx, tx, merchant, no, to); err != nil {
		return err
	}
	list, err := selectBills(ctx, tx, BillFilter{Merchant: merchant, Requisition: no})
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].State == bills {
			continue
		}
		if err := moveBill(ctx, tx, &list[i], bills, reason); err != nil {
			return err
		}
	}
	return nil
}

// Subscribe puts settlement's reactions on invoicing's events.
func (s *Service) Subscribe(e *invoicing.Events) {
	e.Accepted = append(e.Accepted, s.OnAccepted)
	e.Crediting = append(e.Crediting, s.OnCrediting)
	e.Revoked = append(e.Revoked, s.OnRevoked)
	e.ReissueNeeded = append(e.ReissueNeeded, s.OnReissue)
}

// Unsettle withdraws bills before their approval begins: what they posted is reversed and their lines are free for the run to be repeated. A bill
// whose carry is on a later bill stays.
func (s *Service) Unsettle(ctx context.Context, tx *pg.Tx, reason string, refs ...BillRef) error {
	if err := needReason(reason); err != nil {
		return err
	}
	return s.each(ctx, tx, refs, func(b *Bill) error {
		if b.State != PendingCountersign && b.State.asks() {
			return fault.New(fault.Conflict, "SET-UNSETTLE", "bill", fault.Args{"bill": b.No, "state": b.State})
		}
		if later, err := carriedTo(ctx, tx, *b); err != nil {
			return err
		} else if later != "" {
			return fault.New(fault.Conflict, "SET-UNSETTLE-CARRIED", "bill", fault.Args{"bill": b.No, "later": later})
		}
		if _, err := ledger.Reverse(ctx, tx, ledger.Reversal{Merchant: b.Merchant, Key: b.key(), OccurredAt: tx.Now, Source: ledger.Run, Period: b.Month}); err != nil {
			return err
		}
		return withdrawBill(ctx, tx, *b, reason)
	})
}
