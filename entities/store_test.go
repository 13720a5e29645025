package entities

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/money"
)

// seeded is a database with the known entities.
func seeded(t *testing.T) *pg.DB {
	t.Helper()
	db, _ := pgtest.NewAt(t, at("2026-11-09T12:00:00Z"))
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error { return SeedKnown(ctx, tx) }))
	return db
}

func do(t *testing.T, db *pg.DB, fn func(ctx context.Context, tx *pg.Tx) error) error {
	t.Helper()
	return db.InTx(t.Context(), pg.AsBatch("test"), func(tx *pg.Tx) error { return fn(t.Context(), tx) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, codes ...string) {
	t.Helper()
	if got := fault.All(err).Codes(); err == nil || !slices.Equal(got, codes) {
		t.Errorf("got %v (%v), want %v", got, err, codes)
	}
}

func merchants() []Merchant {
	return []Merchant{
		{ID: "M1", Name: "Ipê Sistemas Ltda", Residence: "BR", TaxID: "12ABC34501DE35", Contact: Contact{Email: "ipe@example.org"}},
		{ID: "M2", Name: "Lion City Software Pte. Ltd.", Residence: "SG", Spellings: []string{"LCS", "Lion"}},
	}
}

func certifications() []Certification {
	return []Certification{
		{MerchantID: "M1", Entity: "5861", Currency: "BRL", At: at("2026-03-02T12:00:00Z"), Bank: Bank{AccountName: "IPE SISTEMAS LTDA", AccountNo: "1-2"}, Source: "feed"},
		{MerchantID: "M2", Entity: "5541", Currency: "SGD", At: at("2026-03-02T02:00:00Z"), Source: "feed"},
	}
}

func TestSeedKnown(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SeedKnown(ctx, tx))
		must(t, SaveEntities(ctx, tx, Known()[:1]))
		d, err := Load(ctx, tx)
		must(t, err)
		if got := len(d.Entities()); got != 5 {
			t.Errorf("%d entities, want the five that have a code", got)
		}
		br, _ := d.Entity("5861")
		if len(br.CheckPayout("BRL", "BR")) > 0 || len(br.CheckPayout("BRL", "JP")) == 0 || br.NameZH != "巴西云" {
			t.Errorf("%+v", br)
		}
		if e, err := d.RegionEntity("BRA"); e != "5861" {
			t.Error(e, err)
		}
		if d.Jurisdiction("5861").ID != "br" || d.Zone("5821").String() != "America/Santiago" {
			t.Error("zone or jurisdiction is lost")
		}
		return nil
	}))
}

func TestEntityOfAFeed(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	uk := Entity{
		Code: "GCLOUD", Name: "Crown Commercial Service", Country: "GB", Jurisdiction: "none", ZoneName: "Europe/London",
		Payout: []Payout{{"GBP", Anyone, "example"}, {"EUR", Anyone, "example"}}, Source: "example",
	}
	save := func(e Entity) error {
		return do(t, db, func(ctx context.Context, tx *pg.Tx) error { return SaveEntities(ctx, tx, []Entity{e}) })
	}
	must(t, save(uk))
	must(t, save(uk))
	other := uk
	other.ZoneName = "Europe/Dublin"
	wants(t, save(other), "ENTITY-CONFLICT")
	wants(t, save(Entity{Code: "a b", Country: "xx", Jurisdiction: "zz", ZoneName: "Local", Payout: []Payout{{Currency: "£"}}}), "ENTITY-INVALID")
}

func TestPeruIsUsableOnceItsCodeIsGiven(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	pe := Known()[4]
	err := do(t, db, func(ctx context.Context, tx *pg.Tx) error { return SaveEntities(ctx, tx, []Entity{pe}) })
	wants(t, err, "ENTITY-INVALID")
	pe.Code = "5999"
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error { return SaveEntities(ctx, tx, []Entity{pe}) }))
}

