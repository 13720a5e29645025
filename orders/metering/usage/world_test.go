package usage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/orders"
	"suanpan/orders/metering/usage"
)

// world is two sellers with pay-per-use instances: I-1 of M1 is a step price collected hourly, I-2 a tier price collected daily, I-3 rated by the
// month's run, J-1 of M2. Its clock stands at 14:05 UTC of 5 November 2026; machine time is a clock of its own.
type world struct {
	t       *testing.T
	db      *pg.DB
	clk     *pgtest.Clock
	machine time.Time
	orders  *orders.Service
	svc     *usage.Service
	server  *web.Server
	keys    map[string]string
	nonces  int
}

var start = time.Date(2026, 11, 5, 14, 5, 0, 0, time.UTC)

func instant(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05", s)
	if err != nil {
		panic(err)
	}
	return t
}

func order(merchant, id, product, instance string) []string {
	return []string{
		fmt.Sprintf(`{"kind":"order","orderId":"%s","orderType":"NEW","createTime":"20261001000000","merchantId":"%s","buyerInfo":{"customerId":"C1"},"orderLine":[{"orderLineId":"%s-1","chargingMode":"ON_DEMAND","productInfo":{"productId":"%s"},"amount":"0","currencyCode":"USD","instanceId":"%s","contractingEntity":"5541"}]}`, id, merchant, id, product, instance),
		fmt.Sprintf(`{"kind":"payment","orderId":"%s","method":"CASH","collectingEntity":"5541","time":"20261001000100"}`, id),
		fmt.Sprintf(`{"kind":"effectiveness","orderId":"%s","time":"20261001010000"}`, id),
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, clk := pgtest.NewAt(t, start)
	w := &world{t: t, db: db, clk: clk, machine: time.Unix(1_800_000_000, 0), orders: &orders.Service{}, svc: &usage.Service{}, keys: map[string]string{}}
	w.must(func(ctx context.Context, tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) })
	product := func(merchant, id, rating string) string {
		return fmt.Sprintf(`{"kind":"product","merchantId":"%s","productId":"%s","platformFees":[{"rate":"0.15"}]%s}`, merchant, id, rating)
	}
	const bands = `"bands":[{"up_to":"3","price":"0.3"},{"up_to":null,"price":"0.2"}]`
	lines := []string{
		`{"kind":"source","name":"test","zone":"UTC","history":true}`,
		`{"kind":"merchant","merchantId":"M1","name":"One","residence":"SG"}`, `{"kind":"merchant","merchantId":"M2","name":"Two","residence":"SG"}`,
		product("M1", "P1", `,"rating":{"model":"step","accumulate":"month","cycle":"hour",`+bands+`}`),
		product("M1", "P2", `,"rating":{"model":"tier","cycle":"day",`+bands+`}`),
		product("M1", "P3", `,"rating":{"model":"fixed","price":"0.5"}`),
		product("M1", "P4", ``),
		product("M2", "P1", `,"rating":{"model":"fixed","price":"1","cycle":"hour"}`),
		`{"kind":"order","orderId":"SUB","orderType":"NEW","createTime":"20261001000000","merchantId":"M1","buyerInfo":{"customerId":"C1"},"orderLine":[{"orderLineId":"SUB-1","chargingMode":"PERIOD","periodType":"year","periodNumber":1,"productInfo":{"productId":"P4"},"amount":"10","currencyCode":"USD","instanceId":"S-1","contractingEntity":"5541"}]}`,
		`{"kind":"order","orderId":"NEW","orderType":"NEW","createTime":"20261001000000","merchantId":"M1","buyerInfo":{"customerId":"C1"},"orderLine":[{"orderLineId":"NEW-1","chargingMode":"ON_DEMAND","productInfo":{"productId":"P1"},"amount":"0","currencyCode":"USD","instanceId":"I-NEW","contractingEntity":"5541"}]}`,
	}
	for _, o := range [][]string{order("M1", "O1", "P1", "I-1"), order("M1", "O2", "P2", "I-2"), order("M1", "O3", "P3", "I-3"), order("M1", "O4", "P4", "I-4"), order("M2", "Q1", "P1", "J-1")} {
		lines = append(lines, o...)
	}
	w.load(lines...)
	var err error
	w.server, err = web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: usage.NewHTTP(db, w.svc, func() time.Time { return w.machine }).Routes(), Identify: func(c echo.Context) (*web.User, error) {
		switch who := c.Request().Header.Get("X-Who"); who {
		case "":
			return nil, nil //nolint:nilnil // nobody
		case "ops":
			return &web.User{ID: "usr_ops", Name: "Ops", Duties: []web.Duty{web.Operations}, ByToken: true}, nil
		case "market":
			return &web.User{ID: "usr_market", Name: "Market", Duties: []web.Duty{web.Marketplace}, ByToken: true}, nil
		default:
			return &web.User{ID: "usr_" + who, Name: "Seller", Merchant: who, Duties: []web.Duty{web.Merchant}, ByToken: true}, nil
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{"M1", "M2"} {
		w.must(func(ctx context.Context, tx *pg.Tx) (err error) {
			w.keys[m], err = w.svc.MakeKey(ctx, tx, m)
			return err
		})
	}
	return w
}

func (w *world) must(fn func(ctx context.Context, tx *pg.Tx) error) {
	w.t.Helper()
	err := w.db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error { return fn(context.Background(), tx) })
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) load(lines ...string) {
	w.t.Helper()
	rep, err := w.orders.Import(context.Background(), w.db, "test", strings.NewReader(strings.Join(lines, "\n")+"\n"), orders.Options{})
	if err != nil {
		w.t.Fatal(err, rep.Faults)
	}
}

func (w *world) set(key, value string) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		return entities.SaveSettings(ctx, tx, []entities.Setting{{Key: key, Value: value, ValidFrom: w.clk.Now(), Source: "test", Who: "test"}})
	})
}

