package orders

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"suanpan/internal/fault"
)

// month is a small month of everything: orders in two states, credit, refunds, usage, an adjustment, a payout, a merchant's payment, an opening and a correction.
func month() []string {
	lines := []string{history, merchantKind.example, otherShop, productKind.example, meteredProduct, certificationKind.example, rateKind.example, entityKind.example}
	for _, id := range []string{"A1", "A2", "A3", "A5"} {
		lines = append(lines, another(orderKind.example, id))
	}
	supervised := strings.Replace(another(orderKind.example, "A4"), `"currencyCode"`, `"serviceSupervision":true,"currencyCode"`, 1)
	credit := strings.Replace(another(paymentKind.example, "A5"), `"CASH"`, `"CREDIT"`, 1)
	return append(
		lines, supervised, another(paymentKind.example, "A4"), another(effectiveKind.example, "A4"), supervisionKind.example,
		paymentKind.example, effectiveKind.example, refundKind.example, appealOpenedKind.example, appealClosedKind.example,
		cancellationKind.example, another(paymentKind.example, "A3"), provisioningKind.example, credit, another(effectiveKind.example, "A5"),
		strings.Replace(another(strings.Replace(refundKind.example, "B1", "B2", 1), "A5"), `"113.00"`, `"200.00"`, 1),
		meteredOrder, meteredPayment, usageChargeKind.example, usageRecordKind.example, creditUseKind.example, repaymentKind.example,
		adjustmentKind.example, payoutKind.example, merchantPaymentKind.example, openingKind.example, correctionKind.example,
	)
}

func shuffled(lines []string, seed uint64) []string {
	out := append([]string(nil), lines...)
	rest := out[1:]
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return out
}

func (w *world) loadFile(raw []byte) Report {
	w.t.Helper()
	rep, err := w.try(raw, Options{})
	for _, f := range rep.Faults {
		w.t.Errorf("line %d: %v", f.Line, f.Faults)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return rep
}

func TestTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.loadFile(feed(month()...))
	if first.Fresh != first.Facts || first.Repeated != 0 {
		t.Errorf("the first load found %d new and %d repeated of %d", first.Fresh, first.Repeated, first.Facts)
	}
	journal, earned := w.journal(), w.earned()
	again := w.loadFile(feed(month()...))
	if again.Fresh != 0 || again.Repeated != again.Facts {
		t.Errorf("the second load found %d new and %d repeated of %d", again.Fresh, again.Repeated, again.Facts)
	}
	same(t, "journal", w.journal(), journal)
	same(t, "earned lines", w.earned(), earned)
}

func TestAnyOrderGivesTheSameBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.loadFile(feed(month()...))
	journal, earned := w.journal(), w.earned()
	for seed := range uint64(4) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.loadFile(feed(shuffled(month(), seed)...))
			same(t, "journal", w.journal(), journal)
			same(t, "earned lines", w.earned(), earned)
		})
	}
}

