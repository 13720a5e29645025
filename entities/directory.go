package entities

import (
	"sort"
	"strconv"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Directory is one snapshot of entities, settings, calendars and regions in memory, read once a transaction. It is never
// changed after it was made and may be shared between goroutines.
type Directory struct {
	entities map[string]Entity
	zones    map[string]*time.Location
	order    []string
	set      settings
	days     map[string]map[period.Day]DayKind
	regions  map[string]Region
	byISO    map[string]string // ISO country → its one entity; empty where printed regions disagree
}

// NewDirectory makes a directory of given rows: Load does so from the database, tests from literals.
func NewDirectory(es []Entity, ss []Setting, ds []CalendarDay, rs []Region) *Directory {
	d := &Directory{
		entities: map[string]Entity{}, zones: map[string]*time.Location{}, set: newSettings(ss),
		days: map[string]map[period.Day]DayKind{}, regions: map[string]Region{}, byISO: map[string]string{},
	}
	for _, e := range es {
		if e.Code == "" {
			continue
		}
		d.entities[e.Code] = e
		d.zones[e.Code] = e.Zone()
		d.order = append(d.order, e.Code)
	}
	sort.Strings(d.order)
	for _, c := range ds {
		if d.days[c.Calendar] == nil {
			d.days[c.Calendar] = map[period.Day]DayKind{}
		}
		d.days[c.Calendar][c.Day] = c.Kind
	}
	for _, r := range rs {
		d.regions[r.Code] = r
		if known, seen := d.byISO[r.ISO]; seen && known != r.Entity {
			d.byISO[r.ISO] = ""
		} else {
			d.byISO[r.ISO] = r.Entity
		}
	}
	return d
}

// Entity finds an entity by its code, as its own row says. EntityAt adds what settings say.
func (d *Directory) Entity(code string) (Entity, bool) {
	e, ok := d.entities[code]
	return e, ok
}

// EntityAt finds an entity as it is at an instant: with the legal name and the payout currencies that settings give then.
func (d *Directory) EntityAt(code string, at time.Time) (Entity, bool) {
	e, ok := d.entities[code]
	if !ok {
		return e, false
	}
	if n := d.Text(KeyLegalName, ForEntity(code), at); n != "" {
		e.Name = n
	}
	if v := d.Text(KeyPayoutCurrencies, ForEntity(code), at); v != "" {
		e.Payout, _ = parsePayouts(v, "setting "+KeyPayoutCurrencies)
	}
	return e, true
}

// Entities lists all entities by code.
func (d *Directory) Entities() []Entity {
	out := make([]Entity, len(d.order))
	for i, c := range d.order {
		out[i] = d.entities[c]
	}
	return out
}

// Zone is the zone in which an entity's months and days are cut; UTC for an entity that is not known, which callers have
// refused before (NeedEntity).
func (d *Directory) Zone(code string) *time.Location {
	if z, ok := d.zones[code]; ok {
		return z
	}
	return time.UTC
}

// NeedEntity is the fault ENTITY-UNKNOWN at a path where an entity is not known.
func (d *Directory) NeedEntity(code, path string) fault.Faults {
	if _, ok := d.entities[code]; ok {
		return nil
	}
	return fault.Faults{fault.New(fault.NotFound, "ENTITY-UNKNOWN", path, fault.Args{"entity": code})}
}

// MonthOf is the month an instant belongs to in an entity's book.
func (d *Directory) MonthOf(code string, t time.Time) period.Month {
	return period.MonthOf(t, d.Zone(code))
}

// Jurisdiction is the law an entity lives under; "none" where the entity is not known.
func (d *Directory) Jurisdiction(code string) *Jurisdiction {
	if j, ok := jurisdictions[d.entities[code].Jurisdiction]; ok {
		return j
	}
	return jurisdictions["none"]
}

// RegionEntity finds the contracting entity of a sales region: by the code as the marketplace prints it, else by the ISO
// country where all its printings agree. Anything else is REGION-UNKNOWN, never a guess.
func (d *Directory) RegionEntity(region string) (string, error) {
	if r, ok := d.regions[region]; ok {
		return r.Entity, nil
	}
	if code := d.byISO[region]; code != "" {
		return code, nil
	}
	return "", fault.New(fault.NotFound, "REGION-UNKNOWN", "region", fault.Args{"region": region})
}

// Regions lists the sales regions, by code as the marketplace prints it.
func (d *Directory) Regions() []Region {
	out := make([]Region, 0, len(d.regions))
	for _, r := range d.regions {
		out = append(out, r)
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Code < out[b].Code })
	return out
}

// CheckInvoice applies the national rules of an entity with the settings in force when the invoice was received.
func (d *Directory) CheckInvoice(entity string, f InvoiceFacts) fault.Faults {
	j, scope := d.Jurisdiction(entity), ForEntity(entity)
	if f.Zone == nil {
		f.Zone = d.InvoiceZone(entity, f.ReceivedAt)
	}
	if f.LastDay == 0 && j.LastDayKey() != "" {
		f.LastDay = d.Int(j.LastDayKey(), scope, f.ReceivedAt)
	}
	return j.CheckInvoice(f)
}

// PaymentWindow gives the instant from which an accepted, unpaid invoice to an entity has to be issued again.
func (d *Directory) PaymentWindow(entity string, dated period.Day) (until time.Time, ok bool) {
	return d.Jurisdiction(entity).PaymentWindowIn(dated, d.InvoiceZone(entity, dated.Start(d.Zone(entity))))
}

// InvoiceZone is the zone in which the deadlines of invoices to an entity are counted.
func (d *Directory) InvoiceZone(entity string, at time.Time) *time.Location {
	if name := d.Text(KeyInvoiceZone, ForEntity(entity), at); name != "" {
		return mustZone(name)
	}
	if j := d.Jurisdiction(entity); j.ZoneName != "" {
		return mustZone(j.ZoneName)
	}
	return d.Zone(entity)
}

// RateOn finds a rate with the look-back that counts for the entity on that day.
func (d *Directory) RateOn(rs Rates, entity string, base, quote money.Currency, day period.Day) (Rate, error) {
	return rs.On(entity, base, quote, day, d.Int(KeyFXLookback, ForEntity(entity), day.Start(d.Zone(entity))))
}

// Setting is the value of a key for a scope at an instant: the narrowest scope that has one, else the key's default.
// SETTING-UNKNOWN where there is no such key.
func (d *Directory) Setting(key string, s Scope, at time.Time) (string, error) {
	return d.set.get(key, s, at)
}

// Text is Setting for a key that the program itself names: an unknown one is a mistake in the program and panics. So are
// values that are not of the key's kind, since they were checked when they were saved.
func (d *Directory) Text(key string, s Scope, at time.Time) string {
	v, err := d.set.get(key, s, at)
	if err != nil {
		panic("entities: " + err.Error())
	}
	return v
}

// Int is a setting that is a whole number.
func (d *Directory) Int(key string, s Scope, at time.Time) int {
	n, err := strconv.Atoi(d.Text(key, s, at))
	if err != nil {
		panic("entities: setting " + key + ": " + err.Error())
	}
	return n
}

// Bool is a setting that is true or false.
func (d *Directory) Bool(key string, s Scope, at time.Time) bool { return d.Text(key, s, at) == "true" }

// List is a setting that is a list.
func (d *Directory) List(key string, s Scope, at time.Time) []string {
	return splitList(d.Text(key, s, at))
}
