package invoicing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

func within(code, bound string) func(*invoicing.Input) {
	return func(in *invoicing.Input) {
		in.Settings.Tolerances = map[string]map[string]decimal.Decimal{"5541": {code: sumOf(bound)}}
	}
}

func TestATolerance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		total   string
		bend    func(*invoicing.Input)
		outcome invoicing.Outcome
		codes   string
	}{
		{"takes up to its bound and says so", "471.65", within("INV-TOTAL", "0.05"), invoicing.Accepted, "INV-TOLERATED"},
		{"takes what is below too", "471.55", within("INV-TOTAL", "0.05"), invoicing.Accepted, "INV-TOLERATED"},
		{"takes nothing beyond its bound", "471.66", within("INV-TOTAL", "0.05"), invoicing.Refused, "INV-TOTAL"},
		{"is none by default", "471.61", func(*invoicing.Input) {}, invoicing.Refused, "INV-TOTAL"},
		{"is another entity's", "471.61", func(in *invoicing.Input) {
			in.Settings.Tolerances = map[string]map[string]decimal.Decimal{"5861": {"INV-TOTAL": sumOf("1")}}
		}, invoicing.Refused, "INV-TOTAL"},
		{"is another fault's", "471.61", within("INV-AMOUNT-DUE", "1"), invoicing.Refused, "INV-TOTAL"},
		{"does not compare currencies", "471.61", func(in *invoicing.Input) {
			within("INV-TOTAL", "1")(in)
			in.Upload.Invoices[0].Currency = "USD"
		}, invoicing.Refused, "INV-CURRENCY INV-TOTAL"},
		{"has a measure for the amount due", "471.60", func(in *invoicing.Input) {
			within("INV-AMOUNT-DUE", "0.01")(in)
			in.Upload.Invoices[0].Rounding = sumOf("0.01")
		}, invoicing.Accepted, "INV-TOLERATED"},
		{"has a measure for the invoice's own figures", "471.60", func(in *invoicing.Input) {
			within("INV-ARITHMETIC", "0.01")(in)
			stated := sumOf("471.61")
			in.Upload.Invoices[0].Stated = &stated
		}, invoicing.Accepted, "INV-TOLERATED"},
		{"has days for what is late", "471.60", func(in *invoicing.Input) {
			within("INV-LATE", "2")(in)
			in.Upload.ReceivedAt = time.Date(2026, 12, 15, 15, 59, 0, 0, time.UTC) // the 15th in Singapore, due on the 13th
		}, invoicing.Accepted, "INV-TOLERATED"},
		{"has no more days than that", "471.60", func(in *invoicing.Input) {
			within("INV-LATE", "2")(in)
			in.Upload.ReceivedAt = time.Date(2026, 12, 15, 16, 0, 0, 0, time.UTC)
		}, invoicing.Late, "INV-LATE"},
		{"takes the part that crosses by no more", "471.61", func(in *invoicing.Input) {
			within("INV-TOTAL", "0.01")(in)
			more(in)
		}, invoicing.Accepted, "INV-TOLERATED"},
		{"does not end what more will follow", "471.59", func(in *invoicing.Input) {
			within("INV-TOTAL", "0.01")(in)
			more(in)
		}, invoicing.Incomplete, "INV-INCOMPLETE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := plain(c.total)
			c.bend(&in)
			want(t, invoicing.Judge(in), c.outcome, c.codes)
		})
	}
}

// setting dates a setting from an instant that is not past.
func (h *house) setting(key, value string, scope entities.Scope) {
	h.t.Helper()
	h.batch(func(tx *pg.Tx) error {
		return entities.SaveSetting(ctx, tx, entities.Setting{Key: key, Value: value, Scope: scope, ValidFrom: tx.Now, Source: "finance, minutes of November", Who: "ana"})
	})
}

func TestAToleranceIsADatedSettingOfOneFaultAtOneEntity(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.issue(h.list())
	h.clock.Add(time.Hour)
	want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.61")).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
	h.setting(entities.KeyExceptionTolerance, "1", entities.ForFault("5861", "INV-TOTAL"))
	want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.61")).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
	h.setting(entities.KeyExceptionTolerance, "0.01", entities.ForFault("5541", "INV-TOTAL"))
	got := h.submit(send(h.list(), "2026-11-13", "A", "471.59")).Submission.Verdict
	want(t, got, invoicing.Accepted, "INV-TOLERATED")
	if said := got.Warnings[0].Text(fault.EN); !strings.Contains(said, "SGD 0.01 off (INV-TOTAL)") || !strings.Contains(said, "SGD 471.60 is paid") {
		t.Error(said)
	}
	h.stands("REQ-1", invoicing.StateAccepted, "refused refused accepted", "SGD 471.60")
	h.batch(func(tx *pg.Tx) error {
		list, err := audit.List(ctx, tx, audit.Filter{Action: "invoice.tolerated"})
		if len(list) != 1 || list[0].Subject != "requisition/REQ-1" || list[0].Detail["bound"] != "SGD 0.01" {
			t.Errorf("%+v", list)
		}
		return err
	})
	want(t, h.submit(send(h.list(), "2026-11-13", "B", "0.01")).Submission.Verdict, invoicing.Refused, "INV-ANSWERED")
}

func TestWithinAToleranceNothingHappensByItselfWhereFinanceSaysSo(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.issue(h.list())
	h.clock.Add(time.Hour)
	h.setting(entities.KeyExceptionTolerance, "0.01", entities.ForFault("5541", "INV-TOTAL"))
	h.setting(entities.KeyExceptionAuto, entities.AutoNone, entities.ForFault("", "INV-TOTAL"))
	want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.61")).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
}

func TestASettingOfAFaultNamesOneThatExists(t *testing.T) {
	t.Parallel()
	s := entities.Setting{Key: entities.KeyExceptionTolerance, Value: "1", Source: "x", Who: "ana"}
	for code, wrong := range map[string]bool{"INV-TOTAL": false, "INV-TOTALS": true} {
		s.Scope = entities.ForFault("5541", code)
		if got := len(entities.CheckSetting(s)) > 0; got != wrong {
			t.Errorf("%s: %v", code, entities.CheckSetting(s))
		}
	}
	s.Key, s.Value, s.Scope.Fault = entities.KeyRunDay, "7", "INV-TOTAL"
	if fs := entities.CheckSetting(s); len(fs) != 1 || fs[0].Code != "SETTING-SCOPE" {
		t.Error(fs)
	}
}
