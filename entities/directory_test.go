package entities

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

func known(ss []Setting, ds []CalendarDay) *Directory {
	return NewDirectory(Known(), ss, ds, KnownRegions())
}

func set(key, value string, s Scope, from string) Setting {
	r := Setting{Key: key, Scope: s, Value: value, Source: "test", Who: "test"}
	if from != "" {
		r.ValidFrom = at(from)
	}
	return r
}

func holiday(calendar, day, name string) CalendarDay {
	return CalendarDay{calendar, period.MustDay(day), Holiday, name, "public holidays of 2026"}
}

func TestRunDay(t *testing.T) {
	t.Parallel()
	own := []Setting{set(KeyHolidayCalendar, "own", Installation, "")}
	holidays := []CalendarDay{
		holiday("sg", "2026-11-09", "Deepavali (observed)"),
		holiday("br", "2026-09-07", "Independência"),
		holiday("cn", "2026-10-07", "国庆"),
	}
	cases := []struct {
		outcome       string
		set           []Setting
		entity, month string
		want          string
		bare          bool
	}{
		{"a Saturday moves to Monday", nil, "5541", "2026-10", "2026-11-09", true},
		{"Brazil runs with the rest in November", nil, "5861", "2026-10", "2026-11-09", true},
		{"2026-08 runs on Monday 7 September", nil, "5861", "2026-08", "2026-09-07", true},
		{"2026-09 runs on Wednesday 7 October", nil, "5531", "2026-09", "2026-10-07", true},
		{"Singapore's own calendar moves Deepavali", own, "5541", "2026-10", "2026-11-10", false},
		{"Brazil's own calendar moves Independence Day", own, "5861", "2026-08", "2026-09-08", false},
		{"an entity without own rows counts weekends", own, "5531", "2026-10", "2026-11-09", true},
		{"the configured list moves all", []Setting{set(KeyRunHolidays, "2026-11-09, 2026-11-10", Installation, "")}, "5861", "2026-10", "2026-11-11", false},
		{"China's National Day week as a list", []Setting{set(KeyRunHolidays, "2026-10-07", Installation, "")}, "5541", "2026-09", "2026-10-08", false},
		{"another day of the month", []Setting{set(KeyRunDay, "8", Installation, "")}, "5541", "2026-08", "2026-09-08", true},
		{"a choice of one entity is its own", []Setting{set(KeyRunDay, "8", ForEntity("5861"), "")}, "5541", "2026-08", "2026-09-07", true},
		{"a later choice leaves earlier months", []Setting{set(KeyRunDay, "8", Installation, "2026-11-15T00:00:00Z")}, "5541", "2026-10", "2026-11-09", true},
	}
	for _, c := range cases {
		t.Run(c.outcome, func(t *testing.T) {
			t.Parallel()
			day, basis := known(c.set, holidays).RunDay(c.entity, period.MustMonth(c.month))
			if day.String() != c.want || basis.WeekendsOnly() != c.bare {
				t.Errorf("got %s (%s), want %s, weekends only %v", day, basis, c.want, c.bare)
			}
		})
	}
	t.Run("a working Saturday of a calendar is worked", func(t *testing.T) {
		t.Parallel()
		d := known(own, []CalendarDay{{"sg", period.MustDay("2026-11-07"), Workday, "made up", "test"}})
		if day, _ := d.RunDay("5541", period.MustMonth("2026-10")); day.String() != "2026-11-07" {
			t.Error(day)
		}
	})
}

func TestRunInstantIsMidnightOfTheEntity(t *testing.T) {
	t.Parallel()
	d := known(nil, nil)
	for entity, want := range map[string]string{"5541": "2026-11-08T16:00:00Z", "5861": "2026-11-09T03:00:00Z", "5821": "2026-11-09T03:00:00Z", "5531": "2026-11-08T16:00:00Z"} {
		if got := d.RunInstant(entity, period.MustMonth("2026-10")); !got.Equal(at(want)) {
			t.Errorf("%s: %v, want %s", entity, got.UTC(), want)
		}
	}
}

