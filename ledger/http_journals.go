package ledger

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// JournalCase is one manual journal on the page.
type JournalCase struct {
	ID, Book, Period, Reason string
	Pill                     web.Pill
	By, Second               string
	Moves                    web.Table
	Paper, PaperHref         string
	CanDecide, Mine          bool
}

// JournalsPage lists manual journals, newest first.
type JournalsPage struct {
	Cases    []JournalCase
	CanWrite bool
	Faults   fault.Faults
}

var journalsPage = web.NewPage("ledger/journals.html", JournalsPage{CanWrite: true, Cases: []JournalCase{
	{ID: "J1", Pill: web.Pill{Tone: web.Warn, Key: "ledger.journal.proposed"}, CanDecide: true, Paper: "a.pdf", PaperHref: "/"},
	{ID: "J2", Pill: web.Pill{Tone: web.OK, Key: "ledger.journal.approved"}, Mine: true, Paper: "TCK-1", Second: "Li Lei"},
}})

func (h *HTTP) journals(c echo.Context) error { return h.showJournals(c, nil) }

func (h *HTTP) showJournals(c echo.Context, fs fault.Faults) error {
	u := web.UserOf(c)
	p := JournalsPage{CanWrite: u.Has(writers...), Faults: fs}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		names, err := h.names(ctx, tx)
		if err != nil {
			return err
		}
		list, err := Journals(ctx, tx)
		if err != nil {
			return err
		}
		papers, err := selectPaperNames(ctx, tx)
		for _, j := range list {
			p.Cases = append(p.Cases, journalCase(c, j, names, papers, p.CanWrite, u.ID))
		}
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "ledger.journals.title"}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return journalsPage.Render(c, head, p)
}

func journalCase(c echo.Context, j ManualJournal, names, papers map[string]string, write bool, me string) JournalCase {
	tone := map[string]web.Tone{"proposed": web.Warn, "approved": web.OK, "rejected": web.Still}[j.State]
	x := JournalCase{
		ID: j.ID, Book: j.Book, Period: j.Period.String(), Reason: j.Reason, Pill: web.Pill{Tone: tone, Key: "ledger.journal." + j.State},
		By: named(names, j.ProposedBy) + " · " + web.Instant(j.ProposedAt, "UTC"), Paper: j.Attachment, Mine: j.ProposedBy == me,
	}
	if j.DecidedBy != "" {
		x.Second = named(names, j.DecidedBy) + " · " + web.Instant(j.DecidedAt, "UTC")
	}
	if n := papers[j.Attachment]; n != "" {
		x.Paper, x.PaperHref = n, "/ledger/papers/"+j.Attachment
	}
	x.CanDecide = write && j.State == "proposed" && !x.Mine
	x.Mine = x.Mine && j.State == "proposed"
	x.Moves = web.Table{Columns: []web.Column{{Key: "ledger.debit"}, {Key: "ledger.credit"}, {Key: "ledger.book"}, {Key: "ledger.amount", Number: true}}}
	for _, t := range j.Transfers {
		x.Moves.Rows = append(x.Moves.Rows, []web.Cell{{Text: accountName(c, t.Debit)}, {Text: accountName(c, t.Credit)}, {Text: t.Book}, {Text: money.New(t.Amount, t.Currency).String(), Note: t.Rate}})
	}
	return x
}

// MoveForm is one line of the journal form.
type MoveForm struct{ N, Currency, Debit, Credit, Amount, Rate string }

// JournalForm is a journal as it is written.
type JournalForm struct {
	Book, Merchant, Period, Reason string
	Books, Accounts                []web.Option
	Moves                          []MoveForm
	Upload                         web.Upload
	Faults                         fault.Faults
}

var journalForm = web.NewPage("ledger/journal.html", JournalForm{Moves: []MoveForm{{N: "1", Currency: "USD"}}, Books: []web.Option{{Value: "5861", Text: "5861"}}, Accounts: []web.Option{{Value: "bank", Text: "Bank"}}})

// formMoves is how many lines the form has: without a script it cannot grow.
const formMoves = 6

func (h *HTTP) newJournal(c echo.Context) error { return h.showForm(c, JournalForm{}) }

