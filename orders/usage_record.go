package orders

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

// usageRecordKind: a usage record (话单) as the seller reports it. It is rated when its month's run begins.
var usageRecordKind = kindDef{
	name: "usageRecord", phase: free, rank: 0, make: func() record { return &usageRecord{} },
	id: "metering_sn",
	about: "A seller's usage record for one metering window of a pay-per-use instance. Rated by the product's rating when the run of its month begins; " +
		"a second record for the same window is listed with code 010.",
	example: `{"kind":"usageRecord","metering_sn":"u-208-1","instance_id":"I-208","begin_time":"20261005T010000Z","end_time":"20261005T020000Z","usage_value":"2.0000","record_time":"20261005T020500Z"}`,
	journal: postsNothing,
}

type usageRecord struct {
	Head
	SN       string `json:"metering_sn"`
	Instance string `json:"instance_id"`
	Begin    string `json:"begin_time"`
	End      string `json:"end_time"`
	Value    string `json:"usage_value"`
	Recorded string `json:"record_time"`
	Package  string `json:"relate_pkg_instance,omitempty"`

	begin, end, reported time.Time
	value                decimal.Decimal
}

func (r *usageRecord) factID() string      { return r.SN }
func (r *usageRecord) happened() time.Time { return r.reported }

func (r *usageRecord) check(c *checker) {
	c.id("metering_sn", &r.SN)
	c.id("instance_id", &r.Instance)
	r.begin = c.time("begin_time", &r.Begin, true)
	r.end = c.time("end_time", &r.End, true)
	r.reported = c.time("record_time", &r.Recorded, true)
	r.value = c.positive("usage_value", c.decimal("usage_value", &r.Value, true))
	if r.Package != "" {
		c.id("relate_pkg_instance", &r.Package)
	}
	if -r.value.Exponent() > 4 {
		c.bad("USAGE-DECIMALS", "usage_value")
	}
	if r.end.Before(r.begin) || r.reported.Before(r.end) {
		c.bad("USAGE-TIMES", "end_time")
	}
}

func (r *usageRecord) stands(b *batch) standingKey {
	return standingKey{usageRecordKind.name, b.instances[r.Instance].merchant, r.SN}
}

func (r *usageRecord) applyFree(_ context.Context, b *batch) (fault.Faults, error) {
	owner, ok := b.instances[r.Instance]
	if !ok {
		return fault.Faults{fault.New(fault.NotFound, "USAGE-INSTANCE", "instance_id", fault.Args{"instance": r.Instance})}, nil
	}
	b.rows.usage = append(b.rows.usage, usageRow{r, owner.merchant, b.known(&r.Head, r.reported)})
	return nil, nil
}
