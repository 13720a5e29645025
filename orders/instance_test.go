package orders

import (
	"context"
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/pg"
)

func (w *world) instance(id string) *Instance {
	w.t.Helper()
	var in *Instance
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err == nil {
			in, err = FindInstance(ctx, tx, dir, "M1", id)
		}
		return err
	})
	return in
}

func TestAddPeriodKeepsHourAndStopsAtTheMonthsEnd(t *testing.T) {
	t.Parallel()
	sp, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 1, 31, 10, 0, 0, 0, sp)
	for _, c := range []struct {
		unit string
		n    int
		want string
	}{{"month", 1, "2027-02-28T10:00:00-03:00"}, {"month", 13, "2028-02-29T10:00:00-03:00"}, {"year", 1, "2028-01-31T10:00:00-03:00"}, {"day", 3, "2027-02-03T10:00:00-03:00"}} {
		if got := AddPeriod(at, c.unit, c.n, sp).In(sp).Format(time.RFC3339); got != c.want {
			t.Errorf("%d %s: %s, want %s", c.n, c.unit, got, c.want)
		}
	}
}

func TestARenewalBeginsAtTheOriginalEnd(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	opened := w.opened()
	end := opened.AddDate(0, 1, 0)
	if in := w.instance("I-1"); in == nil || !in.OpenedAt.Equal(opened) || !in.ExpiresAt.Equal(end) || in.Region != "BR" || !in.Open(opened) || in.Open(end) {
		t.Fatalf("opened: %+v", in)
	}
	late := end.AddDate(0, 0, 10) // in the days of grace
	w.clk.Set(late)
	o := w.placed(strings.ReplaceAll(aboutInstance, "%t", Renew))
	w.pay(o.OrderID, late)
	if in := w.instance("I-1"); !in.RenewalPaid || !in.ExpiresAt.Equal(end) {
		t.Errorf("paid, not in effect: %+v", in)
	}
	w.effect(o.OrderID, late)
	if in := w.instance("I-1"); !in.ExpiresAt.Equal(opened.AddDate(0, 2, 0)) || !in.Terms[1].StartsAt.Equal(end) {
		t.Errorf("renewed: %+v", in)
	}
	w.take(`{"kind":"refund","refundId":"RF9","orderId":"` + o.OrderID + `","amount":"100","rule":"NEGOTIATED","time":"` + Stamp(late) + `"}`)
	if in := w.instance("I-1"); !in.ExpiresAt.Equal(end) || in.ClosedAt != nil {
		t.Errorf("the renewal given back: %+v", in)
	}
}

func TestTheFeedsOrdersMakeInstancesToo(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	w.load(orderKind.example, paymentKind.example, effectiveKind.example, meteredOrder)
	in := w.instance(line1) // nobody has named it: it is called by its line
	if in == nil || in.ExpiresAt == nil || in.ExpiresAt.Sub(*in.OpenedAt) != 365*24*time.Hour {
		t.Fatalf("%+v", in)
	}
	name := func(line, id string) error {
		return w.in(func(ctx context.Context, tx *pg.Tx) error { return NameInstance(ctx, tx, "M1", line, id) })
	}
	for range 2 {
		if err := name(line1, "biz-1"); err != nil {
			t.Error("named, and again:", err)
		}
	}
	if err := name(line1, "biz-2"); codes(err) != "INST-NAMED" {
		t.Error("another name:", err)
	}
	if err := name("CS2610011100D1-000001", "biz-1"); codes(err) != "INST-NAMED" {
		t.Error("a name that is taken:", err)
	}
	w.load(`{"kind":"order","orderId":"CSR","orderType":"RENEW","createTime":"20261006130000","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},` +
		`"orderLine":[{"orderLineId":"CSR-1","chargingMode":"PERIOD","periodType":"year","periodNumber":1,"productInfo":{"productId":"P11"},"amount":"10","currencyCode":"USD","instanceId":"biz-1"}]}`)
	w.load(`{"kind":"effectiveness","orderId":"CSR","time":"20271005130600"}`)
	for _, id := range []string{"biz-1", line1} {
		if in := w.instance(id); in == nil || len(in.Terms) != 2 || in.ExpiresAt.Year() != 2028 {
			t.Errorf("%s: %+v", id, in)
		}
	}
	if in := w.instance("I-208"); in == nil || in.Mode != OnDemand || in.OpenedAt != nil {
		t.Errorf("pay-per-use: %+v", in)
	}
	if in := w.instance("nobody"); in != nil {
		t.Errorf("never ordered: %+v", in)
	}
}

func TestATrialTurnsFormalOrEndsWithItsUnsubscription(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{TrialToFormal, Unsubscribe} {
		w := newShop(t)
		at := w.clk.Now()
		o := w.placed(strings.ReplaceAll(aboutInstance, "%t", Trial), `"100"`, `"0"`, "month", "day", `"periodNumber":1`, `"periodNumber":30`)
		w.effect(o.OrderID, at)
		if in := w.instance("I-1"); !in.Trial || !in.ExpiresAt.Equal(at.AddDate(0, 0, 30)) {
			t.Errorf("trial: %+v", in)
		}
		next := strings.ReplaceAll(aboutInstance, "%t", kind)
		if kind == Unsubscribe {
			next = strings.Replace(next, `"amount":"100",`, "", 1)
		}
		o = w.placed(next)
		later := at.Add(time.Hour)
		w.effect(o.OrderID, later)
		in := w.instance("I-1")
		if kind == TrialToFormal && (in.Trial || !in.ExpiresAt.Equal(later.AddDate(0, 1, 0))) {
			t.Errorf("formal: %+v", in)
		}
		if kind == Unsubscribe && (in.ClosedAt == nil || in.ClosedWhy != ClosedUnsubscribe || !in.ClosedAt.Equal(later)) {
			t.Errorf("unsubscribed: %+v", in)
		}
	}
}
