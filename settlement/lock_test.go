package settlement

import (
	"slices"
	"testing"

	"suanpan/internal/period"
)

func TestWhatWaitsInAMonthIsNamed(t *testing.T) {
	t.Parallel()
	bills := []waitingBills{{Countersigning, 2, "B1"}, {PendingCountersign, 1, "B9"}}
	for name, c := range map[string]struct {
		ran   bool
		bills []waitingBills
		codes []string
		kept  []string
	}{
		"nothing waits":                  {true, nil, nil, nil},
		"the run is not done":            {false, nil, []string{"LOCK-RUN"}, []string{"LOCK-RUN"}},
		"bills wait, state by state":     {true, bills, []string{"LOCK-BILLS", "LOCK-BILLS"}, []string{"LOCK-BILLS COUNTERSIGNING 2", "LOCK-BILLS PENDING_COUNTERSIGN 1"}},
		"a run that broke off, and more": {false, bills[:1], []string{"LOCK-RUN", "LOCK-BILLS"}, []string{"LOCK-RUN", "LOCK-BILLS COUNTERSIGNING 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var codes []string
			for _, f := range lockFaults("5861", period.MustMonth("2026-10"), c.ran, c.bills) {
				codes = append(codes, f.Code)
			}
			if !slices.Equal(codes, c.codes) || !slices.Equal(waitNames(c.ran, c.bills), c.kept) {
				t.Errorf("%v, kept %v", codes, waitNames(c.ran, c.bills))
			}
		})
	}
}
