package usage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/orders/metering"
	"suanpan/orders/metering/usage"
)

// at moves the clock and collects what is due.
func (w *world) at(s string) int64 {
	w.t.Helper()
	w.clk.Set(instant(s))
	return w.collect()
}

const charges = `SELECT concat_ws(' ', instance_id, to_char(collected_at AT TIME ZONE 'UTC', 'DD"T"HH24:MI'), month, records, trim_scale(rated_before)::text || '+' || trim_scale(rated)::text, trim_scale(amount)::text) FROM metered_charge ORDER BY instance_id, month, collected_at`

func TestFateOfARecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := usage.Filter{Merchant: "M1"}
	expect := func(outcome, want string) {
		t.Helper()
		if got := w.fates(mine); got != want {
			t.Errorf("%s:\n got %s\nwant %s", outcome, got, want)
		}
	}
	w.push("M1", record("s1"), record("bad", "usage_value", "0"), record("d1", "instance_id", "I-2"), record("r1", "instance_id", "I-3"), record("n1", "instance_id", "I-4"))
	expect("reported", "bad abnormal 003; s1 waiting 05T14:15; d1 waiting 06T01:00; r1 waiting; n1 accepted")
	w.at("2026-11-05T14:14:59")
	expect("before minute 15", "bad abnormal 003; s1 waiting 05T14:15; d1 waiting 06T01:00; r1 waiting; n1 accepted")
	if n := w.at("2026-11-05T14:15:00"); n != 1 {
		t.Errorf("%d charges", n)
	}
	expect("at minute 15", "bad abnormal 003; s1 collected 05T14:15; d1 waiting 06T01:00; r1 waiting; n1 accepted")
	if n := w.collect(); n != 0 {
		t.Errorf("collected twice: %d", n)
	}
	w.clk.Set(instant("2026-11-05T14:20:00"))
	w.push("M1", record("late", "begin_time", "20261105T133000Z"))
	w.at("2026-11-05T15:15:02")
	w.at("2026-11-06T01:00:00")
	if got, want := w.rows(charges), "I-1 05T14:15 2026-11-01 1 0+2.5 0.75; I-1 05T15:15 2026-11-01 1 2.5+2.5 0.55; I-2 06T01:00 2026-11-01 1 0+2.5 0.75"; got != want {
		t.Errorf("charges\n got %s\nwant %s", got, want)
	}
	w.svc.Billed = func(_ context.Context, _ *pg.Tx, _ string, lines []string) (map[string]bool, error) {
		return map[string]bool{"O1-1/U/2026-11": true}, nil
	}
	w.clk.Set(instant("2026-12-08T12:00:00"))
	w.run("2026-11")
	expect("after the run", "bad abnormal 003; late billed 05T15:15 O1-1/U/2026-11; s1 billed 05T14:15 O1-1/U/2026-11; d1 charged 06T01:00 O2-1/U/2026-11; r1 charged O3-1/U/2026-11; n1 accepted")
	if got, want := w.rows(`SELECT concat_ws(' ', line_id, trim_scale(quantity)::text, trim_scale(gross)::text) FROM usage_line ORDER BY 1`), "O1-1/U/2026-11 5 1.3; O2-1/U/2026-11 2.5 0.75; O3-1/U/2026-11 2.5 1.25"; got != want {
		t.Errorf("usage lines\n got %s\nwant %s", got, want)
	}
	w.push("M1", record("later", "begin_time", "20261105T134500Z"))
	w.at("2026-12-08T12:15:00")
	w.clk.Set(instant("2027-01-08T12:00:00"))
	w.run("2026-12")
	if got, want := w.rows(`SELECT concat_ws(' ', line_id, cycle, heard, trim_scale(gross)::text) FROM usage_line WHERE heard > cycle`), "O1-1/U/2026-11/late-2026-12 2026-11-01 2026-12-01 0.5"; got != want {
		t.Errorf("a record after its month's run pays the next slice of its own month: %s, want %s", got, want)
	}
	mine.State = usage.IsCharged
	mine.Instance = "I-1"
	expect("the later one is on the later line", "later charged 08T12:15 O1-1/U/2026-11/late-2026-12; late billed 05T15:15 O1-1/U/2026-11; s1 billed 05T14:15 O1-1/U/2026-11")
	mine = usage.Filter{Merchant: "M2"}
	expect("another seller sees nothing", "")
}

// run prepares a month's run in the book of the lines.
func (w *world) run(month string) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		return w.orders.PrepareRun(ctx, tx, dir, []string{"5541"}, period.MustMonth(month))
	})
}

func TestMissedCollectionsAreMadeGoodEachInItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.push("M1", record("a"))
	w.at("2026-11-05T14:16:00")
	w.clk.Set(instant("2026-11-05T15:05:00"))
	w.push("M1", record("b", "begin_time", "20261105T140000Z", "end_time", "20261105T150000Z", "record_time", "20261105T150100Z"))
	w.clk.Set(instant("2026-11-05T16:05:00"))
	w.push("M1", record("c", "begin_time", "20261105T150000Z", "end_time", "20261105T160000Z", "record_time", "20261105T160100Z"))
	w.at("2026-11-06T03:00:00")
	if got, want := w.rows(charges), "I-1 05T14:15 2026-11-01 1 0+2.5 0.75; I-1 05T15:15 2026-11-01 1 2.5+2.5 0.55; I-1 05T16:15 2026-11-01 1 5+2.5 0.5"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestARatingThatComesLaterTakesWhatWaited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.push("M1", record("a", "instance_id", "I-4"), record("x"))
	w.at("2026-11-05T14:15:00")
	w.load(`{"kind":"source","name":"late","zone":"UTC"}`, `{"kind":"product","merchantId":"M1","productId":"P4","rating":{"model":"fixed","price":"2","cycle":"hour"}}`)
	w.at("2026-11-05T18:15:00")
	if got := w.fates(usage.Filter{Merchant: "M1", Instance: "I-4"}); got != "a collected 05T18:15" {
		t.Errorf("got %s", got)
	}
}

