package entities

import (
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Merchant is a seller (商家). What identifies people or accounts is not here: see Contact and Bank, which can be erased.
type Merchant struct {
	ID        string
	Name      string   // company name as certified
	Spellings []string // other printings of the same name, such as pinyin or English for a Chinese company
	Residence string   // ISO 3166 alpha-2 country whose resident the company is
	TaxID     string   // the company's tax number; empty where it has none or none is known
	Contact   Contact  // erasable
}

// Contact is whom to reach; it is personal data and kept in a table of its own.
type Contact struct {
	Name, Email, Phone, Address string
}

// Is tells whether a name on a document is this company's.
func (m Merchant) Is(name string) bool {
	if SameCompany(m.Name, name) {
		return true
	}
	for _, s := range m.Spellings {
		if SameCompany(s, name) {
			return true
		}
	}
	return false
}

// Contract says that a merchant signed with an entity.
type Contract struct {
	MerchantID string
	Entity     string
	Number     string
	From       period.Day // first day, in the entity's zone
	Until      period.Day // last day; zero while open
	Source     string
}

// Certification (商业信息认证) is a merchant's finished business-information certification with one entity: from then on it
// may be billed there, in this currency and to this account.
type Certification struct {
	MerchantID string
	Entity     string
	Currency   money.Currency
	At         time.Time // in force from this instant on
	Until      time.Time // no longer in force from this instant on; zero while open
	Bank       Bank      // erasable
	Source     string
}

// Bank is the account that was certified; personal data, kept in a table of its own.
type Bank struct {
	AccountName, AccountNo, BankName, BankAddress, Swift string
}

// In tells whether the certification is in force at an instant.
func (c Certification) In(at time.Time) bool {
	return !c.At.After(at) && (c.Until.IsZero() || at.Before(c.Until))
}

// CertifiedAt finds among a merchant's certifications the one in force with an entity at an instant: of several the latest.
func CertifiedAt(certs []Certification, entity string, at time.Time) (Certification, bool) {
	var best Certification
	found := false
	for _, c := range certs {
		if c.Entity == entity && c.In(at) && (!found || c.At.After(best.At)) {
			best, found = c, true
		}
	}
	return best, found
}

// CheckCertification applies the rules of a certification: the currency is open to the merchant, the account is in the
// company's name. An account name that was not told is not judged.
func CheckCertification(c Certification, m Merchant, e Entity) fault.Faults {
	fs := e.CheckPayout(c.Currency, m.Residence)
	if c.At.IsZero() {
		fs = append(fs, fault.New(fault.Invalid, "CERT-INCOMPLETE", "at", fault.Args{"merchant": c.MerchantID, "entity": c.Entity}))
	}
	if !c.Until.IsZero() && !c.Until.After(c.At) {
		fs = append(fs, fault.New(fault.Invalid, "CERT-UNTIL", "until", fault.Args{"merchant": c.MerchantID, "entity": c.Entity}))
	}
	if n := c.Bank.AccountName; n != "" && !m.Is(n) {
		fs = append(fs, fault.New(fault.Invalid, "CERT-ACCOUNT-NAME", "accountName", fault.Args{
			"account": n, "company": m.Name, "difference": NameDifference(n, m.Name),
		}))
	}
	return fs
}
