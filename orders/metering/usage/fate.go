package usage

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/orders/metering"
)

// State is what has become of a record. It is derived whenever somebody asks and stored nowhere.
type State string

// The states of a record.
const (
	IsAbnormal  State = "abnormal"  // 异常: not charged; to be reported again
	IsAccepted  State = "accepted"  // right, and nothing says yet when it will be collected: its product has no rating
	IsWaiting   State = "waiting"   // its collection, or its month's run, is still to come
	IsCollected State = "collected" // charged, on no usage line yet; irreversible from here on
	IsCharged   State = "charged"   // on a usage line
	IsBilled    State = "billed"    // that line is on a bill
)

// States lists them in the order in which a record goes.
var States = []State{IsAbnormal, IsAccepted, IsWaiting, IsCollected, IsCharged, IsBilled}

// Fate is a record with what has become of it.
type Fate struct {
	Merchant   string
	SN         string
	Instance   string
	Begin, End time.Time // zero of an abnormal record whose times cannot be read
	Value      string
	Window     string // of an abnormal one: begin and end as they were sent
	Package    string
	Recorded   time.Time // when it was written here
	State      State
	Code       string // of an abnormal one
	Why        string
	Excess     decimal.Decimal // of one that exceeded its package
	CollectAt  time.Time       // waiting: when it will be collected; after that: when it was; zero where a month's run takes it
	Line       string          // usage line it is charged on
}

// after settles what only the line and the bill decide.
func (f *Fate) after(billed map[string]bool) {
	if f.State == IsCharged && billed[f.Line] {
		f.State = IsBilled
	}
}

// Filter says which records are asked for; empty means any.
type Filter struct {
	Merchant string
	Instance string
	State    State // abnormal, accepted, waiting, collected or charged; billed ones are among the charged
	Limit    int
	Offset   int
}

// codeText says what a record-level code means and what to do, with its remark.
func codeText(code, why string, lang fault.Lang) string {
	text := ""
	if known := recordSays[metering.Code(code)]; known != "" {
		text = fault.New(fault.Invalid, known, "").Text(lang)
	}
	if why != "" {
		text = fault.New(fault.Invalid, why, "").Text(lang)
	}
	return text
}