func TestNoReportSlipsBetweenTwoCollections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.push("M1", record("first"))
	w.clk.Set(instant("2026-11-05T14:14:59"))
	began, closed := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // it begins before minute 15 and writes after the collection
		err := w.db.InTx(context.Background(), pg.AsBatch("report"), func(tx *pg.Tx) error {
			close(began)
			<-closed
			set, err := entities.LoadSettings(context.Background(), tx)
			if err != nil {
				return err
			}
			_, err = w.svc.Report(context.Background(), tx, set, "M1", []usage.Sent{{Instance: "I-1", Recorded: "20261105T140200Z", Begin: "20261105T133000Z", End: "20261105T134000Z", Value: []byte("1"), SN: "slow"}})
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-began
	w.at("2026-11-05T14:15:01")
	close(closed)
	wg.Wait()
	w.at("2026-11-05T15:15:00")
	if got, want := w.fates(usage.Filter{Merchant: "M1"}), "slow collected 05T15:15; first collected 05T14:15"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := w.rows(`SELECT sum(records) FROM metered_charge`); got != "2" {
		t.Errorf("%s records charged", got)
	}
}

// TestChargesAreThoseOfTheRule compares the charges made in one statement with the pure rule, over random usage reported at random moments.
func TestChargesAreThoseOfTheRule(t *testing.T) {
	t.Parallel()
	for _, model := range []string{
		`"model":"step","accumulate":"month","bands":[{"up_to":"10","price":"0.3"},{"up_to":"25.5","price":"0.2"},{"up_to":null,"price":"0.125"}]`,
		`"model":"step","accumulate":"day","bands":[{"up_to":"2","price":"0.3"},{"up_to":null,"price":"0.2"}]`,
		`"model":"tier","bands":[{"up_to":"2","price":"0.3"},{"up_to":"5","price":"0.2"},{"up_to":null,"price":"0.1"}]`,
		`"model":"fixed","price":"0.0001"`,
	} {
		for _, cycle := range []string{"hour", "day"} {
			t.Run(model[9:15]+cycle, func(t *testing.T) {
				t.Parallel()
				randomUsage(t, model, cycle)
			})
		}
	}
}

func randomUsage(t *testing.T, model, cycle string) {
	w := newWorld(t)
	seed := rand.Uint64()
	t.Log("seed", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	w.load(append([]string{`{"kind":"source","name":"p","zone":"UTC","history":true}`, `{"kind":"product","merchantId":"M1","productId":"PR","platformFees":[{"rate":"0.1"}],"rating":{"cycle":"` + cycle + `",` + model + `}}`}, order("M1", "OR", "PR", "I-R")...)...)
	now := instant("2026-11-29T09:07:00")
	var due []metering.Due
	var written []time.Time
	since := time.Time{}
	for i := range 80 {
		w.clk.Set(now)
		begin := now.Add(-time.Duration(rnd.IntN(100*60)) * time.Minute).Truncate(time.Second)
		end := begin.Add(time.Duration(rnd.IntN(int(now.Sub(begin)/time.Second)+1)) * time.Second)
		v := decimal.New(int64(1+rnd.IntN(60000)), -4)
		sn := fmt.Sprintf("r%03d", i)
		a := w.push("M1", record(sn, "instance_id", "I-R", "begin_time", begin.Format("20060102T150405Z"), "end_time", end.Format("20060102T150405Z"), "record_time", now.Format("20060102T150405Z"), "usage_value", v.String()))
		if a.codes() != "ok" {
			t.Fatal(a)
		}
		due, written = append(due, metering.Due{Record: metering.Record{SN: sn, Instance: "I-R", Begin: begin, End: end, Value: v}}), append(written, now)
		now = now.Add(time.Duration(rnd.IntN(4*3600)) * time.Second)
		if rnd.IntN(4) == 0 {
			w.clk.Set(now)
			w.collect()
			if since.IsZero() {
				if s := w.rows(`SELECT to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') FROM usage_meter WHERE instance_id = 'I-R'`); s != "" {
					since = instant(s)
				}
			}
		}
	}
	w.clk.Set(now.Add(48 * time.Hour))
	w.collect()
	for i := range due {
		due[i].At = metering.CollectedAt(cycle, due[i].Begin, written[i], since)
	}
	zone, err := time.LoadLocation("Asia/Singapore")
	if err != nil {
		t.Fatal(err)
	}
	var rating metering.Rating
	mustJSON(t, `{`+model+`}`, &rating)
	want, err := metering.Collect(metering.Collection{Rating: rating, Zone: zone, Records: due})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range want.Charges {
		lines = append(lines, fmt.Sprintf("%s %s %s %d %s %s %s", c.At.Format("02T15:04"), c.Span, c.Month, c.Records, c.Quantity, c.Before, c.Amount))
	}
	got := w.rows(`SELECT concat_ws(' ', to_char(collected_at AT TIME ZONE 'UTC', 'DD"T"HH24:MI'), span, to_char(month, 'YYYY-MM'), records, trim_scale(quantity)::text, trim_scale(rated_before)::text, trim_scale(amount)::text)
		FROM metered_charge WHERE instance_id = 'I-R' ORDER BY collected_at, span`)
	if sorted(strings.Split(got, "; ")) != sorted(lines) {
		t.Errorf("\n got %s\nwant %s", sorted(strings.Split(got, "; ")), sorted(lines))
	}
}

func TestPackages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pkg := func(id, quota, more string) []string {
		return []string{
			fmt.Sprintf(`{"kind":"order","orderId":"%[1]s","orderType":"NEW","createTime":"20261001000000","merchantId":"M1","buyerInfo":{"customerId":"C1"},"orderLine":[{"orderLineId":"%[1]s-1","chargingMode":"ON_DEMAND_PKG","productInfo":{"productId":"P1"},"amount":"5","currencyCode":"USD","instanceId":"K-%[1]s","contractingEntity":"5541","package":{"quota":"%[2]s","validUntil":"20271001000000"%[3]s}}]}`, id, quota, more),
			fmt.Sprintf(`{"kind":"payment","orderId":"%s","method":"CASH","collectingEntity":"5541","time":"20261001000100","amount":"5"}`, id),
			fmt.Sprintf(`{"kind":"effectiveness","orderId":"%s","time":"20261001020000"}`, id),
		}
	}
	lines := []string{`{"kind":"source","name":"packages","zone":"UTC","history":true}`}
	lines = append(lines, pkg("KA", "4", `,"coversInstanceId":"I-1","resetRule":"none"`)...)
	lines = append(lines, pkg("KS", "3", `,"coversInstanceId":"I-2","resetRule":"none","stopBeforeExcess":true`)...)
	w.load(lines...)
	w.set("package_low_quota", "0.5")
	var low []string
	w.svc.LowQuota = func(_ context.Context, _ *pg.Tx, l usage.LowQuota) error {
		low = append(low, l.Instance+" "+l.Deducted.Package)
		return nil
	}
	stop := func(sn string, from int, p string) map[string]any {
		return record(sn, "instance_id", "I-2", "begin_time", fmt.Sprintf("20261105T%02d0000Z", from), "end_time", fmt.Sprintf("20261105T%02d0000Z", from+1), "usage_value", "2", "relate_pkg_instance", p)
	}
	a := w.push("M1", record("a", "usage_value", "3"), record("b", "begin_time", "20261105T120000Z", "end_time", "20261105T130000Z", "usage_value", "3"),
		stop("c", 10, "K-KS"), stop("d", 11, "K-KS"), stop("e", 12, ""), stop("f", 12, "K-KA"), stop("g", 12, "K-9"), record("h", "instance_id", "K-KS"))
	if got, want := a.codes(), "4:013 5:013 6:013 7:012"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	w.at("2026-11-05T14:15:00")
	w.at("2026-11-06T01:00:00")
	if got, want := w.rows(charges), "I-1 05T14:15 2026-11-01 2 0+2 0.6; I-2 06T01:00 2026-11-01 2 0+0 0"; got != want {
		t.Errorf("charges\n got %s\nwant %s", got, want)
	}
	if got, want := w.rows(`SELECT concat_ws(' ', package_id, instance_id, trim_scale(quantity)::text) FROM metered_deduction ORDER BY 1`), "KA-1 I-1 4; KS-1 I-2 3"; got != want {
		t.Errorf("deductions %s, want %s", got, want)
	}
	if got, want := strings.Join(low, ", "), "I-1 KA-1, I-2 KS-1"; got != want {
		t.Errorf("told of %s, want %s", got, want)
	}
	if got := w.rows(`SELECT concat_ws(' ', metering_sn, code, why, record->>'excess') FROM usage_refused WHERE why = 'PKG-EXCESS'`); got != "d 013 PKG-EXCESS 1" {
		t.Errorf("excess %s", got)
	}
	w.clk.Set(instant("2026-11-06T02:00:00"))
	if got := w.push("M1", stop("i", 13, "K-KS")).codes(); got != "0:013" {
		t.Errorf("a package that is used up: %s", got)
	}
	if got := w.push("M1", stop("d", 11, "K-KS")).codes(); got != "ok" {
		t.Errorf("the record that exceeded it, sent again: %s", got)
	}
}
