package supervision

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/orders"
)

var update = flag.Bool("update", false, "write testdata anew")

// TestEveryTypeAndEvent writes down, for every delivery type and channel, where each event leads from each stage; what is not in the table is refused.
func TestEveryTypeAndEvent(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, f := range flows {
		if f.Source == "" {
			t.Errorf("%s has no source", f.Type)
		}
		for _, ch := range Channels {
			r := road(f.Type, ch)
			fmt.Fprintf(&b, "%s %s: %s\n", f.Type, ch, join(r))
			for _, s := range append(append([]Stage{Untyped}, r...), Completing, Refunding, Done, Refunded, Closed) {
				for _, e := range Events {
					x, to, refused := move(f.Type, ch, s, e)
					if refused != nil {
						if refused.Code != "SUP-STEP" || to != s {
							t.Errorf("%s %s %s %s: %v, %s", f.Type, ch, s, e, refused, to)
						}
						continue
					}
					fmt.Fprintf(&b, "  %-9s %-15s %-8s -> %s\n", s, e, x.Who, to)
				}
			}
		}
	}
	golden := filepath.Join("testdata", "flows.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Errorf("the flows are not those of %s; look at the difference, then run with -update", golden)
	}
}

func TestEveryStageLeadsToTheEnd(t *testing.T) {
	t.Parallel()
	for _, f := range flows {
		for _, ch := range Channels {
			s := First(f.Type, ch)
			for n := 0; s != Completing; n++ {
				if n > 10 {
					t.Fatalf("%s %s does not end", f.Type, ch)
				}
				on := false
				for _, x := range stepsAt(f.Type, s) {
					if x.To == next && x.Who != System {
						_, s, _ = move(f.Type, ch, s, x.Event)
						on = true
						break
					}
				}
				if !on {
					t.Fatalf("%s %s stands still in %s", f.Type, ch, s)
				}
			}
		}
	}
	if First("", General) != Untyped || First(Manual, "") != Untyped {
		t.Error("a case of unknown type or channel has begun")
	}
}

func TestPhonesDiffer(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		order, parcel string
		want          bool
	}{
		{"138 0013 8000", "138-0013-8000", false},
		{"13800138000", "13800138001", true},
		{"13800138000", "+86 13800138000", true},
		{"", "13800138000", false},
		{"13800138000", "", false},
	} {
		if got := (Contact{OrderPhone: x.order, ParcelPhone: x.parcel}).differ(); got != x.want {
			t.Errorf("%q and %q: %v", x.order, x.parcel, got)
		}
	}
}

