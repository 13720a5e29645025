package draft_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/invoicing/draft"
	"suanpan/ledger"
)

// shop serves the drafts of one issued list.
type shop struct {
	t      *testing.T
	db     *pg.DB
	svc    *invoicing.Service
	server *web.Server
	list   invoicing.List
}

func openShop(t *testing.T, change func(*invoicing.List)) *shop {
	t.Helper()
	db, _ := pgtest.NewAt(t, received)
	s := &shop{t: t, db: db, svc: &invoicing.Service{}, list: valid().list}
	s.list.Version = 0
	if change != nil {
		change(&s.list)
	}
	s.batch(func(ctx context.Context, tx *pg.Tx) error {
		if err := entities.SeedKnown(ctx, tx); err != nil {
			return err
		}
		if err := ledger.OpenBooks(ctx, tx, []ledger.Book{{Code: "5541", Zone: "Asia/Singapore"}}); err != nil {
			return err
		}
		_, err := s.svc.IssueList(ctx, tx, s.list)
		return err
	})
	var err error
	s.server, err = web.New(web.Options{
		Log: slog.New(slog.DiscardHandler), Routes: draft.NewHTTP(db, &draft.Service{Invoicing: s.svc}, fonts()).Routes(),
		Identify: func(c echo.Context) (*web.User, error) {
			return &web.User{ID: "usr_seller", Merchant: c.Request().Header.Get("X-Merchant"), Duties: []web.Duty{web.Merchant}, ByToken: true}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shop) batch(fn func(ctx context.Context, tx *pg.Tx) error) {
	s.t.Helper()
	if err := s.db.InTx(s.t.Context(), pg.AsBatch("test"), func(tx *pg.Tx) error { return fn(s.t.Context(), tx) }); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) get(path string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("X-Merchant", "M2")
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w
}

func TestThePageOfDrafts(t *testing.T) {
	t.Parallel()
	s := openShop(t, nil)
	const page = "/requisitions/REQ-5541-202610-M2/drafts"
	for name, c := range map[string]struct {
		query, lang string
		status      int
		says        []string
	}{
		"without anything":     {"", "en", 200, []string{"SGD 471.60", `value="2026-11-16"`, "complete your number first", page + "/ubl\"", "CFDI 4.0", "Bank name"}},
		"with a number":        {"?number=LC-1", "en", 200, []string{"can be sent as it is", page + "/ubl?number=LC-1"}},
		"with a rate":          {"?rate=9", "en", 200, []string{"SGD 432.66", "SGD 38.94", "SGD 471.60", "0.090000"}},
		"what cannot be taken": {"?rate=nine&date=soon&number=%00", "en", 422, []string{"DRAFT-RATE", "DRAFT-DATE", "DRAFT-NUMBER", `value="nine"`, page + "/ubl\""}},
		"in Chinese":           {"", "zh", 200, []string{"发票样稿", "请先填写号码"}},
		"in Portuguese":        {"", "pt", 200, []string{"Rascunhos para", "preencha antes o número"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.get(page+c.query, "Accept-Language", c.lang)
			if w.Code != c.status {
				t.Fatal(w.Code, w.Body)
			}
			for _, want := range c.says {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("%q is not on the page", want)
				}
			}
		})
	}
}

func TestDownloadsAndTheAPI(t *testing.T) {
	t.Parallel()
	s := openShop(t, nil)
	var answer struct {
		Payable, Tax string
		Compared     struct{ InvoiceFigure, ListFigure string }
		Blank        []string
		Forms        []struct {
			Form, Type, For, Href string
			Fields                []struct {
				Field, Value string
				Yours        bool
			}
		}
	}
	w := s.get("/api/v1/requisitions/REQ-5541-202610-M2/drafts?number=LC-1&rate=9")
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != 200 || answer.Payable != "471.60" || answer.Tax != "38.94" || len(answer.Forms) != 6 ||
		answer.Compared.InvoiceFigure != "invoice payable" || strings.Join(answer.Blank, " ") != "bank_name bank_address entity_vat_no" {
		t.Fatal(err, w.Code, w.Body)
	}
	for _, f := range answer.Forms {
		w := s.get(f.Href)
		if w.Code != 200 || w.Header().Get("Content-Type") != f.Type || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename=REQ-5541-202610-M2") {
			t.Errorf("%s: %d %v", f.Href, w.Code, w.Header())
		}
		if f.Form != "pdf" && !bytes.Contains(w.Body.Bytes(), []byte("LC-1")) {
			t.Errorf("%s lost the number", f.Form)
		}
		if (f.Form == "cfdi" || f.Form == "nfse") != (len(f.Fields) > 0) {
			t.Errorf("%s has %d fields", f.Form, len(f.Fields))
		}
	}
	if w := s.get("/api/v1/requisitions/REQ-5541-202610-M2/drafts/fax"); w.Code != 404 || !strings.Contains(w.Body.String(), "DRAFT-FORM") {
		t.Error(w.Code, w.Body)
	}
	if w := s.get("/api/v1/requisitions/REQ-5541-202610-M2/drafts/ubl?rate=x"); w.Code != 422 || !strings.Contains(w.Body.String(), "DRAFT-RATE") {
		t.Error(w.Code, w.Body)
	}
	for _, path := range []string{"/requisitions/REQ-5541-202610-M2/drafts", "/requisitions/REQ-5541-202610-M2/drafts/ubl", "/api/v1/requisitions/REQ-5541-202610-M2/drafts"} {
		if w := s.get(path, "X-Merchant", "M9"); w.Code != 404 {
			t.Errorf("a stranger gets %d at %s", w.Code, path)
		}
	}
}

func TestAListUnderReverseChargeShowsItsPageAllTheSame(t *testing.T) {
	t.Parallel()
	s := openShop(t, func(l *invoicing.List) { l.ReverseCharge = true })
	if w := s.get("/requisitions/REQ-5541-202610-M2/drafts?rate=9"); w.Code != 422 || !strings.Contains(w.Body.String(), "DRAFT-REVERSE-CHARGE") || !strings.Contains(w.Body.String(), "SGD 471.60") {
		t.Error(w.Code, w.Body)
	}
}

func TestAWithdrawnListHasNoDrafts(t *testing.T) {
	t.Parallel()
	s := openShop(t, nil)
	s.batch(func(ctx context.Context, tx *pg.Tx) error {
		_, err := s.svc.WithdrawList(ctx, tx, "M2", s.list.Requisition, "it was computed wrongly")
		return err
	})
	if w := s.get("/api/v1/requisitions/REQ-5541-202610-M2/drafts"); w.Code != 409 || !strings.Contains(w.Body.String(), "DRAFT-WITHDRAWN") {
		t.Error(w.Code, w.Body)
	}
}

func TestEveryPage(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		if strings.HasPrefix(err.Error(), "draft/") {
			t.Error(err)
		}
	}
}
