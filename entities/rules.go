package entities

import (
	"regexp"
	"strings"
	"time"

	"suanpan/internal/fault"
)

var (
	codeForm    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
)

// CheckEntity says whether an entity can be saved. A name that is not known yet is allowed; see Missing.
func CheckEntity(e Entity) fault.Faults {
	var fs fault.Faults
	bad := func(what string) {
		fs = append(fs, fault.New(fault.Invalid, "ENTITY-INVALID", what, fault.Args{"entity": e.Code, "what": what}))
	}
	if !codeForm.MatchString(e.Code) {
		bad("code")
	}
	if !countryForm.MatchString(e.Country) {
		bad("country")
	}
	if _, ok := jurisdictions[e.Jurisdiction]; !ok {
		bad("jurisdiction")
	}
	if _, err := time.LoadLocation(e.ZoneName); err != nil || e.ZoneName == "" || e.ZoneName == "Local" {
		bad("zone")
	}
	for _, p := range e.Payout {
		if !p.Currency.Valid() {
			bad("payout")
			break
		}
	}
	return fs
}

// CheckMerchant says whether a merchant can be saved.
func CheckMerchant(m Merchant) fault.Faults {
	if m.ID != "" && !strings.ContainsAny(m.ID, " /;=\n\t") && strings.TrimSpace(m.Name) != "" && countryForm.MatchString(m.Residence) {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "MERCHANT-INVALID", "merchant", fault.Args{"merchant": m.ID})}
}

// CheckRegion says whether a sales region can be saved.
func CheckRegion(r Region) fault.Faults {
	if r.Code != "" && countryForm.MatchString(r.ISO) && r.Entity != "" {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "REGION-INVALID", "region", fault.Args{"region": r.Code})}
}

// CheckCalendarDay says whether a calendar row can be saved.
func CheckCalendarDay(d CalendarDay) fault.Faults {
	if d.Calendar != "" && !d.Day.IsZero() && d.Source != "" && (d.Kind == Holiday || d.Kind == Workday) {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "CALENDAR-INVALID", "day", fault.Args{"calendar": d.Calendar, "day": d.Day})}
}
