package entities

import (
	"sort"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Jurisdiction is what the law where an entity lives asks of an invoice to it, as data with dates and sources. One file each.
type Jurisdiction struct {
	ID       string // "br"
	Country  string // ISO 3166 alpha-2; empty for none
	Name     string
	Names    Words          // of the country in the three languages; empty for none
	ZoneName string         // IANA zone of its deadlines; empty for none, where the entity's own zone counts
	Calendar string         // id of its calendar of holidays in calendar_day
	Currency money.Currency // its own; empty for none
	Rules    []Rule
	Rates    []TaxRate // rates of its tax on supplies as far as a source gives them
	Examples []Example
	TaxID    func(string) bool // whether a tax number is well formed; nil where none is checked

	lastDay  string // setting that names the last day of a month on which an invoice is received in time; empty: no such rule
	oneMonth bool   // an accepted invoice has to be paid in the month it is dated, or issued again
}

// Example is a worked example of a jurisdiction: facts and the codes they raise. One shared test replays all of them.
type Example struct {
	Name  string
	Facts InvoiceFacts
	Codes []string
}

// CheckInvoice applies the rules in force on the day of receipt and returns all faults.
func (j *Jurisdiction) CheckInvoice(f InvoiceFacts) fault.Faults {
	f.Zone = j.zone(f.Zone)
	return j.CheckInvoiceOn(f, period.DayOf(f.ReceivedAt, f.Zone))
}

// CheckInvoiceOn applies the rules in force on a given day, whenever the invoice was received: so an old verdict is given again, and a
// new rule tried on what was. Only a rule that may refuse does; every other says its word as a warning.
func (j *Jurisdiction) CheckInvoiceOn(f InvoiceFacts, day period.Day) fault.Faults {
	f.Zone = j.zone(f.Zone)
	var fs fault.Faults
	for _, r := range j.RulesOn(day) {
		fs = append(fs, r.judge(j, f)...)
	}
	return fs
}

// RulesOn lists the rules in force on a day: the country's own, then those of every country.
func (j *Jurisdiction) RulesOn(day period.Day) []Rule {
	var out []Rule
	for _, list := range [][]Rule{j.Rules, common} {
		for _, r := range list {
			if r.Valid(day) {
				out = append(out, r)
			}
		}
	}
	return out
}

// PaymentWindow gives the instant from which an accepted invoice of that date, still unpaid, has to be issued again; false
// where the law knows no such limit. It is counted in the jurisdiction's zone.
func (j *Jurisdiction) PaymentWindow(dated period.Day) (until time.Time, ok bool) {
	return j.PaymentWindowIn(dated, nil)
}

// PaymentWindowIn is PaymentWindow in a zone that a setting gave; nil stands for the jurisdiction's own.
func (j *Jurisdiction) PaymentWindowIn(dated period.Day, zone *time.Location) (until time.Time, ok bool) {
	if !j.oneMonth {
		return time.Time{}, false
	}
	return dated.Of().End(j.zone(zone)), true
}

// LastDayKey is the setting that names the last day of a month on which an invoice may be received; empty where there is none.
func (j *Jurisdiction) LastDayKey() string { return j.lastDay }

// MinorUnits is the number of decimals of the jurisdiction's own currency.
func (j *Jurisdiction) MinorUnits() int32 { return j.Currency.MinorUnits() }

func (j *Jurisdiction) zone(given *time.Location) *time.Location {
	if given != nil {
		return given
	}
	if j.ZoneName == "" {
		return time.UTC
	}
	return mustZone(j.ZoneName)
}

// mustZone loads a zone that the program itself names.
func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic("entities: " + err.Error())
	}
	return z
}

var jurisdictions = map[string]*Jurisdiction{}

// register adds a jurisdiction; each country's file calls it once.
func register(j *Jurisdiction) *Jurisdiction {
	if _, twice := jurisdictions[j.ID]; twice {
		panic("entities: jurisdiction " + j.ID + " is registered twice")
	}
	jurisdictions[j.ID] = j
	return j
}

// JurisdictionByID finds a jurisdiction: "br", "none" …
func JurisdictionByID(id string) (*Jurisdiction, bool) {
	j, ok := jurisdictions[id]
	return j, ok
}

// Jurisdictions lists all of them, by id.
func Jurisdictions() []*Jurisdiction {
	out := make([]*Jurisdiction, 0, len(jurisdictions))
	for _, j := range jurisdictions {
		out = append(out, j)
	}
	sort.Slice(out, func(a, b int) bool { return out[a].ID < out[b].ID })
	return out
}

// at reads an instant in an example; the program itself wrote it.
func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic("entities: " + err.Error())
	}
	return t
}

// CommonRules are the rules that are asked in every country.
func CommonRules() []Rule { return append([]Rule{}, common...) }