func TestTheClockOfAcceptanceLeavesAppealsOut(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }
	end := func(n int) *time.Time { d := day(n); return &d }
	for name, x := range map[string]struct {
		appeals []Appeal
		want    time.Time
	}{
		"without appeals":            {nil, day(11)},
		"one in between":             {[]Appeal{{OpenedAt: day(3), DecidedAt: end(6)}}, day(14)},
		"one begun before it signed": {[]Appeal{{OpenedAt: day(1).AddDate(0, 0, -5), DecidedAt: end(3)}}, day(13)},
		"one before":                 {[]Appeal{{OpenedAt: day(1).AddDate(0, 0, -5), DecidedAt: end(1)}}, day(11)},
		"one that is open":           {[]Appeal{{OpenedAt: day(3)}}, day(11)},
	} {
		if got := acceptDue(day(1), 10, x.appeals); !got.Equal(x.want) {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

func TestProofsAreComparedWithTheOrder(t *testing.T) {
	t.Parallel()
	c := Case{Order: "CS1", ProductName: "Backup", SpecName: "Large"}
	good := Elements{Orders: "CS0, CS1", Company: "ACME  Ltd", Product: "Backup", Spec: "Large", More: map[string]string{"screenshot": "page 3"}}
	for name, x := range map[string]struct {
		change func(*Elements, *Case, *string)
		want   string
	}{
		"all is well":      {func(*Elements, *Case, *string) {}, ""},
		"another order":    {func(e *Elements, _ *Case, _ *string) { e.Orders = "CS10" }, "SUP-PROOF-ORDER"},
		"another company":  {func(e *Elements, _ *Case, _ *string) { e.Company = "ACME" }, "SUP-PROOF-COMPANY"},
		"another product":  {func(e *Elements, _ *Case, _ *string) { e.Product = "Back" }, "SUP-PROOF-PRODUCT"},
		"another spec":     {func(e *Elements, _ *Case, _ *string) { e.Spec = "" }, "SUP-PROOF-SPEC"},
		"without the rest": {func(e *Elements, _ *Case, _ *string) { e.More = nil }, "SUP-PROOF-ELEMENT"},
		"company unknown":  {func(_ *Elements, _ *Case, company *string) { *company = "" }, "unchecked company"},
		"names unknown":    {func(_ *Elements, c *Case, _ *string) { c.ProductName, c.SpecName = "", "" }, "unchecked product,spec"},
	} {
		e, o, company := good, c, "ACME Ltd"
		x.change(&e, &o, &company)
		unchecked, fs := checkProof(e, o, company, []string{"screenshot"})
		got := strings.Join(fs.Codes(), ",")
		if len(unchecked) > 0 {
			got += "unchecked " + strings.Join(unchecked, ",")
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestTheOldRuleOfAppeals(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	for name, x := range map[string]struct {
		stage      Stage
		since      time.Time
		rejections int
		who        Party
		rule       string
		want       bool
	}{
		"today at any time":                      {Deliver, ago(0), 0, Buyer, "any_time", true},
		"the seller's node, five days":           {Deliver, ago(5), 0, Buyer, appealAfterDays, false},
		"the seller's node, six days":            {Deliver, ago(6), 0, Buyer, appealAfterDays, true},
		"the buyer's own node":                   {Accept, ago(9), 3, Buyer, appealAfterDays, false},
		"the buyer after four rejections":        {Accept, ago(0), 4, Buyer, appealAfterDays, true},
		"the seller, the buyer's node, six days": {Accept, ago(6), 0, Seller, appealAfterDays, true},
		"the seller's own node":                  {Deliver, ago(9), 2, Seller, appealAfterDays, false},
		"the seller after three rejections":      {Deliver, ago(0), 3, Seller, appealAfterDays, true},
	} {
		if f := mayAppeal(Case{Type: Manual, Channel: General, Stage: x.stage, Since: x.since, Rejections: x.rejections}, x.who, x.rule, now); (f == nil) != x.want {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestDecisionsAreChecked(t *testing.T) {
	t.Parallel()
	c := Case{Gross: decimal.NewFromInt(100), Refunded: decimal.NewFromInt(40)}
	for name, x := range map[string]struct {
		change func(*Decision)
		want   string
	}{
		"all is well":          {func(*Decision) {}, ""},
		"nothing":              {func(d *Decision) { d.Amount = decimal.Zero }, "APL-AMOUNT"},
		"more than is left":    {func(d *Decision) { d.Amount = decimal.RequireFromString("60.01") }, "APL-AMOUNT"},
		"no reason":            {func(d *Decision) { d.Reason = " " }, "SUP-REASON"},
		"an unknown outcome":   {func(d *Decision) { d.Outcome = "feed" }, "APL-OUTCOME"},
		"resume has no amount": {func(d *Decision) { d.Outcome, d.Amount = OutcomeResume, decimal.Zero }, ""},
	} {
		d := Decision{Outcome: OutcomeRefund, Amount: decimal.NewFromInt(60), Reason: "agreed"}
		x.change(&d)
		if got := strings.Join(checkDecision(d, c).Codes(), ","); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestFilesAreSmallAndSafe(t *testing.T) {
	t.Parallel()
	png := []byte("\x89PNG\r\n\x1a\n0000")
	for name, x := range map[string]struct {
		files []Sent
		want  string
	}{
		"a picture":  {[]Sent{{"a.png", png}}, ""},
		"plain text": {[]Sent{{"a.txt", []byte("验收完成")}}, ""},
		"a page":     {[]Sent{{"a.html", []byte("<html><script>")}}, "SUP-FILE"},
		"nothing":    {[]Sent{{"a", nil}}, "SUP-FILE"},
		"too large":  {[]Sent{{"a.png", append(png, make([]byte, MaxFile)...)}}, "SUP-FILE-SIZE"},
		"too many":   {[]Sent{{"a", png}, {"b", png}, {"c", png}, {"d", png}, {"e", png}, {"f", png}}, "SUP-FILES"},
	} {
		if got := strings.Join(checkFiles(x.files).Codes(), ","); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
	if got := orders.SafeName("../../a\x00<b>.pdf"); got != "ab.pdf" || orders.SafeName("..") == "" {
		t.Error(got)
	}
}