func (h *HTTP) showForm(c echo.Context, f JournalForm) error {
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		q, err := h.question(ctx, tx, c)
		f.Books = q.Books
		if f.Period == "" {
			f.Period = period.MonthOf(tx.Now, time.UTC).String()
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := len(f.Moves); i < formMoves; i++ {
		f.Moves = append(f.Moves, MoveForm{N: strconv.Itoa(i + 1)})
	}
	f.Accounts = h.accountOptions(c)
	f.Upload = web.Upload{Name: "paper", Key: "ledger.journal.paper", Accept: ".pdf,.png,.jpg,.jpeg,.xlsx,.csv,.txt,.eml", Types: "PDF, PNG, JPG, XLSX, CSV, TXT, EML", MaxMB: papersMost >> 20, Faults: web.FaultsAt(f.Faults, "paper")}
	head := web.Head{Title: "ledger.journal.new", Crumbs: []web.Crumb{{Text: web.Text(c, "ledger.journals.title"), Href: "/ledger/journals"}, {Text: web.Text(c, "ledger.journal.new")}}}
	if len(f.Faults) > 0 {
		head.Status = web.Status(f.Faults)
	}
	return journalForm.Render(c, head, f)
}

// accountOptions offers the accounts of the chart that a journal may touch; those with a party are written out.
func (h *HTTP) accountOptions(c echo.Context) []web.Option {
	var out []web.Option
	for _, a := range chartOrder() {
		if len(h.keptFaults(&Entry{Transfers: []Transfer{{Debit: a}}})) == 0 {
			v := string(a)
			if chart[a].party {
				v += ":"
			}
			out = append(out, web.Option{Value: v, Text: accountName(c, a)})
		}
	}
	return out
}

// propose keeps a journal, with its paper, for a second person.
func (h *HTTP) propose(c echo.Context) error {
	f := JournalForm{Book: field(c, "book"), Merchant: field(c, "merchant"), Period: field(c, "period"), Reason: field(c, "reason")}
	j, fs := f.read(c)
	paper, err := readPaper(c)
	if err != nil {
		fs = append(fs, fault.All(err)...)
	}
	e := j.entry()
	fs = append(fs, h.keptFaults(&e)...)
	if len(fs) == 0 {
		err = h.write(c, func(ctx context.Context, tx *pg.Tx) error {
			cal, err := LoadCalendar(ctx, tx)
			if err != nil {
				return err
			}
			zone, ok := cal.Zone(j.Book)
			if !ok {
				return fault.New(fault.Invalid, "LEDGER-BOOK", "book", fault.Args{"book": j.Book})
			}
			j.ID, j.OccurredAt = newJournalID(tx.Now), tx.Now
			if last := j.Period.LastInstant(zone); last.Before(tx.Now) {
				j.OccurredAt = last
			}
			if paper.SHA256 != "" {
				j.Attachment = paper.SHA256
				if err := insertPaper(ctx, tx, paper); err != nil {
					return err
				}
			}
			return Propose(ctx, tx, j, h.Known)
		})
		if err != nil {
			if fs = fault.All(err); len(fs) == 0 {
				return err
			}
		}
	}
	if len(fs) > 0 {
		f.Faults = fs
		return h.showForm(c, f)
	}
	web.Flash(c, web.OK, "ledger.journal.done.proposed", "id", j.ID)
	return c.Redirect(http.StatusSeeOther, "/ledger/journals")
}

func field(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }

// read turns the form's lines into transfers; blank lines are none.
func (f *JournalForm) read(c echo.Context) (ManualJournal, fault.Faults) {
	j := ManualJournal{Book: f.Book, Merchant: f.Merchant, Reason: f.Reason}
	var fs fault.Faults
	var err error
	if j.Period, err = period.ParseMonth(f.Period); err != nil {
		fs = append(fs, fault.New(fault.Invalid, "LEDGER-ASOF", "period", fault.Args{"got": f.Period, "want": "2026-10"}))
	}
	for i := 1; i <= formMoves; i++ {
		n := strconv.Itoa(i)
		m := MoveForm{N: n, Currency: strings.ToUpper(field(c, "currency"+n)), Debit: field(c, "debit"+n), Credit: field(c, "credit"+n), Amount: field(c, "amount"+n), Rate: field(c, "rate"+n)}
		f.Moves = append(f.Moves, m)
		if m.Debit == "" && m.Credit == "" && m.Amount == "" {
			continue
		}
		v, err := money.Parse(m.Amount)
		if err != nil {
			fs = append(fs, fault.New(fault.Invalid, "LEDGER-AMOUNT-FORM", "amount"+n, fault.Args{"amount": m.Amount}))
			continue
		}
		j.Transfers = append(j.Transfers, Transfer{Book: f.Book, Currency: money.Currency(m.Currency), Debit: Account(m.Debit), Credit: Account(m.Credit), Amount: v, Rate: m.Rate})
	}
	if len(j.Transfers) == 0 && len(fs) == 0 {
		fs = append(fs, fault.New(fault.Invalid, "JOURNAL-EMPTY", "amount1"))
	}
	return j, fs
}

// newJournalID is ordered by business time and told apart by chance.
func newJournalID(now time.Time) string {
	var b [3]byte
	_, _ = rand.Read(b[:])
	return "jnl_" + now.UTC().Format("20060102150405") + "_" + hex.EncodeToString(b[:])
}

func readPaper(c echo.Context) (paper, error) {
	fh, err := c.FormFile("paper")
	if err != nil || fh.Size == 0 {
		return paper{}, nil //nolint:nilerr // no file was chosen
	}
	if fh.Size > papersMost {
		return paper{}, fault.New(fault.TooLarge, "JOURNAL-PAPER", "paper", fault.Args{"max": papersMost >> 20})
	}
	r, err := fh.Open()
	if err != nil {
		return paper{}, fmt.Errorf("ledger: attachment: %w", err)
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	if err != nil {
		return paper{}, fmt.Errorf("ledger: attachment: %w", err)
	}
	return newPaper(fh.Filename, b), nil
}

// decide approves or rejects a journal that somebody else proposed.
func (h *HTTP) decide(c echo.Context) error {
	id, approve := c.Param("id"), field(c, "do") == "approve"
	err := h.write(c, func(ctx context.Context, tx *pg.Tx) error { return Decide(ctx, tx, id, approve) })
	if err != nil {
		fs := fault.All(err)
		if len(fs) == 0 || fs[0].Kind == fault.NotFound {
			return err
		}
		return h.showJournals(c, fs)
	}
	done := map[bool]string{true: "ledger.journal.done.approved", false: "ledger.journal.done.rejected"}[approve]
	web.Flash(c, web.OK, done, "id", id)
	return c.Redirect(http.StatusSeeOther, "/ledger/journals")
}

// paper gives an attachment to be downloaded; a browser never shows it as a page.
func (h *HTTP) paper(c echo.Context) error {
	var p paper
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		p, err = selectPaper(ctx, tx, c.Param("sha"))
		return err
	})
	if err != nil {
		return err
	}
	return web.Download(c, p.Name, p.ContentType, p.Content)
}
