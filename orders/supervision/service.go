package supervision

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Service has the verbs of supervision.
type Service struct {
	Orders *orders.Service

	// Tell hands on what somebody should be told, in the transaction of its cause. nil: nobody is told.
	Tell func(ctx context.Context, tx *pg.Tx, n Note) error

	// BuyerInvoiceIssued tells whether the buyer has an invoice for a line, which the old overdue rule asks. nil: it cannot be asked, and that rule ends nothing.
	BuyerInvoiceIssued func(ctx context.Context, tx *pg.Tx, merchant, line string) (bool, error)
}

// New makes the service on orders, whose happenings and timers it hears from here on.
func New(o *orders.Service) *Service {
	svc := &Service{Orders: o}
	o.Subscribe(svc.hear)
	for kind, h := range map[string]orders.TimerHandler{
		timerAccept: svc.acceptByItself, timerWatch: svc.watch, timerClose: svc.closeOverdue, timerComplete: svc.complete, timerAppealed: svc.tellAppealed, timerDecided: svc.tellDecided,
	} {
		o.OnTimer(kind, h)
	}
	return svc
}

// Values of settings.
const (
	startAtAcceptance = "acceptance"
	effectiveByUs     = "service_start"
	overdueCloses     = "close"
	appealAfterDays   = "after_days"
)

// Act is what somebody does to a case.
type Act struct {
	Merchant string // empty: whoever has the line
	Line     string
	Event    Event
	Party    Party
	At       time.Time // when it happened; zero: now. Not before the stage began, not in the future
	Text     string    // the request, the code, the reason, the courier's status
	Start    time.Time // of DeliverService: 服务实际开通时间; zero where the seller left it empty
	Carrier  string
	Parcel   string // tracking number
	Phone    string // of CourierReport: the receiver's as the courier has it
	Files    []Sent
	Elements Elements
}

// signed is the courier's word that the parcel was received and signed for (已签收).
const signed = "signed"

// Do does what a party does to a case. Every fault is given.
func (svc *Service) Do(ctx context.Context, tx *pg.Tx, a Act) (Case, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Case{}, err
	}
	c, err := svc.one(ctx, tx, a.Merchant, a.Line, true)
	if err != nil {
		return c, err
	}
	x, to, f := move(c.Type, c.Channel, c.Stage, a.Event)
	if f != nil {
		return c, f
	}
	if a.At.IsZero() {
		a.At = tx.Now
	}
	var fs fault.Faults
	if x.Who != a.Party {
		fs = append(fs, fault.New(fault.Forbidden, "SUP-PARTY", "event", fault.Args{"event": string(a.Event)}))
	}
	if c.Frozen != nil && a.Event != CourierReport {
		fs = append(fs, fault.New(fault.Conflict, "SUP-FROZEN", ""))
	}
	if a.At.After(tx.Now) || a.At.Before(c.Since) {
		fs = append(fs, fault.New(fault.Invalid, "SUP-TIME", "time", fault.Args{"got": a.At.UTC().Format(time.RFC3339), "since": c.Since.Format(time.RFC3339)}))
	}
	if !a.Start.IsZero() && (a.Start.Before(c.OpenedAt) || a.Start.After(tx.Now)) {
		fs = append(fs, fault.New(fault.Invalid, "SUP-START", "serviceStart", fault.Args{"got": a.Start.UTC().Format(time.RFC3339)}))
	}
	proofs, err := countProofs(ctx, tx, &c)
	if err != nil {
		return c, err
	}
	fs = append(fs, checkNeeds(x, a, proofs)...)
	unchecked, more, err := svc.proofFaults(ctx, tx, dir, &c, a)
	if err != nil {
		return c, err
	}
	if fs = append(fs, more...); len(fs) > 0 {
		return c, fs
	}
	if err := keepFiles(ctx, tx, &c, a, 0, unchecked); err != nil {
		return c, err
	}
	if err := svc.note(ctx, tx, &c, a); err != nil {
		return c, err
	}
	return c, svc.advance(ctx, tx, dir, &c, to, a)
}

