package supervision

import (
	"slices"

	"suanpan/internal/fault"
)

// road is the stages of a delivery type in a channel, in their order.
func road(t Type, c Channel) []Stage {
	f := flowOf(t)
	if f == nil {
		return nil
	}
	out := slices.Clone(f.Stages)
	if slices.Contains(f.Review, c) {
		out = append(out, Review)
	}
	return out
}

// First is the stage in which a case of a type and channel begins: Untyped where either is not known.
func First(t Type, c Channel) Stage {
	if r := road(t, c); len(r) > 0 && c.Valid() {
		return r[0]
	}
	return Untyped
}

// Able lists what can be done in a stage of a flow, in the order in which it is usually done.
func Able(t Type, s Stage) []Event {
	var out []Event
	for _, x := range stepsAt(t, s) {
		out = append(out, x.Event)
	}
	return out
}

func stepsAt(t Type, s Stage) []step {
	var out []step
	f := flowOf(t)
	for _, x := range steps {
		if x.At != s || f == nil {
			continue
		}
		if !f.Courier && (x.Event == CourierReport || x.Event == AutoAccept) {
			continue
		}
		out = append(out, x)
	}
	return out
}

// Turn is whose turn it is in a stage.
func Turn(t Type, s Stage) Party {
	for _, x := range stepsAt(t, s) {
		if x.To == next {
			return x.Who
		}
	}
	return Platform // who says the type, or does what the last decision asks
}

// move gives the step that an event is in a stage, and the stage after it. SUP-STEP where it is none.
func move(t Type, c Channel, s Stage, e Event) (step, Stage, *fault.Fault) {
	for _, x := range stepsAt(t, s) {
		if x.Event == e {
			return x, after(road(t, c), x), nil
		}
	}
	return step{}, s, fault.New(fault.Conflict, "SUP-STEP", "event", fault.Args{"event": string(e), "stage": string(s)})
}

func after(r []Stage, x step) Stage {
	i := slices.Index(r, x.At)
	switch x.To {
	case stay:
		return x.At
	case next:
		if i+1 < len(r) {
			return r[i+1]
		}
		return Completing
	case back:
		for j := i; j >= 0; j-- {
			if r[j] == Deliver || r[j] == Ship || r[j] == Prove {
				return r[j]
			}
		}
	}
	return x.To
}
