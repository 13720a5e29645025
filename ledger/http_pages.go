package ledger

import (
	"context"
	"sort"
	"strconv"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// Question is what a page of the ledger is asked as of.
type Question struct {
	Period, Occurred, Sequence string
	Book                       string
	Books                      []web.Option
	Sealed                     int64 // the last sealed sequence
	Faults                     fault.Faults
}

// BookBalance is the trial balance of one book and currency.
type BookBalance struct {
	Book, Currency string
	Table          web.Table
	Even           bool
}

// TrialPage is the trial balance.
type TrialPage struct {
	Question Question
	Books    []BookBalance
}

var trialPage = web.NewPage("ledger/trial.html", TrialPage{Books: []BookBalance{{Book: "5861", Currency: "BRL", Even: true}, {Book: "5861", Currency: "USD"}}})

func (h *HTTP) question(ctx context.Context, tx *pg.Tx, c echo.Context) (Question, error) {
	q := Question{Period: c.QueryParam("period"), Occurred: c.QueryParam("occurred"), Sequence: c.QueryParam("sequence"), Book: c.QueryParam("book")}
	var err error
	if q.Sealed, err = Sequence(ctx, tx); err != nil {
		return q, err
	}
	cal, err := LoadCalendar(ctx, tx)
	if err != nil {
		return q, err
	}
	for b := range cal.zones {
		q.Books = append(q.Books, web.Option{Value: b, Text: b})
	}
	sort.Slice(q.Books, func(i, j int) bool { return q.Books[i].Value < q.Books[j].Value })
	return q, nil
}

func (h *HTTP) trial(c echo.Context) error {
	var p TrialPage
	as, bad := asOf(c)
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		if p.Question, err = h.question(ctx, tx, c); err != nil || bad != nil {
			return err
		}
		var books []string
		if p.Question.Book != "" {
			books = append(books, p.Question.Book)
		}
		list, err := TrialBalance(ctx, tx, as, books...)
		p.Books = trialTables(c, list)
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "ledger.trial.title"}
	if bad != nil {
		p.Question.Faults, head.Status = fault.All(bad), web.Status(bad)
	}
	return trialPage.Render(c, head, p)
}

// trialTables adds the merchants' own accounts up to one row each; their statements tell the merchants apart.
func trialTables(c echo.Context, list []Balance) []BookBalance {
	type place struct{ book, currency string }
	sums := map[place]map[Account]Balance{}
	var order []place
	for _, b := range list {
		k := place{b.Book, string(b.Currency)}
		if sums[k] == nil {
			sums[k] = map[Account]Balance{}
			order = append(order, k)
		}
		s := sums[k][b.Account]
		s.Debit, s.Credit = s.Debit.Add(b.Debit), s.Credit.Add(b.Credit)
		sums[k][b.Account] = s
	}
	out := make([]BookBalance, 0, len(order))
	for _, k := range order {
		accounts := make([]string, 0, len(sums[k]))
		for a := range sums[k] {
			accounts = append(accounts, string(a))
		}
		sort.Strings(accounts)
		t := web.Table{Columns: []web.Column{{Key: "ledger.account"}, {Key: "ledger.class"}, {Key: "ledger.debit", Number: true}, {Key: "ledger.credit", Number: true}, {Key: "ledger.balance", Number: true}}}
		var all Balance
		for _, a := range accounts {
			s := sums[k][Account(a)]
			all.Debit, all.Credit = all.Debit.Add(s.Debit), all.Credit.Add(s.Credit)
			href := query("/ledger/account", "book", k.book, "currency", k.currency, "account", a, "period", c.QueryParam("period"), "occurred", c.QueryParam("occurred"), "sequence", c.QueryParam("sequence"))
			t.Rows = append(t.Rows, []web.Cell{
				{Text: accountName(c, Account(a)), Href: href, Note: a},
				{Text: web.Text(c, "ledger.class."+string(Account(a).Class()))},
				figure(s.Debit, k.currency), figure(s.Credit, k.currency), figure(s.Net(), k.currency),
			})
		}
		t.Total = []web.Cell{{Text: web.Text(c, "ledger.total")}, {}, figure(all.Debit, k.currency), figure(all.Credit, k.currency), figure(all.Net(), k.currency)}
		out = append(out, BookBalance{Book: k.book, Currency: k.currency, Table: t, Even: all.Net().IsZero()})
	}
	return out
}

// figure writes an amount; a very exact one is cut to eight decimals on a page and whole in the API.
func figure(v decimal.Decimal, c string) web.Cell {
	return web.Cell{Text: money.Print(money.Fixed(v), money.Currency(c))}
}

// accountName is the account's name in the reader's language, with its party.
func accountName(c echo.Context, a Account) string {
	code, party := a.Split()
	n := web.Text(c, "ledger.chart."+string(code))
	if party != "" {
		n += " " + party
	}
	return n
}

// AccountPage is the statement of one account.
type AccountPage struct {
	Question          Question
	Account, Currency string
	Merchant, From    string
	Lines             web.Table
	More              bool
}

