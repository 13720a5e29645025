package invoicing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/money"
)

// List is an invoice list (开票清单): the sheet that tells a merchant what to invoice, to whom, in which currency and under which
// requisition number (申付单号). It is a document: once issued it never changes; a corrected one is a new version.
type List struct {
	Requisition   string          `json:"requisition"` // unique everywhere, never used twice
	Version       int             `json:"version"`     // 1, 2, … ; the highest is the one in force
	Periods       []period.Month  `json:"periods"`     // settlement periods (对账期次); one requisition may span several
	Entity        string          `json:"entity"`      // code of the contracting entity (签约主体) that pays
	EntityName    string          `json:"entityName"`  // its legal name: Bill To
	EntityTaxID   string          `json:"entityTaxId,omitempty"`
	Merchant      string          `json:"merchant"`
	MerchantName  string          `json:"merchantName"` // certified legal name: issuer and bank account beneficiary
	Residence     string          `json:"residence"`    // the merchant's country, ISO 3166 alpha-2
	Currency      money.Currency  `json:"currency"`
	BeforeTaxes   decimal.Decimal `json:"beforeSellerTaxes"` // amount before seller taxes, in Currency
	SellerTaxes   []SellerTax     `json:"sellerTaxes,omitempty"`
	Payable       decimal.Decimal `json:"payable"` // what is paid: the sum of the rounded bills, in Currency
	ReverseCharge bool            `json:"reverseCharge"`
	ServiceItem   string          `json:"serviceItem,omitempty"` // "云商店服务"
	NoticeAt      time.Time       `json:"noticeAt"`
	IssuedAt      time.Time       `json:"issuedAt"`
	Fields        []Field         `json:"fields,omitempty"`
	Lines         []ListLine      `json:"lines,omitempty"`
}

// SellerTax is a tax taken from the merchant's settlement (WHT, DST): a positive amount in the list's currency.
type SellerTax struct {
	Code   string          `json:"code"`
	Amount decimal.Decimal `json:"amount"`
}

// Field is an item of the list that a person reads or fills; a starred one (*) must not stay blank.
type Field struct {
	Name    string `json:"name"`
	Starred bool   `json:"starred"`
	Value   string `json:"value,omitempty"`
}

// ListLine is one bill on the list.
type ListLine struct {
	Bill    string          `json:"bill"`
	Period  period.Month    `json:"period"`
	Before  decimal.Decimal `json:"beforeSellerTaxes"`
	Payable decimal.Decimal `json:"payable"`
}

// Canonical is the document as bytes: the same list gives the same bytes, whatever zone its times came in and however many
// trailing zeros its amounts bore.
func (l List) Canonical() []byte {
	l.NoticeAt, l.IssuedAt = instant(l.NoticeAt), instant(l.IssuedAt)
	b, err := json.Marshal(l)
	if err != nil {
		panic("invoicing: a list that is no JSON: " + err.Error()) // only plain values inside: cannot happen
	}
	return b
}

// Hash is the SHA-256 of the canonical document, in hex: what a merchant's copy is recognised by.
func (l List) Hash() string {
	h := sha256.Sum256(l.Canonical())
	return hex.EncodeToString(h[:])
}

// QR is the text in the list's QR code: requisition, version and hash, enough to recognise the issued version.
func (l List) QR() string { return "suanpan:list:" + l.Requisition + ":" + l.Hash() }

// PeriodText writes the periods as the invoice has to name them: "202609, 202610".
func (l List) PeriodText() string {
	out := make([]string, len(l.Periods))
	for i, m := range l.Periods {
		out[i] = m.Compact()
	}
	return strings.Join(out, ", ")
}

// Blank lists the starred fields that have no value, given what the merchant filled in since.
func (l List) Blank(filled map[string]string) []string {
	var out []string
	for _, f := range l.Fields {
		if f.Starred && strings.TrimSpace(f.Value) == "" && strings.TrimSpace(filled[f.Name]) == "" {
			out = append(out, f.Name)
		}
	}
	return out
}

// Amount is the list's payable amount with its currency.
func (l List) Amount() money.Amount { return money.New(l.Payable, l.Currency) }

// Check gives every reason for which a list cannot be issued.
func (l List) check() []string {
	var missing []string
	need := func(ok bool, name string) {
		if !ok {
			missing = append(missing, name)
		}
	}
	need(strings.TrimSpace(l.Requisition) != "", "requisition")
	need(len(l.Periods) > 0, "periods")
	need(l.Entity != "", "entity")
	need(l.EntityName != "", "entityName")
	need(l.Merchant != "", "merchant")
	need(l.MerchantName != "", "merchantName")
	need(l.Residence != "", "residence")
	need(l.Currency.Valid(), "currency")
	need(l.Payable.IsPositive(), "payable")
	need(!l.NoticeAt.IsZero(), "noticeAt")
	return missing
}

func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
