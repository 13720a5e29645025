package provisioning

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

// State is where a call stands.
type State string

// The states.
const (
	Waiting   State = "waiting"   // not tried yet, or the seller is still processing
	Failed    State = "failed"    // the last try failed and another one is to come
	Succeeded State = "succeeded" // the seller did it
	Exhausted State = "exhausted" // no further try: refunded, or a person has to restart it
	Withdrawn State = "withdrawn" // what it was for is gone or came about otherwise
)

// Open tells whether a try is still to come.
func (s State) Open() bool { return s == Waiting || s == Failed }

// Step is what happens to a call.
type Step string

// The steps.
const (
	Answered  Step = "answered"  // done
	Delayed   Step = "delayed"   // still processing, with time left
	Refused   Step = "refused"   // failed, with tries left
	GaveUp    Step = "gave_up"   // failed, with none left
	TakenBack Step = "withdrawn" // by what happened to the order
	Restarted Step = "restarted" // by a person (重新启动)
)

// steps are the lawful transitions. What is refunded is not restarted: Call.Restart looks at that.
var steps = map[State]map[Step]State{
	Waiting:   {Answered: Succeeded, Delayed: Waiting, Refused: Failed, GaveUp: Exhausted, TakenBack: Withdrawn},
	Failed:    {Answered: Succeeded, Delayed: Waiting, Refused: Failed, GaveUp: Exhausted, TakenBack: Withdrawn},
	Exhausted: {Restarted: Waiting, TakenBack: Withdrawn},
	Succeeded: {},
	Withdrawn: {},
}

// Next is the state after a step; PROV-STATE where the step is not lawful.
func (s State) Next(step Step) (State, error) {
	to, ok := steps[s][step]
	if !ok {
		return s, fault.New(fault.Conflict, "PROV-STATE", "state", fault.Args{"state": s, "step": step})
	}
	return to, nil
}

// Call is one thing a seller is to do, with how far it is.
type Call struct {
	Merchant   string
	ID         string // Order.Key
	Line       string // the order line of ours it concerns; Order.LineID is what the request names
	Order      Order
	Supervised bool   // takes effect at acceptance
	BusinessID string // of the first call: the instance's id, where the seller follows
	Currency   money.Currency
	Gross      decimal.Decimal // what a refund of the whole gives back; 0: nothing was paid

	State     State
	Made      int        // requests sent, the one under way included
	Tries     int        // of them failed since it was started last
	Polling   bool       // the next request asks how far the instance is
	StartedAt time.Time  // business time of being started last
	DueAt     *time.Time // business time of the next request; nil where none is to come
	Code      Code       // of the last answer
	Message   string     // the seller's words with it
	EndedAt   *time.Time
	GivenUpAt *time.Time // when it was exhausted first; stays after a restart
	Refunded  bool       // its money goes back, so it is not started again
	AskedBy   string

	lease string
}

// Answer is what came back from a seller.
type Answer struct {
	Code     Code
	Message  string // at most 255 characters, as the seller wrote it
	Instance string
}

// Verdict is what an answer means for a call.
type Verdict struct {
	Step     Step
	Due      time.Time // of the next request, where one is to come
	Polling  bool
	Instance string
	Code     Code
}

// Failed tells whether the seller is to be told of a failure.
func (v Verdict) Failed() bool { return v.Step == Refused || v.Step == GaveUp }

// Judge says what an answer means at an instant of business time. A try that was late is made once and not made up for: the next one keeps its hour,
// or stands a whole pause ahead where that hour has gone by. What is still processing is asked again until the span of its policy is over.
func (c *Call) Judge(a Answer, p Policy, r Repeats, now time.Time) Verdict {
	v := Verdict{Code: a.Code, Instance: c.Order.Instance}
	if a.Instance != "" && (a.Code == Done || a.Code == Processing) && (c.Order.Scene == Create || c.Order.Scene == Acceptance) {
		if v.Instance != "" && v.Instance != a.Instance {
			v.Code = OtherAnswer
		} else {
			v.Instance = a.Instance
		}
	}
	if v.Code == Done && c.Order.Scene == Create && v.Instance == "" {
		v.Code = NoInstance
	}
	switch {
	case v.Code == Done:
		v.Step = Answered
		return v
	case v.Code == Processing && now.Sub(c.StartedAt) < max(p.Span(), r.Poll):
		v.Step, v.Due = Delayed, now.Add(r.Poll)
		v.Polling = c.Polling || c.Order.Scene == Create && v.Instance != "" && a.Instance != ""
	case c.Tries+1 >= p.Tries:
		v.Step = GaveUp
	default:
		v.Step, v.Polling = Refused, c.Polling
		v.Due = now.Add(p.Every)
		if c.DueAt != nil {
			if kept := c.DueAt.Add(p.Every); kept.After(now) {
				v.Due = kept
			}
		}
	}
	return v
}

// Restart lets an exhausted call be tried anew; PROV-REFUNDED where its money went back.
func (c *Call) Restart() (State, error) {
	if c.Refunded {
		return c.State, fault.New(fault.Conflict, "PROV-REFUNDED", "state", fault.Args{"order": c.Order.OrderID})
	}
	return c.State.Next(Restarted)
}
