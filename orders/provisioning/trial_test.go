package provisioning

import "testing"

func TestTrialsTellWhatIsWrong(t *testing.T) {
	t.Parallel()

	for _, v := range []Version{V1, V2} {
		w := newWorld(t, Interface{Delivery: SaaS, Version: v}, &Stub{})
		for activity, scene := range trialScenes {
			want := ""
			if !v.Knows(scene) {
				want = string(NoScene)
			}
			if scene == LicenceGet {
				continue // the reference seller hands out no licences
			}
			if got := w.svc.Trial(ctx, w.db, "M1", "P11", w.url, v, activity); got != want {
				t.Errorf("%s %s: %q, want %q", v, activity, got, want)
			}
		}
		if got := w.svc.Trial(ctx, w.db, "M1", "P11", w.url, v, "usage"); got != "" {
			t.Errorf("a usage push is not tried: %q", got)
		}
		if got := w.svc.Reach(ctx, w.db, w.url); got != "" {
			t.Errorf("reached: %q", got)
		}
		if got := w.svc.Reach(ctx, w.db, "http://127.0.0.1:1/"); got != NotReached {
			t.Errorf("nobody there: %q", got)
		}
		if got := w.svc.Trial(ctx, w.db, "M2", "P11", w.url, v, "newInstance"); got != string(NoAddress) {
			t.Errorf("a merchant without an interface: %q", got)
		}
	}
	w := newWorld(t, Interface{Delivery: SaaS, Version: V2}, &Stub{FailFirst: 9})
	if got := w.svc.Trial(ctx, w.db, "M1", "P11", w.url, V2, "newInstance"); got == "" {
		t.Error("a seller that fails passes")
	}
}
