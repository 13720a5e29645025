package invoicing

import (
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// Ground is where a list is judged: the paying entity, the law of its country, and what finance set for it.
type Ground struct {
	Entity  entities.Entity
	Law     *entities.Jurisdiction // nil: no national rules
	Zone    *time.Location         // of days and deadlines; nil: the entity's own
	LastDay int                    // last day of the month for receipt, where the law has such a rule; 0: its default
	// DueMonths is how many months after the notice an invoice is due; 0: what Settings say.
	DueMonths int
	// Withholding is what the entity withholds from this merchant, as set.
	Withholding []entities.Withholding
}

// groundsOf takes the grounds of some lists of one merchant.
func groundsOf(d *entities.Directory, lists []List, at time.Time) map[string]Ground {
	out := map[string]Ground{}
	for _, l := range lists {
		g := GroundAt(d, l.Entity, at)
		g.Withholding = d.WithholdingAt(l.Entity, l.Residence, at)
		out[l.Entity] = g
	}
	return out
}

// GroundAt takes the ground of an entity from the directory, with the settings in force when an upload was received.
func GroundAt(d *entities.Directory, code string, at time.Time) Ground {
	e, ok := d.EntityAt(code, at)
	if !ok {
		return Ground{}
	}
	g := Ground{
		Entity: e, Law: d.Jurisdiction(code), Zone: d.InvoiceZone(code, at),
		DueMonths: d.Int(entities.KeyInvoiceDueMonths, entities.ForEntity(code), at),
	}
	if key := g.Law.LastDayKey(); key != "" {
		g.LastDay = d.Int(key, entities.ForEntity(code), at)
	}
	return g
}

// reissueAt is the instant from which an unpaid invoice of that date has to be issued again; zero where no law says so.
func (g Ground) reissueAt(dated period.Day) time.Time {
	if g.Law == nil || dated.IsZero() {
		return time.Time{}
	}
	at, _ := g.Law.PaymentWindowIn(dated, g.zone())
	return at.UTC()
}

// zone is where days and deadlines are counted; UTC where an entity is not known, since then nothing can be accepted anyway.
func (g Ground) zone() *time.Location {
	switch {
	case g.Zone != nil:
		return g.Zone
	case g.Entity.ZoneName != "":
		return g.Entity.Zone()
	default:
		return time.UTC
	}
}

// law applies the national rules of a day to one invoice. An undated one is taken as of today, so that it is told once that it has no date.
func (g Ground) law(inv Invoice, l List, j *judgement) fault.Faults {
	if g.Law == nil {
		return nil
	}
	f := g.facts(inv, l, j.Upload.ReceivedAt)
	f.AsOf = j.AsOf
	if !j.PaidAt.IsZero() {
		f.PaidOn = period.DayOf(j.PaidAt, f.Zone)
	}
	if j.RulesOn.IsZero() {
		return g.Law.CheckInvoice(f)
	}
	return g.Law.CheckInvoiceOn(f, j.RulesOn)
}

// facts is what national rules may look at.
func (g Ground) facts(inv Invoice, l List, received time.Time) entities.InvoiceFacts {
	f := entities.InvoiceFacts{
		ReceivedAt: received, Dated: inv.Date, Currency: inv.Currency, Resident: g.Entity.Resident(l.Residence), Tax: inv.Tax,
		LastDay: g.LastDay, Zone: g.zone(), Number: inv.Number, Gross: inv.GrandTotal, ReverseCharge: l.ReverseCharge, Service: l.ServiceItem,
		Withholding: g.Withholding, Known: inv.Known,
	}
	if inv.Particulars != nil {
		f.Particulars = *inv.Particulars
	}
	if inv.Kind != "" { // a person who types it says so too
		f.CreditNote = inv.Kind == KindCreditNote
		f.Known = append(append(entities.Parts{}, f.Known...), entities.PartKind)
	}
	if inv.Format != "" {
		f.Format = strings.ToLower(inv.Format)
		f.Known = append(append(entities.Parts{}, f.Known...), entities.PartFormat)
	}
	if f.Dated.IsZero() {
		f.Dated = period.DayOf(received, f.Zone)
	}
	return f
}

// LastDayFor is the last day on which an invoice for the list is in time: the notice's day number, months later, where the entity is.
func (g Ground) LastDayFor(l List, s Settings) period.Day {
	if g.DueMonths > 0 {
		s.DueMonths = g.DueMonths
	}
	return s.due(period.DayOf(l.NoticeAt, g.zone()))
}