// proofFaults checks what comes as a delivery proof against the order.
func (svc *Service) proofFaults(ctx context.Context, tx *pg.Tx, dir *entities.Directory, c *Case, a Act) ([]string, fault.Faults, error) {
	if len(a.Files) == 0 || a.Party != Seller {
		return nil, nil, nil
	}
	company, err := selectCompany(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return nil, nil, err
	}
	unchecked, fs := checkProof(a.Elements, *c, company, dir.List(entities.KeySupervisionProof, entities.ForEntity(c.Entity), tx.Now))
	return unchecked, fs, nil
}

func keepFiles(ctx context.Context, tx *pg.Tx, c *Case, a Act, appeal int, unchecked []string) error {
	for _, f := range a.Files {
		sum := sha256.Sum256(f.Content)
		p := Paper{Appeal: appeal, SHA: hex.EncodeToString(sum[:]), Name: orders.SafeName(f.Name), Party: a.Party, At: a.At, Elements: a.Elements, Unchecked: unchecked}
		if err := insertPaper(ctx, tx, c, p, f.Content); err != nil {
			return err
		}
	}
	return nil
}

// note puts on the case what an act says besides moving it.
func (svc *Service) note(ctx context.Context, tx *pg.Tx, c *Case, a Act) error {
	switch a.Event {
	case RejectDelivery:
		c.Rejections++
	case DeliverService:
		c.Start = nil
		if !a.Start.IsZero() {
			c.Start = &a.Start
		}
	case ActivateCode:
		c.Start = &a.At
	case EnterShipment:
		c.Carrier, c.Parcel = strings.TrimSpace(a.Carrier), strings.TrimSpace(a.Parcel)
		c.Signed, c.PhonesDiffer = nil, false
	case CourierReport:
		return svc.courier(ctx, tx, c, a)
	}
	return nil
}

// advance brings a case into the stage that an act leads to, with its clocks, its log and its notices.
func (svc *Service) advance(ctx context.Context, tx *pg.Tx, dir *entities.Directory, c *Case, to Stage, a Act) error {
	from := c.Stage
	c.enter(to, a.At)
	if to == Completing {
		c.Accepted, c.How = &a.At, howOf(a.Event)
	}
	text := strings.TrimSpace(a.Text)
	if a.Event == EnterShipment {
		text = c.Carrier + " " + c.Parcel
	}
	if err := svc.write(ctx, tx, c, string(a.Event), a.Party, a.At, text); err != nil {
		return err
	}
	if err := svc.clocks(ctx, tx, dir, c, from, a.Event); err != nil {
		return err
	}
	switch a.Event {
	case RejectDelivery, RejectRequest, FailReview:
		to := Seller
		if a.Event == RejectRequest {
			to = Buyer
		}
		return svc.tell(ctx, tx, c, NoteRejected, to, a.At, text)
	}
	if from != c.Stage && c.Stage.Waiting() {
		return svc.tell(ctx, tx, c, NoteTurn, Turn(c.Type, c.Stage), a.At, "")
	}
	return nil
}

func howOf(e Event) string {
	switch e {
	case AutoAccept:
		return "automatic"
	case PassReview:
		return "review"
	case UploadProof:
		return "proof"
	}
	return "buyer"
}

// write saves a case with an entry of its log and one of the audit.
func (svc *Service) write(ctx context.Context, tx *pg.Tx, c *Case, event string, party Party, at time.Time, text string) error {
	if err := insertEntry(ctx, tx, c, Entry{Event: event, Party: party, At: at, Text: text}); err != nil {
		return err
	}
	if err := updateCase(ctx, tx, c); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Merchant: c.Merchant, Action: "supervision." + event, Subject: c.Line, Reason: reasonOf(event, text),
		Detail: map[string]any{"stage": string(c.Stage), "party": string(party), "at": at.UTC().Format(time.RFC3339)},
	})
}

