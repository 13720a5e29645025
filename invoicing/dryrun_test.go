package invoicing_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
)

// goldenHouse is a database in which a golden case stands as it is told: its lists issued, what came before sent.
func goldenHouse(t *testing.T, c goldenCase) (*house, invoicing.Send) {
	t.Helper()
	in := c.input()
	db, clock := pgtest.NewAt(t, c.Upload.ReceivedAt)
	h := &house{t: t, db: db, clock: clock, svc: &invoicing.Service{}}
	h.batch(func(tx *pg.Tx) error {
		if err := entities.SeedKnown(ctx, tx); err != nil {
			return err
		}
		return ledger.OpenBooks(ctx, tx, []ledger.Book{
			{Code: "5541", Zone: "Asia/Singapore"}, {Code: "5861", Zone: "America/Sao_Paulo"}, {Code: "5821", Zone: "America/Santiago"},
		})
	})
	merchant := ""
	for _, l := range in.Lists {
		for _, f := range c.Upload.StarredBlank {
			l.Fields = append(l.Fields, invoicing.Field{Name: f, Starred: true})
		}
		h.issue(l)
		merchant = l.Merchant
	}
	for _, e := range c.History {
		h.before(in, e.Number, e.Status, e.Requisition, e.Total)
	}
	return h, invoicing.Send{
		Merchant: merchant, Requisition: in.Upload.Requisition, ReceivedAt: in.Upload.ReceivedAt, ListAttached: in.Upload.ListAttached, Invoices: in.Upload.Invoices,
	}
}

// before sends an earlier invoice so that it stands as the case says. Where its list is another one, that is issued too.
func (h *house) before(in invoicing.Input, number, status, requisition, total string) {
	h.t.Helper()
	l := in.Lists[0]
	if requisition != l.Requisition {
		l.Requisition, l.Periods, l.Payable, l.BeforeTaxes = requisition, []period.Month{l.Periods[0].Add(-1)}, money.MustParse(total), money.MustParse(total)
		l.NoticeAt = l.NoticeAt.AddDate(0, -1, 0)
		h.issue(l)
	}
	s := send(l, period.DayOf(l.NoticeAt, time.UTC).String(), number, total)
	s.Invoices[0].Number, s.ReceivedAt, s.MoreWillFollow = number, l.NoticeAt.Add(time.Hour), status == "pending"
	h.submit(s)
}

// What a dry run says is what sending says: for every golden case, fault by fault, figure by figure.
func TestADryRunSaysWhatSubmittingSays(t *testing.T) {
	t.Parallel()
	for _, c := range goldenCases(t) {
		t.Run(c.Case+" "+c.Title, func(t *testing.T) {
			t.Parallel()
			h, s := goldenHouse(t, c)
			var dry invoicing.Verdict
			rows := h.rows()
			if err := h.db.ReadTx(ctx, pg.AsMerchant(s.Merchant, "seller"), func(tx *pg.Tx) (err error) { dry, err = h.svc.Check(ctx, tx, s); return err }); err != nil {
				t.Fatal(err)
			}
			if after := h.rows(); after != rows {
				t.Errorf("a dry run left something behind: %v, before %v", after, rows)
			}
			real := h.submit(s).Submission.Verdict
			if one, two := verdictText(t, dry), verdictText(t, real); one != two {
				t.Errorf("dry run and submission differ:\n%s\n%s", one, two)
			}
			if c.AsOf.IsZero() { // the others are looked at again later
				var want []string
				for _, w := range c.Expect {
					want = append(want, words[w])
				}
				if got := dry.Codes(); len(got) != len(want) || dry.Outcome != c.outcome() {
					t.Errorf("%s %v, want %s %v", dry.Outcome, got, c.outcome(), want)
				}
			}
		})
	}
}

func verdictText(t *testing.T, v invoicing.Verdict) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rows counts what is kept of submissions and invoices.
func (h *house) rows() (n [2]int) {
	h.t.Helper()
	h.batch(func(tx *pg.Tx) error {
		rs, err := h.svc.Requisitions(ctx, tx, invoicing.Filter{})
		for _, r := range rs {
			d, err := h.svc.Requisition(ctx, tx, r.Merchant, r.Number)
			if err != nil {
				return err
			}
			n[0], n[1] = n[0]+len(d.Submissions), n[1]+len(d.Invoices)+len(d.Filled)
		}
		return err
	})
	return n
}

// A field that the list does not leave blank is refused by the dry run too.
func TestADryRunRefusesAFieldThatIsNotBlank(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.issue(h.list())
	h.clock.Add(time.Hour)
	s := send(h.list(), "2026-11-13", "A", "471.60")
	s.Filled = map[string]string{"nowhere": "x"}
	check := func(tx *pg.Tx) error { _, err := h.svc.Check(ctx, tx, s); return err }
	h.fails(pg.AsMerchant("M2", "seller"), "INV-FIELD", check)
	h.fails(pg.AsMerchant("M2", "seller"), "INV-FIELD", func(tx *pg.Tx) error { _, err := h.svc.Submit(ctx, tx, s); return err })
	if d := h.detail("REQ-1"); d.Filled["nowhere"] != "" {
		t.Error(d.Filled)
	}
}

// The API's check answers what its submission then answers, over the network's own door: byte for byte the same verdict.
func TestTheAPIsCheckSaysWhatSendingSays(t *testing.T) {
	t.Parallel()
	for _, c := range goldenCases(t) {
		t.Run(c.Case, func(t *testing.T) {
			t.Parallel()
			h, s := goldenHouse(t, c)
			server := h.serve(s.Merchant)
			no := s.Requisition
			if no == "" {
				no = c.Lists[0].Requisition
			}
			body, err := json.Marshal(map[string]any{"invoices": s.Invoices})
			if err != nil {
				t.Fatal(err)
			}
			ask := func(what string) (int, []byte) {
				r := httptest.NewRequest(http.MethodPost, "/api/v1/requisitions/"+no+"/"+what, bytes.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				server.ServeHTTP(w, r)
				return w.Code, w.Body.Bytes()
			}
			status, dry := ask("check")
			sent, real := ask("invoices")
			var receipt struct {
				Verdict json.RawMessage `json:"verdict"`
			}
			if err := json.Unmarshal(real, &receipt); err != nil || status != http.StatusOK || sent != http.StatusCreated {
				t.Fatalf("%v %d %s %d %s", err, status, dry, sent, real)
			}
			if got, want := strings.TrimSpace(string(dry)), strings.TrimSpace(string(receipt.Verdict)); got != want || !strings.Contains(got, `"outcome"`) {
				t.Errorf("check and submission differ:\n%s\n%s", got, want)
			}
		})
	}
}

// serve runs the pages and the API for one merchant's program.
func (h *house) serve(merchant string) *web.Server {
	h.t.Helper()
	server, err := web.New(web.Options{
		Log: slog.New(slog.DiscardHandler), Routes: invoicing.NewHTTP(h.db, h.svc).Routes(), Identify: func(echo.Context) (*web.User, error) {
			return &web.User{ID: "usr_seller", Name: "Seller", Merchant: merchant, Duties: []web.Duty{web.Merchant}, ByToken: true}, nil
		},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return server
}
