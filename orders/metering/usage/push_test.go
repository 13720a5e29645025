package usage_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/orders/metering/usage"
)

func TestSignatureOfTheCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := []byte(`{"usage_records": [{"usage_value":2.5000,"metering_sn":"s1","instance_id":"I-1","record_time":"20261105T140200Z","begin_time":"20261105T130000Z","end_time":"20261105T140000Z"}]}`)
	sorted := `{"usage_records":[{"begin_time":"20261105T130000Z","end_time":"20261105T140000Z","instance_id":"I-1","metering_sn":"s1","record_time":"20261105T140200Z","usage_value":2.5000}]}`
	if got, err := usage.Sorted(b); err != nil || string(got) != sorted {
		t.Fatalf("natural order: %s %v", got, err)
	}
	good := func() map[string]string { return w.signed("M1", b) }
	with := func(change ...string) map[string]string {
		h := good()
		for i := 0; i+1 < len(change); i += 2 {
			h[change[i]] = change[i+1]
		}
		return h
	}
	overSorted := func() map[string]string {
		h := good()
		h["signature"] = usage.Sign(w.keys["M1"], h["ts"], h["nonce"], []byte(sorted))
		return h
	}
	late := fmt.Sprint(w.machine.Add(-301 * time.Second).UnixMilli())
	for name, c := range map[string]struct {
		who     string
		headers map[string]string
		want    string
	}{
		"over the body as sent":       {"M1", good(), "ok"},
		"over the sorted body":        {"M1", overSorted(), "ok"},
		"over another body":           {"M1", with("signature", usage.Sign(w.keys["M1"], "1", "n", b)), "401 MKT.0150"},
		"none":                        {"M1", with("signature", ""), "401 MKT.0150"},
		"with another seller's key":   {"M1", w.signed("M2", b), "401 MKT.0150"},
		"too old":                     {"M1", map[string]string{"ts": late, "nonce": "old", "signature": usage.Sign(w.keys["M1"], late, "old", b)}, "401 MKT.0150"},
		"no time":                     {"M1", with("ts", ""), "401 MKT.0150"},
		"no number":                   {"M1", with("nonce", ""), "401 MKT.0150"},
		"a number of 65 characters":   {"M1", with("nonce", strings.Repeat("n", 65)), "401 MKT.0150"},
		"by nobody":                   {"", good(), "401 MKT.0151"},
		"by somebody of operations":   {"ops", good(), "401 MKT.0151"},
		"by the marketplace's system": {"market", good(), "401 MKT.0151"},
	} {
		if got := w.send(c.who, push, b, c.headers).codes(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	h := good()
	if got := w.send("M1", push, b, h).codes(); got != "ok" {
		t.Fatal(got)
	}
	if got := w.send("M1", push, b, h).codes(); got != "401 MKT.0150" {
		t.Errorf("the same call replayed: %s", got)
	}
	w.set("usage_signed_body", "sorted")
	if got := w.send("M1", push, b, good()).codes(); got != "401 MKT.0150" {
		t.Errorf("only the sorted body is taken: %s", got)
	}
	if got := w.send("M1", push, b, overSorted()).codes(); got != "ok" {
		t.Errorf("the sorted body is taken: %s", got)
	}
	w.must(func(ctx context.Context, tx *pg.Tx) error { return w.svc.EraseKey(ctx, tx, "M1") })
	if got := w.send("M1", push, b, overSorted()).codes(); got != "401 MKT.0150" {
		t.Errorf("an erased key: %s", got)
	}
	w.must(func(ctx context.Context, tx *pg.Tx) error { return usage.Sweep(ctx, tx, w.machine.Add(time.Hour)) })
	if left := w.rows(`SELECT count(*) FROM usage_nonce`); left != "0" {
		t.Errorf("%s numbers are remembered for ever", left)
	}
}

func TestCallsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct{ body, want string }{
		"no JSON":        {`{"usage_records":[`, "500 MKT.9002"},
		"no list":        {`{"usage_records":{}}`, "500 MKT.9002"},
		"an empty list":  {`{"usage_records":[]}`, "500 MKT.9002"},
		"something else": {`[1]`, "500 MKT.9002"},
	} {
		if got := w.send("M1", push, []byte(c.body), w.signed("M1", []byte(c.body))).codes(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	w.set("usage_records_most", "2")
	if got := w.push("M1", record("a"), record("b"), record("c")).codes(); got != "500 MKT.9003" {
		t.Errorf("too many: %s", got)
	}
	w.set("usage_begin_limit_hours", "1")
	if got := w.push("M1", record("a")).codes(); got != "500 MKT.9004" {
		t.Errorf("begins too long ago: %s", got)
	}
	if left := w.rows(`SELECT (SELECT count(*) FROM usage_record) + (SELECT count(*) FROM usage_refused)`); left != "0" {
		t.Errorf("a refused call left %s rows", left)
	}
}

func TestEachRecordIsListedWithItsCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.svc.Delisted = func(context.Context, *pg.Tx, string, []string) (map[string]time.Time, error) {
		return map[string]time.Time{"P2": instant("2026-11-05T13:30:00")}, nil
	}
	w.set("usage_max_age_hours", "240")
	w.set("usage_after_delisting", "none")
	state := func(instance, state, at string) {
		w.must(func(ctx context.Context, tx *pg.Tx) error {
			return w.svc.SetState(ctx, tx, "M1", instance, state, instant(at), "arrears")
		})
	}
	state("I-3", usage.Frozen, "2026-11-05T10:00:00")
	state("I-3", usage.Open, "2026-11-05T12:00:00")
	state("I-4", usage.Released, "2026-11-05T13:30:00")
	if got := w.push("M1", record("taken")).codes(); got != "ok" {
		t.Fatal(got)
	}
	hour := func(from int, more ...any) []any {
		return append([]any{"begin_time", fmt.Sprintf("20261105T%02d0000Z", from), "end_time", fmt.Sprintf("20261105T%02d0000Z", from+1)}, more...)
	}
	sent := []struct {
		name   string
		record map[string]any
		want   string
	}{
		{"a right one", record("r0", hour(1)...), ""},
		{"a number for a value", record("r1", hour(2, "usage_value", 1234.5678)...), ""},
		{"an unknown instance", record("r2", "instance_id", "I-9"), "001"},
		{"a time in another form", record("r3", "end_time", "2026-11-05 14:00"), "002"},
		{"five decimals", record("r4", "usage_value", "1.00001"), "003"},
		{"no usage", record("r5", "usage_value", 0), "003"},
		{"usage that is no number", record("r6", "usage_value", "much"), "003"},
		{"more than the interface carries", record("r7", "usage_value", "1000000000000"), "003"},
		{"no number", record(""), "004"},
		{"a number of 65 characters", record(strings.Repeat("s", 65)), "004"},
		{"a number with other content", record("taken", "usage_value", "9"), "005"},
		{"a delisted product", record("r10", "instance_id", "I-2"), "006"},
		{"too old", record("r11", "begin_time", "20261020T130000Z", "end_time", "20261020T140000Z"), "007"},
		{"another seller's instance", record("r12", "instance_id", "J-1"), "009"},
		{"a window that is taken", record("r13"), "010"},
		{"end before begin", record("r14", "begin_time", "20261105T140100Z"), "011"},
		{"end after the report", record("r15", "record_time", "20261105T135959Z"), "011"},
		{"end in the future", record("r16", hour(14, "record_time", "20261105T150200Z")...), "011"},
		{"before the resource was opened", record("r17", "begin_time", "20261001T003000Z", "end_time", "20261001T013000Z"), "011"},
		{"after the resource was released", record("r18", "instance_id", "I-4"), "011"},
		{"before it was released", record("r19", hour(12, "instance_id", "I-4")...), ""},
		{"no pay-per-use", record("r20", "instance_id", "S-1"), "012"},
		{"frozen", record("r21", hour(11, "instance_id", "I-3")...), "013"},
		{"open again", record("r22", hour(12, "instance_id", "I-3")...), ""},
		{"never opened", record("r23", "instance_id", "I-NEW"), "013"},
	}
	var records []map[string]any
	for _, s := range sent {
		records = append(records, s.record)
	}
	got := map[int]string{}
	a := w.push("M1", records...)
	if a.Code != "MKT.0000" || a.status != 200 {
		t.Fatalf("a wrong record refuses no call: %+v", a)
	}
	for _, d := range a.Info.Data {
		got[d.Index] = d.Code
		if d.Text == "" {
			t.Errorf("code %s says nothing", d.Code)
		}
	}
	wrong := 0
	for i, s := range sent {
		if got[i] != s.want {
			t.Errorf("%s: %q, want %q", s.name, got[i], s.want)
		}
		if s.want != "" {
			wrong++
		}
	}
	before := w.rows(`SELECT (SELECT count(*) FROM usage_record), (SELECT count(*) FROM usage_refused)`)
	if want := fmt.Sprintf("%d %d", len(sent)-wrong+1, wrong); before != want {
		t.Errorf("kept and listed: %s, want %s", before, want)
	}
	w.push("M1", records...)
	if after := w.rows(`SELECT (SELECT count(*) FROM usage_record), (SELECT count(*) FROM usage_refused)`); after != before {
		t.Errorf("the same call again: %s, was %s", after, before)
	}
	if got := w.push("M1", record("r4", hour(3)...)).codes(); got != "0:005" {
		t.Errorf("put right under the old number: %s", got)
	}
	if got := w.push("M1", record("r4-b", hour(3)...)).codes(); got != "ok" {
		t.Errorf("put right under a new number: %s", got)
	}
	if v := w.rows(`SELECT value::text FROM usage_record WHERE metering_sn = 'r1'`); v != "1234.5678" {
		t.Errorf("value kept as %s", v)
	}
}

func TestTheOldInterfaceNeedsNoNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const old = "/rest/marketplace/v1/isv/usage-data"
	r := record("")
	delete(r, "metering_sn")
	r["product_id"] = "P1"
	send := func() string { return w.send("M1", old, body(r), nil).codes() }
	if got := send() + " " + send(); got != "ok ok" {
		t.Errorf("twice the same: %s", got)
	}
	r["usage_value"] = "3"
	if got := send(); got != "0:010" {
		t.Errorf("another value for the window: %s", got)
	}
	r["product_id"] = "P2"
	if got := send(); got != "0:001" {
		t.Errorf("another product: %s", got)
	}
	if n := w.rows(`SELECT count(*) FROM usage_record`); n != "1" {
		t.Errorf("%s records", n)
	}
	if got := w.send("ops", old, body(r), nil).codes(); got != "401 MKT.0151" {
		t.Errorf("no seller: %s", got)
	}
}