// record is a right record of I-1: an hour's usage reported in time. Change pairs of field and value.
func record(sn string, change ...any) map[string]any {
	r := map[string]any{"instance_id": "I-1", "record_time": "20261105T140200Z", "begin_time": "20261105T130000Z", "end_time": "20261105T140000Z", "usage_value": "2.5", "metering_sn": sn}
	for i := 0; i+1 < len(change); i += 2 {
		r[change[i].(string)] = change[i+1]
	}
	return r
}

func body(records ...map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"usage_records": records})
	if err != nil {
		panic(err)
	}
	return b
}

// answer is what the interface says.
type answer struct {
	status int
	Code   string `json:"error_code"`
	Text   string `json:"error_msg"`
	Info   struct {
		Data []struct {
			SN    string `json:"metering_sn"`
			Index int    `json:"index"`
			Code  string `json:"error_code"`
			Text  string `json:"error_msg"`
		} `json:"abnormal_usage_data"`
	} `json:"abnormal_usage_data_info"`
}

// codes are the record-level codes of an answer, "ok" where there are none.
func (a answer) codes() string {
	out := []string{}
	for _, d := range a.Info.Data {
		out = append(out, fmt.Sprintf("%d:%s", d.Index, d.Code))
	}
	if a.Code != "MKT.0000" {
		return fmt.Sprint(a.status, " ", a.Code)
	}
	if len(out) == 0 {
		return "ok"
	}
	return strings.Join(out, " ")
}

const push = "/api/mkp-openapi-public/global/v1/isv/usage-data"

// send sends a body as it is, with headers.
func (w *world) send(who, path string, body []byte, headers map[string]string) answer {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Who", who)
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, r)
	a := answer{status: rec.Code}
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		w.t.Fatal(rec.Code, rec.Body, err)
	}
	return a
}

// signed are the headers of a right call.
func (w *world) signed(who string, body []byte) map[string]string {
	w.nonces++
	ts, nonce := fmt.Sprint(w.machine.UnixMilli()), fmt.Sprintf("n%d", w.nonces)
	return map[string]string{"ts": ts, "nonce": nonce, "signature": usage.Sign(w.keys[who], ts, nonce, body)}
}

func (w *world) push(who string, records ...map[string]any) answer {
	w.t.Helper()
	b := body(records...)
	return w.send(who, push, b, w.signed(who, b))
}

func (w *world) collect() int64 {
	w.t.Helper()
	n, err := w.svc.Collect(context.Background(), w.db)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// fates gives what became of a merchant's records, as "sn state code line".
func (w *world) fates(f usage.Filter) string {
	w.t.Helper()
	var out []string
	f.Limit = 100
	err := w.db.ReadTx(context.Background(), pg.AsMerchant(f.Merchant, "seller"), func(tx *pg.Tx) error {
		fates, err := w.svc.Fates(context.Background(), tx, f)
		for _, x := range fates {
			s := x.SN + " " + string(x.State)
			if x.Code != "" {
				s += " " + x.Code + x.Why
			}
			if !x.CollectAt.IsZero() {
				s += " " + x.CollectAt.Format("02T15:04")
			}
			if x.Line != "" {
				s += " " + x.Line
			}
			out = append(out, s)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

// rows are the rows of a query, their columns joined by spaces.
func (w *world) rows(sql string) string {
	w.t.Helper()
	var out []string
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		rows, err := tx.Query(ctx, sql)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			vs, err := rows.Values()
			if err != nil {
				return err
			}
			out = append(out, strings.Trim(fmt.Sprint(vs...), "[]"))
		}
		return rows.Err()
	})
	return strings.Join(out, "; ")
}

func (w *world) ask(who, method, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	r.Header.Set("X-Who", who)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, r)
	return rec
}

func sorted(lines []string) string {
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func mustJSON(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}
