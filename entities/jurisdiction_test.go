package entities

import (
	"slices"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// TestEveryJurisdiction replays the worked examples of every country's file, so that a new file is tested with its first line.
func TestEveryJurisdiction(t *testing.T) {
	t.Parallel()
	for _, j := range Jurisdictions() {
		t.Run(j.ID, func(t *testing.T) {
			t.Parallel()
			if len(j.Examples) == 0 || j.Name == "" || j.Calendar == "" {
				t.Fatal("a jurisdiction has a name, a calendar and at least one worked example")
			}
			if j.ID != "none" {
				if _, err := time.LoadLocation(j.ZoneName); err != nil || j.ZoneName == "" || !j.Currency.Valid() || len(j.Country) != 2 {
					t.Errorf("zone %q, currency %q or country %q is not usable: %v", j.ZoneName, j.Currency, j.Country, err)
				}
			}
			for n, r := range j.Rules {
				soundRule(t, r)
				for _, o := range j.Rules[:n] {
					if o.Code == r.Code && (o.Until.IsZero() || r.From.IsZero() || !o.Until.Before(r.From)) {
						t.Errorf("%s stands twice at one time", r.Code)
					}
				}
			}
			raised := map[string]bool{}
			for _, e := range j.Examples {
				t.Run(e.Name, func(t *testing.T) {
					got, want := j.CheckInvoice(e.Facts), slices.Clone(e.Codes)
					slices.Sort(want)
					if !slices.Equal(got.Codes(), want) {
						t.Errorf("got %v, want %v", got.Codes(), want)
					}
					severity(t, j, got)
				})
				for _, c := range e.Codes {
					raised[c] = true
				}
			}
			for _, r := range j.Rules {
				if r.Tested() && !raised[r.Code] {
					t.Errorf("no example provokes %s", r.Code)
				}
			}
		})
	}
	for _, id := range []string{"br", "sg", "hk", "cl", "th", "pe", "mx", "ie", "za", "sa", "ar", "tr", "my", "none"} {
		if _, ok := JurisdictionByID(id); !ok {
			t.Errorf("no jurisdiction %s", id)
		}
	}
}

// soundRule says what every rule has.
func soundRule(t *testing.T, r Rule) {
	t.Helper()
	if r.Code == "" || r.Says.EN == "" || r.Says.ZH == "" || r.Says.PT == "" || r.Source == "" || r.Kind == "" {
		t.Errorf("rule %q needs a code, a text in three languages, a source and its kind", r.Code)
	}
	if r.Refuses && (!r.Tested() || !r.Kind.Binding()) {
		t.Errorf("%s refuses by a source that is %q", r.Code, r.Kind)
	}
	if !r.Until.IsZero() && r.Until.Before(r.From) {
		t.Errorf("%s ends before it begins", r.Code)
	}
	if _, ok := fault.Message(r.Code, fault.EN); r.Tested() && !ok {
		t.Errorf("%s has no message", r.Code)
	}
}

// severity says that what refuses comes from a rule that may, and that nothing else does.
func severity(t *testing.T, j *Jurisdiction, fs fault.Faults) {
	t.Helper()
	for _, f := range fs {
		for _, list := range [][]Rule{j.Rules, common} {
			for _, r := range list {
				if r.Code == f.Code && f.Warn == r.Refuses {
					t.Errorf("%s: warning %v, though the rule refuses: %v", f.Code, f.Warn, r.Refuses)
				}
			}
		}
		if f.Text(fault.EN) == f.Code || strings.Contains(f.Text(fault.ZH), "{") || strings.Contains(f.Text(fault.PT), "{") {
			t.Errorf("%s: %s", f.Code, f.Text(fault.EN))
		}
	}
}

// A rule whose source is an authority's page, a vendor's or a guess never refuses, whatever its check says.
func TestOnlyALawOrAContractRefuses(t *testing.T) {
	t.Parallel()
	sound := 0
	for _, j := range Jurisdictions() {
		for _, r := range append(slices.Clone(j.Rules), common...) {
			if r.Refuses && !r.Kind.Binding() {
				t.Errorf("%s refuses and its source is %s", r.Code, r.Kind)
			}
			if r.Refuses {
				sound++
			}
		}
	}
	if sound < 10 {
		t.Errorf("only %d rules refuse: the walk misses some", sound)
	}
	angry := Rule{Code: "BR-REISSUE", Kind: FromWeak, check: func(*Jurisdiction, InvoiceFacts) fault.Faults {
		return fault.Faults{fault.New(fault.Invalid, "BR-REISSUE", "date")}
	}}
	if fs := angry.judge(jurisdictions["br"], InvoiceFacts{}); len(fs) != 1 || !fs[0].Warn {
		t.Errorf("a weak rule refused: %v", fs)
	}
}

// What is not known of an invoice is never taken for missing: without its parts, no rule that needs them speaks.
func TestWhatIsNotKnownIsNotMissing(t *testing.T) {
	t.Parallel()
	silenced := 0
	for _, j := range Jurisdictions() {
		for _, e := range j.Examples {
			bare := e.Facts
			bare.Known = nil
			for _, f := range j.CheckInvoice(bare) {
				for _, r := range append(slices.Clone(j.Rules), common...) {
					if r.Code == f.Code && len(r.Needs) > 0 {
						t.Errorf("%s, %s: %s speaks of what is not known", j.ID, e.Name, f.Code)
					}
				}
			}
			silenced += len(e.Codes) - len(j.CheckInvoice(bare).Codes())
		}
	}
	if silenced < 30 {
		t.Errorf("only %d codes were silenced", silenced)
	}
}

// A new rule can be tried on an old invoice, and an old rule on a new one.
func TestRulesOfAnotherDay(t *testing.T) {
	t.Parallel()
	mx := jurisdictions["mx"]
	f := mxInvoice(Particulars{Format: "cfdi", Version: "3.3", FiscalID: mxUUID}, PartFormat, PartVersion, PartFiscal)
	for on, want := range map[string]string{"2023-03-31": "", "2023-04-01": "MX-CFDI-40", "2026-11-16": "MX-CFDI-40"} {
		if got := strings.Join(mx.CheckInvoiceOn(f, period.MustDay(on)).Codes(), " "); got != want {
			t.Errorf("%s: %q", on, got)
		}
	}
	if r, ok := jurisdictions["cl"].WindowOn(AskedInvoice, period.MustDay("2026-11-16")); !ok || r.Window.Days != 8 || r.Window.Working {
		t.Errorf("Chile: %v %v", r.Window, ok)
	}
	if r, ok := mx.WindowOn(AskedCancellation, period.MustDay("2026-11-16")); !ok || r.Window.Days != 3 || !r.Window.Working {
		t.Errorf("Mexico: %v %v", r.Window, ok)
	}
	if _, ok := jurisdictions["sg"].WindowOn(AskedInvoice, period.MustDay("2026-11-16")); ok {
		t.Error("Singapore gives the buyer no such time")
	}
}

func TestWithholdingIsWhatIsSet(t *testing.T) {
	t.Parallel()
	br := Entity{Code: "5861", Country: "BR", Jurisdiction: "br", ZoneName: "America/Sao_Paulo"}
	set := func(scope Scope, from, value string) Setting {
		return Setting{Key: KeyWithholding, Scope: scope, ValidFrom: at(from), Value: value, Source: "ruling", Who: "li.lei"}
	}
	rows := []Setting{
		set(ForEntity("5861"), "2026-01-01T00:00:00Z", "IRRF=0.015"),
		set(ForResidence("5861", "SG"), "2026-06-01T00:00:00Z", "IRRF=0.15, SaaS:IRRF=0.15, SaaS:CIDE=0.10"),
	}
	for _, r := range rows {
		if fs := CheckSetting(r); len(fs) > 0 {
			t.Fatal(fs)
		}
	}
	for _, wrong := range []string{"IRRF", "IRRF=2", "=0.1", "IRRF=-0.1", "IRRF=x"} {
		if fs := CheckSetting(set(ForEntity("5861"), "2026-01-01T00:00:00Z", wrong)); !slices.Equal(fs.Codes(), []string{"SETTING-VALUE"}) {
			t.Errorf("%q: %v", wrong, fs)
		}
	}
	d := NewDirectory([]Entity{br}, rows, nil, nil)
	text := func(residence, service, on string) (out string) {
		for _, w := range WithholdingFor(d.WithholdingAt("5861", residence, at(on)), service) {
			out += w.Code + "=" + w.Rate.String() + " "
		}
		return strings.TrimSpace(out)
	}
	for _, c := range []struct{ residence, service, on, want string }{
		{"BR", "", "2026-07-01T00:00:00Z", "IRRF=0.015"},
		{"BR", "", "2025-12-31T00:00:00Z", ""},
		{"SG", "saas", "2026-07-01T00:00:00Z", "IRRF=0.15 CIDE=0.1"},
		{"SG", "consulting", "2026-07-01T00:00:00Z", "IRRF=0.15"},
		{"SG", "saas", "2026-05-01T00:00:00Z", "IRRF=0.015"},
	} {
		if got := text(c.residence, c.service, c.on); got != c.want {
			t.Errorf("%v: %q", c, got)
		}
	}
}

func TestRuleCountsOnlyWhileItIsValid(t *testing.T) {
	t.Parallel()
	r := Rule{From: period.MustDay("2026-01-01"), Until: period.MustDay("2026-06-30")}
	for day, want := range map[string]bool{"2025-12-31": false, "2026-01-01": true, "2026-06-30": true, "2026-07-01": false} {
		if got := r.Valid(period.MustDay(day)); got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
}

func TestPaymentWindow(t *testing.T) {
	t.Parallel()
	br, _ := JurisdictionByID("br")
	until, ok := br.PaymentWindow(period.MustDay("2026-11-16"))
	if !ok || !until.Equal(at("2026-12-01T03:00:00Z")) {
		t.Errorf("Brazil: %v %v", until, ok)
	}
	sg, _ := JurisdictionByID("sg")
	if _, ok := sg.PaymentWindow(period.MustDay("2026-11-16")); ok {
		t.Error("Singapore knows no such window")
	}
}

func TestTaxNumbers(t *testing.T) {
	t.Parallel()
	good := map[string][]string{
		"br": {"12.ABC.345/01DE-35", "12ABC34501DE35", "16.727.230/0001-97"},
		"cl": {"99.535.120-K", "76086428-5"},
		"th": {"0105544059925", "1-2345-45678-78-1"},
		"pe": {"20100070970"},
		"sg": {"00192200M", "197401143C", "T08LL0001A", "M90367530Y"},
		"ar": {"20267565393", "30-50001091-2"},
		"mx": {"AAA010101AAA", "GODE561231GR8"},
		"za": {"4123456789", "ZA4123456789"},
		"sa": {"399999999900003"},
		"tr": {"4540536920", "17291716060"},
	}
	bad := map[string][]string{
		"br": {"12.ABC.345/01DE-36", "00000000000000", "", "12ABC34501DE3A"},
		"cl": {"99.535.120-1", "K", ""},
		"th": {"0105544059926", "010554405992", ""},
		"pe": {"20100070971", "30100070970", ""},
		"sg": {"12-34", "X08LL0001A", ""},
		"ar": {"20267565394", "2026756539", ""},
		"mx": {"AAA011301AAA", "A010101AAA", ""},
		"za": {"5123456789", "412345678", ""},
		"sa": {"299999999900003", "39999999990003", ""},
		"tr": {"454053692", "x540536920", ""},
	}
	for id, list := range good {
		for _, n := range list {
			if !jurisdictions[id].TaxID(n) {
				t.Errorf("%s: %s is refused", id, n)
			}
		}
	}
	for id, list := range bad {
		for _, n := range list {
			if jurisdictions[id].TaxID(n) {
				t.Errorf("%s: %q passes", id, n)
			}
		}
	}
}