func TestARecordIsOneThroughBothDoors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.push("M1", record("s1"))
	fact := func(sn, value string) string {
		return `{"kind":"usageRecord","metering_sn":"` + sn + `","instance_id":"I-1","begin_time":"20261105T130000Z","end_time":"20261105T140000Z","usage_value":"` + value + `","record_time":"20261105T140200Z"}`
	}
	w.load(`{"kind":"source","name":"feed","zone":"UTC"}`, fact("s1", "2.5"), fact("s2", "2.5"))
	if got := w.rows(`SELECT (SELECT count(*) FROM usage_record) || ' ' || (SELECT string_agg(metering_sn || ':' || code, ',') FROM usage_refused)`); got != "1 s2:010" {
		t.Errorf("got %s", got)
	}
}

func TestManyCallsOfTheSameRecordsKeepThemOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var records []map[string]any
	for i := range 60 {
		records = append(records, record(fmt.Sprintf("s%d", i), "begin_time", fmt.Sprintf("20261105T12%02d00Z", i), "end_time", fmt.Sprintf("20261105T12%02d30Z", i)))
	}
	b := body(records...)
	var heads []map[string]string
	for range 8 {
		heads = append(heads, w.signed("M1", b))
	}
	var wg sync.WaitGroup
	for _, h := range heads {
		wg.Go(func() {
			if got := w.send("M1", push, b, h).codes(); got != "ok" {
				t.Error(got)
			}
		})
	}
	wg.Wait()
	if got := w.rows(`SELECT (SELECT count(*) FROM usage_record), (SELECT count(*) FROM usage_refused)`); got != "60 0" {
		t.Errorf("got %s", got)
	}
}
