package invoicing

import (
	"context"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// besides is what a verdict's page shows that is not in the verdict: what finance set aside, and whether a refused number may come again.
type besides struct {
	override Override
	set      bool
	reuse    bool
}

func (h *HTTP) beside(c echo.Context, d Detail, s Submission) (out besides, err error) {
	err = h.read(c, func(ctx context.Context, tx *pg.Tx, _ string) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		out.reuse = SettingsAt(dir, []List{d.List}, tx.Now).ReuseAfterRejection
		out.override, out.set, err = h.svc.OverrideOf(ctx, tx, ExceptionRef{Merchant: d.Merchant, Requisition: d.Number, Submission: s.No})
		return err
	})
	return out, err
}

// note tells the merchant what was set aside, when and why. Who did is finance's own.
func (b besides) note(dl Deadline) *OverrideNote {
	if !b.set {
		return nil
	}
	return &OverrideNote{Codes: strings.Join(b.override.Codes, ", "), Reason: b.override.Reason, At: web.Instant(b.override.At, dl.Zone.String())}
}

// faulty tells which invoices of an upload a fault names. Where there is one only, its sum is its own.
func faulty(v Verdict, invoices int) []bool {
	out := make([]bool, invoices)
	for _, f := range v.Faults {
		row := rowOf(f.Path, invoices)
		if n, _, ok := strings.Cut(strings.TrimPrefix(row, "i"), "-"); ok && strings.HasPrefix(row, "i") {
			if i, err := strconv.Atoi(n); err == nil && i < invoices {
				out[i] = true
			}
		}
	}
	return out
}

// takesOver tells whether a refused upload has something that the next one can start with.
func takesOver(v Verdict, invoices int) bool { return v.Outcome == Refused && invoices > 0 }

// nextSteps says in order what the merchant does now.
func nextSteps(c echo.Context, d Detail, dl Deadline, v Verdict, invoices []Invoice, reuse bool) []string {
	if v.Outcome != Refused && v.Outcome != Incomplete {
		return nil
	}
	var out []string
	say := func(key string, pairs ...any) { out = append(out, web.Text(c, "m.next."+key, pairs...)) }
	var wrong, right []string
	for n, bad := range faulty(v, len(invoices)) {
		if number := said(invoices[n].Number); bad {
			wrong = append(wrong, number)
		} else {
			right = append(right, number)
		}
	}
	if v.Outcome == Refused {
		for _, f := range v.Faults {
			if strings.HasPrefix(f.Path, "list") {
				say("list")
				break
			}
		}
		if len(wrong) > 0 {
			say("correct", "numbers", strings.Join(wrong, ", "))
			say("number." + strconv.FormatBool(reuse))
		} else if summed(v.Faults) {
			say("sum")
		}
		if len(right) > 0 && len(wrong)+len(right) > 1 {
			say("right", "numbers", strings.Join(right, ", "))
		}
	}
	if done := d.settled(); len(done) > 0 {
		say("settled", "numbers", strings.Join(done, ", "))
	}
	if v.Missing != nil {
		say("missing", "missing", v.Missing)
	}
	if dl.Passed {
		say("late", "last", dl.Last, "zone", dl.Zone)
	} else {
		say("send", "last", dl.Last, "zone", dl.Zone)
	}
	return out
}

func summed(fs fault.Faults) bool {
	for _, f := range fs {
		if strings.HasPrefix(f.Path, "requisition[") {
			return true
		}
	}
	return false
}

// settled are the invoices that are right already and are not asked for again.
func (d Detail) settled() []string {
	var out []string
	for _, i := range d.Invoices {
		if i.Status == StatusPending || i.Status == StatusAccepted {
			out = append(out, said(i.Invoice.Number)+" ("+money.New(i.Invoice.Due(), i.Invoice.Currency).String()+")")
		}
	}
	return out
}

// before says in which version a number comes, where it came before.
func (d Detail) before(inv Invoice, c echo.Context) string {
	version := 0
	for _, i := range d.Invoices {
		if NumberKey(i.Invoice.Number) == NumberKey(inv.Number) && i.Version > version {
			version = i.Version
		}
	}
	if version < 2 {
		return ""
	}
	return web.Text(c, "m.side.versions", "n", version)
}

// evidence says where a value was found, and what stood there where it was understood as something else.
func (r *SideRow) evidence(inv Invoice, field string) {
	e, ok := inv.Evidence[field]
	if !ok && field == "amountDue" {
		e, ok = inv.Evidence["stated"]
	}
	if !ok {
		return
	}
	r.Place = e.Place
	bare := strings.NewReplacer(",", "", " ", "") // a grouped figure says the same
	if raw := strings.TrimSpace(e.Text); raw != "" && !strings.Contains(bare.Replace(r.Invoice), bare.Replace(raw)) {
		r.Raw = raw
	}
}

// leftFor is what an invoice sent alone should have been over: the list, less what other invoices in force already answer.
func leftFor(l List, v Verdict, inv Invoice) money.Amount {
	want := l.Amount()
	for _, x := range v.Compared {
		if got := x.got(); RequisitionKey(x.Requisition) == RequisitionKey(l.Requisition) && len(got) == 1 && got[0].Currency == want.Currency && inv.Currency == want.Currency {
			others := got[0].Value.Sub(invoiceFigure(x.InvoiceFigure, inv))
			if others.IsPositive() && others.LessThan(want.Value) {
				want = money.New(want.Value.Sub(others), want.Currency)
			}
		}
	}
	return want
}

// listRows are what the list itself asks for: that it came along, and its starred fields that the merchant fills in.
func listRows(c echo.Context, d Detail, v Verdict, invoices []Invoice) []SideRow {
	filled := map[string]string{}
	for k, x := range d.Filled {
		filled[k] = x
	}
	filledByInvoice(invoices, filled)
	out := []SideRow{{ID: "list", Label: web.Text(c, "m.side.attached"), List: d.Number}}
	for _, f := range d.List.Fields {
		if f.Starred && strings.TrimSpace(f.Value) == "" {
			out = append(out, SideRow{ID: "list-" + f.Name, Label: Label(f.Name, web.LangOf(c)) + " *", Invoice: filled[f.Name]})
		}
	}
	for n := range out {
		out[n].Mark = web.Pill{Tone: web.OK, Key: "m.mark.there"}
		for _, f := range v.Faults {
			if rowOf(f.Path, len(invoices)) == out[n].ID {
				out[n].Mark, out[n].Codes = web.Pill{Tone: web.Bad, Key: "m.mark.blank"}, append(out[n].Codes, f.Code)
			}
		}
	}
	return out
}

// startFrom fills the form with what an earlier upload brought: what was right goes along as it is, what was typed is there to be corrected. A file
// with faults is left out: a corrected one takes its place.
func (d Detail) startFrom(n string) upload {
	var u upload
	s, err := d.submission(n)
	if err != nil {
		return u
	}
	var sent []Sent
	for _, i := range d.Invoices {
		if i.Submission == s.No {
			sent = append(sent, i)
		}
	}
	u.more = s.MoreFollows
	for n, bad := range faulty(s.Verdict, len(sent)) {
		switch i := sent[n]; {
		case i.Status.Live(): // not asked for again
		case i.Invoice.Format == formatTyped:
			u.typed = append(u.typed, typedOf(len(u.typed), i.Invoice))
		case !bad && i.Invoice.FileHash != "":
			u.files = append(u.files, sentFile{sha: i.Invoice.FileHash, name: said(i.Invoice.Number)})
		}
	}
	return u
}
