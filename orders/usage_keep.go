package orders

import (
	"bytes"
	"context"
	"encoding/json"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders/metering"
)

// UsageReport is a usage record (话单) that a seller reports and whose fields were found right.
type UsageReport struct {
	SN         string
	Instance   string
	Package    string // relate_pkg_instance
	Begin, End time.Time
	Value      decimal.Decimal
	Recorded   time.Time // record_time: when the seller made the record
}

// UsageKept is what became of a report at the door. A refused one is listed; neither is ever changed.
type UsageKept struct {
	Repeated bool          // it stands already with the same content; Code is what it was answered then
	Code     metering.Code // 005, 010, or of a repeated one whatever refused it; empty: kept
	Why      string
}

// KeepUsage writes a merchant's reports through the same door as the feed's usage records: same keys, same content, so a record that comes both
// ways is one. The transaction is that of batch. Answers are in the order of the reports.
func KeepUsage(ctx context.Context, tx *pg.Tx, merchant string, reports []UsageReport) ([]UsageKept, error) {
	us, err := usageRows(tx, merchant, reports)
	if err != nil {
		return nil, err
	}
	return keepUsage(ctx, tx, us)
}

// UsageStands tells of each report whether it was kept before with the same content: it is answered as it was, whatever has changed since.
func UsageStands(ctx context.Context, tx *pg.Tx, merchant string, reports []UsageReport) ([]bool, error) {
	us, err := usageRows(tx, merchant, reports)
	if err != nil {
		return nil, err
	}
	var c usageColumns
	for i := range us {
		c.add(&us[i], tx.Now)
	}
	stands, err := selectUsageHashes(ctx, tx, &c)
	out := make([]bool, len(us))
	for i := range us {
		hash, known := stands[usageKey{merchant, us[i].SN}]
		out[i] = known && bytes.Equal(hash, us[i].hash)
	}
	return out, err
}

func usageRows(tx *pg.Tx, merchant string, reports []UsageReport) ([]usageRow, error) {
	us := make([]usageRow, len(reports))
	records := make([]usageRecord, len(reports))
	for i, p := range reports {
		r := &records[i]
		*r = usageRecord{
			Head: Head{Kind: usageRecordKind.name}, SN: p.SN, Instance: p.Instance, Package: p.Package, Begin: p.Begin.UTC().Format(time.RFC3339Nano),
			End: p.End.UTC().Format(time.RFC3339Nano), Value: money.Exact(p.Value), Recorded: p.Recorded.UTC().Format(time.RFC3339Nano),
			begin: p.Begin, end: p.End, reported: p.Recorded, value: p.Value,
		}
		if err := seal(r); err != nil {
			return nil, err
		}
		us[i] = usageRow{r, merchant, tx.Now}
	}
	return us, nil
}

// RefuseUsage lists reports that their own content refuses; the same again is nothing.
func RefuseUsage(ctx context.Context, tx *pg.Tx, merchant string, rs []RefusedUsage) error {
	return insertRefused(ctx, tx, merchant, rs)
}

// RefusedUsage is a report that is not charged, as the seller sent it.
type RefusedUsage struct {
	SN, Instance string
	Code         metering.Code
	Why          string // code of a fault that says more; may be empty
	Record       json.RawMessage
	Hash         []byte // of Record: the same report listed twice is one
}

type usageKey struct{ merchant, sn string }

// keepUsage writes usage records. Of one number the first content counts (005), of one window the first record (010): within a call first by
// report, then by number.
func keepUsage(ctx context.Context, tx *pg.Tx, us []usageRow) ([]UsageKept, error) {
	out := make([]UsageKept, len(us))
	if len(us) == 0 {
		return out, nil
	}
	recorded, err := shareClock(ctx, tx, us)
	if err != nil {
		return nil, err
	}
	refused, err := selectRefusedHashes(ctx, tx, us)
	if err != nil {
		return nil, err
	}
	order := sortedUsage(us)
	first := map[usageKey]int{}
	again := map[int]int{} // same number: whose answer it shares
	fresh := order[:0:0]
	for _, i := range order {
		u := &us[i]
		k := usageKey{u.merchant, u.SN}
		if j, twice := first[k]; twice {
			if bytes.Equal(us[j].hash, u.hash) {
				again[i] = j
			} else {
				out[i].Code = metering.SNRepeated
			}
			continue
		}
		first[k] = i
		if was := refused[k]; len(was) > 0 {
			out[i] = refusedBefore(was, u.hash)
			continue
		}
		fresh = append(fresh, i)
	}
	if err := insertUsageRecords(ctx, tx, us, fresh, recorded, out); err != nil {
		return nil, err
	}
	for i, j := range again {
		out[i] = out[j]
		out[i].Repeated = true
	}
	return out, listRefused(ctx, tx, us, out)
}

// refusedBefore answers a number that was refused already: as it was where the content is the same.
func refusedBefore(was []refusedHash, hash []byte) UsageKept {
	for _, r := range was {
		if bytes.Equal(r.hash, hash) {
			return UsageKept{Repeated: true, Code: r.code, Why: r.why}
		}
	}
	return UsageKept{Code: metering.SNRepeated}
}

type refusedHash struct {
	hash []byte
	code metering.Code
	why  string
}

// sortedUsage gives the order of the table's key, in which callers that write at once never wait for each other in a circle.
func sortedUsage(us []usageRow) []int {
	order := make([]int, len(us))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(x, y int) bool {
		a, b := &us[order[x]], &us[order[y]]
		switch {
		case a.merchant != b.merchant:
			return a.merchant < b.merchant
		case a.Instance != b.Instance:
			return a.Instance < b.Instance
		case !a.begin.Equal(b.begin):
			return a.begin.Before(b.begin)
		case !a.end.Equal(b.end):
			return a.end.Before(b.end)
		case !a.reported.Equal(b.reported):
			return a.reported.Before(b.reported)
		}
		return a.SN < b.SN
	})
	return order
}

func listRefused(ctx context.Context, tx *pg.Tx, us []usageRow, out []UsageKept) error {
	by := map[string][]RefusedUsage{}
	for i, o := range out {
		if o.Code == "" || o.Repeated {
			continue
		}
		u := &us[i]
		raw, err := json.Marshal(map[string]any{"begin": u.begin, "end": u.end, "value": u.Value, "reportedAt": u.reported})
		if err != nil {
			return err
		}
		by[u.merchant] = append(by[u.merchant], RefusedUsage{SN: u.SN, Instance: u.Instance, Code: o.Code, Why: o.Why, Record: raw, Hash: u.hash})
	}
	for _, m := range sortedKeys(by, func(a, b string) bool { return a < b }) {
		if err := insertRefused(ctx, tx, m, by[m]); err != nil {
			return err
		}
	}
	return nil
}

// insertUsage keeps the feed's usage records. A number that stands with other content is a fault; a window that is taken already is listed with
// code 010 and refuses nothing else.
func (r *rows) insertUsage(ctx context.Context, tx *pg.Tx, b *batch) error {
	kept, err := keepUsage(ctx, tx, r.usage)
	if err != nil {
		return err
	}
	for i, k := range kept {
		switch {
		case k.Code == metering.SNRepeated:
			return fault.New(fault.Conflict, "FEED-CHANGED", "", fault.Args{"kind": usageRecordKind.name, "id": r.usage[i].SN})
		case k.Repeated:
			b.repeated++
		default:
			b.fresh++
		}
	}
	return nil
}
