package ledger

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP has the ledger's pages and its part of the API.
type HTTP struct {
	db    *pg.DB
	group *Group

	// Prove checks the books wholly: the ledger and every module's records against it. Nil: the ledger alone.
	Prove func(ctx context.Context, tx *pg.Tx) (Verification, error)
	// Names gives the names of people by their ids; nil: ids are shown.
	Names func(ctx context.Context, tx *pg.Tx) (map[string]string, error)
	// Kept are the accounts that a module's records are held against. What is posted there past the module would make the books disagree
	// with it, so the API and the journal form refuse them. Empty: none.
	Kept []Account
	// Known tells which merchants exist, so that nothing is posted for one that nobody knows. Nil: nobody is asked.
	Known Known
}

// NewHTTP gives the pages; group is the door through which the API posts.
func NewHTTP(db *pg.DB, group *Group) *HTTP {
	h := &HTTP{db: db, group: group}
	group.check = func(ctx context.Context, tx *pg.Tx, entries []Entry) error {
		return checkOutside(ctx, tx, h.Known, entries)
	}
	return h
}

const (
	apiEntries  = 10000   // most entries of one request
	apiBody     = 8 << 20 // most bytes of one request
	proofTime   = 5 * time.Minute
	readTime    = 2 * time.Minute
	papersMost  = 10 << 20 // an attachment
	journalBody = papersMost + 1<<20
)

var (
	lookers = []web.Duty{web.FinanceReview, web.FinancePay, web.Operations, web.Auditor}
	writers = []web.Duty{web.FinanceReview, web.FinancePay}
)

// Routes lists the ledger's pages and API. Journals are written and decided by finance, each by two people; posting through the API needs a
// token of somebody who reviews.
func (h *HTTP) Routes() []web.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/ledger", Name: "ledger.trial", Duties: lookers, Handler: h.trial, Nav: "ledger.nav", Timeout: readTime},
		{Method: get, Path: "/ledger/account", Name: "ledger.account", Duties: lookers, Handler: h.account, Timeout: readTime},
		{Method: get, Path: "/ledger/journals", Name: "ledger.journals", Duties: lookers, Handler: h.journals},
		{Method: get, Path: "/ledger/journals/new", Name: "ledger.journals.new", Duties: writers, Handler: h.newJournal},
		{Method: post, Path: "/ledger/journals", Name: "ledger.journals.propose", Duties: writers, Handler: h.propose, BodyLimit: journalBody},
		{Method: post, Path: "/ledger/journals/:id", Name: "ledger.journals.decide", Duties: writers, Handler: h.decide},
		{Method: get, Path: "/ledger/papers/:sha", Name: "ledger.paper", Duties: lookers, Handler: h.paper},
		{Method: get, Path: "/ledger/verify", Name: "ledger.verify", Duties: lookers, Handler: h.verifyPage},
		{Method: post, Path: "/ledger/verify", Name: "ledger.verify.run", Duties: lookers, Handler: h.runVerify, Timeout: proofTime},
		{Method: post, Path: "/api/v1/ledger/entries", Name: "api.ledger.entries", Duties: []web.Duty{web.FinanceReview}, Handler: h.apiPost, BodyLimit: apiBody, Timeout: readTime},
		{Method: get, Path: "/api/v1/ledger/trial-balance", Name: "api.ledger.trial", Duties: lookers, Handler: h.apiTrial, Timeout: readTime},
		{Method: get, Path: "/api/v1/ledger/accounts/:book/:currency/:account", Name: "api.ledger.account", Duties: lookers, Handler: h.apiAccount, Timeout: readTime},
	}
}