func gzipped(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFilesThatLoad(t *testing.T) {
	t.Parallel()
	plain := newWorld(t)
	plain.loadFile(feed(month()...))
	want := plain.journal()
	raw := feed(month()...)
	for name, file := range map[string][]byte{
		"gzip":                       gzipped(t, raw),
		"several gzip members":       append(gzipped(t, raw[:200]), gzipped(t, raw[200:])...),
		"a byte order mark":          append([]byte("\ufeff"), raw...),
		"CRLF":                       bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")),
		"blank lines":                bytes.ReplaceAll(raw, []byte("\n"), []byte("\n \n\t\n")),
		"no newline at the end":      bytes.TrimSpace(raw),
		"two files of one source":    append(append([]byte{}, raw...), raw...),
		"blanks before and after":    bytes.ReplaceAll(raw, []byte("\n"), []byte("  \n  ")),
		"amounts and times respelt":  []byte(strings.NewReplacer(`"1130.00"`, `"1130"`, `"20261005130000"`, `"2026-10-05T05:00:00Z"`).Replace(string(raw))),
		"a line of a megabyte":       append(raw, []byte(`{"kind":"order","extendParams":{"note":"`+strings.Repeat("x", 1<<20)+`"},`+strings.TrimPrefix(another(orderKind.example, "A9"), `{"kind":"order",`))...),
		"recordedAt added afterward": bytes.ReplaceAll(raw, []byte(`{"kind":"adjustment",`), []byte(`{"kind":"adjustment","recordedAt":"20261020100000",`)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.loadFile(file)
			same(t, "journal", w.journal(), want)
			if rep := w.loadFile(raw); rep.Fresh != 0 {
				t.Errorf("the plain file afterwards brought %d new facts", rep.Fresh)
			}
		})
	}
	t.Run("from a pipe, byte by byte", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		if _, err := w.svc.Import(context.Background(), w.db, "test", iotest.OneByteReader(bytes.NewReader(raw)), Options{}); err != nil {
			t.Fatal(err)
		}
		same(t, "journal", w.journal(), want)
	})
}

// TestRefusalsAreNamedByLine: a file is judged in several passes, by shape, by order and by kind; a person reads its refusals from the top.
func TestRefusalsAreNamedByLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stray := func(order string) string {
		return `{"kind":"payment","orderId":"` + order + `","method":"CASH","collectingEntity":"5861","time":"20261005130500"}`
	}
	payout := `{"kind":"payout","payoutId":"P-1","merchantId":"NOBODY","contractingEntity":"5861","amount":"1.00","currencyCode":"BRL","valueDate":"2026-10-05"}`
	numbers := func(rep Report) (out []int64) {
		for _, f := range rep.Faults {
			out = append(out, f.Line)
		}
		return out
	}
	rep, _ := w.try(feed(history, stray("Z9"), payout, "{", stray("A1"), "}"), Options{})
	if got := numbers(rep); !slices.Equal(got, []int64{2, 3, 4, 5, 6}) {
		t.Errorf("refused lines %v", got)
	}
	rep, _ = w.try(feed(append([]string{history, stray("Z9")}, slices.Repeat([]string{"{"}, maxFaults+5)...)...), Options{})
	if got := numbers(rep); len(got) != maxFaults || got[0] != 2 || got[maxFaults-1] != maxFaults+1 || rep.Rejected != maxFaults+6 {
		t.Errorf("of %d refused lines the first %d are named, from %d to %d", rep.Rejected, len(got), got[0], got[len(got)-1])
	}
}

func TestFilesThatAreRefusedWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raw := feed(month()...)
	packed := gzipped(t, raw)
	long := append(append([]byte{}, raw...), []byte(`{"kind":"order","extendParams":"`+strings.Repeat("x", maxLine)+`"}`)...)
	for name, c := range map[string]struct {
		in   io.Reader
		code string
		path string
	}{
		"empty":                       {strings.NewReader(""), "FEED-SOURCE", "line 1"},
		"only blank lines":            {strings.NewReader("\n\n"), "FEED-SOURCE", "line 1"},
		"no source":                   {bytes.NewReader(raw[bytes.IndexByte(raw, '\n')+1:]), "FEED-SOURCE", "line 1"},
		"a source without zone":       {strings.NewReader(`{"kind":"source","name":"x"}`), "FEED-ZONE", "zone"},
		"a zone that is no zone":      {strings.NewReader(`{"kind":"source","name":"x","zone":"Mars/Base"}`), "FEED-ZONE", "zone"},
		"gzip cut in the middle":      {bytes.NewReader(packed[:len(packed)/2]), "FEED-READ", ""},
		"gzip cut in its head":        {bytes.NewReader(packed[:5]), "FEED-GZIP", ""},
		"gzip with a wrong check sum": {bytes.NewReader(append(append([]byte{}, packed[:len(packed)-8]...), 1, 2, 3, 4, 5, 6, 7, 8)), "FEED-READ", ""},
		"a line that never ends":      {bytes.NewReader(long), "FEED-LINE-LENGTH", ""},
		"a connection that breaks":    {iotest.TimeoutReader(bytes.NewReader(raw)), "FEED-READ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			rep, err := w.svc.Import(context.Background(), w.db, "test", c.in, Options{KeepGoing: true})
			fs := fault.All(err)
			if len(fs) != 1 || fs[0].Code != c.code || c.path != "" && fs[0].Path != c.path {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if rep.Loaded {
				t.Error("it says that something was loaded")
			}
		})
	}
	same(t, "what was left behind", w.query(`SELECT merchant_id FROM merchant UNION ALL SELECT key FROM ledger_entry UNION ALL SELECT import_id FROM feed_import`), nil)
}

