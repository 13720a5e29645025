package invoicing_test

import (
	"encoding/json"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/money"
)

// words maps the accountant's word for what is wrong to the product's code, one to one.
var words = map[string]string{
	"total-differs":                    "INV-TOTAL",
	"amount-due-differs":               "INV-AMOUNT-DUE",
	"tax-added-on-top":                 "INV-TAX-ON-TOP",
	"tax-charged-under-reverse-charge": "INV-REVERSE-CHARGE",
	"currency-differs":                 "INV-CURRENCY",
	"addressee-differs":                "INV-ENTITY",
	"issuer-differs":                   "INV-ISSUER",
	"account-name-differs":             "INV-ACCOUNT-NAME",
	"list-not-attached":                "INV-LIST-ATTACHED",
	"starred-field-blank":              "INV-STARRED",
	"requisition-missing":              "INV-REQUISITION",
	"several-requisitions":             "INV-SEVERAL-REQUISITIONS",
	"period-missing":                   "INV-PERIOD-MISSING",
	"period-differs":                   "INV-PERIOD",
	"duplicate-number":                 "INV-DUPLICATE",
	"look-alike-number":                "INV-LOOKALIKE",
	"before-notice":                    "INV-BEFORE-NOTICE",
	"no-open-list":                     "INV-NO-LIST",
	"dated-in-future":                  "INV-DATED-FUTURE",
	"not-an-invoice":                   "INV-CREDIT-NOTE",
	"after-deadline":                   "INV-LATE",
	"brazil-after-the-19th":            "BR-LAST-DAY",
	"brazil-dated-other-month":         "BR-SAME-MONTH",
	"brazil-reissue-needed":            "BR-REISSUE",
	"resident-must-use-brl":            "BR-RESIDENT-BRL",
	"currency-not-for-non-resident":    "BR-NONRESIDENT-CURRENCY",
}

type goldenCase struct {
	Case  string `json:"case"`
	Title string `json:"title"`
	Lists []struct {
		Requisition   string    `json:"requisition"`
		Period        string    `json:"period"`
		Entity        string    `json:"entity"`
		Merchant      string    `json:"merchant"`
		MerchantName  string    `json:"merchant_name"`
		Residence     string    `json:"residence"`
		Currency      string    `json:"currency"`
		Total         string    `json:"total"`
		NoticeAt      time.Time `json:"notice_at"`
		ReverseCharge bool      `json:"reverse_charge"`
	} `json:"lists"`
	History []struct {
		Number      string `json:"number"`
		Status      string `json:"status"`
		Requisition string `json:"requisition"`
		Total       string `json:"total"`
	} `json:"history"`
	Upload struct {
		ReceivedAt   time.Time `json:"received_at"`
		ListAttached bool      `json:"list_attached"`
		StarredBlank []string  `json:"starred_blank"`
		Invoices     []struct {
			Number       string   `json:"number"`
			Date         string   `json:"date"`
			Currency     string   `json:"currency"`
			BillTo       string   `json:"bill_to"`
			Issuer       string   `json:"issuer"`
			AccountName  string   `json:"account_name"`
			Requisitions []string `json:"requisitions"`
			Period       string   `json:"period"`
			GrandTotal   string   `json:"grand_total"`
			Tax          string   `json:"tax"`
			Prepaid      string   `json:"prepaid"`
			Rounding     string   `json:"rounding"`
			Kind         string   `json:"kind"`
		} `json:"invoices"`
	} `json:"upload"`
	AsOf   time.Time `json:"as_of"`
	PaidAt time.Time `json:"paid_at"`
	Expect []string  `json:"expect"`
	Hold   bool      `json:"hold"`
}

// grounds are the entities that public sources name, each under its country's rules.
func grounds() map[string]invoicing.Ground {
	out := map[string]invoicing.Ground{}
	for _, e := range entities.Known() {
		law, _ := entities.JurisdictionByID(e.Jurisdiction)
		out[e.Code] = invoicing.Ground{Entity: e, Law: law}
	}
	return out
}