func TestMonthIsCutInTheEntitysZone(t *testing.T) {
	t.Parallel()
	d := known(nil, nil)
	for _, c := range [][3]string{
		{"5861", "2026-11-01T01:30:00Z", "2026-10"}, // 31 Oct 22:30 São Paulo
		{"5821", "2026-11-01T02:30:00Z", "2026-10"}, // 31 Oct 23:30 Santiago
		{"5541", "2026-10-31T23:25:00Z", "2026-11"}, // 1 Nov 07:25 Singapore
	} {
		if got := d.MonthOf(c[0], at(c[1])); got.String() != c[2] {
			t.Errorf("%s at %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	d := known(nil, nil)
	t.Run("October 2026 with every limit used", func(t *testing.T) {
		t.Parallel()
		plans := d.Plan(period.MustMonth("2026-10"))
		if len(plans) != 5 || plans[0].Entity != "5861" {
			t.Fatalf("Brazil comes first of the five usable entities: %+v", plans)
		}
		p := plans[0]
		got := []string{p.RunDay.String(), p.ReviewBy.String(), p.CountersignBy.String(), p.NoticeDay.String(), p.LastInvoice.String()}
		want := []string{"2026-11-09", "2026-11-12", "2026-11-20", "2026-11-20", "2026-12-19"}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if !p.Tight || !slices.Equal(p.Warnings.Codes(), []string{"PLAN-TIGHT", "PLAN-WEEKENDS-ONLY"}) {
			t.Errorf("tight %v, warnings %v", p.Tight, p.Warnings)
		}
		if s := plans[1]; s.Entity != "5531" || s.Tight || s.LastInvoice.String() != "2026-12-20" {
			t.Errorf("Hong Kong: %+v", s)
		}
	})
	t.Run("the steps reach the 18th to 20th or later in every month of three years", func(t *testing.T) {
		t.Parallel()
		late, months := 0, 0
		for m := period.MustMonth("2024-12"); m.Before(period.MustMonth("2027-12")); m = m.Next() {
			p := d.planOf("5861", m)
			months++
			if p.NoticeDay.Day >= 20 {
				late++
			}
			if !p.Tight || p.NoticeDay.Day < 18 || p.NoticeDay.Day > 20 {
				t.Errorf("%s: notice on %s, tight %v", m, p.NoticeDay, p.Tight)
			}
		}
		if months != 36 || late != 25 {
			t.Errorf("on or after the 20th in %d of %d months, want 25 of 36", late, months)
		}
	})
	t.Run("quicker steps leave the window of the month", func(t *testing.T) {
		t.Parallel()
		d := known([]Setting{set(KeyReviewWorkdays, "1", Installation, ""), set(KeyCountersignDays, "3", Installation, "")}, nil)
		p := d.Plan(period.MustMonth("2026-10"))[0]
		if p.Tight || p.NoticeDay.String() != "2026-11-13" || p.LastInvoice.String() != "2026-12-13" {
			t.Errorf("%+v", p)
		}
	})
}

func TestAddWorkdays(t *testing.T) {
	t.Parallel()
	day, basis := known(nil, nil).AddWorkdays("5541", period.MustDay("2026-12-30"), 3)
	if day.String() != "2027-01-04" || basis.String() != "run: weekends only in 2026 2027" {
		t.Errorf("%s (%s)", day, basis)
	}
}

func TestInvoiceDueIsTheSameDayNumberOrTheMonthsLast(t *testing.T) {
	t.Parallel()
	d := known(nil, nil)
	for notice, want := range map[string]string{"2027-01-31": "2027-02-28", "2028-01-31": "2028-02-29", "2026-11-13": "2026-12-13"} {
		if got := d.InvoiceDue("5541", period.MustDay(notice)); got.String() != want {
			t.Errorf("%s: %s, want %s", notice, got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	d := known([]Setting{
		set(KeyBRLastDay, "20", ForEntity("5861"), "2026-12-01T00:00:00Z"),
		set(KeyComparedFigure, "invoice_net/list_payable", ForResidence("5861", "BR"), ""),
		set(KeyMinPayout, "10", Installation, ""),
		set(KeyMinPayout, "25.50", ForEntity("5541"), ""),
	}, nil)
	now := at("2026-11-16T00:00:00Z")
	for _, c := range []struct {
		key   string
		scope Scope
		at    time.Time
		want  string
	}{
		{KeyBRLastDay, ForEntity("5861"), now, "19"},
		{KeyBRLastDay, ForEntity("5861"), at("2026-12-01T00:00:00Z"), "20"},
		{KeyBRLastDay, ForEntity("5541"), at("2027-01-01T00:00:00Z"), "19"},
		{KeyComparedFigure, ForResidence("5861", "BR"), now, "invoice_net/list_payable"},
		{KeyComparedFigure, ForResidence("5861", "JP"), now, "invoice_payable/list_payable"},
		{KeyMinPayout, ForEntity("5861"), now, "10"},
		{KeyMinPayout, Scope{Entity: "5541", Merchant: "M2"}, now, "25.50"},
		{KeyRounding, Installation, now, "half_up"},
		{KeyEntityTaxID, ForEntity("5861"), now, ""},
	} {
		if got, err := d.Setting(c.key, c.scope, c.at); err != nil || got != c.want {
			t.Errorf("%s for %q: %q, want %q (%v)", c.key, c.scope, got, c.want, err)
		}
	}
	if _, err := d.Setting("run_dya", Installation, now); !fault.Has(err, "SETTING-UNKNOWN") {
		t.Errorf("an unknown key: %v", err)
	}
	if f := (InvoiceFacts{ReceivedAt: at("2026-12-20T15:00:00Z"), Dated: period.MustDay("2026-12-20"), Currency: "BRL", Resident: true}); len(d.CheckInvoice("5861", f)) != 0 {
		t.Error("from December on the 20th counts")
	}
}

func TestCheckSetting(t *testing.T) {
	t.Parallel()
	cases := []struct{ key, value, code string }{
		{KeyRunDay, "7", ""},
		{KeyRunDay, "0", "SETTING-VALUE"},
		{KeyRunDay, "29", "SETTING-VALUE"},
		{KeyRunDay, "x", "SETTING-VALUE"},
		{KeyRounding, "half_even", "SETTING-VALUE"},
		{KeyPairFullRefunds, "yes", "SETTING-VALUE"},
		{KeyMinPayout, "-1", "SETTING-VALUE"},
		{KeyRunHolidays, "2026-11-09,2026-02-30", "SETTING-VALUE"},
		{"nothing", "1", "SETTING-UNKNOWN"},
		{KeyInvoiceMailbox, "a@example.org", "SETTING-SCOPE"},
	}
	for _, c := range cases {
		got := CheckSetting(set(c.key, c.value, Installation, "")).Codes()
		if want := []string{c.code}; (c.code == "" && len(got) > 0) || (c.code != "" && !slices.Equal(got, want)) {
			t.Errorf("%s=%q: %v, want %q", c.key, c.value, got, c.code)
		}
	}
	bare := set(KeyRunDay, "7", Installation, "")
	bare.Source = " "
	if got := CheckSetting(bare).Codes(); !slices.Equal(got, []string{"SETTING-SOURCE"}) {
		t.Errorf("without a source: %v", got)
	}
	for _, k := range Keys() {
		if k.Doc == "" || k.Given == "" || k.Levels == 0 || !k.valid(k.Default) {
			t.Errorf("setting %s: a key has a text, an origin, levels and a valid default (%q)", k.Name, k.Default)
		}
	}
	for _, s := range []Scope{{}, ForEntity("5861"), ForResidence("5861", "BR"), {Merchant: "M1"}, {Product: "P1", Merchant: "M1"}} {
		if parseScope(s.String()) != s {
			t.Errorf("scope %+v does not survive being stored", s)
		}
	}
}

func TestKnownEntitiesSayNoMoreThanTheirSources(t *testing.T) {
	t.Parallel()
	d := known(nil, nil)
	missing := map[string][]string{}
	for _, e := range Known() {
		missing[e.Country] = e.Missing().Codes()
		if e.Source == "" {
			t.Errorf("%s has no source", e.Country)
		}
		if e.Code == "" {
			e.Code = "x"
		}
		if fs := CheckEntity(e); len(fs) > 0 {
			t.Errorf("%s: %v", e.Country, fs)
		}
	}
	for country, want := range map[string][]string{
		"CL": {}, "SG": {}, "BR": {}, "HK": {"CURRENCY-MISSING"}, "TH": {"CURRENCY-MISSING", "ENTITY-NAME-MISSING"}, "PE": {"ENTITY-CODE-MISSING"},
	} {
		if !slices.Equal(missing[country], want) {
			t.Errorf("%s: %v missing, want %v", country, missing[country], want)
		}
	}
	if th, _ := d.Entity("5891"); th.Is("") || th.Is("Sparkoo Technologies (Thailand)") {
		t.Error("half a name is nobody's")
	}
	d = known([]Setting{set(KeyPayoutCurrencies, "HKD", ForEntity("5531"), "2026-01-01T00:00:00Z"), set(KeyLegalName, "Thai Co., Ltd.", ForEntity("5891"), "")}, nil)
	if e, _ := d.EntityAt("5531", at("2026-11-01T00:00:00Z")); len(e.CheckPayout("HKD", "HK")) > 0 {
		t.Error("a set currency counts")
	}
	if e, _ := d.EntityAt("5531", at("2025-11-01T00:00:00Z")); !slices.Equal(e.CheckPayout("HKD", "HK").Codes(), []string{"CURRENCY-MISSING"}) {
		t.Error("and not before its date")
	}
	if e, _ := d.EntityAt("5891", at("2026-11-01T00:00:00Z")); !e.Is("THAI COMPANY LIMITED") {
		t.Error("a set legal name counts")
	}
}

func TestRegionEntity(t *testing.T) {
	t.Parallel()
	d := known(nil, nil)
	for region, want := range map[string]string{
		"CL": "5821", "ID": "5541", "KR": "5541", "PH": "5541", "TT": "5541", "GH": "5541", "VN": "5541", "UZ": "5541", "UY": "5541", "BD": "5541",
		"EW": "5541", "SZ": "5541", "HK": "5531", "TH": "5891", "BR": "5861", "BRA": "5861",
	} {
		if got, err := d.RegionEntity(region); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", region, got, want, err)
		}
	}
	for _, region := range []string{"", "FR", "br", "SG"} {
		if got, err := d.RegionEntity(region); !fault.Has(err, "REGION-UNKNOWN") {
			t.Errorf("%q: %q %v", region, got, err)
		}
	}
	split := NewDirectory(Known(), nil, nil, []Region{{"X1", "XX", "", "5541", ""}, {"X2", "XX", "", "5861", ""}})
	if got, err := split.RegionEntity("XX"); err == nil {
		t.Errorf("a country whose regions disagree is not guessed: %q", got)
	}
}

func TestCheckCertification(t *testing.T) {
	t.Parallel()
	br, _ := known(nil, nil).Entity("5861")
	hk, _ := known(nil, nil).Entity("5531")
	ipe := Merchant{ID: "M1", Name: "Ipê Sistemas Ltda", Residence: "BR"}
	kumo := Merchant{ID: "M6", Name: "Kumo Works K.K.", Residence: "JP"}
	cases := []struct {
		outcome  string
		entity   Entity
		merchant Merchant
		currency money.Currency
		account  string
		codes    []string
	}{
		{"a resident in reais", br, ipe, "BRL", "IPE SISTEMAS LTDA", []string{}},
		{"a resident in euros is refused", br, ipe, "EUR", "", []string{"CERT-CURRENCY"}},
		{"a non-resident in euros", br, kumo, "EUR", "Kumo Works K.K.", []string{}},
		{"a non-resident in reais is refused", br, kumo, "BRL", "", []string{"CERT-CURRENCY"}},
		{"the list price's currency is refused", br, ipe, "USD", "", []string{"CERT-CURRENCY"}},
		{"another's account is refused", br, ipe, "BRL", "Ipe Sistema Ltda", []string{"CERT-ACCOUNT-NAME"}},
		{"an entity without currencies holds", hk, kumo, "HKD", "", []string{"CURRENCY-MISSING"}},
		{"everything is told", br, ipe, "USD", "Someone", []string{"CERT-ACCOUNT-NAME", "CERT-CURRENCY"}},
	}
	for _, c := range cases {
		t.Run(c.outcome, func(t *testing.T) {
			t.Parallel()
			cert := Certification{MerchantID: c.merchant.ID, Entity: c.entity.Code, Currency: c.currency, At: at("2026-03-02T12:00:00Z"), Bank: Bank{AccountName: c.account}}
			if got := CheckCertification(cert, c.merchant, c.entity).Codes(); !slices.Equal(got, c.codes) {
				t.Errorf("got %v, want %v", got, c.codes)
			}
		})
	}
}

func TestCertifiedAt(t *testing.T) {
	t.Parallel()
	certs := []Certification{
		{Entity: "5541", Currency: "JPY", At: at("2026-03-02T02:00:00Z"), Until: at("2026-06-01T00:00:00Z")},
		{Entity: "5541", Currency: "EUR", At: at("2026-05-01T00:00:00Z")},
		{Entity: "5861", Currency: "EUR", At: at("2026-04-01T12:00:00Z"), Until: at("2026-05-01T00:00:00Z")},
	}
	for _, c := range [][3]string{
		{"5541", "2026-03-02T01:59:59Z", ""},
		{"5541", "2026-03-02T02:00:00Z", "JPY"},
		{"5541", "2026-05-01T00:00:00Z", "EUR"},
		{"5541", "2027-01-01T00:00:00Z", "EUR"},
		{"5861", "2026-04-30T23:59:59Z", "EUR"},
		{"5861", "2026-05-01T00:00:00Z", ""},
		{"5821", "2026-05-01T00:00:00Z", ""},
	} {
		got, ok := CertifiedAt(certs, c[0], at(c[1]))
		if string(got.Currency) != c[2] || ok != (c[2] != "") {
			t.Errorf("%s at %s: %q, want %q", c[0], c[1], got.Currency, c[2])
		}
	}
}

func TestRateOn(t *testing.T) {
	t.Parallel()
	rate := func(entity, on, v string) Rate {
		return Rate{entity, "USD", "BRL", period.MustDay(on), money.MustParse(v), "test"}
	}
	rs := NewRates([]Rate{rate("", "2026-10-30", "5.30"), rate("", "2026-10-31", "5.32"), rate("5861", "2026-10-29", "5.29")})
	d := known(nil, nil)
	for _, c := range [][3]string{
		{"5541", "2026-10-31", "5.32"},
		{"5541", "2026-11-05", "5.32"},
		{"5541", "2026-11-06", ""},
		{"5541", "2026-10-29", ""},
		{"5861", "2026-10-31", "5.29"},
		{"5861", "2026-11-04", "5.32"},
	} {
		got, err := d.RateOn(rs, c[0], "USD", "BRL", period.MustDay(c[1]))
		if c[2] == "" {
			if !fault.Has(err, "RATE-MISSING") {
				t.Errorf("%s on %s: %v %v", c[0], c[1], got.Rate, err)
			}
			continue
		}
		if err != nil || !got.Rate.Equal(money.MustParse(c[2])) {
			t.Errorf("%s on %s: %v, want %s (%v)", c[0], c[1], got.Rate, c[2], err)
		}
	}
	if one, err := d.RateOn(rs, "5541", "EUR", "EUR", period.MustDay("2026-10-31")); err != nil || !one.Rate.Equal(decimal.NewFromInt(1)) {
		t.Errorf("same currency: %v %v", one.Rate, err)
	}
	if r, err := d.RateOn(rs, "5541", "BRL", "USD", period.MustDay("2026-10-31")); !fault.Has(err, "RATE-MISSING") {
		t.Errorf("a rate is not inverted: %v %v", r.Rate, err)
	}
}
