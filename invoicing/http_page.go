package invoicing

import (
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/web"
	"suanpan/money"
)

// RequisitionPage is everything a merchant needs of one list: what to invoice, until when, and where it stands.
type RequisitionPage struct {
	No        string
	Stands    web.Pill
	Say       string // the standing in a sentence, with what to do next
	Tone      web.Tone
	Last      string // address of the last verdict; empty where nothing was sent
	Facts     []web.Term
	Law       []string // what the law of the payer's country asks, in sentences
	Fields    []FieldRow
	Notes     []string
	Lines     web.Table
	Sent      web.Table
	History   web.Table
	Downloads []Link
	Drafts    string // address of the page of drafts; empty where there is none
	Form      *SendForm
}

// Link is an address with its name.
type Link struct{ Name, Href string }

// FieldRow is one field of the invoice: its name, whether it is starred, and what has to stand there.
type FieldRow struct {
	Name, Label, Value string
	Starred, Blank     bool
}

// SendForm is the form for sending invoices.
type SendForm struct {
	Action string // without its last part: /requisitions/NO
	Once   string
	More   bool
	Blank  []FieldRow // starred fields of the list to fill in
	Files  web.Upload
	Kept   []KeptFile
	Typed  []TypedForm
	Next   string // address of the same form with one more typed invoice
	Open   bool   // the typed part is shown open
	Done   string // invoices that are right already and are not asked for again
	Faults fault.Faults
}

// KeptFile is a file that came before and goes along without being chosen again.
type KeptFile struct{ SHA, Name string }

var (
	listsPage       = web.NewPage("invoicing/lists.html", ListsPage{Table: ListTable([]Row{{Deadline: Deadline{Zone: time.UTC}, Stands: StandsOpen}})})
	requisitionPage = web.NewPage("invoicing/requisition.html", RequisitionPage{
		No: "REQ-1", Stands: standingPill(StandsRefused), Say: "…", Tone: web.Bad, Last: "/", Law: []string{"…"}, Notes: []string{"…"},
		Facts: []web.Term{{Key: "m.list.amount", Number: true}}, Fields: []FieldRow{{Label: "Bill to", Value: "X", Starred: true}, {Label: "Remarks", Blank: true}},
		Downloads: []Link{{"JSON", "/"}}, Drafts: "/", Form: &SendForm{
			Action: "/requisitions/REQ-1", Once: "x", More: true, Blank: []FieldRow{{Name: "a", Label: "A"}}, Files: uploadField(nil),
			Kept: []KeptFile{{"00", "a.xml"}}, Typed: []TypedForm{{}, {N: 1, Number: "1"}}, Next: "?typed=2", Open: true, Done: "INV-1",
			Faults: fault.Faults{fault.New(fault.Invalid, codeTypedDay, "t1.date", fault.Args{"got": "x"}), fault.New(fault.Invalid, codeEmpty, "invoices")},
		},
	})
)

func uploadField(fs fault.Faults) web.Upload {
	return web.Upload{
		Name: "files", Key: "m.send.files", Accept: ".xml,.pdf,application/xml,text/xml,application/pdf", Types: "XML, PDF", MaxMB: MaxFile >> 20,
		Multiple: true, Faults: web.FaultsAt(fs, "files"),
	}
}

func (h *HTTP) show(c echo.Context) error { return h.showRequisition(c, upload{}, nil, 0) }

// showRequisition shows the page, with a form as somebody sent it and what was wrong with it, where there is one.
func (h *HTTP) showRequisition(c echo.Context, u upload, fs fault.Faults, status int) error {
	d, dl, at, err := h.detail(c)
	if err != nil {
		return err
	}
	p := h.page(c, d, dl, at)
	if from := c.QueryParam("from"); from != "" && len(fs) == 0 {
		u = d.startFrom(from)
	}
	if d.State == StateOpen {
		p.Form = formFor(c, d, u, fs)
	}
	crumbs := []web.Crumb{{Text: web.Text(c, "m.lists.title"), Href: "/requisitions"}, {Text: d.Number}}
	return requisitionPage.Render(c, web.Head{Title: "m.list.title", Pairs: []any{"no", d.Number}, Crumbs: crumbs, Status: status}, p)
}

