package orders

import (
	"testing"

	"suanpan/internal/fault"
)

func TestPayPerUseAndPackagesAreNotRefunded(t *testing.T) {
	t.Parallel()
	for mode, code := range map[string]string{OnDemand: "ORD-USAGE-NO-REFUND", Package: "ORD-PKG-NO-REFUND", Period: "", OneTime: ""} {
		f := Line{ID: "L", Mode: mode}.RefundFault("lineId")
		if (f == nil) != (code == "") || f != nil && (f.Code != code || f.Kind != fault.Conflict) {
			t.Errorf("%s: %v, want %q", mode, f, code)
		}
	}
}
