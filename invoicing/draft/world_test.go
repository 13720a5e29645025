package draft_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	library "github.com/speedata/einvoice"

	"suanpan/entities"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/invoicing/draft"
	"suanpan/invoicing/einvoice"
	"suanpan/money"
)

var systemFonts = sync.OnceValues(func() (*doc.Fonts, fault.Faults) { return doc.FindFonts("") })

func fonts() *doc.Fonts { f, _ := systemFonts(); return f }

// received is when the invoices of these tests arrive: in the window of every country.
var received = time.Date(2026, 11, 16, 3, 0, 0, 0, time.UTC)

var mixed = invoicing.CompareRule{Invoice: invoicing.InvoicePayable, List: invoicing.ListPayable, Source: "test"}

// world is a list with the entity it is of.
type world struct {
	list   invoicing.List
	entity entities.Entity
	rule   invoicing.CompareRule
	rate   string
	pages  bool // its PDF is drawn too: drawing costs more than reading
}

// valid is a list of Singapore with everything known.
func valid() world {
	for _, e := range entities.Known() {
		if e.Code == "5541" {
			return worldOf(e, "SG", "SGD", "471.60")
		}
	}
	panic("no 5541")
}

func worldOf(e entities.Entity, residence string, c money.Currency, amount string) world {
	l := invoicing.List{
		Requisition: "REQ-" + e.Code + "-202610-M2", Version: 1, Periods: []period.Month{period.MustMonth("2026-10")}, Entity: e.Code, EntityName: e.Name,
		Merchant: "M2", MerchantName: "Ipê & Söhne <云> Software Pte. Ltd.", Residence: residence, Currency: c, Payable: money.MustParse(amount),
		BeforeTaxes: money.MustParse(amount), ServiceItem: "云商店服务", NoticeAt: received.Add(-time.Hour),
	}
	l.Lines = []invoicing.ListLine{{Bill: e.Code + "-202610-M2-" + string(c), Period: l.Periods[0], Before: l.BeforeTaxes, Payable: l.Payable}}
	l.Fields = l.StandardFields([]string{"bank_account_no"}, map[string]string{"partner_vat_no": "200312345K", "bank_account_no": "GB82 WEST 1234 5698 7654 32", "swift_code": "DBSSSGSG"})
	return world{list: l, entity: e, rule: mixed}
}

func (w world) ground() draft.Ground {
	zone, err := time.LoadLocation(w.entity.ZoneName)
	if err != nil {
		panic(err)
	}
	return draft.Ground{Rule: w.rule, Country: w.entity.Country, Today: period.DayOf(received, zone), At: received}
}