func (h *HTTP) read(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.ReadTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

func (h *HTTP) write(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

// names never fails a page: an id is shown where a name is not known.
func (h *HTTP) names(ctx context.Context, tx *pg.Tx) (map[string]string, error) {
	if h.Names == nil {
		return nil, nil //nolint:nilnil // a nil map reads as empty
	}
	return h.Names(ctx, tx)
}

func named(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return id
}

// asOf reads the three times of a question: ?period=2026-10, ?occurred= (RFC 3339 or a day, its end in UTC), ?sequence=.
func asOf(c echo.Context) (AsOf, error) {
	var as AsOf
	var fs fault.Faults
	if v := c.QueryParam("period"); v != "" {
		m, err := period.ParseMonth(v)
		if err != nil {
			fs = append(fs, fault.New(fault.Invalid, "LEDGER-ASOF", "period", fault.Args{"got": v, "want": "2026-10"}))
		}
		as.Period = m
	}
	if v := strings.TrimSpace(c.QueryParam("occurred")); v != "" {
		t, err := time.Parse(time.RFC3339, v)
		if d, dayErr := period.ParseDay(v); dayErr == nil {
			t, err = d.Add(1).UTC().Add(-time.Microsecond), nil
		}
		if err != nil {
			fs = append(fs, fault.New(fault.Invalid, "LEDGER-ASOF", "occurred", fault.Args{"got": v, "want": "2026-10-31T23:59:59Z"}))
		}
		as.Occurred = t
	}
	if v := c.QueryParam("sequence"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			fs = append(fs, fault.New(fault.Invalid, "LEDGER-ASOF", "sequence", fault.Args{"got": v, "want": "1200"}))
		}
		as.Sequence = n
	}
	return as, fs.Err()
}

func (h *HTTP) keptFaults(e *Entry) fault.Faults { return KeptFaults(h.Kept, e) }

// KeptFaults refuses, with LEDGER-KEPT, accounts that a module's records are held against: every door for people and systems outside asks it.
func KeptFaults(kept []Account, e *Entry) fault.Faults {
	var fs fault.Faults
	for i, t := range e.Transfers {
		for _, a := range []Account{t.Debit, t.Credit} {
			if code, _ := a.Split(); slices.Contains(kept, code) {
				fs = append(fs, fault.New(fault.Invalid, "LEDGER-KEPT", e.Key+".transfers["+strconv.Itoa(i)+"]", fault.Args{"account": a}))
			}
		}
	}
	return fs
}

var (
	_ = fault.Define("LEDGER-ASOF", "{got} cannot be read here. Write it like {want}.", "无法读取 {got}。请按 {want} 的格式填写。", "{got} não pode ser lido aqui. Escreva como {want}.")
	_ = fault.Define("LEDGER-KEPT", "Account {account} is kept by the product's own records. Send the fact itself through the feed, for example an adjustment.", "科目 {account} 由系统自身记录维护。请通过数据导入提交相应事实，例如调整。", "A conta {account} é mantida pelos próprios registros. Envie o fato pelo feed, por exemplo um ajuste.")
	_ = fault.Define("LEDGER-BULK", "A request has 1 to {max} entries, this one {got}. Send them in parts.", "一次请求须含 1 至 {max} 条分录，本次为 {got}。请分批提交。", "Um pedido tem de 1 a {max} lançamentos, este tem {got}. Envie em partes.")
	_ = fault.Define("LEDGER-JSON", "The entry cannot be read: {why}. See docs/api.md for its form; amounts are strings.", "无法读取分录：{why}。格式见 docs/api.md；金额为字符串。", "O lançamento não pode ser lido: {why}. Veja docs/api.md; valores são textos.")
	_ = fault.Define("JOURNAL-PAPER", "The attachment may have at most {max} MB. Attach a smaller file.", "附件不得超过 {max} MB。请使用较小的文件。", "O anexo pode ter no máximo {max} MB. Anexe um arquivo menor.")
	_ = fault.Define("JOURNAL-EMPTY", "A journal moves something. Fill at least one line.", "分录至少填写一行。", "Um lançamento move algo. Preencha ao menos uma linha.")
)

func query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return path + "?" + q.Encode()
}
