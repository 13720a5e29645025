package invoicing

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// stamp is how a time is shown in a message: with its zone, since the day depends on it.
const stamp = "2006-01-02 15:04:05 MST"

func path(n int, field string) string { return fmt.Sprintf("invoices[%d].%s", n, field) }

// said is a value as the merchant wrote it, or a dash where there is none.
func said(s string) string {
	if t := strings.TrimSpace(s); t != "" {
		return t
	}
	return "—"
}

// upload checks what concerns everything that was sent. Source of both rules: the rejection causes printed with the invoice list.
func (j *judgement) upload() {
	if len(j.Upload.Invoices) == 0 {
		j.shared = append(j.shared, fault.New(fault.Invalid, codeEmpty, "invoices"))
	}
	if !j.Upload.ListAttached {
		j.shared = append(j.shared, fault.New(fault.Invalid, codeListAttached, "list", fault.Args{"requisition": j.requisitionText()}))
	}
	for _, f := range j.Upload.StarredBlank {
		j.shared = append(j.shared, fault.New(fault.Invalid, codeStarred, "list."+f, fault.Args{"field": f}))
	}
}

func (j *judgement) requisitionText() string {
	if len(j.targets) > 0 {
		return j.targets[0].Requisition
	}
	return said(j.Upload.Requisition)
}

// invoice checks one invoice against each list it is compared with.
func (j *judgement) invoice(n int) {
	inv := j.Upload.Invoices[n]
	for _, w := range inv.Findings {
		c := *w
		c.Path = strings.TrimSpace(path(n, "file") + " " + w.Path)
		j.warn = append(j.warn, &c)
	}
	j.requisition(n, inv)
	j.periods(n, inv)
	switch {
	case inv.IsCredit():
		j.credit(n, inv)
	case !inv.IsInvoice():
		kind := string(inv.Kind)
		if inv.GrandTotal.IsNegative() {
			kind = money.New(inv.GrandTotal, inv.Currency).String()
		}
		j.bad(n, codeCreditNote, "kind", fault.Args{"got": kind})
	}
	j.number(n, inv)
	j.fiscal(n, inv)
	if inv.Date.IsZero() {
		j.bad(n, codeDateGone, "date", nil)
	}
	once := map[string]bool{} // two lists of one entity would tell the same thing twice
	for _, l := range j.against[n] {
		j.dated(n, inv, l, once)
	}
	for _, l := range j.against[n] {
		j.parties(n, inv, l, once)
	}
	if !inv.consistent() && !j.arithmeticTolerated(n, inv) {
		j.bad(n, codeArithmetic, "amountDue", fault.Args{
			"stated": money.New(*inv.Stated, inv.Currency).String(), "computed": money.New(inv.Due().Sub(inv.Retained), inv.Currency).String(),
		})
	}
	if total := inv.GrandTotal; inv.Tax.Sign()*total.Sign() < 0 || inv.Tax.Abs().GreaterThan(total.Abs()) {
		j.bad(n, "INV-TAX-RANGE", "tax", fault.Args{"tax": money.New(inv.Tax, inv.Currency).String(), "total": money.New(total, inv.Currency).String()})
	}
	for _, l := range j.against[n] {
		if inv.Tax.IsPositive() && l.ReverseCharge {
			j.bad(n, codeReverse, "tax", fault.Args{"requisition": l.Requisition, "tax": money.New(inv.Tax, inv.Currency).String()})
		}
	}
	for _, l := range j.against[n] {
		j.jurisdiction(n, inv, l, once)
	}
}

func (j *judgement) requisition(n int, inv Invoice) {
	named := inv.named()
	sent := RequisitionKey(j.Upload.Requisition)
	for _, k := range named {
		if _, ok := j.lists[k]; !ok {
			j.bad(n, codeNoList, "requisitions", fault.Args{"requisition": k})
		}
	}
	if _, ok := j.lists[sent]; sent != "" && !ok && !contains(named, sent) {
		j.bad(n, codeNoList, "requisitions", fault.Args{"requisition": sent})
	}
	switch {
	case len(named) == 0 && inv.IsCredit() && sent != "": // known through the invoice that it names
	case len(named) == 0:
		j.bad(n, codeRequisition, "requisitions", fault.Args{"want": j.requisitionText()})
	case len(named) > 1:
		j.bad(n, codeSeveral, "requisitions", fault.Args{"got": strings.Join(named, ", ")})
	case sent != "" && named[0] != sent:
		j.bad(n, codeOther, "requisitions", fault.Args{"got": named[0], "want": sent})
	}
}

