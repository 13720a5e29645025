package invoicing

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Service has the verbs. Each works in the caller's transaction; who acts and when is the transaction's.
type Service struct {
	Events    Events
	Antivirus Scanner // asked about every file before it is read or handed out; nil, the default: nobody is asked
}

// Send is what a merchant sends at once for a requisition.
type Send struct {
	Merchant       string
	Requisition    string            // what it was sent for; empty where only the invoices say so (mail)
	ReceivedAt     time.Time         // business time; zero: the transaction's
	ListAttached   bool              // true where the page or API of the requisition itself gave the list
	ListCopy       string            // hash or QR text of the list that came along, where a file was sent
	MoreWillFollow bool              // not all there is
	Filled         map[string]string // blank fields of the list that the merchant fills in
	Invoices       []Invoice
}

// Receipt answers a submission.
type Receipt struct {
	Submission Submission
	State      State // of the requisition, afterwards; empty where none was found
}

// Check gives the verdict that Submit would give, and saves nothing.
func (s *Service) Check(ctx context.Context, tx *pg.Tx, c Send) (Verdict, error) {
	_, v, err := s.judged(ctx, tx, c)
	return v, err
}

// judged is the one way to a verdict on what a merchant sends, whether it is kept or not.
func (s *Service) judged(ctx context.Context, tx *pg.Tx, c Send) (Input, Verdict, error) {
	if err := s.fillable(ctx, tx, c); err != nil {
		return Input{}, Verdict{}, err
	}
	if err := storable(c.Invoices); err != nil {
		return Input{}, Verdict{}, err
	}
	in, err := s.load(ctx, tx, c)
	if err != nil {
		return in, Verdict{}, err
	}
	return in, Judge(in), nil
}

// longestNumber bounds an invoice's number, in characters: no country's is longer than a fiscal id.
const longestNumber = 100

// storable refuses what no invoice is and no record could hold. INV-NUMBER-LONG, each with its place.
func storable(invoices []Invoice) error {
	var fs fault.Faults
	for n, i := range invoices {
		if got := utf8.RuneCountInString(i.Number); got > longestNumber {
			fs = append(fs, fault.New(fault.Invalid, "INV-NUMBER-LONG", path(n, "number"), fault.Args{"got": got, "max": longestNumber}))
		}
	}
	return fs.Err()
}

// Submit judges what was sent and keeps it, whatever comes out; a refusal is an answer and no error. Where the list is reached, its
// requisition becomes accepted and merchant_payable moves to merchant_invoiced.
func (s *Service) Submit(ctx context.Context, tx *pg.Tx, c Send) (Receipt, error) {
	if err := lockMerchant(ctx, tx, c.Merchant); err != nil {
		return Receipt{}, err
	}
	if err := lockFiscal(ctx, tx, c.Invoices); err != nil {
		return Receipt{}, err
	}
	if _, err := s.turn(ctx, tx, c.Merchant); err != nil {
		return Receipt{}, err
	}
	in, v, err := s.judged(ctx, tx, c)
	if err != nil {
		return Receipt{}, err
	}
	if err := s.fill(ctx, tx, c); err != nil {
		return Receipt{}, err
	}
	sub := Submission{
		Requisition: RequisitionKey(v.Requisition), ReceivedAt: in.Upload.ReceivedAt, MoreFollows: c.MoreWillFollow, ListAttached: in.Upload.ListAttached,
		Verdict: v, SubmittedBy: tx.Actor.User,
	}
	if err := insertSubmission(ctx, tx, c.Merchant, &sub); err != nil {
		return Receipt{}, err
	}
	positions := make([]int, len(c.Invoices))
	for n, inv := range c.Invoices {
		positions[n] = n
		sent := Sent{
			Requisition: sub.Requisition, Submission: sub.No, Position: n, Status: kept(v.Invoices[n].Status), Invoice: inv, ChangedBy: tx.Actor.User,
		}
		if l, ok := find(in.Lists, sub.Requisition); ok {
			sent.ReissueAt = in.Grounds[l.Entity].reissueAt(inv.Date)
		}
		if sent.Version, err = insertInvoice(ctx, tx, c.Merchant, sent); err != nil {
			return Receipt{}, err
		}
		if err := claimFiscal(ctx, tx, c.Merchant, sent); err != nil {
			return Receipt{}, err
		}
		if err := s.applyCredit(ctx, tx, c.Merchant, sent); err != nil {
			return Receipt{}, err
		}
	}
	if err := insertBasis(ctx, tx, c.Merchant, sub, in.basis(positions), v); err != nil {
		return Receipt{}, err
	}
	if err := auditTolerances(ctx, tx, c.Merchant, sub); err != nil {
		return Receipt{}, err
	}
	if l, ok := find(in.Lists, sub.Requisition); ok {
		if err := s.openAnswers(ctx, tx, c.Merchant, l, in.Grounds[l.Entity], in.Upload.ReceivedAt, c.Invoices); err != nil {
			return Receipt{}, err
		}
	}
	if err := tell(ctx, tx, s.Events.Judged, JudgedEvent{Merchant: c.Merchant, Submission: sub}); err != nil {
		return Receipt{}, err
	}
	return s.conclude(ctx, tx, c.Merchant, sub)
}

// kept is the state an invoice is first kept in: an accepted one is pending until its requisition is accepted as a whole.
func kept(s Status) Status {
	if s == StatusAccepted {
		return StatusPending
	}
	return s
}

