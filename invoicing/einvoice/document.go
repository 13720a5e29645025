package einvoice

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// ReaderVersion is kept with every document, so that a later reader's different answer can be told from a changed file.
const ReaderVersion = "einvoice/2"

// Kind says whether a document asks for money or gives it back.
type Kind string

// The kinds of documents.
const (
	Invoice        Kind = "invoice"
	CreditNote     Kind = "credit_note"
	PaymentReceipt Kind = "payment_receipt" // says that earlier invoices were paid; it asks for nothing (Mexico's type P)
)

// Document is what an electronic invoice says. Figures are in Currency and exactly as written: none is ever corrected
// by the others, and one that is not written is zero and has no evidence. Where a format writes a figure only in parts
// (the net amount as subtotal and discount, the tax in several rows), it is their sum and its evidence is Derived.
type Document struct {
	Format    string         `json:"format"`            // the format's name: ubl, cii, facturx, cfdi, nfe, nfse, fatturapa …
	Profile   string         `json:"profile,omitempty"` // BT-24, the rules it follows
	Process   string         `json:"process,omitempty"` // BT-23; in Turkey TEMELFATURA, or TICARIFATURA, which a buyer may answer
	Kind      Kind           `json:"kind"`
	TypeCode  string         `json:"typeCode"`           // as the format has it: UNTDID 1001 (BT-3) in UBL and CII, I or E in a CFDI, TD01 in a FatturaPA
	Number    string         `json:"number"`             // in a CFDI series and folio, joined by a hyphen
	Series    string         `json:"series,omitempty"`   // where a number is only unique within it (NF-e)
	FiscalID  string         `json:"fiscalId,omitempty"` // what the tax authority's system knows the document by: CFDI and UBL UUID, NF-e and NFS-e access key
	Use       string         `json:"use,omitempty"`      // what the buyer uses the purchase for (Mexico's UsoCFDI)
	IssueDate period.Day     `json:"issueDate"`
	Currency  money.Currency `json:"currency"`

	LineTotal decimal.Decimal `json:"lineTotal,omitzero"` // BT-106, the lines without document discounts and charges
	Discount  decimal.Decimal `json:"discount,omitzero"`  // BT-107, on the whole document
	Charges   decimal.Decimal `json:"charges,omitzero"`   // BT-108, on the whole document: freight, insurance …

	Net      decimal.Decimal `json:"net"`               // BT-109, without tax
	Tax      decimal.Decimal `json:"tax"`               // BT-110, what is added to the net amount
	Gross    decimal.Decimal `json:"gross"`             // BT-112, with tax, before anything is withheld
	Retained decimal.Decimal `json:"retained,omitzero"` // what the buyer withholds and pays to the tax office instead of the seller
	Prepaid  decimal.Decimal `json:"prepaid"`           // BT-113
	Rounding decimal.Decimal `json:"rounding"`          // BT-114
	Payable  decimal.Decimal `json:"payable"`           // BT-115, amount due

	Seller           Party  `json:"seller"`
	Buyer            Party  `json:"buyer"`
	PayeeName        string `json:"payeeName,omitempty"` // BT-59, where somebody else than the seller is paid
	PayeeAccountName string `json:"payeeAccountName,omitempty"`
	IBAN             string `json:"iban,omitempty"` // BT-84: an IBAN or, where there is none, the account number

	Notes         []Text        `json:"notes,omitempty"`
	References    []Reference   `json:"references,omitempty"`
	Lines         int           `json:"lines"` // 0 in profiles that carry none
	TaxCategories []TaxCategory `json:"taxCategories,omitempty"`
	Withholdings  []Withholding `json:"withholdings,omitempty"`
	Preceding     []Text        `json:"preceding,omitempty"` // BT-25: the invoices that a credit note or replacement refers to
	Accounting    *Totals       `json:"accounting,omitempty"`

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
	Code   string          `json:"code"`            // UNTDID 5305: S, Z, E, AE, K, G, O …; in Singapore SR, ZR …; empty where a national code has no counterpart
	Local  string          `json:"local,omitempty"` // the national code: 002 Tasa, N6.1, ICMS …
	Rate   decimal.Decimal `json:"rate"`            // percent
	Base   decimal.Decimal `json:"base"`
	Tax    decimal.Decimal `json:"tax"`
	Reason string          `json:"reason,omitempty"`
}

// Withholding is one kind of tax that the buyer keeps back.
type Withholding struct {
	Tax    string          `json:"tax"`           // as the format calls it: 001 (ISR), 002 (IVA), RT01, IRRF …
	Rate   decimal.Decimal `json:"rate,omitzero"` // percent, where it is written
	Amount decimal.Decimal `json:"amount"`
}

// Totals are figures in the seller's accounting currency, beside an invoice in another one (BT-6, BT-111). They are never
// converted here, only read.
type Totals struct {
	Currency money.Currency  `json:"currency"`
	Rate     decimal.Decimal `json:"rate,omitzero"` // accounting currency for one unit of the document's, where it is written
	Net      decimal.Decimal `json:"net,omitzero"`
	Tax      decimal.Decimal `json:"tax,omitzero"`
	Gross    decimal.Decimal `json:"gross,omitzero"`
}

// LegalNumber is the number as it is unique for one seller: with its series where the format keeps them apart.
func (d *Document) LegalNumber() string {
	if d.Series == "" {
		return d.Number
	}
	return d.Series + "-" + d.Number
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

	Derived bool `json:"derived,omitempty"` // the format writes only parts of this value; Where and Raw name them
}

// Source is what was read, and by which reader.
type Source struct {
	SHA256     string `json:"sha256"` // of the whole file, hexadecimal
	Attachment string `json:"attachment,omitempty"`
	Reader     string `json:"reader"`
}
