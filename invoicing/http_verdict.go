package invoicing

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/web"
	"suanpan/money"
)

// VerdictPage holds list and invoices side by side, with everything that was found.
type VerdictPage struct {
	No       string
	Sent     bool // false: it was a check, nothing was sent
	Pill     web.Pill
	Tone     web.Tone
	Say      string
	Later    string // where the invoices stand differently by now: how
	Found    []Finding
	Compared web.Table
	Invoices []SideBySide
	Facts    []web.Term
	Back     string // address of the list's page
	Can      bool   // invoices can still be sent
	Resend   []Pair // what a check asks for again, so that one click sends it
	List     []SideRow
	Next     []string // what to do now, in order; empty where nothing is to be done
	From     string   // address of the form that starts with what is right; empty where there is nothing to take over
	Override *OverrideNote
}

// OverrideNote says on the invoice that finance set faults aside.
type OverrideNote struct{ Codes, Reason, At string }

// Pair is a hidden value of a form.
type Pair struct{ Name, Value string }

// Finding is one thing the verdict says, with the place on this page that shows it.
type Finding struct {
	Pill  web.Pill
	Fault *fault.Fault
	Where string // fragment; empty where no row shows it
}

// SideBySide is one invoice beside the list.
type SideBySide struct {
	Number string
	Pill   web.Pill
	File   string // address of the stored file; empty where it was typed
	Format string
	Rows   []SideRow
}

// SideRow is one field: what the list says, what the invoice says, where that was found, and whether they agree.
type SideRow struct {
	ID, Label, List, Invoice string
	Note                     string   // what the list's value is, where it is not simply the list's
	Place, Raw               string   // evidence: where in the file the value stands, and as what, where that is not what is shown
	Mark                     web.Pill // no key: nothing to compare
	Difference               string   // "SGD +0.01", "Pte. ≠ Ltd."; empty where a fault gives none
	Codes                    []string
}

var verdictPage = web.NewPage("invoicing/verdict.html", VerdictPage{
	No: "REQ-1", Sent: true, Pill: web.Pill{Tone: web.Bad, Key: "m.outcome.refused"}, Tone: web.Bad, Say: "…", Later: "…", Back: "/", Can: true,
	Found: []Finding{{Pill: findingPill("fault"), Fault: fault.New(fault.Invalid, codeEmpty, "invoices"), Where: "i0-number"}, {Pill: findingPill("hold"), Fault: fault.New(fault.Conflict, codeEmpty, "")}},
	List:  []SideRow{{ID: "list-phone", Label: "Phone", Mark: web.Pill{Tone: web.Bad, Key: "m.mark.blank"}, Codes: []string{"X"}}, {ID: "list", Label: "List", Invoice: "x"}},
	Next:  []string{"…"}, From: "/", Override: &OverrideNote{"X", "…", "…"},
	Invoices: []SideBySide{{Number: "1", Pill: statusPill(StatusRefused), File: "/files/x", Format: "UBL", Rows: []SideRow{
		{ID: "i0-number", Label: "No.", List: "", Invoice: "1", Note: "…", Place: "/Invoice", Raw: "1", Difference: "+1", Mark: web.Pill{Tone: web.Bad, Key: "m.mark.differs"}, Codes: []string{"X"}}, {Label: "Date"},
	}}},
}, VerdictPage{Resend: []Pair{{"more", "yes"}}, Can: true, Pill: web.Pill{Tone: web.OK, Key: "m.outcome.accepted"}})

func findingPill(severity string) web.Pill {
	switch severity {
	case "hold":
		return web.Pill{Tone: web.Warn, Key: "m.found.waits"}
	case "warning":
		return web.Pill{Tone: web.Info, Key: "faults.warning"}
	}
	return web.Pill{Tone: web.Bad, Key: "faults.error"}
}

