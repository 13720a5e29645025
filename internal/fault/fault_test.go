package fault

import (
	"errors"
	"fmt"
	"testing"
)

var _ = Define("TEST-ONE", "Too much by {by}. Lower it.", "多出 {by}。请降低。", "Passa {by}. Reduza.")

func TestAFaultSpeaksThreeLanguages(t *testing.T) {
	t.Parallel()
	f := New(Invalid, "TEST-ONE", "amount", Args{"by": "0.01"})
	for l, want := range map[Lang]string{EN: "Too much by 0.01. Lower it.", ZH: "多出 0.01。请降低。", PT: "Passa 0.01. Reduza.", "fr": "Too much by 0.01. Lower it."} {
		if got := f.Text(l); got != want {
			t.Errorf("%s: %s", l, got)
		}
	}
	if f.Error() != "TEST-ONE at amount: Too much by 0.01. Lower it." || New(Invalid, "TEST-NONE", "").Text(ZH) != "TEST-NONE" {
		t.Error(f)
	}
}

func TestWarningsRefuseNothing(t *testing.T) {
	t.Parallel()
	warn := Warning("TEST-ONE", "a")
	if (Faults{warn}).Err() != nil || (Faults{}).Err() != nil {
		t.Error("a warning refused")
	}
	both := Faults{warn, New(Conflict, "TEST-ONE", "b")}
	if both.Err() == nil || KindOf(both) != Conflict || len(both.Codes()) != 1 {
		t.Error("a fault did not refuse")
	}
}

func TestFaultsAreFoundInsideErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	err := fmt.Errorf("loading: %w", New(Unavailable, "TEST-ONE", "").Wrap(cause))
	if !Has(err, "TEST-ONE") || Has(err, "TEST-TWO") || KindOf(err) != Unavailable || !errors.Is(err, cause) {
		t.Error(err)
	}
	if KindOf(cause) != Internal || All(cause) != nil || All(nil) != nil {
		t.Error("a plain error is ours to explain")
	}
}

func TestACodeIsDefinedOnce(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a second definition was taken")
		}
	}()
	Define("TEST-ONE", "x", "x", "x")
}