func (j *judgement) periods(n int, inv Invoice) {
	if strings.TrimSpace(inv.Period) == "" {
		if inv.IsCredit() {
			return
		}
		want := "—"
		if len(j.against[n]) > 0 {
			want = j.against[n][0].PeriodText()
		}
		j.bad(n, codePeriodGone, "period", fault.Args{"want": want})
		return
	}
	got := months(inv.Period)
	for _, l := range j.against[n] {
		if !samePeriods(got, l.Periods) {
			j.bad(n, codePeriod, "period", fault.Args{"got": said(inv.Period), "want": l.PeriodText(), "requisition": l.Requisition})
		}
	}
}

// number refuses a number that is in use and warns of one that only looks like it.
func (j *judgement) number(n int, inv Invoice) {
	key := NumberKey(inv.Number)
	if key == "" {
		j.bad(n, codeNumberGone, "number", nil)
		return
	}
	used := append([]Earlier{}, j.History...)
	for _, sib := range j.Upload.Invoices[:n] {
		used = append(used, Earlier{Number: sib.Number, Status: StatusPending, Requisition: strings.Join(sib.named(), ", ")})
	}
	warned := map[string]bool{}
	for _, e := range used {
		taken := e.Status.Live() || !j.Settings.ReuseAfterRejection
		other := NumberKey(e.Number)
		switch {
		case other == key && taken:
			j.bad(n, codeDuplicate, "number", fault.Args{"number": said(inv.Number), "requisition": said(e.Requisition), "status": e.Status})
			return
		case other != key && e.Status.Live() && lookAlike(other, key) && !warned[other]:
			warned[other] = true
			j.warn = append(j.warn, fault.Warning(codeLookalike, path(n, "number"), fault.Args{"number": said(inv.Number), "other": said(e.Number)}))
		}
	}
}

// dated refuses an invoice from the future: its day is after the day of receipt where the paying entity is.
func (j *judgement) dated(n int, inv Invoice, l List, once map[string]bool) {
	today := period.DayOf(j.Upload.ReceivedAt, j.zone(l))
	if inv.Date.After(today) && !inv.Date.IsZero() && !once[codeFuture] {
		once[codeFuture] = true
		j.bad(n, codeFuture, "date", fault.Args{"got": inv.Date, "want": today})
	}
}

func (j *judgement) parties(n int, inv Invoice, l List, once map[string]bool) {
	tell := func(code, field string, args fault.Args) {
		if k := code + fmt.Sprint(args["want"]); !once[k] {
			once[k] = true
			j.bad(n, code, field, args)
		}
	}
	if inv.Currency != l.Currency {
		tell(codeCurrency, "currency", fault.Args{"got": said(string(inv.Currency)), "want": l.Currency, "requisition": l.Requisition})
	}
	if !j.addressedTo(inv.BillTo, l) {
		tell(codeEntity, "billTo", fault.Args{"got": said(inv.BillTo), "want": l.EntityName, "difference": entities.NameDifference(inv.BillTo, l.EntityName)})
	}
	if !j.isMerchant(inv.Issuer, l) {
		tell(codeIssuer, "issuer", fault.Args{"got": said(inv.Issuer), "want": l.MerchantName, "difference": entities.NameDifference(inv.Issuer, l.MerchantName)})
	}
	switch {
	case strings.TrimSpace(inv.AccountName) == "":
		j.warn = append(j.warn, fault.Warning(codeNoAccount, path(n, "accountName"), fault.Args{"want": l.MerchantName}))
	case !j.isMerchant(inv.AccountName, l):
		tell(codeAccount, "accountName", fault.Args{"got": said(inv.AccountName), "want": l.MerchantName, "difference": entities.NameDifference(inv.AccountName, l.MerchantName)})
	}
}

func (j *judgement) addressedTo(name string, l List) bool {
	return entities.SameCompany(name, l.EntityName) || j.Grounds[l.Entity].Entity.Is(name)
}

func (j *judgement) isMerchant(name string, l List) bool {
	return entities.SameCompany(name, l.MerchantName) || (j.Merchant.ID == l.Merchant && j.Merchant.Is(name))
}

func (j *judgement) zone(l List) *time.Location { return j.Grounds[l.Entity].zone() }

