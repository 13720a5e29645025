package entities

import (
	"context"
	"testing"

	"suanpan/internal/audit"
	"suanpan/internal/pg"
)

// backdate puts settings in force that count from a past instant, as two people do.
func backdate(t *testing.T, db *pg.DB, ss ...Setting) {
	t.Helper()
	for i := range ss {
		ss[i].Reason = "found in the old contract"
	}
	must(t, as(t, db, "ana", func(ctx context.Context, tx *pg.Tx) error { return ProposeSettings(ctx, tx, ss) }))
	must(t, as(t, db, "li", func(ctx context.Context, tx *pg.Tx) error {
		for _, s := range ss {
			if _, err := ConfirmSetting(ctx, tx, s.Key, s.Scope, s.ValidFrom); err != nil {
				return err
			}
		}
		return nil
	}))
}

func as(t *testing.T, db *pg.DB, who string, fn func(ctx context.Context, tx *pg.Tx) error) error {
	t.Helper()
	return db.InTx(t.Context(), pg.AsStaff(who), func(tx *pg.Tx) error { return fn(t.Context(), tx) })
}

func TestSettingsAreDatedAndSaid(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	backdate(t, db, Setting{Key: KeyRunDay, Value: "8", Source: "older page"})
	s := Setting{Key: KeyPayoutCurrencies, Scope: ForEntity("5531"), Value: "HKD", Source: "contract 7", ValidFrom: at("2026-12-01T00:00:00Z")}
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		must(t, SaveSetting(ctx, tx, s))
		must(t, SaveSetting(ctx, tx, s))
		other := s
		other.Value = "USD"
		wants(t, SaveSetting(ctx, tx, other), "SETTING-CONFLICT")
		wants(t, SaveSettings(ctx, tx, []Setting{s, {Key: "x", Source: "x"}, {Key: KeyRunDay, Value: "8", Source: "x", Scope: ForEntity("1")}}), "ENTITY-UNKNOWN", "SETTING-UNKNOWN")
		d, err := Load(ctx, tx)
		must(t, err)
		if e, _ := d.EntityAt("5531", s.ValidFrom); len(e.Missing()) > 0 {
			t.Errorf("%v", e.Missing())
		}
		if e, _ := d.EntityAt("5531", tx.Now); len(e.Missing()) == 0 {
			t.Error("a later setting counts already")
		}
		if d.Int(KeyRunDay, ForEntity("5861"), tx.Now) != 8 {
			t.Error("a setting from the beginning counts")
		}
		var who string
		must(t, tx.QueryRow(ctx, "SELECT set_by FROM setting WHERE key = 'payout_currencies'").Scan(&who))
		if who != "test" {
			t.Errorf("set by %q", who)
		}
		return nil
	}))
}

