package invoicing_test

import (
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/invoicing"
)

// plain is a list of SGD 471.60 and an upload that answers it, to be bent by each test.
func plain(totals ...string) invoicing.Input {
	g := grounds()
	l := invoicing.List{
		Requisition: "REQ-1", Version: 1, Periods: []period.Month{period.MustMonth("202610")}, Entity: "5541", EntityName: g["5541"].Entity.Name,
		Merchant: "M2", MerchantName: "Lion City Software Pte. Ltd.", Residence: "SG", Currency: "SGD", BeforeTaxes: sumOf("500"),
		Payable: sumOf("471.60"), NoticeAt: time.Date(2026, 11, 13, 2, 0, 0, 0, time.UTC),
		Fields: []invoicing.Field{{Name: "phone", Starred: true}, {Name: "remarks"}},
	}
	in := invoicing.Input{Lists: []invoicing.List{l}, Grounds: g, Settings: invoicing.DefaultSettings()}
	in.Upload = invoicing.Upload{Requisition: "REQ-1", ListAttached: true, ReceivedAt: time.Date(2026, 11, 16, 3, 0, 0, 0, time.UTC)}
	for n, total := range totals {
		in.Upload.Invoices = append(in.Upload.Invoices, invoicing.Invoice{
			Number: "A-10" + string(rune('0'+n)), Date: period.MustDay("2026-11-16"), Currency: "SGD", BillTo: l.EntityName, Issuer: l.MerchantName,
			AccountName: l.MerchantName, Requisitions: []string{"REQ-1"}, Period: "2026-10", GrandTotal: sumOf(total),
		})
	}
	return in
}

func want(t *testing.T, v invoicing.Verdict, outcome invoicing.Outcome, codes string) {
	t.Helper()
	if got := strings.Join(v.Codes(), " "); v.Outcome != outcome || got != codes {
		t.Errorf("%s [%s], want %s [%s]\n%v", v.Outcome, got, outcome, codes, v.All())
	}
}

func fates(v invoicing.Verdict) string {
	var out []string
	for _, i := range v.Invoices {
		out = append(out, string(i.Status))
	}
	return strings.Join(out, " ")
}