func (w world) draft(t *testing.T, y draft.Yours) draft.Draft {
	t.Helper()
	if w.rate != "" {
		y.Rate = money.MustParse(w.rate)
	}
	d, err := draft.Make(w.list, nil, w.ground(), y)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func draw(t *testing.T, form string, d draft.Draft) []byte {
	t.Helper()
	f, err := draft.FormNamed(form)
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Draw(d, fault.EN, fonts())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// judge gives the verdict on a file that was sent for the list.
func (w world) judge(t *testing.T, file []byte) (invoicing.Verdict, *einvoice.Document) {
	t.Helper()
	doc, err := einvoice.Read(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, head(file))
	}
	law, _ := entities.JurisdictionByID(w.entity.Jurisdiction)
	settings := invoicing.DefaultSettings()
	settings.Compare = []invoicing.CompareRule{w.rule}
	return invoicing.Judge(invoicing.Input{
		Lists: []invoicing.List{w.list}, Grounds: map[string]invoicing.Ground{w.entity.Code: {Entity: w.entity, Law: law}}, Settings: settings,
		Upload: invoicing.Upload{
			Requisition: w.list.Requisition, ReceivedAt: received, ListAttached: true,
			Invoices: []invoicing.Invoice{invoicing.FromDocument(doc, []string{w.list.Requisition})},
		},
	}), doc
}

// agrees reads the XML with another program's library and has it judge by the rules of EN 16931.
func agrees(t *testing.T, xml []byte, d draft.Draft) {
	t.Helper()
	inv, err := library.ParseReader(bytes.NewReader(xml))
	if err != nil {
		t.Fatalf("%v\n%s", err, xml)
	}
	var found *library.ValidationError
	if err := inv.Validate(); errors.As(err, &found) {
		for _, v := range found.Violations() {
			// It rounds every tax to two decimals; a currency without minor units has whole ones, which the rule itself allows (less than 1 apart).
			if d.List.Currency.MinorUnits() == 0 && (v.Rule.Code == "BR-S-09" || v.Rule.Code == "BR-CO-17") {
				continue
			}
			t.Errorf("the library: %s %s\n%s", v.Rule.Code, v.Text, xml)
		}
	} else if err != nil {
		t.Error(err)
	}
	if inv.InvoiceNumber != d.Number || !inv.DuePayableAmount.Equal(d.Gross) || !inv.TaxBasisTotal.Equal(d.Net) || !inv.TaxTotal.Equal(d.Tax) ||
		inv.InvoiceCurrencyCode != string(d.List.Currency) || inv.Buyer.Name != d.List.EntityName || inv.Seller.Name != d.List.MerchantName {
		t.Errorf("the library reads %s %s %s %s %s %q %q", inv.InvoiceNumber, inv.DuePayableAmount, inv.TaxBasisTotal, inv.TaxTotal, inv.InvoiceCurrencyCode, inv.Buyer.Name, inv.Seller.Name)
	}
}

func head(b []byte) string { return string(b[:min(len(b), 4000)]) }

// worlds are lists over all entities whose name is known, in every currency they pay, to residents and others, under each pair of
// compared figures, with and without a tax, with blanks, several cycles, several bills and money given back.
func worlds() map[string]world {
	out := map[string]world{}
	for _, e := range entities.Known() {
		if e.Name == "" {
			continue
		}
		if e.Code == "" {
			e.Code = "X-" + e.Country
		}
		payouts := e.Payout
		if len(payouts) == 0 {
			payouts = []entities.Payout{{Currency: "USD", For: entities.Anyone}}
		}
		for _, p := range payouts {
			for _, residence := range []string{e.Country, "CN"} {
				if !p.Open(e.Resident(residence)) {
					continue
				}
				amount := "7104.47"
				if p.Currency.MinorUnits() == 0 {
					amount = "334687"
				}
				vary(out, strings.Join([]string{e.Code, string(p.Currency), residence}, " "), worldOf(e, residence, p.Currency, amount))
			}
		}
	}
	return out
}

func vary(out map[string]world, name string, w world) {
	plain := w
	plain.pages = true
	out[name] = plain
	for pair, rule := range map[string]invoicing.CompareRule{
		"payable/before": {Invoice: invoicing.InvoicePayable, List: invoicing.ListBeforeTaxes}, "net/payable": {Invoice: invoicing.InvoiceNet, List: invoicing.ListPayable},
		"net/before": {Invoice: invoicing.InvoiceNet, List: invoicing.ListBeforeTaxes},
	} {
		x := w
		x.rule = rule
		x.list.BeforeTaxes = x.list.Payable.Add(money.MustParse("100"))
		x.list.SellerTaxes = []invoicing.SellerTax{{Code: "WHT", Amount: money.MustParse("100")}}
		out[name+" "+pair] = x
		x.rate = "9"
		out[name+" "+pair+" taxed"] = x
	}
	for _, rate := range []string{"9", "7.5", "19", "0.65"} {
		x := w
		x.rate = rate
		out[name+" taxed "+rate] = x
	}
	x := w
	x.list.ReverseCharge, x.list.EntityTaxID = true, x.entity.Country+"1234567X"
	out[name+" reverse"] = x
	x = w
	x.list.Fields = x.list.StandardFields(nil, nil)
	out[name+" nothing known"] = x
	x = w
	x.list.Periods = []period.Month{period.MustMonth("2026-09"), period.MustMonth("2026-10")}
	x.list.Lines = []invoicing.ListLine{
		{Bill: "A", Period: x.list.Periods[0], Payable: money.MustParse("-100"), Before: money.MustParse("-100")},
		{Bill: "B", Period: x.list.Periods[1], Payable: x.list.Payable.Add(money.MustParse("100")), Before: x.list.Payable.Add(money.MustParse("100"))},
	}
	out[name+" two cycles"] = x
}