func TestWhatChangesThePastTakesTwo(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	now := at("2026-11-09T12:00:00Z") // the clock of seeded
	s := Setting{Key: KeyRunDay, Scope: ForEntity("5861"), Value: "9", Source: "memo 4", ValidFrom: now.Add(-1000)}
	propose := func(who string, s Setting) error {
		return as(t, db, who, func(ctx context.Context, tx *pg.Tx) error { return ProposeSettings(ctx, tx, []Setting{s}) })
	}
	confirm := func(who string, s Setting) error {
		return as(t, db, who, func(ctx context.Context, tx *pg.Tx) error {
			_, err := ConfirmSetting(ctx, tx, s.Key, s.Scope, s.ValidFrom)
			return err
		})
	}
	wants(t, as(t, db, "ana", func(ctx context.Context, tx *pg.Tx) error { return SaveSetting(ctx, tx, s) }), "SETTING-BACKDATED")
	wants(t, propose("ana", s), "SETTING-REASON")
	s.Reason = "the memo was found late"
	must(t, propose("ana", s))
	must(t, propose("li", s)) // the same is proposed already
	other := s
	other.Value = "10"
	wants(t, propose("li", other), "SETTING-OPEN")
	wants(t, confirm("ANA", s), "EYES-SAME")
	value := func() int {
		var v int
		must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
			d, err := Load(ctx, tx)
			v = d.Int(KeyRunDay, ForEntity("5861"), tx.Now)
			return err
		}))
		return v
	}
	if value() != 7 {
		t.Error("what is only proposed counts")
	}
	must(t, confirm("li", s))
	wants(t, confirm("li", s), "SETTING-NONE")
	wants(t, propose("ana", other), "SETTING-CONFLICT")
	if value() != 9 {
		t.Error("what is confirmed does not count")
	}
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		for _, action := range []string{"setting.proposed", "setting.backdated"} {
			es, err := audit.List(ctx, tx, audit.Filter{Action: action})
			if must(t, err); len(es) != 1 || es[0].Reason != s.Reason || es[0].Detail["setBy"] != "ana" {
				t.Errorf("%s: %+v", action, es)
			}
		}
		return nil
	}))
	must(t, as(t, db, "ana", func(ctx context.Context, tx *pg.Tx) error { // from this very instant on: one person
		inForce, err := ChangeSetting(ctx, tx, Setting{Key: KeyReviewWorkdays, Value: "2", Source: "memo 5", ValidFrom: tx.Now})
		if !inForce {
			t.Error("a setting from now on waits for somebody")
		}
		return err
	}))
	d := Setting{Key: KeyReviewWorkdays, Value: "4", Source: "memo 6", Reason: "typed by mistake"}
	must(t, propose("ana", d))
	must(t, as(t, db, "ana", func(ctx context.Context, tx *pg.Tx) error { return DropSetting(ctx, tx, d.Key, d.Scope, d.ValidFrom) }))
	wants(t, confirm("li", d), "SETTING-NONE")
}

// TestTheDatabaseItselfAsksForTwo: a row that one person backdated cannot be written, whatever program writes it.
func TestTheDatabaseItselfAsksForTwo(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	for name, values := range map[string]string{
		"nobody else":  `'because', NULL`,
		"the same one": `'because', 'ana'`,
		"no reason":    `'', 'li'`,
	} {
		err := as(t, db, "ana", func(ctx context.Context, tx *pg.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO setting (key, scope, valid_from, value, source, set_by, recorded_at, reason, confirmed_by)
				VALUES ('run_day', '', '2020-01-01', '9', 'x', 'ana', '2026-11-09', `+values+`)`)
			return err
		})
		if err == nil {
			t.Errorf("%s: it was written", name)
		}
	}
}

// TestAMerchantSeesNoOtherMerchantsSettings: the web role reads what is set for all and for its own merchant and products.
func TestAMerchantSeesNoOtherMerchantsSettings(t *testing.T) {
	t.Parallel()
	db := seeded(t)
	must(t, do(t, db, func(ctx context.Context, tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO product (merchant_id, product_id, hash, recorded_at) VALUES ('M1', 'P1', '', '2026-11-09'), ('M2', 'P2', '', '2026-11-09')`)
		must(t, err)
		for _, s := range []Scope{{}, {Entity: "5861"}, {Merchant: "M1"}, {Merchant: "M2"}, {Merchant: "M1", Entity: "5861"}, {Merchant: "M11"}, {Product: "P1"}, {Product: "P2"}, {Merchant: "M2", Product: "P1"}} {
			must(t, insertSettings(ctx, tx, []Setting{{Key: KeyRunDay, Scope: s, Value: "9", Source: "x", Who: "x", ValidFrom: tx.Now}}))
		}
		return nil
	}))
	for merchant, want := range map[string]int{"M1": 5, "M2": 4, "M3": 2, "": 2} {
		must(t, db.InTx(t.Context(), pg.AsMerchant(merchant, "user"), func(tx *pg.Tx) error {
			ss, err := selectSettings(t.Context(), tx)
			must(t, err)
			if len(ss) != want {
				t.Errorf("%q sees %d settings, want %d: %v", merchant, len(ss), want, ss)
			}
			return nil
		}))
	}
	must(t, as(t, db, "fina", func(ctx context.Context, tx *pg.Tx) error {
		if ss, err := selectSettings(ctx, tx); err != nil || len(ss) != 9 {
			t.Errorf("finance sees %d settings: %v", len(ss), err)
		}
		return nil
	}))
}
