package entities

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Words is a text in the three languages.
type Words struct{ EN, ZH, PT string }

// In is the text in a language.
func (w Words) In(l fault.Lang) string {
	switch l {
	case fault.ZH:
		return w.ZH
	case fault.PT:
		return w.PT
	default:
		return w.EN
	}
}

// SourceKind says how much weight a rule's source bears.
type SourceKind string

// The kinds of sources. Only the first two let a rule refuse.
const (
	FromLaw      SourceKind = "law"      // an act, a decree, a regulation
	FromContract SourceKind = "contract" // what the merchant agreed to with the marketplace
	FromGuidance SourceKind = "guidance" // an authority's page, a format's own rules
	FromWeak     SourceKind = "weak"     // an adviser's or vendor's page, or inferred
)

// Binding tells whether an invoice may be refused for a rule with such a source.
func (k SourceKind) Binding() bool { return k == FromLaw || k == FromContract }

// Rule is one dated rule with its source. A rule without a check is stated here for the reader and for documents, and not tested. A rule that
// changes ends and is followed by another of the same code: what was judged under the old one can be judged so again.
type Rule struct {
	Code        string
	From, Until period.Day // first and last day of its validity, in the jurisdiction's zone; zero: not known to begin or end
	Says        Words
	Source      string
	Kind        SourceKind
	Refuses     bool    // whether an invoice that breaks it is refused; needs a binding source
	Needs       []Part  // what has to be known of the invoice before it can be judged; without it the rule says nothing
	Figure      string  // the number it counts with: days, an amount; another number is another rule with a later From
	Window      *Window // the time the law gives the buyer for an answer

	check func(j *Jurisdiction, f InvoiceFacts) fault.Faults // says its own words
	find  func(r Rule, f InvoiceFacts) (path, got string)    // where it is broken and what stands there; an empty path: it is kept
}

// Tested tells whether invoices are held against the rule; otherwise it is only stated.
func (r Rule) Tested() bool { return r.check != nil || r.find != nil }

// Valid tells whether the rule counts on a day.
func (r Rule) Valid(d period.Day) bool {
	return (r.From.IsZero() || !d.Before(r.From)) && (r.Until.IsZero() || !d.After(r.Until))
}

// judge holds an invoice against the rule.
func (r Rule) judge(j *Jurisdiction, f InvoiceFacts) fault.Faults {
	if !f.Known.Has(r.Needs...) {
		return nil
	}
	var out fault.Faults
	switch {
	case r.check != nil:
		out = r.check(j, f)
	case r.find != nil:
		if path, got := r.find(r, f); path != "" {
			out = fault.Faults{fault.New(fault.Invalid, r.Code, path, fault.Args{
				"rule_en": r.Says.EN, "rule_zh": r.Says.ZH, "rule_pt": r.Says.PT, "got": got,
			})}
		}
	}
	for _, x := range out {
		x.Warn = x.Warn || !r.Refuses
	}
	return out
}

// figure is the rule's number; the program itself wrote it.
func (r Rule) figure() decimal.Decimal { return money.MustParse(r.Figure) }

// Window is the time that a law gives the buyer to answer; silence then counts as consent.
type Window struct {
	Asked   Asked
	Days    int
	Working bool // counted in working days of the entity's calendar, else in calendar days
}

// Asked is what a buyer has to answer.
type Asked string

// What can be asked. The day of an invoice is the day printed on it, since the tax office's own reception is not told to a buyer who has not
// looked; that of a cancellation is the day it was asked for.
const (
	AskedInvoice      Asked = "invoice"
	AskedCancellation Asked = "cancellation"
)

// WindowOn is the rule that gives the buyer a time to answer, in force on a day.
func (j *Jurisdiction) WindowOn(what Asked, day period.Day) (Rule, bool) {
	for _, r := range j.Rules {
		if r.Window != nil && r.Window.Asked == what && r.Valid(day) {
			return r, true
		}
	}
	return Rule{}, false
}

// TaxRate is a rate of a country's tax on supplies, in percent.
type TaxRate struct {
	Percent     string
	From, Until period.Day // by the invoice's date; zero: not known to begin or end
	Kind        SourceKind
	Source      string
}

// Part is a part of an invoice that may be known or not: a typed invoice has few, an electronic one has what its format carries.
type Part string

