package orders

import (
	"bytes"
	"context"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/money"
)

// A feed of the past: what has no recordedAt was known when it happened.
const history = `{"kind":"source","name":"examples","zone":"Asia/Shanghai","history":true}`

const (
	order1, line1 = "CS2610051300A1", "CS2610051300A1-000001"
	meteredOrder  = `{"kind":"order","orderId":"CS2610011100D1","orderType":"NEW","createTime":"20261001110000","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},` +
		`"orderLine":[{"orderLineId":"CS2610011100D1-000001","chargingMode":"ON_DEMAND","productInfo":{"productId":"P12"},"amount":"0","currencyCode":"USD","instanceId":"I-208","taxRate":"0.09"}]}`
	meteredPayment = `{"kind":"payment","orderId":"CS2610011100D1","method":"CASH","collectingEntity":"5861","time":"20261001110100"}`
	meteredProduct = `{"kind":"product","merchantId":"M1","productId":"P12","name":"API calls","platformFees":[{"rate":"0.15","source":"listing contract"}],"rating":{"model":"fixed","price":"0.25"}}`
)

// world is a database of its own, with the known entities, whose clock stands late in November 2026.
type world struct {
	t   *testing.T
	db  *pg.DB
	clk *pgtest.Clock
	svc *Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, clk := pgtest.NewAt(t, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	w := &world{t: t, db: db, clk: clk, svc: &Service{}}
	err := db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error { return entities.SeedKnown(context.Background(), tx) })
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func feed(lines ...string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }

func (w *world) try(raw []byte, opt Options) (Report, error) {
	w.t.Helper()
	return w.svc.Import(context.Background(), w.db, "test", bytes.NewReader(raw), opt)
}

// load loads lines of the past and demands that nothing is refused.
func (w *world) load(lines ...string) Report {
	w.t.Helper()
	rep, err := w.try(feed(append([]string{history}, lines...)...), Options{})
	for _, f := range rep.Faults {
		w.t.Errorf("line %d: %v", f.Line, f.Faults)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return rep
}

func (w *world) query(sql string, args ...any) []string {
	w.t.Helper()
	var out []string
	err := w.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), sql, args...)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// journal is everything posted: "key period book debit → credit CUR amount", sorted.
func (w *world) journal() []string {
	w.t.Helper()
	out := w.query(`
		SELECT concat_ws(' ', e.key, to_char(e.period, 'YYYY-MM'), t.book, t.debit, '→', t.credit, t.currency, trim_scale(t.amount)::text)
		FROM ledger_entry e JOIN ledger_transfer t USING (merchant_id, entry_id)`)
	sort.Strings(out)
	return out
}

// earned is every earned line: "id kind cycle settlement", sorted.
func (w *world) earned() []string {
	w.t.Helper()
	return w.query(`SELECT concat_ws(' ', line_id, kind, to_char(cycle, 'YYYY-MM'), trim_scale(settlement)::text) FROM earned_line ORDER BY line_id COLLATE "C"`)
}

func (w *world) balance(account string) string {
	w.t.Helper()
	return w.query(`SELECT coalesce(trim_scale(sum(CASE WHEN debit = $1 THEN amount ELSE -amount END)), 0)::text FROM ledger_transfer WHERE $1 IN (debit, credit)`, account)[0]
}

func (w *world) wantBalance(account, want string) {
	w.t.Helper()
	if got := w.balance(account); !money.MustParse(got).Equal(money.MustParse(want)) {
		w.t.Errorf("%s holds %s, want %s", account, got, want)
	}
}

func added(before, after []string) []string {
	n := map[string]int{}
	for _, l := range before {
		n[l]++
	}
	out := []string{}
	for _, l := range after {
		if n[l]--; n[l] < 0 {
			out = append(out, l)
		}
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", what, g, w)
	}
}

func another(example, id string) string { return strings.ReplaceAll(example, "A1", id) }

// prerequisites are what has to stand before the example of a kind can be loaded.
func prerequisites(kind string) []string {
	ground := []string{merchantKind.example, productKind.example, meteredProduct}
	taken := append(ground, orderKind.example, paymentKind.example)
	supervised := strings.Replace(another(orderKind.example, "A4"), `"currencyCode"`, `"serviceSupervision":true,"currencyCode"`, 1)
	switch kind {
	case merchantKind.name, entityKind.name, rateKind.name, sourceKind.name:
		return nil
	case productKind.name, certificationKind.name:
		return []string{merchantKind.example}
	case paymentKind.name:
		return append(ground, orderKind.example)
	case effectiveKind.name, appealOpenedKind.name:
		return taken
	case appealClosedKind.name:
		return append(taken, appealOpenedKind.example)
	case supervisionKind.name:
		return append(ground, supervised, another(paymentKind.example, "A4"), another(effectiveKind.example, "A4"))
	case cancellationKind.name:
		return append(ground, another(orderKind.example, "A2"))
	case provisioningKind.name:
		return append(ground, another(orderKind.example, "A3"), another(paymentKind.example, "A3"))
	case refundKind.name, correctionKind.name:
		return append(taken, effectiveKind.example)
	case usageRecordKind.name:
		return append(ground, meteredOrder)
	case usageChargeKind.name:
		return append(ground, meteredOrder, meteredPayment)
	}
	return ground
}

// TestEveryKind loads the example of every kind of fact and compares what it posts with what the kind says.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			if k.About == "" || k.Example == "" || k.ID == "" || k.Journal == nil {
				t.Fatalf("%s needs about, id, example and journal (postsNothing where it posts nothing)", k.Name)
			}
			w := newWorld(t)
			w.load(prerequisites(k.Name)...)
			before := w.journal()
			if k.Name == sourceKind.name {
				if _, err := w.try(feed(k.Example), Options{}); err != nil {
					t.Error(err)
				}
				return
			}
			if rep := w.load(k.Example); rep.Fresh != 1 || rep.Facts != 1 {
				t.Errorf("%d facts, %d of them new; want one", rep.Facts, rep.Fresh)
			}
			after := w.journal()
			same(t, "what the example posts", added(before, after), k.Journal)
			if rep := w.load(k.Example); rep.Fresh != 0 || rep.Repeated != 1 {
				t.Errorf("sent again: %d new, %d repeated; want none and one", rep.Fresh, rep.Repeated)
			}
			same(t, "the journal after it was sent again", w.journal(), after)
		})
	}
}
