package metering

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"
)

// Record is one usage record (话单, SDR).
type Record struct {
	SN         string          // the seller's number of the record, unique
	Instance   string          // the pay-per-use instance, never a package's
	Begin, End time.Time       // the metering window
	Value      decimal.Decimal // above 0, at most 4 decimals
	ReportedAt time.Time       // when it was heard of; zero where that is not known
	Package    string          // the package instance it is deducted from (relate_pkg_instance); empty: any that covers it
}

// Refused is a record that is not charged, and every code that speaks against it.
type Refused struct {
	Record Record
	Codes  []Code
}

// maxUsage is the largest usage a record may carry: the interface's Double(12,4).
var maxUsage = decimal.New(1, 12)

// Check gives the codes that a record has by itself: 003, 004 and 011.
func (r Record) Check() []Code {
	var codes []Code
	if e := r.Value.Exponent(); e > 12 || e < -24 || !r.Value.IsPositive() ||
		r.Value.GreaterThanOrEqual(maxUsage) || !r.Value.Equal(r.Value.Truncate(4)) {
		codes = append(codes, BadUsage)
	}
	if r.SN == "" {
		codes = append(codes, SNMissing)
	}
	if r.Begin.IsZero() || r.End.Before(r.Begin) || (!r.ReportedAt.IsZero() && r.End.After(r.ReportedAt)) {
		codes = append(codes, BadTimeRange)
	}
	return codes
}

// Sift parts the records that count from those that are refused. Of records with one number (005), or with the same
// instance and window (010), the first counts: first reported, then by number. A refused record takes neither number
// nor window: the seller must report it again, and may do so under the same ones.
func Sift(records []Record) (accepted []Record, refused []Refused) {
	in := append([]Record(nil), records...)
	sort.SliceStable(in, func(a, b int) bool {
		if !in[a].ReportedAt.Equal(in[b].ReportedAt) {
			return in[a].ReportedAt.Before(in[b].ReportedAt)
		}
		return in[a].SN < in[b].SN
	})
	type window struct {
		instance   string
		begin, end int64
	}
	numbers, windows := map[string]bool{}, map[window]bool{}
	for _, r := range in {
		w := window{r.Instance, r.Begin.UnixNano(), r.End.UnixNano()}
		codes := r.Check()
		if r.SN != "" && numbers[r.SN] {
			codes = append(codes, SNRepeated)
		}
		if windows[w] {
			codes = append(codes, DuplicateWindow)
		}
		if len(codes) > 0 {
			sort.Slice(codes, func(a, b int) bool { return codes[a] < codes[b] })
			refused = append(refused, Refused{r, codes})
			continue
		}
		numbers[r.SN], windows[w] = true, true
		accepted = append(accepted, r)
	}
	return accepted, refused
}