func TestMerchantsTwiceChangeNothing(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		for range 2 {
			must(t, SaveMerchants(ctx, tx, merchants()))
			must(t, Certify(ctx, tx, certifications()))
		}
		ms, err := Merchants(ctx, tx, nil)
		must(t, err)
		if len(ms) != 2 || !slices.Equal(ms[1].Spellings, []string{"LCS", "Lion"}) || ms[0].Contact.Email != "ipe@example.org" {
			t.Errorf("%+v", ms)
		}
		cs, err := Certifications(ctx, tx, []string{"M1"})
		must(t, err)
		if c, ok := CertifiedAt(cs, "5861", tx.Now); !ok || c != certifications()[0] {
			t.Errorf("%+v", cs)
		}
		return nil
	}))
	err := do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		ms := merchants()
		ms[1].Contact.Phone = "1"
		return SaveMerchants(ctx, tx, append(ms, Merchant{ID: "M3", Name: "x", Residence: "CL"}))
	})
	wants(t, err, "MERCHANT-CONFLICT")
	for _, change := range []func(*Certification){
		func(c *Certification) { c.Bank.AccountNo = "9" }, func(c *Certification) { c.Source = "mail" }, func(c *Certification) { c.Bank.BankAddress = "x" },
	} {
		cs := certifications()
		change(&cs[0])
		wants(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error { return Certify(ctx, tx, cs) }), "CERT-CONFLICT")
	}
	cs := certifications()
	cs[0].Currency, cs[1].Entity = "EUR", "5000"
	cs = append(cs, Certification{MerchantID: "M9", Entity: "5541", Currency: "SGD"})
	err = do(t, db, func(ctx context.Context, tx *pg.Tx) error { return Certify(ctx, tx, cs) })
	wants(t, err, "CERT-CURRENCY", "ENTITY-UNKNOWN", "MERCHANT-UNKNOWN")
	if p := fault.All(err)[0].Path; p != "[0].currency" {
		t.Errorf("path %q", p)
	}
}

func TestTwoContentsInOneCallConflict(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	ms := merchants()
	ms[1].ID = "M1"
	wants(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error { return SaveMerchants(ctx, tx, ms) }), "MERCHANT-CONFLICT")
}

func TestCorrectMerchant(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveMerchants(ctx, tx, merchants()))
		m := merchants()[0]
		m.Name = "Ipê Sistemas S.A."
		must(t, CorrectMerchant(ctx, tx, m))
		must(t, SaveMerchants(ctx, tx, []Merchant{m}))
		m.ID = "M9"
		wants(t, CorrectMerchant(ctx, tx, m), "MERCHANT-UNKNOWN")
		return nil
	}))
}

func TestDecertify(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveMerchants(ctx, tx, merchants()))
		must(t, Certify(ctx, tx, certifications()))
		end := at("2026-11-01T00:00:00Z")
		must(t, Decertify(ctx, tx, "M1", "5861", end))
		must(t, Decertify(ctx, tx, "M1", "5861", end))
		must(t, Certify(ctx, tx, certifications())) // sent again without its end: the same certification
		cs, err := Certifications(ctx, tx, nil)
		must(t, err)
		if _, ok := CertifiedAt(cs, "5861", end); ok {
			t.Error("still in force")
		}
		wants(t, Decertify(ctx, tx, "M2", "5861", end), "CERT-NONE")
		return nil
	}))
}

func TestErasedDataDoesNotComeBack(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveMerchants(ctx, tx, merchants()))
		must(t, Certify(ctx, tx, certifications()))
		must(t, EraseMerchant(ctx, tx, "M1"))
		must(t, SaveMerchants(ctx, tx, merchants()))
		must(t, Certify(ctx, tx, certifications()))
		ms, err := Merchants(ctx, tx, []string{"M1"})
		must(t, err)
		cs, err := Certifications(ctx, tx, []string{"M1"})
		must(t, err)
		if ms[0].Contact != (Contact{}) || cs[0].Bank != (Bank{}) || cs[0].Currency != "BRL" {
			t.Errorf("%+v %+v", ms, cs)
		}
		return nil
	}))
}

func TestContracts(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	c := Contract{MerchantID: "M1", Entity: "5861", Number: "C-1", From: period.MustDay("2026-01-01"), Source: "paper"}
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveMerchants(ctx, tx, merchants()))
		must(t, SaveContracts(ctx, tx, []Contract{c}))
		must(t, SaveContracts(ctx, tx, []Contract{c}))
		got, err := Contracts(ctx, tx, nil)
		must(t, err)
		if len(got) != 1 || got[0] != c {
			t.Errorf("%+v", got)
		}
		other := c
		other.Until = period.MustDay("2026-12-31")
		wants(t, SaveContracts(ctx, tx, []Contract{other}), "CONTRACT-CONFLICT")
		wants(t, SaveContracts(ctx, tx, []Contract{{MerchantID: "M9", Entity: "1"}}), "CONTRACT-DAYS", "ENTITY-UNKNOWN", "MERCHANT-UNKNOWN")
		return nil
	}))
}