func (h *HTTP) page(c echo.Context, d Detail, dl Deadline, at time.Time) RequisitionPage {
	stands := d.Standing(at)
	pill := standingPill(stands)
	p := RequisitionPage{No: d.Number, Stands: pill, Tone: pill.Tone, Say: saying(c, d, dl, stands), Facts: facts(c, d, dl), Law: law(c, d, dl)}
	if n := len(d.Submissions); n > 0 {
		p.Last = "/requisitions/" + d.Number + "/submissions/" + strconv.Itoa(d.Submissions[n-1].No)
	}
	starred := map[string]bool{}
	for _, f := range d.List.Fields {
		starred[f.Name] = f.Starred
	}
	for _, x := range d.List.Draft(d.Filled) {
		p.Fields = append(p.Fields, FieldRow{Name: x.Field, Label: Label(x.Field, web.LangOf(c)), Value: x.Value, Starred: starred[x.Field], Blank: x.Value == ""})
	}
	p.Notes = []string{web.Text(c, "m.list.alltax")}
	if d.List.ReverseCharge {
		p.Notes = append(p.Notes, web.Text(c, "m.list.reverse"))
	}
	p.Lines, p.Sent, p.History = linesTable(d), sentTable(c, d, dl), historyTable(c, d, dl)
	at0 := "/requisitions/" + d.Number + "/"
	if h.Drafts && d.State != StateWithdrawn {
		p.Drafts = at0 + "drafts"
	}
	for _, x := range h.drawings {
		p.Downloads = append(p.Downloads, Link{x.Name, at0 + "list." + x.Ext})
	}
	p.Downloads = append(p.Downloads, Link{"JSON", at0 + "list.json"}, Link{web.Text(c, "m.list.draft.text"), at0 + "draft.txt"})
	return p
}

// saying is the standing in a sentence.
func saying(c echo.Context, d Detail, dl Deadline, s Standing) string {
	missing, before := "—", "—"
	if m := d.Missing(); m != nil {
		missing = m.String()
	}
	if p := d.PayBefore(); !p.IsZero() {
		before = web.Instant(p, dl.Zone.String())
	}
	key := "m.say." + string(s)
	switch {
	case s == StandsOpen && dl.Passed:
		key += ".late"
	case s == StandsAccepted && before != "—":
		key += ".before"
	}
	return web.Text(c, key, "last", dl.Last, "zone", dl.Zone, "missing", missing, "before", before, "amount", d.Amount, "payer", d.List.EntityName)
}

func facts(c echo.Context, d Detail, dl Deadline) []web.Term {
	out := []web.Term{
		{Key: "m.list.amount", Number: true, Cell: web.Cell{Text: d.Amount.String(), Note: web.Text(c, "m.list.amount.note")}},
		{Key: "m.list.due", Cell: web.Cell{Text: dl.Last.String(), Note: web.Text(c, "m.list.due.note", "zone", dl.Zone)}},
		{Key: "m.list.payer", Cell: web.Cell{Text: d.List.EntityName, Note: d.Entity}},
		{Key: "m.list.period", Cell: web.Cell{Text: d.List.PeriodText()}},
	}
	if len(d.List.SellerTaxes) > 0 {
		parts := make([]string, len(d.List.SellerTaxes))
		for i, t := range d.List.SellerTaxes {
			parts[i] = t.Code + " " + money.Print(t.Amount, d.List.Currency)
		}
		out = append(out, web.Term{Key: "m.list.before", Number: true, Cell: web.Cell{
			Text: money.New(d.List.BeforeTaxes, d.List.Currency).String(), Note: web.Text(c, "m.list.taxes", "taxes", strings.Join(parts, ", ")),
		}})
	}
	return append(out, web.Term{Key: "m.list.version", Cell: web.Cell{
		Text: strconv.Itoa(d.Version), Note: web.Text(c, "m.list.noticed", "at", web.Instant(d.NoticeAt, dl.Zone.String())),
	}})
}

// law says in sentences what the payer's country adds.
func law(c echo.Context, d Detail, dl Deadline) []string {
	var out []string
	if dl.WindowDay > 0 {
		out = append(out, web.Text(c, "m.law.window", "day", dl.WindowDay, "zone", dl.Zone, "next", dl.Window))
	}
	if dl.OneMonth {
		out = append(out, web.Text(c, "m.law.month"))
	}
	return out
}

func linesTable(d Detail) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "m.bill.number"}, {Key: "m.list.period"}, {Key: "m.list.before", Number: true}, {Key: "m.list.amount", Number: true}}}
	for _, l := range d.List.Lines {
		t.Rows = append(t.Rows, []web.Cell{
			{Text: l.Bill, Href: "/bills/" + l.Bill},
			{Text: l.Period.Compact()},
			{Text: money.New(l.Before, d.List.Currency).String()},
			{Text: money.New(l.Payable, d.List.Currency).String()},
		})
	}
	return t
}