func (h *HTTP) verdict(c echo.Context) error {
	d, dl, at, err := h.detail(c)
	if err != nil {
		return err
	}
	s, err := d.submission(c.Param("n"))
	if err != nil {
		return err
	}
	more, err := h.beside(c, d, s)
	if err != nil {
		return err
	}
	var invoices []Invoice
	var now []Status
	for _, i := range d.Invoices {
		if i.Submission == s.No {
			invoices, now = append(invoices, i.Invoice), append(now, i.Status)
		}
	}
	p := verdictView(c, d, toldVerdict, s.Verdict, invoices)
	p.Sent = true
	p.Facts = []web.Term{
		{Key: "m.verdict.received", Cell: web.Cell{Text: web.Instant(s.ReceivedAt, dl.Zone.String())}},
		{Key: "m.verdict.complete", Cell: web.Cell{Text: web.Text(c, "m.verdict.complete."+strconv.FormatBool(!s.MoreFollows))}},
	}
	if s.Decision != "" {
		p.Facts = append(p.Facts, web.Term{Key: "m.verdict.decision", Cell: web.Cell{Text: web.Text(c, "m.decision."+s.Decision), Note: s.DecisionNotes}})
	}
	for i := range p.Invoices {
		p.Invoices[i].Pill = statusPill(now[i])
	}
	p.Later = later(c, d, s, now, at.UTC().Format("2006-01-02"))
	if p.Override = more.note(dl); p.Override == nil && d.State == StateOpen && s.Decision == "" {
		p.Next = nextSteps(c, d, dl, s.Verdict, invoices, more.reuse)
		if takesOver(s.Verdict, len(invoices)) {
			p.From = p.back(d) + "?from=" + strconv.Itoa(s.No) + "#send"
		}
	}
	return h.renderVerdict(c, d, p, web.Text(c, "m.verdict.title", "n", s.No))
}

// later says where the invoices of an upload stand by now, where that is not what the verdict made of them.
func later(c echo.Context, d Detail, s Submission, now []Status, today string) string {
	for n, st := range now {
		if n >= len(s.Verdict.Invoices) {
			break
		}
		if then := s.Verdict.Invoices[n].Status; then != st && !(then == StatusAccepted && st == StatusPending) {
			return web.Text(c, "m.verdict.later", "day", today, "state", web.Text(c, "m.status."+string(st)))
		}
	}
	return ""
}

// showCheck shows the verdict of what was not sent, ready to be sent.
func (h *HTTP) showCheck(c echo.Context, u upload, send Send, v Verdict) error {
	d, _, _, err := h.detail(c)
	if err != nil {
		return err
	}
	for name, value := range send.Filled { // kept only when it is sent
		d.Filled[name] = value
	}
	p := verdictView(c, d, toldCheck, v, send.Invoices)
	for i, each := range v.Invoices {
		p.Invoices[i].Pill = statusPill(each.Status)
	}
	p.Resend = u.again()
	return h.renderVerdict(c, d, p, web.Text(c, "m.check.title"))
}

func (h *HTTP) renderVerdict(c echo.Context, d Detail, p VerdictPage, title string) error {
	p.Back, p.Can = p.back(d), d.State == StateOpen
	crumbs := []web.Crumb{{Text: web.Text(c, "m.lists.title"), Href: "/requisitions"}, {Text: d.Number, Href: p.Back}, {Text: title}}
	return verdictPage.Render(c, web.Head{Title: title, Crumbs: crumbs}, p)
}

func (p VerdictPage) back(d Detail) string { return "/requisitions/" + d.Number }

// again is the same upload as hidden values.
func (u upload) again() []Pair {
	out := []Pair{{"once", newOnce()}}
	add := func(name, value string) {
		if value != "" {
			out = append(out, Pair{name, value})
		}
	}
	if u.more {
		add("more", "yes")
	}
	for _, f := range u.files {
		add("kept", f.sha)
	}
	for n, t := range u.typed {
		t.N = n
		for _, x := range []Pair{
			{"number", t.Number},
			{"date", t.Date},
			{"grandTotal", t.GrandTotal},
			{"tax", t.Tax},
			{"currency", t.Currency},
			{"billTo", t.BillTo},
			{"issuer", t.Issuer},
			{"accountName", t.AccountName},
			{"requisition", t.Requisition},
			{"period", t.Period},
			{"credits", t.Credits},
		} {
			add(t.Prefix()+x.Name, x.Value)
		}
	}
	for _, name := range sortedKeys(u.filled) {
		add("f."+name, u.filled[name])
	}
	return out
}