// The parts.
const (
	PartFormat        Part = "format"   // in which form it came
	PartVersion       Part = "version"  // of that form
	PartKind          Part = "kind"     // invoice or credit note, as the document itself says
	PartType          Part = "type"     // the country's own type of document: 33, I, C
	PartSeller        Part = "seller"   // tax numbers of the seller
	PartSellerAddress Part = "sellerAt" // where the seller is
	PartBuyer         Part = "buyer"    // tax numbers of the buyer
	PartBuyerAddress  Part = "buyerAt"  // where the buyer is
	PartBranch        Part = "branch"   // which branch of the seller
	PartNet           Part = "net"
	PartTaxes         Part = "taxes"     // tax by category
	PartRetained      Part = "retained"  // tax withheld
	PartLocal         Part = "local"     // totals in the country's own currency
	PartExchange      Part = "exchange"  // the exchange rate it names
	PartNotes         Part = "notes"     // free texts
	PartTitle         Part = "title"     // the words a printed document bears
	PartFiscal        Part = "fiscalId"  // the number that the tax office or its agent gave
	PartAccessKey     Part = "accessKey" // the key of an NF-e
	PartReferences    Part = "references"
	PartSupply        Part = "supply" // day of the supply
)

// Parts lists the parts that are known of an invoice, blank ones included.
type Parts []Part

// Has tells whether all of some parts are known.
func (k Parts) Has(ps ...Part) bool {
	for _, p := range ps {
		if !slices.Contains(k, p) {
			return false
		}
	}
	return true
}

// InvoiceFacts is what national rules look at. Settings that a rule reads come along, so that the rule stays pure. What is not Known is
// blank, and no rule takes such a blank for something missing on the invoice.
type InvoiceFacts struct {
	ReceivedAt time.Time
	Dated      period.Day
	Currency   money.Currency
	Resident   bool            // whether the merchant is a resident of the entity's country
	Tax        decimal.Decimal // tax charged on the invoice
	LastDay    int             // last day of the month for receipt; 0: the setting's default
	Zone       *time.Location  // zone of the deadlines; nil: the jurisdiction's own
	AsOf       time.Time       // the instant at which an accepted invoice is looked at; zero: it is being received
	PaidOn     period.Day      // value date of its payment, in the zone; zero while unpaid

	Number        string
	Gross         decimal.Decimal // with tax
	ReverseCharge bool            // the list says that the buyer owes the tax
	Service       string          // what the list is for
	Withholding   []Withholding   // what finance has to withhold, as set

	Known Parts
	Particulars
}

// Particulars are the parts of an invoice beyond its figures; which of them are known says Known.
type Particulars struct {
	Format        string          `json:"format,omitempty"`
	Version       string          `json:"version,omitempty"`
	CreditNote    bool            `json:"creditNote,omitempty"`
	Type          string          `json:"type,omitempty"`
	Seller        PartyFacts      `json:"seller"`
	Buyer         PartyFacts      `json:"buyer"`
	Net           decimal.Decimal `json:"net"`
	Taxes         []TaxFacts      `json:"taxes,omitempty"`
	Retained      decimal.Decimal `json:"retained"`
	LocalCurrency money.Currency  `json:"localCurrency,omitempty"`
	LocalTax      decimal.Decimal `json:"localTax"`
	Exchange      decimal.Decimal `json:"exchange"` // units of the country's currency for one of the invoice's
	Notes         string          `json:"notes,omitempty"`
	Title         string          `json:"title,omitempty"`
	FiscalID      string          `json:"fiscalId,omitempty"`
	AccessKey     string          `json:"accessKey,omitempty"`
	References    []string        `json:"references,omitempty"`
	Supplied      period.Day      `json:"supplied"`
}

// PartyFacts is what a document says of a seller or buyer.
type PartyFacts struct {
	TaxIDs   []string `json:"taxIds,omitempty"`
	Address  string   `json:"address,omitempty"`
	Building string   `json:"building,omitempty"`
	Postcode string   `json:"postcode,omitempty"`
	Branch   string   `json:"branch,omitempty"`
}

// TaxFacts is the tax of one category: its code of UNTDID 5305 (S, AE, Z …), its rate in percent and what was charged.
type TaxFacts struct {
	Category string          `json:"category"`
	Percent  decimal.Decimal `json:"percent"`
	Tax      decimal.Decimal `json:"tax"`
	Reason   string          `json:"reason,omitempty"`
}

// category finds the tax of a category.
func (f InvoiceFacts) category(code string) (TaxFacts, bool) {
	for _, t := range f.Taxes {
		if t.Category == code {
			return t, true
		}
	}
	return TaxFacts{}, false
}