// reasonOf keeps codes and parcels, which are nobody's reason, out of the audit.
func reasonOf(event, text string) string {
	switch Event(event) {
	case SubmitCode, SubmitRequest, EnterShipment, CourierReport:
		return ""
	}
	return text
}

func (svc *Service) tell(ctx context.Context, tx *pg.Tx, c *Case, kind string, to Party, at time.Time, text string) error {
	if svc.Tell == nil {
		return nil
	}
	return svc.Tell(ctx, tx, Note{Kind: kind, To: to, Merchant: c.Merchant, Line: c.Line, Order: c.Order, Buyer: c.Buyer, At: at, Text: text})
}

// one finds the case of a line, for change where lock says so.
func (svc *Service) one(ctx context.Context, tx *pg.Tx, merchant, line string, lock bool) (Case, error) {
	cs, err := findCases(ctx, tx, merchant, line, lock)
	switch {
	case err != nil:
		return Case{}, err
	case len(cs) == 0:
		return Case{}, fault.New(fault.NotFound, "SUP-NONE", "line", fault.Args{"line": line})
	case len(cs) > 1:
		return Case{}, fault.New(fault.Conflict, "SUP-AMBIGUOUS", "merchantId", fault.Args{"line": line})
	}
	return cs[0], nil
}

// Query says which cases are wanted; empty means any.
type Query struct {
	Merchant      string
	Number        string // of an order or a line
	Open          bool
	Stage         Stage
	Before        *time.Time // opened before
	PhonesDiffer  bool       // wait for the acceptance of a parcel whose receiver has another phone
	Limit, Offset int        // limit 0: 100
}

// Shipped tells whether the goods of a line are known to be on their way or to have arrived: the seller has entered a parcel, or a courier told of one.
func (svc *Service) Shipped(ctx context.Context, tx *pg.Tx, merchant, line string) (bool, error) {
	cs, err := findCases(ctx, tx, merchant, line, false)
	if err != nil || len(cs) == 0 {
		return false, err
	}
	return cs[0].Parcel != "" || cs[0].Signed != nil, nil
}

// Cases lists cases, open ones first, the oldest first.
func (svc *Service) Cases(ctx context.Context, tx *pg.Tx, q Query) ([]Case, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	return listCases(ctx, tx, q)
}

// Detail is a case with all that belongs to it.
type Detail struct {
	Case
	Company string
	Log     []Entry
	Papers  []Paper
	Appeals []Appeal
	Timers  []orders.Timer
}

// Detail reads a case with its log, papers, appeals and timers.
func (svc *Service) Detail(ctx context.Context, tx *pg.Tx, merchant, line string) (d Detail, err error) {
	if d.Case, err = svc.one(ctx, tx, merchant, line, false); err != nil {
		return d, err
	}
	if d.Company, err = selectCompany(ctx, tx, d.Merchant, d.Line); err != nil {
		return d, err
	}
	if d.Log, err = selectLog(ctx, tx, d.Merchant, d.Line); err != nil {
		return d, err
	}
	if d.Papers, err = selectPapers(ctx, tx, d.Merchant, d.Line); err != nil {
		return d, err
	}
	if d.Appeals, err = appealsOf(ctx, tx, d.Merchant, d.Line); err != nil {
		return d, err
	}
	d.Timers, err = orders.Timers(ctx, tx, orders.TimerQuery{Merchant: d.Merchant, Line: d.Line})
	return d, err
}

// File gives the content of a proof or of evidence.
func (svc *Service) File(ctx context.Context, tx *pg.Tx, merchant, sha string) (File, error) {
	f, found, err := selectFile(ctx, tx, merchant, sha)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "NOT-FOUND", "file")
	}
	return f, err
}

// refundID names a refund that supervision asks for: one a line and cause.
func refundID(line, cause string) string {
	id := fmt.Sprintf("SV-%s-%s", line, cause)
	if len(id) > 64 {
		sum := sha256.Sum256([]byte(id))
		return "SV-" + hex.EncodeToString(sum[:16])
	}
	return id
}