// jurisdiction asks the law of the paying entity's country.
func (j *judgement) jurisdiction(n int, inv Invoice, l List, once map[string]bool) {
	for _, f := range j.Grounds[l.Entity].law(inv, l, j) {
		if once[f.Code] {
			continue
		}
		once[f.Code] = true
		g := *f
		g.Path = path(n, f.Path)
		if g.Warn {
			j.warn = append(j.warn, &g)
		} else {
			j.own[n] = append(j.own[n], &g)
		}
	}
}

// timing checks receipt against the notice and the deadline of a list, in the entity's zone.
func (j *judgement) timing(l List) {
	zone := j.zone(l)
	got := j.Upload.ReceivedAt.In(zone)
	if j.Upload.ReceivedAt.Before(l.NoticeAt) {
		j.after = append(j.after, fault.New(fault.Invalid, codeBeforeNotice, "receivedAt",
			fault.Args{"got": got.Format(stamp), "want": l.NoticeAt.In(zone).Format(stamp), "requisition": l.Requisition}))
	}
	last := j.Grounds[l.Entity].LastDayFor(l, j.Settings)
	if !j.Upload.ReceivedAt.Before(last.Add(1).Start(zone)) && !j.LateAllowed && !j.lateTolerated(l, last, period.DayOf(j.Upload.ReceivedAt, zone)) {
		j.late = true
		j.holds = append(j.holds, fault.New(fault.Conflict, codeLate, "receivedAt",
			fault.Args{"got": got.Format(stamp), "want": last, "requisition": l.Requisition}))
	}
}

// lateTolerated tells whether an upload is no later than the days that the entity takes by itself.
func (j *judgement) lateTolerated(l List, last, got period.Day) bool {
	days := int64(0)
	for d := last; d.Before(got); d = d.Add(1) {
		if days++; days > 366 { // no tolerance is that long
			return false
		}
	}
	return j.tolerates(l, codeLate, "receivedAt", decimal.NewFromInt(days), "d")
}

// arithmeticTolerated tells whether an invoice's own figures are off by no more than its entity takes by itself.
func (j *judgement) arithmeticTolerated(n int, inv Invoice) bool {
	if len(j.against[n]) != 1 || j.against[n][0].Currency != inv.Currency {
		return false
	}
	return j.tolerates(j.against[n][0], codeArithmetic, path(n, "amountDue"), inv.Stated.Sub(inv.Due()).Abs(), string(inv.Currency))
}

// invoiceFigure is the compared amount of one invoice; that of a credit note is below zero.
func invoiceFigure(f Figure, inv Invoice) decimal.Decimal {
	switch f {
	case InvoiceTotal:
		return inv.signed(inv.GrandTotal)
	case InvoiceNet:
		return inv.signed(inv.GrandTotal.Sub(inv.Tax))
	default:
		return inv.signed(inv.Due())
	}
}

func listFigure(f Figure, l List) decimal.Decimal {
	if f == ListBeforeTaxes {
		return l.BeforeTaxes
	}
	return l.Payable
}

// part is one invoice that counts towards a list.
type part struct {
	at  int // index in the upload, −1 for one that came before
	inv Invoice
}

// partsOf gives what is pending from before and what is sent now towards a list; accepted says what is answered already.
func (j *judgement) partsOf(l List) (parts []part, accepted []Earlier) {
	key := RequisitionKey(l.Requisition)
	for _, e := range j.History {
		if RequisitionKey(e.Requisition) != key || !e.Status.Live() {
			continue
		}
		if e.Status == StatusAccepted || e.Status == StatusPaid {
			accepted = append(accepted, e)
		}
		parts = append(parts, part{-1, e.Invoice})
	}
	for _, credits := range []bool{true, false} { // what is lowered first makes room for what replaces it
		for n, inv := range j.Upload.Invoices {
			for _, t := range j.against[n] {
				counts := inv.IsInvoice() || (inv.IsCredit() && len(j.own[n]) == 0)
				if RequisitionKey(t.Requisition) == key && counts && inv.IsCredit() == credits {
					parts = append(parts, part{n, inv})
				}
			}
		}
	}
	return parts, accepted
}

// numbers lists invoice numbers for a message.
func numbers(es []Earlier) string {
	out := make([]string, len(es))
	for i, e := range es {
		out[i] = strings.TrimSpace(e.Number)
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}