func sumOf(s string) decimal.Decimal {
	if s == "" {
		return decimal.Zero
	}
	return money.MustParse(s)
}

func (c goldenCase) input() invoicing.Input {
	in := invoicing.Input{Grounds: grounds(), Settings: invoicing.DefaultSettings(), AsOf: c.AsOf, PaidAt: c.PaidAt}
	for _, l := range c.Lists {
		in.Lists = append(in.Lists, invoicing.List{
			Requisition: l.Requisition, Version: 1, Periods: []period.Month{period.MustMonth(l.Period)}, Entity: l.Entity,
			EntityName: in.Grounds[l.Entity].Entity.Name, Merchant: l.Merchant, MerchantName: l.MerchantName, Residence: l.Residence,
			Currency: money.Currency(l.Currency), BeforeTaxes: sumOf(l.Total), Payable: sumOf(l.Total), ReverseCharge: l.ReverseCharge,
			NoticeAt: l.NoticeAt,
		})
	}
	states := map[string]invoicing.Status{
		"pending": invoicing.StatusPending, "accepted": invoicing.StatusAccepted, "rejected": invoicing.StatusRefused,
	}
	for _, h := range c.History {
		in.History = append(in.History, invoicing.Earlier{
			Number: h.Number, Status: states[h.Status], Requisition: h.Requisition, Invoice: invoicing.Invoice{Number: h.Number, GrandTotal: sumOf(h.Total)},
		})
	}
	u := c.Upload
	in.Upload = invoicing.Upload{ReceivedAt: u.ReceivedAt, ListAttached: u.ListAttached, StarredBlank: u.StarredBlank}
	for _, i := range u.Invoices {
		in.Upload.Invoices = append(in.Upload.Invoices, invoicing.Invoice{
			Number: i.Number, Date: period.MustDay(i.Date), Currency: money.Currency(i.Currency), BillTo: i.BillTo, Issuer: i.Issuer,
			AccountName: i.AccountName, Requisitions: i.Requisitions, Period: i.Period, GrandTotal: sumOf(i.GrandTotal),
			Tax: sumOf(i.Tax), Prepaid: sumOf(i.Prepaid), Rounding: sumOf(i.Rounding), Kind: invoicing.Kind(i.Kind),
		})
	}
	return in
}

// The verdicts an accountant worked by hand: every code, no other code, and the outcome.
func TestGoldenVerdicts(t *testing.T) {
	t.Parallel()
	for _, c := range goldenCases(t) {
		c.replay(t)
	}
}

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	raw, err := os.ReadFile("testdata/verdict-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 54 {
		t.Fatalf("%d cases, want 54", len(cases))
	}
	return cases
}

func (c goldenCase) replay(t *testing.T) {
	t.Run(c.Case+" "+c.Title, func(t *testing.T) {
		t.Parallel()
		v := invoicing.Judge(c.input())
		want := []string{}
		for _, w := range c.Expect {
			code, ok := words[w]
			if !ok {
				t.Fatalf("the word %q has no code", w)
			}
			want = append(want, code)
		}
		sort.Strings(want)
		if got := v.Codes(); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("codes %v, want %v\n%v", got, want, v.All())
		}
		if got, want := v.Outcome, c.outcome(); got != want {
			t.Errorf("outcome %s, want %s", got, want)
		}
	})
}

func (c goldenCase) outcome() invoicing.Outcome {
	refusing := 0
	for _, w := range c.Expect {
		if w != "look-alike-number" && w != "after-deadline" {
			refusing++
		}
	}
	switch {
	case refusing > 0:
		return invoicing.Refused
	case c.Hold:
		return invoicing.Late
	default:
		return invoicing.Accepted
	}
}

func TestWordsMapOneToOne(t *testing.T) {
	t.Parallel()
	back := map[string]string{}
	for w, code := range words {
		if other, twice := back[code]; twice {
			t.Errorf("%s stands for both %s and %s", code, w, other)
		}
		back[code] = w
	}
}
