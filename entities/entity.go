package entities

import (
	"time"

	"suanpan/internal/fault"
	"suanpan/money"
)

// Entity is a contracting entity (签约主体): the company of the group that a merchant signs with, that owes the merchant and
// that the merchant's invoice is addressed to. Its code names its book.
type Entity struct {
	Code         string   // 编码, such as "5861"; empty while nobody has given it, and then the entity cannot be used
	Name         string   // legal name as printed; empty while only a part of it is known
	NameZH       string   // 签约主体-中文 as the marketplace prints it
	Spellings    []string // other printings of the same company that are accepted on an invoice
	Country      string   // ISO 3166 alpha-2
	Jurisdiction string   // id of the jurisdiction whose rules apply: "br", "none" …
	ZoneName     string   // IANA zone in which its months and days are cut
	Payout       []Payout // currencies it pays in; empty means not known: CURRENCY-MISSING until a person sets them
	Source       string   // where this row comes from
}

// Payout is a currency that an entity pays in, with the condition on the merchant's residence.
type Payout struct {
	Currency money.Currency
	For      Residents // whom it may be paid to
	Source   string
}

// Residents says to whom a payout currency is open.
type Residents string

// The conditions that sources state. A resident is a merchant whose country is the entity's.
const (
	Anyone           Residents = "anyone"
	ResidentsOnly    Residents = "residents"
	NonResidentsOnly Residents = "nonresidents"
)

// Open tells whether the currency is open to a merchant that is (or is not) a resident.
func (p Payout) Open(resident bool) bool {
	switch p.For {
	case ResidentsOnly:
		return resident
	case NonResidentsOnly:
		return !resident
	default:
		return true
	}
}

// Zone is the entity's zone. Entities are checked before they are saved, so a zone that does not load is a broken
// installation and panics.
func (e Entity) Zone() *time.Location {
	z, err := time.LoadLocation(e.ZoneName)
	if err != nil {
		panic("entities: zone of " + e.Code + ": " + err.Error())
	}
	return z
}

// Resident tells whether a merchant of that country (ISO alpha-2) is a resident of the entity's.
func (e Entity) Resident(country string) bool { return country != "" && country == e.Country }

// Is tells whether a name on a document is this company's: its legal name or one of its spellings, compared as SameCompany does.
func (e Entity) Is(name string) bool {
	if SameCompany(e.Name, name) {
		return true
	}
	for _, s := range e.Spellings {
		if SameCompany(s, name) {
			return true
		}
	}
	return false
}

// Missing lists what has to be filled in before the entity can be billed against: its code, its name, a payout currency.
func (e Entity) Missing() fault.Faults {
	var fs fault.Faults
	if e.Code == "" {
		fs = append(fs, fault.New(fault.Invalid, "ENTITY-CODE-MISSING", "code", fault.Args{"name": e.Name}))
	}
	if e.Name == "" {
		fs = append(fs, fault.New(fault.Invalid, "ENTITY-NAME-MISSING", "name", fault.Args{"entity": e.Code}))
	}
	if len(e.Payout) == 0 {
		fs = append(fs, fault.New(fault.Invalid, "CURRENCY-MISSING", "payout", fault.Args{"entity": e.Code}))
	}
	return fs
}

// CheckPayout says whether the entity may pay a merchant of that country in a currency: CURRENCY-MISSING where no currency of
// the entity is known, CERT-CURRENCY where this one is not open to the merchant.
func (e Entity) CheckPayout(c money.Currency, country string) fault.Faults {
	if len(e.Payout) == 0 {
		return fault.Faults{fault.New(fault.Invalid, "CURRENCY-MISSING", "currency", fault.Args{"entity": e.Code})}
	}
	allowed := ""
	for _, p := range e.Payout {
		if !p.Open(e.Resident(country)) {
			continue
		}
		if p.Currency == c {
			return nil
		}
		allowed += " " + string(p.Currency)
	}
	if allowed == "" {
		allowed = " –"
	}
	return fault.Faults{fault.New(fault.Invalid, "CERT-CURRENCY", "currency", fault.Args{
		"entity": e.Code, "currency": string(c), "residence": country, "allowed": allowed[1:],
	})}
}