// conclude accepts the requisition where the verdict says that its list is reached.
func (s *Service) conclude(ctx context.Context, tx *pg.Tx, merchant string, sub Submission) (Receipt, error) {
	out := Receipt{Submission: sub}
	r, ok, err := selectRequisition(ctx, tx, merchant, sub.Requisition)
	if err != nil || !ok {
		return out, err
	}
	switch {
	case sub.Verdict.Outcome == Late:
	case r.State == StateAccepted:
		if r, err = s.credited(ctx, tx, r, sub); err != nil {
			return out, err
		}
	case sub.Verdict.Complete:
		if r, err = s.accept(ctx, tx, r, sub.Verdict); err != nil {
			return out, err
		}
	}
	out.State = r.State
	return out, nil
}

// load reads everything a verdict depends on.
func (s *Service) load(ctx context.Context, tx *pg.Tx, c Send) (Input, error) {
	named := []string{RequisitionKey(c.Requisition)}
	var nums []string
	for _, i := range c.Invoices {
		named = append(named, i.named()...)
		nums = append(nums, NumberKey(i.Number))
	}
	in := Input{Upload: Upload{
		Requisition: c.Requisition, ReceivedAt: c.ReceivedAt, ListAttached: c.ListAttached, MoreWillFollow: c.MoreWillFollow, Invoices: c.Invoices,
	}}
	if in.Upload.ReceivedAt.IsZero() {
		in.Upload.ReceivedAt = tx.Now
	}
	var err error
	if in.Lists, err = selectLists(ctx, tx, c.Merchant, named); err != nil {
		return in, err
	}
	for _, l := range in.Lists {
		named = append(named, l.Requisition)
	}
	if in.History, err = selectHistory(ctx, tx, c.Merchant, nums, named); err != nil {
		return in, err
	}
	if in.Fiscal, err = selectFiscal(ctx, tx, c.Merchant, c.Invoices); err != nil {
		return in, err
	}
	if in.Answered, err = selectAnswered(ctx, tx, c.Merchant, named); err != nil {
		return in, err
	}
	if err := s.surroundings(ctx, tx, &in, c.Merchant); err != nil {
		return in, err
	}
	in.RulesOn = in.rulesOn()
	return in, s.listCopy(ctx, tx, &in, c)
}

// surroundings adds the entities, settings and the merchant's spellings.
func (s *Service) surroundings(ctx context.Context, tx *pg.Tx, in *Input, merchant string) error {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	in.Grounds = groundsOf(dir, in.Lists, in.Upload.ReceivedAt)
	in.Settings = SettingsAt(dir, in.Lists, in.Upload.ReceivedAt)
	ms, err := entities.Merchants(ctx, tx, []string{merchant})
	if len(ms) == 1 {
		in.Merchant = ms[0]
	}
	return err
}

// listCopy recognises the list that came along and finds its fields still blank.
func (s *Service) listCopy(ctx context.Context, tx *pg.Tx, in *Input, c Send) error {
	targets := newJudgement(*in).targets
	if len(targets) == 0 {
		return nil
	}
	l := targets[0]
	copied := strings.TrimSpace(c.ListCopy)
	if copied != "" && (strings.EqualFold(copied, l.Hash()) || copied == l.QR()) {
		in.Upload.ListAttached = true
	}
	filled, err := selectFilled(ctx, tx, c.Merchant, RequisitionKey(l.Requisition))
	if err != nil {
		return err
	}
	filledByInvoice(c.Invoices, filled)
	for name, value := range c.Filled {
		filled[name] = value
	}
	in.Upload.StarredBlank = l.Blank(filled)
	return nil
}

// fillable refuses what the merchant fills in where the list has no such blank field: INV-FIELD.
func (s *Service) fillable(ctx context.Context, tx *pg.Tx, c Send) error {
	if len(c.Filled) == 0 {
		return nil
	}
	r, ok, err := selectRequisition(ctx, tx, c.Merchant, c.Requisition)
	if err != nil || !ok {
		return err
	}
	l, _, err := selectList(ctx, tx, r.Merchant, r.Number, r.Version)
	if err != nil {
		return err
	}
	blank := map[string]bool{}
	for _, f := range l.Fields {
		blank[f.Name] = strings.TrimSpace(f.Value) == ""
	}
	for _, name := range sortedKeys(c.Filled) {
		if !blank[name] {
			return fault.New(fault.Invalid, codeField, "filled."+name, fault.Args{"field": name})
		}
	}
	return nil
}

// fill keeps what the merchant filled into the list's blank fields.
func (s *Service) fill(ctx context.Context, tx *pg.Tx, c Send) error {
	if len(c.Filled) == 0 {
		return nil
	}
	r, ok, err := selectRequisition(ctx, tx, c.Merchant, c.Requisition)
	if err != nil || !ok {
		return err
	}
	for _, name := range sortedKeys(c.Filled) {
		if err := upsertField(ctx, tx, r.Merchant, r.Number, name, strings.TrimSpace(c.Filled[name]), tx.Actor.User); err != nil {
			return err
		}
	}
	return nil
}

func find(lists []List, number string) (List, bool) {
	for _, l := range lists {
		if RequisitionKey(l.Requisition) == number {
			return l, true
		}
	}
	return List{}, false
}

// needReason refuses a reason that says nothing.
func needReason(reason string) error {
	if utf8.RuneCountInString(strings.TrimSpace(reason)) < 10 {
		return fault.New(fault.Invalid, codeReason, "reason")
	}
	return nil
}

func text(v any) string { return fmt.Sprint(v) }
