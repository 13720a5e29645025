package statement

import (
	"io"
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/money"
)

// List is an issued invoice list (开票清单) as it is printed: the document itself, which never changes, and what the merchant filled
// into its blanks since.
type List struct {
	Head
	List     invoicing.List
	Filled   map[string]string
	Hash     string // of the canonical document; also in the QR code
	Due      period.Day
	LastDay  int    // last day of the month for receipt, where the entity's law has such a rule; 0: none
	LastZone string // the zone in which that day is counted
}

// Item is a field of the list as it is shown.
type Item struct {
	Name    string
	Starred bool
	Value   string // empty: a blank to complete
	Ours    bool   // false where the merchant filled it in
}

// Items are the fields of the list in its order, with what was filled in since.
func (l List) Items() []Item {
	out := make([]Item, 0, len(l.List.Fields))
	for _, f := range l.List.Fields {
		i := Item{Name: f.Name, Starred: f.Starred, Value: strings.TrimSpace(f.Value), Ours: true}
		if i.Value == "" {
			i.Value, i.Ours = strings.TrimSpace(l.Filled[f.Name]), false
		}
		out = append(out, i)
	}
	return out
}

// Figure is an amount with the key of its words.
type Figure struct {
	Key   string // before, tax, payable
	Code  string // of a tax
	Value decimal.Decimal
}

// Figures lead from the amount before seller taxes to the payable one.
func (l List) Figures() []Figure {
	out := []Figure{{Key: "before", Value: l.List.BeforeTaxes}}
	for _, t := range l.List.SellerTaxes {
		out = append(out, Figure{"tax", t.Code, t.Amount.Neg()})
	}
	return append(out, Figure{Key: "payable", Value: l.List.Payable})
}

// JSON is the issued document, byte for byte what its fingerprint was taken of.
func (l List) JSON() []byte { return l.List.Canonical() }

func (l List) amount() string { return money.New(l.List.Payable, l.List.Currency).String() }

// Draft writes the invoice to send as plain text, one field a line. A demo's says so first.
func (l List) Draft(w io.Writer, lang fault.Lang) error {
	mark := ""
	if l.Demo {
		mark = voice(lang).say("demo") + "\n\n"
	}
	_, err := io.WriteString(w, mark+l.List.DraftText(l.Filled, lang))
	return err
}
