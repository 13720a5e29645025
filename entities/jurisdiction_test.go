package entities

import (
	"slices"
	"testing"
	"time"

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
			seen := map[string]bool{}
			for _, r := range j.Rules {
				if r.Code == "" || r.Says == "" || r.Source == "" || seen[r.Code] {
					t.Errorf("rule %q needs a code of its own, a text and a source", r.Code)
				}
				seen[r.Code] = true
			}
			raised := map[string]bool{}
			for _, e := range j.Examples {
				t.Run(e.Name, func(t *testing.T) {
					got, want := j.CheckInvoice(e.Facts).Codes(), slices.Clone(e.Codes)
					slices.Sort(want)
					if !slices.Equal(got, want) {
						t.Errorf("got %v, want %v", got, want)
					}
				})
				for _, c := range e.Codes {
					raised[c] = true
				}
			}
			for _, r := range j.Rules {
				if r.check != nil && !raised[r.Code] {
					t.Errorf("no example provokes %s", r.Code)
				}
			}
		})
	}
	for _, id := range []string{"br", "sg", "hk", "cl", "th", "pe", "none"} {
		if _, ok := JurisdictionByID(id); !ok {
			t.Errorf("no jurisdiction %s", id)
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
		"sg": {"00192200M", "197401143C", "T08LL0001A"},
	}
	bad := map[string][]string{
		"br": {"12.ABC.345/01DE-36", "00000000000000", "", "12ABC34501DE3A"},
		"cl": {"99.535.120-1", "K", ""},
		"th": {"0105544059926", "010554405992", ""},
		"pe": {"20100070971", "30100070970", ""},
		"sg": {"00192200N", "197401143D", "X08LL0001A", ""},
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