// sentTable lists every version of every invoice with where it stands now.
func sentTable(c echo.Context, d Detail, dl Deadline) web.Table {
	t := web.Table{Empty: "m.sent.none", Columns: []web.Column{{Key: "m.sent.number"}, {Key: "m.sent.state"}, {Key: "m.sent.total", Number: true}, {Key: "m.sent.date"}, {Key: "m.sent.verdict"}}}
	for n := len(d.Invoices) - 1; n >= 0; n-- {
		i := d.Invoices[n]
		number := web.Cell{Text: said(i.Invoice.Number), Note: web.Text(c, "m.sent.version", "n", i.Version)}
		if i.Invoice.FileHash != "" {
			number.Href = "/files/" + i.Invoice.FileHash
		}
		t.Rows = append(t.Rows, []web.Cell{
			number,
			{Pill: statusPill(i.Status)},
			{Text: money.New(i.Invoice.GrandTotal, i.Invoice.Currency).String()},
			{Text: dayText(i.Invoice.Date)},
			{Text: web.Text(c, "m.sent.open", "n", i.Submission), Href: "/requisitions/" + d.Number + "/submissions/" + strconv.Itoa(i.Submission), Note: receivedText(d, i.Submission, dl)},
		})
	}
	return t
}

func receivedText(d Detail, n int, dl Deadline) string {
	for _, s := range d.Submissions {
		if s.No == n {
			return web.Instant(s.ReceivedAt, dl.Zone.String())
		}
	}
	return ""
}

func dayText(d period.Day) string {
	if d.IsZero() {
		return "—"
	}
	return d.String()
}

func statusPill(s Status) web.Pill {
	tone := web.Info
	switch s {
	case StatusRefused, StatusReissue, StatusRevoked:
		tone = web.Bad
	case StatusPending, StatusWaiting:
		tone = web.Warn
	case StatusAccepted, StatusPaid:
		tone = web.OK
	}
	return web.Pill{Tone: tone, Key: "m.status." + string(s)}
}

func historyTable(c echo.Context, d Detail, dl Deadline) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "m.history.when"}, {Key: "m.history.what"}, {Key: "m.history.why"}}}
	for n := len(d.Events) - 1; n >= 0; n-- {
		e := d.Events[n]
		reason := e.Reason
		if e.Kind == EventReissue { // a program's note; the law's own words stand above
			reason = web.Text(c, "m.event.reissue.why")
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: web.Instant(e.At, dl.Zone.String())}, {Text: web.Text(c, "m.event."+string(e.Kind))}, {Text: reason}})
	}
	return t
}

// formFor is the form, empty or as it was sent.
func formFor(c echo.Context, d Detail, u upload, fs fault.Faults) *SendForm {
	f := &SendForm{Action: "/requisitions/" + d.Number, Once: newOnce(), More: u.more, Files: uploadField(fs), Faults: fs}
	for _, name := range d.toFill() {
		f.Blank = append(f.Blank, FieldRow{Name: name, Label: Label(name, web.LangOf(c)), Value: u.filled[name], Starred: true})
	}
	for _, x := range u.files {
		if x.sha != "" && !unread(fs, x.name) {
			f.Kept = append(f.Kept, KeptFile{x.sha, x.name})
		}
	}
	f.Done = strings.Join(d.settled(), ", ")
	want, err := strconv.Atoi(c.QueryParam("typed"))
	if err != nil || want < 1 {
		want = 1
	} else {
		f.Open = true
	}
	f.Typed = append(f.Typed, u.typed...)
	f.Open = f.Open || len(u.typed) > 0
	for n := len(f.Typed); n < min(want, maxTyped); n++ {
		f.Typed = append(f.Typed, emptyTyped(n, d.List))
	}
	if n := len(f.Typed); n < maxTyped {
		f.Next = "/requisitions/" + d.Number + "?typed=" + strconv.Itoa(n+1) + "#typed"
	}
	return f
}

// toFill are the starred fields that somebody has to fill in; number and date come with the invoices.
func (d Detail) toFill() []string {
	filled := map[string]string{"invoice_no": "·", "invoice_date": "·"}
	for k, v := range d.Filled {
		filled[k] = v
	}
	return d.List.Blank(filled)
}

// unread tells whether a file is among what could not be read: it is not sent along again. One that waits for the scanner is.
func unread(fs fault.Faults, name string) bool {
	for _, f := range fs {
		if f.Code == codeWaits {
			continue
		}
		if f.Path == name || strings.HasPrefix(f.Path, name+" ") {
			return true
		}
	}
	return false
}