var judgeCases = []struct {
	name    string
	totals  []string
	bend    func(*invoicing.Input)
	outcome invoicing.Outcome
	codes   string
	fates   string
	exit    int
}{
	{"more will follow and the sum is below: incomplete", []string{"211.60"}, more, invoicing.Incomplete, "INV-INCOMPLETE", "pending", 3},
	{"more will follow and the sum is reached: accepted", []string{"211.60", "260"}, more, invoicing.Accepted, "", "accepted accepted", 0},
	{
		"more will follow and one crosses: it is refused alone",
		[]string{"211.60", "300", "100"},
		more, invoicing.Refused, "INV-INCOMPLETE INV-TOTAL", "pending refused pending", 1,
	},
	{
		"more will follow and the rest reaches the list in spite of one refused",
		[]string{"211.60", "300", "260"},
		more, invoicing.Refused, "INV-TOTAL", "accepted refused accepted", 1,
	},
	{"more will follow and one is wrong: it is refused alone", []string{"211.60", "260"}, func(in *invoicing.Input) {
		more(in)
		in.Upload.Invoices[1].Issuer = "Somebody Else"
	}, invoicing.Refused, "INV-INCOMPLETE INV-ISSUER", "pending refused", 1},
	{"all there is stands or falls together", []string{"211.60", "260"}, func(in *invoicing.Input) {
		in.Upload.Invoices[1].Issuer = "Somebody Else"
	}, invoicing.Refused, "INV-ISSUER", "refused refused", 1},
	{"late and incomplete: waits for finance", []string{"211.60"}, func(in *invoicing.Input) {
		more(in)
		late(in)
	}, invoicing.Late, "INV-INCOMPLETE INV-LATE", "waiting", 3},
	{"late but allowed by finance: accepted", []string{"471.60"}, func(in *invoicing.Input) {
		late(in)
		in.LateAllowed = true
	}, invoicing.Accepted, "", "accepted", 0},
	{"late and wrong: refused", []string{"471.61"}, late, invoicing.Refused, "INV-LATE INV-TOTAL", "refused", 1},
	{"sent for one requisition and naming another known one", []string{"471.60"}, func(in *invoicing.Input) {
		l := in.Lists[0]
		l.Requisition = "REQ-2"
		in.Lists = append(in.Lists, l)
		in.Upload.Invoices[0].Requisitions = []string{"REQ-2"}
	}, invoicing.Refused, "INV-OTHER-REQUISITION", "refused", 1},
	{"a list that accepted invoices answer", []string{"471.60"}, func(in *invoicing.Input) {
		in.History = []invoicing.Earlier{{Number: "9", Status: invoicing.StatusAccepted, Requisition: "REQ-1", Invoice: invoicing.Invoice{GrandTotal: sumOf("471.60")}}}
	}, invoicing.Refused, "INV-ANSWERED", "refused", 1},
	{"a number freed by a reissue comes again", []string{"471.60"}, func(in *invoicing.Input) {
		in.History = []invoicing.Earlier{{Number: "a-100 ", Status: invoicing.StatusReissue, Requisition: "REQ-1", Invoice: invoicing.Invoice{GrandTotal: sumOf("471.60")}}}
	}, invoicing.Accepted, "", "accepted", 0},
	{"a refused number where the setting forbids its return", []string{"471.60"}, func(in *invoicing.Input) {
		in.Settings.ReuseAfterRejection = false
		in.History = []invoicing.Earlier{{Number: "a-100 ", Status: invoicing.StatusRefused, Requisition: "REQ-1"}}
	}, invoicing.Refused, "INV-DUPLICATE", "refused", 1},
	{"no name of the account holder: a warning", []string{"471.60"}, func(in *invoicing.Input) {
		in.Upload.Invoices[0].AccountName = ""
	}, invoicing.Accepted, "INV-ACCOUNT-MISSING", "accepted", 0},
	{"a list before seller taxes, where the setting says so", []string{"500"}, func(in *invoicing.Input) {
		in.Settings.Compare = append(in.Settings.Compare, invoicing.CompareRule{
			Entity: "5541", Residence: "SG", From: period.MustDay("2026-01-01"), Invoice: invoicing.InvoicePayable, List: invoicing.ListBeforeTaxes, Source: "test",
		})
	}, invoicing.Accepted, "", "accepted", 0},
	{"a setting dated later does not count yet", []string{"471.60"}, func(in *invoicing.Input) {
		in.Settings.Compare = append(in.Settings.Compare, invoicing.CompareRule{
			Entity: "5541", From: period.MustDay("2026-12-01"), Invoice: invoicing.InvoicePayable, List: invoicing.ListBeforeTaxes, Source: "test",
		})
	}, invoicing.Accepted, "", "accepted", 0},
	{"the highest version of a list is in force", []string{"500"}, func(in *invoicing.Input) {
		l := in.Lists[0]
		l.Version, l.Payable = 2, sumOf("500")
		in.Lists = append([]invoicing.List{l}, in.Lists...)
	}, invoicing.Accepted, "", "accepted", 0},
	{"nothing sent", nil, func(*invoicing.Input) {}, invoicing.Refused, "INV-EMPTY", "", 1},
	{"an invoice without number and date", []string{"471.60"}, func(in *invoicing.Input) {
		in.Upload.Invoices[0].Number, in.Upload.Invoices[0].Date = " ", period.Day{}
	}, invoicing.Refused, "INV-DATE-MISSING INV-NUMBER-MISSING", "refused", 1},
	{"a negative invoice is a credit note", []string{"-471.60"}, func(*invoicing.Input) {}, invoicing.Refused, "INV-CREDIT-NOTE", "refused", 1},
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range judgeCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := plain(c.totals...)
			if c.bend != nil {
				c.bend(&in)
			}
			v := invoicing.Judge(in)
			want(t, v, c.outcome, c.codes)
			if fates(v) != c.fates {
				t.Errorf("fates %q, want %q", fates(v), c.fates)
			}
			if v.ExitCode() != c.exit {
				t.Errorf("exit %d, want %d", v.ExitCode(), c.exit)
			}
		})
	}
}