var accountPage = web.NewPage("ledger/account.html", AccountPage{Account: "bank", Currency: "USD", More: true})

const statementLines = 1000

func (h *HTTP) account(c echo.Context) error {
	p := AccountPage{Account: c.QueryParam("account"), Currency: c.QueryParam("currency"), Merchant: c.QueryParam("merchant"), From: c.QueryParam("from")}
	as, bad := asOf(c)
	q := AccountQuery{Book: c.QueryParam("book"), Currency: money.Currency(p.Currency), Account: Account(p.Account), Merchant: p.Merchant, Limit: statementLines + 1}
	if !q.Account.Known() || q.Book == "" {
		return web.NotFound("account")
	}
	if p.From != "" {
		m, err := period.ParseMonth(p.From)
		if err != nil {
			bad = append(fault.All(bad), fault.New(fault.Invalid, "LEDGER-ASOF", "from", fault.Args{"got": p.From, "want": "2026-10"}))
		}
		q.From = m
	}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		if p.Question, err = h.question(ctx, tx, c); err != nil || bad != nil {
			return err
		}
		opening, err := openingOf(ctx, tx, as, q)
		if err != nil {
			return err
		}
		lines, err := AccountStatement(ctx, tx, as, q)
		p.More = len(lines) > statementLines
		p.Lines = statementTable(c, lines[:min(len(lines), statementLines)], opening, p.Currency, !q.From.IsZero())
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "ledger.account.title", Pairs: []any{"account", accountName(c, q.Account), "book", q.Book, "currency", p.Currency}, Crumbs: []web.Crumb{{Text: web.Text(c, "ledger.nav"), Href: "/ledger"}, {Text: accountName(c, q.Account)}}}
	if bad != nil {
		p.Question.Faults, head.Status = fault.All(bad), web.Status(bad)
	}
	return accountPage.Render(c, head, p)
}

// openingOf is what stood on the account before the first month shown.
func openingOf(ctx context.Context, tx *pg.Tx, as AsOf, q AccountQuery) (decimal.Decimal, error) {
	sum := decimal.Zero
	if q.From.IsZero() {
		return sum, nil
	}
	as.Period = q.From.Add(-1)
	list, err := TrialBalance(ctx, tx, as, q.Book)
	for _, b := range list {
		if b.Account == q.Account && b.Currency == q.Currency && (q.Merchant == "" || b.Merchant == q.Merchant) {
			sum = sum.Add(b.Net())
		}
	}
	return sum, err
}

func statementTable(c echo.Context, lines []Line, sum decimal.Decimal, currency string, opening bool) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "ledger.occurred"}, {Key: "ledger.key"}, {Key: "ledger.other"}, {Key: "ledger.period"}, {Key: "ledger.debit", Number: true}, {Key: "ledger.credit", Number: true}, {Key: "ledger.balance", Number: true}}, Empty: "ledger.account.none"}
	if opening {
		t.Rows = append(t.Rows, []web.Cell{{Text: web.Text(c, "ledger.opening")}, {}, {}, {}, {}, {}, figure(sum, currency)})
	}
	for _, l := range lines {
		sum = sum.Add(l.Amount)
		row := []web.Cell{{Text: web.Instant(l.OccurredAt, "UTC")}, {Text: l.Key, Note: l.Merchant}, {Text: accountName(c, l.Other)}, {Text: l.Period.String()}, {}, {}, figure(sum, currency)}
		side := 4
		if l.Amount.IsNegative() {
			side = 5
		}
		row[side] = figure(l.Amount.Abs(), currency)
		t.Rows = append(t.Rows, row)
	}
	return t
}

// VerifyPage has the button and, after it, what was found.
type VerifyPage struct {
	Ran      bool
	Sealed   string
	Unsealed string
	Faults   fault.Faults
}

var verifyPage = web.NewPage("ledger/verify.html", VerifyPage{Ran: true, Sealed: "12", Unsealed: "0"}, VerifyPage{Ran: true, Faults: fault.Faults{fault.New(fault.Conflict, "LEDGER-VERIFY", "", fault.Args{"what": "x"})}})

func (h *HTTP) verifyPage(c echo.Context) error {
	return verifyPage.Render(c, web.Head{Title: "ledger.verify.title"}, VerifyPage{})
}

// runVerify proves the books now. A difference is an answer, shown as it is named.
func (h *HTTP) runVerify(c echo.Context) error {
	prove := h.Prove
	if prove == nil {
		prove = Verify
	}
	p := VerifyPage{Ran: true}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		v, err := prove(ctx, tx)
		p.Sealed, p.Unsealed = strconv.FormatInt(v.Sealed, 10), strconv.FormatInt(v.Unsealed, 10)
		return err
	})
	head := web.Head{Title: "ledger.verify.title"}
	if err != nil {
		fs := fault.All(err)
		if len(fs) == 0 {
			return err
		}
		p.Faults, head.Status = fs, web.Status(fs)
	}
	return verifyPage.Render(c, head, p)
}
