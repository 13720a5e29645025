package einvoice

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// ReaderVersion is kept with every document, so that a later reader's different answer can be told from a changed file.
const ReaderVersion = "einvoice/1"

// Kind says whether a document asks for money or gives it back.
type Kind string

// The kinds of documents.
const (
	Invoice    Kind = "invoice"
	CreditNote Kind = "credit_note"
)

// Document is what an electronic invoice says. Figures are in Currency and exactly as written: none is ever computed
// from the others, and one that is not written is zero and has no evidence.
type Document struct {
	Format    string         `json:"format"` // ubl, cii, facturx
	Profile   string         `json:"profile,omitempty"`
	Kind      Kind           `json:"kind"`
	TypeCode  string         `json:"typeCode"` // UNTDID 1001 (BT-3)
	Number    string         `json:"number"`
	IssueDate period.Day     `json:"issueDate"`
	Currency  money.Currency `json:"currency"`

	Net      decimal.Decimal `json:"net"`      // BT-109, without tax
	Tax      decimal.Decimal `json:"tax"`      // BT-110
	Gross    decimal.Decimal `json:"gross"`    // BT-112, with tax
	Prepaid  decimal.Decimal `json:"prepaid"`  // BT-113
	Rounding decimal.Decimal `json:"rounding"` // BT-114
	Payable  decimal.Decimal `json:"payable"`  // BT-115, amount due

	Seller           Party  `json:"seller"`
	Buyer            Party  `json:"buyer"`
	PayeeName        string `json:"payeeName,omitempty"` // BT-59, where somebody else than the seller is paid
	PayeeAccountName string `json:"payeeAccountName,omitempty"`
	IBAN             string `json:"iban,omitempty"` // BT-84: an IBAN or, where there is none, the account number

	Notes         []Text        `json:"notes,omitempty"`
	References    []Reference   `json:"references,omitempty"`
	Lines         int           `json:"lines"` // 0 in profiles that carry none
	TaxCategories []TaxCategory `json:"taxCategories,omitempty"`

	Evidence map[string]Evidence `json:"evidence"` // by field: number, payable, seller.name, seller.taxIDs[0] …
	Source   Source              `json:"source"`
	Warnings fault.Faults        `json:"-"`
}

// Party is the seller or the buyer.
type Party struct {
	Name           string  `json:"name"`                  // the legal name (BT-27, BT-44)
	TradingName    string  `json:"tradingName,omitempty"` // where another one is given
	RegistrationID string  `json:"registrationId,omitempty"`
	TaxIDs         []TaxID `json:"taxIds,omitempty"`
	Country        string  `json:"country,omitempty"` // ISO 3166
}

// TaxID is a tax number under its scheme as the document names it: VAT, GST, FC (a local tax number) …
type TaxID struct {
	Scheme string `json:"scheme"`
	ID     string `json:"id"`
}

// TaxCategory is one row of the tax breakdown.
type TaxCategory struct {
	Code   string          `json:"code"` // UNTDID 5305: S, Z, E, AE, K, G, O …
	Rate   decimal.Decimal `json:"rate"` // percent
	Base   decimal.Decimal `json:"base"`
	Tax    decimal.Decimal `json:"tax"`
	Reason string          `json:"reason,omitempty"`
}

// ReverseCharge tells whether any part of the invoice is under reverse charge (category AE).
func (d *Document) ReverseCharge() bool {
	for _, c := range d.TaxCategories {
		if c.Code == "AE" {
			return true
		}
	}
	return false
}

// Text is a note with the place where it stands.
type Text struct {
	Text  string `json:"text"`
	Where string `json:"where"`
}

// Reference is a number of somebody else's that the invoice repeats.
type Reference struct {
	Place Place  `json:"place"`
	Value string `json:"value"`
	Where string `json:"where"`
}

// Evidence is where a value was found, and what stood there before it was understood.
type Evidence struct {
	Where string `json:"where"` // a path such as /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount, after the attachment's name in a PDF
	Raw   string `json:"raw"`
}

// Source is what was read, and by which reader.
type Source struct {
	SHA256     string `json:"sha256"` // of the whole file, hexadecimal
	Attachment string `json:"attachment,omitempty"`
	Reader     string `json:"reader"`
}