func more(in *invoicing.Input) { in.Upload.MoreWillFollow = true }
func late(in *invoicing.Input) {
	in.Upload.ReceivedAt = time.Date(2026, 12, 13, 16, 0, 0, 0, time.UTC)
}

func TestWhatIsMissingIsSaidWithItsFigure(t *testing.T) {
	t.Parallel()
	in := plain("211.60")
	more(&in)
	v := invoicing.Judge(in)
	if v.Missing == nil || v.Missing.String() != "SGD 260.00" {
		t.Fatalf("missing %v", v.Missing)
	}
	if !strings.HasPrefix(v.Holds[0].Text(fault.EN), "SGD 260.00 of the list REQ-1") {
		t.Error(v.Holds[0].Text(fault.EN))
	}
}

func TestTheVerdictSaysWhichFiguresWereCompared(t *testing.T) {
	t.Parallel()
	v := invoicing.Judge(plain("471.61"))
	c := v.Compared[0]
	if c.InvoiceFigure != invoicing.InvoicePayable || c.ListFigure != invoicing.ListPayable || c.DifferenceText() != "SGD +0.01" {
		t.Errorf("%+v", c)
	}
	if got := v.Faults[0].Text(fault.EN); !strings.HasPrefix(got, "The invoices say SGD 471.61, the list REQ-1 says SGD 471.60 (difference SGD +0.01).") {
		t.Error(got)
	}
}

func TestFaultsComeInOneOrder(t *testing.T) {
	t.Parallel()
	in := plain("1", "2")
	in.Upload.ListAttached = false
	in.Upload.StarredBlank = []string{"phone"}
	in.Upload.ReceivedAt = in.Lists[0].NoticeAt.Add(-time.Second)
	for n := range in.Upload.Invoices {
		i := &in.Upload.Invoices[n]
		i.Requisitions, i.Period, i.Kind, i.Number, i.Currency, i.BillTo, i.Issuer, i.AccountName = nil, "", invoicing.KindOther, "", "USD", "x", "y", "z"
	}
	in.Upload.Invoices[1].Kind = ""
	var got []string
	for _, f := range invoicing.Judge(in).Faults {
		got = append(got, f.Path+":"+f.Code)
	}
	one := func(n string, kind bool) string {
		s := "invoices[" + n + "].requisitions:INV-REQUISITION invoices[" + n + "].period:INV-PERIOD-MISSING "
		if kind {
			s += "invoices[" + n + "].kind:INV-CREDIT-NOTE "
		}
		for _, x := range []string{"number:INV-NUMBER-MISSING", "date:INV-DATED-FUTURE", "currency:INV-CURRENCY", "billTo:INV-ENTITY", "issuer:INV-ISSUER", "accountName:INV-ACCOUNT-NAME"} {
			s += "invoices[" + n + "]." + x + " "
		}
		return s
	}
	expect := "list:INV-LIST-ATTACHED list.phone:INV-STARRED " + one("0", true) + one("1", false) + "receivedAt:INV-BEFORE-NOTICE requisition[REQ-1].grandTotal:INV-TOTAL"
	if strings.Join(got, " ") != expect {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.ReplaceAll(expect, " ", "\n"))
	}
}

func TestListIsTheSameBytesForTheSameContent(t *testing.T) {
	t.Parallel()
	a := plain().Lists[0]
	b := a
	b.Payable = sumOf("471.6000")
	b.NoticeAt = a.NoticeAt.In(time.FixedZone("x", 8*3600))
	if a.Hash() != b.Hash() {
		t.Error("zone or trailing zeros changed the hash")
	}
	b.Payable = sumOf("471.61")
	if a.Hash() == b.Hash() {
		t.Error("another amount has the same hash")
	}
	if blank := a.Blank(map[string]string{"phone": " "}); len(blank) != 1 {
		t.Errorf("blank %v", blank)
	}
	if blank := a.Blank(map[string]string{"phone": "1"}); len(blank) != 0 {
		t.Errorf("blank %v", blank)
	}
}

func TestEveryCodeHasThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, code := range fault.Codes() {
		for _, l := range fault.Langs {
			if _, ok := fault.Message(code, l); !ok {
				t.Errorf("%s has no message in %s", code, l)
			}
		}
	}
}