// What a verdict is told with: as something that happened, or as something that would.
const (
	toldVerdict = "m.verdict."
	toldCheck   = "m.check."
)

// verdictView lays a verdict out beside its list.
func verdictView(c echo.Context, d Detail, kind string, v Verdict, invoices []Invoice) VerdictPage {
	p := VerdictPage{No: d.Number, Pill: outcomePill(v.Outcome), Tone: outcomePill(v.Outcome).Tone}
	missing := "—"
	if v.Missing != nil {
		missing = v.Missing.String()
	}
	p.Say = web.Text(c, kind+string(v.Outcome), "n", len(v.Faults), "missing", missing, "amount", d.Amount)
	for n, inv := range invoices {
		p.Invoices = append(p.Invoices, sideBySide(c, d, v, n, len(invoices), inv))
	}
	p.List = listRows(c, d, v, invoices)
	shown := map[string]bool{"compared": len(v.Compared) > 0}
	for _, r := range p.List {
		shown[r.ID] = true
	}
	for _, i := range p.Invoices {
		for _, r := range i.Rows {
			shown[r.ID] = true
		}
	}
	add := func(severity string, fs fault.Faults) {
		for _, f := range fs {
			x := Finding{Pill: findingPill(severity), Fault: readable(f, web.LangOf(c))}
			if id := rowOf(f.Path, len(invoices)); shown[id] {
				x.Where = id
			}
			p.Found = append(p.Found, x)
		}
	}
	add("fault", v.Faults)
	add("hold", v.Holds)
	add("warning", v.Warnings)
	p.Compared = comparedTable(c, v)
	return p
}

func outcomePill(o Outcome) web.Pill {
	tone := map[Outcome]web.Tone{Accepted: web.OK, Refused: web.Bad, Late: web.Warn, Incomplete: web.Warn}[o]
	return web.Pill{Tone: tone, Key: "m.outcome." + string(o)}
}

// readable gives a starred field its name in the reader's language.
func readable(f *fault.Fault, l fault.Lang) *fault.Fault {
	name, ok := f.Args["field"].(string)
	if !ok {
		return f
	}
	g := *f
	g.Args = fault.Args{"field": Label(name, l)}
	return &g
}

func comparedTable(c echo.Context, v Verdict) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "m.compared.what"}, {Key: "m.compared.want", Number: true}, {Key: "m.compared.got", Number: true}, {Key: "m.compared.difference", Number: true}, {Key: "m.side.mark"}}}
	for _, x := range v.Compared {
		mark := web.Pill{Tone: web.OK, Key: "m.mark.same"}
		if x.DifferenceText() != money.Zero(x.Want.Currency).String() {
			mark = web.Pill{Tone: outcomePill(v.Outcome).Tone, Key: "m.mark.differs"}
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: web.Text(c, "m.figure."+strings.ReplaceAll(string(x.InvoiceFigure), " ", "_")) + " = " + web.Text(c, "m.figure."+strings.ReplaceAll(string(x.ListFigure), " ", "_")), Note: x.Source},
			{Text: x.Want.String()},
			{Text: x.GotText()},
			{Text: x.DifferenceText()},
			{Pill: mark},
		})
	}
	return t
}

// rowOf is the row of the page that shows the place of a fault. What concerns the sum is shown at the invoice where there is one only.
func rowOf(path string, invoices int) string {
	if rest, ok := strings.CutPrefix(path, "invoices["); ok {
		n, field, _ := strings.Cut(rest, "].")
		return "i" + n + "-" + field
	}
	if strings.HasPrefix(path, "requisition[") {
		_, field, _ := strings.Cut(path, "].")
		if invoices == 1 && field != "" {
			return "i0-" + field
		}
		return "compared"
	}
	if path == "list" || strings.HasPrefix(path, "list.") {
		return strings.ReplaceAll(path, ".", "-")
	}
	return ""
}