// bad are three lines of the month with something broken: by itself, by what it refers to, and by what stands.
func bad() (lines []string, mended map[int]string) {
	lines, mended = month(), map[int]string{}
	for i, l := range lines {
		switch l {
		case another(paymentKind.example, "A4"):
			mended[i], lines[i] = l, strings.Replace(l, `"1130.00"`, `"1130,00"`, 1)
		case adjustmentKind.example:
			mended[i], lines[i] = l, strings.Replace(l, `"M1"`, `"M7"`, 1)
		case otherShop:
			mended[i], lines[i] = l, strings.Replace(otherShop, `"M2"`, `"M1"`, 1)
		}
	}
	return lines, mended
}

func TestOneBadLineRefusesTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lines, mended := bad()
	rep, err := w.try(feed(lines...), Options{})
	if !fault.Has(err, "FEED-REFUSED") || rep.Loaded {
		t.Errorf("got %v, loaded: %v", err, rep.Loaded)
	}
	for i := range mended {
		found := false
		for _, f := range rep.Faults {
			found = found || f.Line == int64(i+1)
		}
		if !found {
			t.Errorf("line %d is not named", i+1)
		}
	}
	same(t, "what was left behind", w.query(`SELECT merchant_id FROM merchant UNION ALL SELECT key FROM ledger_entry UNION ALL SELECT import_id FROM feed_import`), nil)
}

func TestKeepGoing(t *testing.T) {
	t.Parallel()
	whole := newWorld(t)
	whole.loadFile(feed(month()...))
	w := newWorld(t)
	lines, mended := bad()
	var rejects bytes.Buffer
	rep, err := w.try(feed(lines...), Options{KeepGoing: true, Rejects: &rejects})
	if err != nil || !rep.Loaded {
		t.Fatalf("got %v, loaded: %v", err, rep.Loaded)
	}
	if n := int64(bytes.Count(rejects.Bytes(), []byte("\n"))); n != rep.Rejected || n < int64(len(mended)) {
		t.Errorf("%d lines in the rejects, %d rejected, %d broken", n, rep.Rejected, len(mended))
	}
	fixed := history + "\n" + rejects.String()
	for i, l := range mended {
		if !strings.Contains(fixed, lines[i]+"\n") {
			t.Errorf("line %d is not among the rejects", i+1)
		}
		fixed = strings.Replace(fixed, lines[i], l, 1)
	}
	w.loadFile([]byte(fixed))
	same(t, "journal", w.journal(), whole.journal())
	same(t, "earned lines", w.earned(), whole.earned())
	if rep := w.loadFile(feed(month()...)); rep.Fresh != 0 {
		t.Errorf("the whole file brought %d more facts", rep.Fresh)
	}
}

func TestDryRunKeepsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rep, err := w.try(feed(month()...), Options{DryRun: true})
	if err != nil || rep.Loaded || rep.Fresh != rep.Facts {
		t.Errorf("got %v, loaded %v, %d of %d new", err, rep.Loaded, rep.Fresh, rep.Facts)
	}
	same(t, "what was left behind", w.query(`SELECT merchant_id FROM merchant UNION ALL SELECT key FROM ledger_entry UNION ALL SELECT import_id FROM feed_import`), nil)
}