func TestRatesTwiceChangeNothing(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	day := period.MustDay("2026-10-31")
	rs := []Rate{
		{"", "USD", "BRL", day, money.MustParse("5.3217"), "worked"},
		{"5541", "USD", "JPY", day, money.MustParse("151.370"), "worked"},
	}
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveRates(ctx, tx, rs))
		rs[1].Rate = money.MustParse("151.37") // the same figure
		must(t, SaveRates(ctx, tx, rs))
		d, err := Load(ctx, tx)
		must(t, err)
		all, err := RatesBetween(ctx, tx, day.Add(-5), day)
		must(t, err)
		if r, err := d.RateOn(all, "5541", "USD", "JPY", day); err != nil || r.Rate.String() != "151.37" {
			t.Error(r, err)
		}
		other := slices.Clone(rs)
		other[0].Rate = money.MustParse("5.3218")
		wants(t, SaveRates(ctx, tx, other), "RATE-CONFLICT")
		wants(t, SaveRates(ctx, tx, []Rate{{"5000", "USD", "USD", day, money.MustParse("0"), ""}}), "ENTITY-UNKNOWN", "RATE-INCOMPLETE", "RATE-VALUE")
		return nil
	}))
}

func TestCalendarDaysAndRegions(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	days := []CalendarDay{holiday("sg", "2026-11-09", "Deepavali"), holiday("br", "2026-09-07", "Independência")}
	backdate(t, db, Setting{Key: KeyHolidayCalendar, Value: "own", Source: "test"})
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		for range 2 {
			must(t, SaveCalendarDays(ctx, tx, days))
			must(t, SaveRegions(ctx, tx, []Region{{"FR", "FR", "France", "5541", "test"}}))
		}
		d, err := Load(ctx, tx)
		must(t, err)
		if day, _ := d.RunDay("5541", period.MustMonth("2026-10")); day.String() != "2026-11-10" {
			t.Error(day)
		}
		other := days[0]
		other.Kind = Workday
		wants(t, SaveCalendarDays(ctx, tx, []CalendarDay{other, {Calendar: "sg"}}), "CALENDAR-CONFLICT", "CALENDAR-INVALID")
		wants(t, SaveRegions(ctx, tx, []Region{{"FR", "FR", "France", "5861", "test"}, {"", "F", "", "1", ""}}), "ENTITY-UNKNOWN", "REGION-CONFLICT", "REGION-INVALID")
		return nil
	}))
}

func TestMerchantSeesOnlyItself(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveMerchants(ctx, tx, merchants()))
		must(t, SaveContracts(ctx, tx, []Contract{{MerchantID: "M1", Entity: "5861", From: period.MustDay("2026-01-01")}, {MerchantID: "M2", Entity: "5541", From: period.MustDay("2026-01-01")}}))
		return Certify(ctx, tx, certifications())
	}))
	for merchant, want := range map[string]int{"M1": 1, "M9": 0, "": 0} {
		must(t, db.InTx(t.Context(), pg.AsMerchant(merchant, "user"), func(tx *pg.Tx) error {
			for _, table := range []string{"merchant", "merchant_contact", "merchant_bank", "certification", "contract"} {
				var n int
				must(t, tx.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
				if n != want {
					t.Errorf("%q sees %d rows of %s, want %d", merchant, n, table, want)
				}
			}
			d, err := Load(t.Context(), tx)
			must(t, err)
			if len(d.Entities()) != 5 {
				t.Error("shared tables are for all")
			}
			return nil
		}))
	}
	err := db.InTx(t.Context(), pg.AsMerchant("M1", "user"), func(tx *pg.Tx) error { return SaveMerchants(t.Context(), tx, merchants()[:1]) })
	if err == nil {
		t.Error("a merchant may not write its own master data")
	}
	must(t, db.InTx(t.Context(), pg.AsStaff("fina"), func(tx *pg.Tx) error { return SaveMerchants(t.Context(), tx, merchants()) }))
}

func TestManyMerchantsInOneCall(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	var ms []Merchant
	var cs []Certification
	for i := range 5000 {
		id := fmt.Sprintf("M%05d", i)
		ms = append(ms, Merchant{ID: id, Name: "Company " + id, Residence: "SG"})
		cs = append(cs, Certification{MerchantID: id, Entity: "5541", Currency: "SGD", At: at("2026-03-02T02:00:00Z")})
	}
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveMerchants(ctx, tx, ms))
		must(t, Certify(ctx, tx, cs))
		got, err := Certifications(ctx, tx, nil)
		if len(got) != 5000 {
			t.Error(len(got))
		}
		return err
	}))
}