func sideBySide(c echo.Context, d Detail, v Verdict, n, of int, inv Invoice) SideBySide {
	out := SideBySide{Number: said(inv.Number), Format: inv.Format}
	if inv.FileHash != "" {
		out.File = "/files/" + inv.FileHash
	}
	l := d.List
	amount, note := "", ""
	if of == 1 && !l.Payable.IsZero() {
		left := leftFor(l, v, inv)
		if amount = left.String(); !left.Value.Equal(l.Payable) {
			note = web.Text(c, "m.side.left", "amount", l.Amount())
		}
	}
	figure := func(x money.Amount) string {
		if x.IsZero() {
			return ""
		}
		return x.String()
	}
	rows := []struct{ field, list, invoice string }{
		{"number", d.before(inv, c), inv.Number},
		{"date", "", dayText(inv.Date)},
		{"kind", "", kindText(c, inv.Kind)},
		{"credits", "", inv.Credits},
		{"billTo", l.EntityName, inv.BillTo},
		{"issuer", l.MerchantName, inv.Issuer},
		{"accountName", l.MerchantName, inv.AccountName},
		{"requisitions", l.Requisition, strings.Join(inv.Requisitions, ", ")},
		{"period", l.PeriodText(), inv.Period},
		{"currency", string(l.Currency), string(inv.Currency)},
		{"tax", "", figure(money.New(inv.Tax, inv.Currency))},
		{"prepaid", "", figure(money.New(inv.Prepaid, inv.Currency))},
		{"rounding", "", figure(money.New(inv.Rounding, inv.Currency))},
		{"grandTotal", amount, money.New(inv.GrandTotal, inv.Currency).String()},
		{"amountDue", amount, money.New(inv.Due(), inv.Currency).String()},
	}
	for _, r := range rows {
		row := SideRow{ID: "i" + strconv.Itoa(n) + "-" + r.field, Label: web.Text(c, "m.field."+r.field), List: r.list, Invoice: r.invoice}
		if row.evidence(inv, r.field); r.list == amount {
			row.Note = note
		}
		row.mark(v, of)
		if row.List == "" && row.Invoice == "" && row.Mark.Key == "" {
			continue
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func kindText(c echo.Context, k Kind) string {
	if k == "" {
		k = KindInvoice
	}
	return web.Text(c, "m.kind."+string(k))
}

// mark says whether a row agrees: wrong where a fault names it, worth a look where a warning does, right where the list asks for a value.
func (r *SideRow) mark(v Verdict, of int) {
	take := func(fs fault.Faults, tone web.Tone, key string) {
		for _, f := range fs {
			if rowOf(f.Path, of) != r.ID {
				continue
			}
			if r.Codes = append(r.Codes, f.Code); r.Mark.Key == "" {
				r.Mark = web.Pill{Tone: tone, Key: key}
			}
			if d, ok := f.Args["difference"].(string); ok && r.Difference == "" {
				r.Difference = d
			}
		}
	}
	take(v.Faults, web.Bad, "m.mark.differs")
	take(v.Warnings, web.Info, "m.mark.look")
	switch sum := strings.HasSuffix(r.ID, "-grandTotal") || strings.HasSuffix(r.ID, "-amountDue"); {
	case r.Mark.Key != "" || r.List == "" || strings.HasSuffix(r.ID, "-number"):
	case !sum || r.List == r.Invoice:
		r.Mark = web.Pill{Tone: web.OK, Key: "m.mark.same"}
	case v.Outcome == Refused: // the figure that was compared bears the code; this one is off with it
		r.Mark = web.Pill{Tone: web.Bad, Key: "m.mark.differs"}
	}
}
