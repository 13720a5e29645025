package invoicing

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/period"
)

// Figure names an amount of an invoice or of a list.
type Figure string

// The figures that can be compared.
const (
	InvoicePayable  Figure = "invoice payable"          // total − prepaid + rounding, tax included
	InvoiceTotal    Figure = "invoice total"            // grand total, tax included
	InvoiceNet      Figure = "invoice net of tax"       // grand total − tax
	ListPayable     Figure = "list payable"             // after seller taxes
	ListBeforeTaxes Figure = "list before seller taxes" // settlement amount before them
)

// CompareRule is a dated setting: from a day on, which figure of the invoice must equal which figure of the list, for an entity
// and the residence of its merchants. Empty Entity or Residence means any; the most particular row wins, then the latest.
type CompareRule struct {
	Entity    string     `json:"entity"`
	Residence string     `json:"residence"`
	From      period.Day `json:"from"`
	Invoice   Figure     `json:"invoice"`
	List      Figure     `json:"list"`
	Source    string     `json:"source"`
}

// Settings are the conventions of the verdict that no law gives. Dated where a law could.
type Settings struct {
	Compare []CompareRule
	// ReuseAfterRejection lets a number come again whose earlier bearer was refused, revoked or must be reissued.
	ReuseAfterRejection bool
	// DueMonths is how many months after the notice an invoice is due: the same day number, or the month's last day, to the end of
	// that day in the entity's zone.
	DueMonths int
	// Tolerances take by themselves what is off by no more, by entity and code: in the list's currency, for INV-LATE in days. Empty: none.
	Tolerances map[string]map[string]decimal.Decimal
}

// DefaultSettings are the conventions where finance set nothing else: the invoice's payable equals the list's payable, one month
// to answer, and a refused number may come again.
func DefaultSettings() Settings {
	return Settings{
		Compare: []CompareRule{{
			Invoice: InvoicePayable, List: ListPayable, Source: "default: the total of the invoices equals the total of the list",
		}},
		ReuseAfterRejection: true,
		DueMonths:           1,
	}
}

// compareFor picks the rule in force for a list on a day.
func (s Settings) compareFor(l List, on period.Day) CompareRule {
	best, rank := DefaultSettings().Compare[0], -1
	for _, r := range s.Compare {
		if (r.Entity != "" && r.Entity != l.Entity) || (r.Residence != "" && r.Residence != l.Residence) || r.From.After(on) {
			continue
		}
		score := 0
		if r.Entity != "" {
			score += 2
		}
		if r.Residence != "" {
			score++
		}
		if score > rank || (score == rank && !r.From.Before(best.From)) {
			best, rank = r, score
		}
	}
	return best
}

// due is the last day on which an invoice for the list is in time, in the entity's zone.
func (s Settings) due(notice period.Day) period.Day {
	return notice.Of().Add(s.DueMonths).Day(notice.Day)
}

// figures are the pairs that the setting compared_figure names.
var figures = map[string][2]Figure{
	"invoice_payable/list_payable":           {InvoicePayable, ListPayable},
	"invoice_payable/list_before_seller_tax": {InvoicePayable, ListBeforeTaxes},
	"invoice_net/list_payable":               {InvoiceNet, ListPayable},
	"invoice_net/list_before_seller_tax":     {InvoiceNet, ListBeforeTaxes},
}

// SettingsAt takes the settings for some lists from the directory: what is compared by the day of each notice, the rest as of receipt.
func SettingsAt(d *entities.Directory, lists []List, at time.Time) Settings {
	s := DefaultSettings()
	s.Tolerances = tolerances(d, lists, at)
	for _, l := range lists {
		scope := entities.ForResidence(l.Entity, l.Residence)
		name := d.Text(entities.KeyComparedFigure, scope, l.NoticeAt)
		if f, ok := figures[name]; ok {
			s.Compare = append(s.Compare, CompareRule{
				Entity: l.Entity, Residence: l.Residence, From: period.DayOf(l.NoticeAt, d.InvoiceZone(l.Entity, l.NoticeAt)),
				Invoice: f[0], List: f[1], Source: "setting " + entities.KeyComparedFigure + " = " + name,
			})
		}
		s.ReuseAfterRejection = s.ReuseAfterRejection && d.Bool(entities.KeyReuseNumber, entities.ForEntity(l.Entity), at)
	}
	return s
}

// CompareFor tells which figure of an invoice has to equal which figure of a list, by the settings on the day of the list's notice.
func CompareFor(d *entities.Directory, l List) CompareRule {
	return SettingsAt(d, []List{l}, l.NoticeAt).compareFor(l, period.DayOf(l.NoticeAt, d.InvoiceZone(l.Entity, l.NoticeAt)))
}
