package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/strict"
	"suanpan/internal/web"
	"suanpan/money"
)

// EntryJSON is an entry as other systems send it. Times bear their offset, amounts are strings.
type EntryJSON struct {
	Merchant   string         `json:"merchant"` // whose cause it is, or "E<entity>"
	Key        string         `json:"key"`      // the cause; sending it twice posts it once
	Kind       string         `json:"kind"`
	Book       string         `json:"book"`
	OccurredAt time.Time      `json:"occurredAt"`
	KnownAt    time.Time      `json:"knownAt,omitzero"`
	Transfers  []TransferJSON `json:"transfers"`
}

// TransferJSON moves an amount; without a book it is the entry's.
type TransferJSON struct {
	Book     string `json:"book,omitempty"`
	Currency string `json:"currency"`
	Debit    string `json:"debit"`
	Credit   string `json:"credit"`
	Amount   string `json:"amount"`
	Rate     string `json:"rate,omitempty"`
}

// ResultJSON answers one entry.
type ResultJSON struct {
	Key     string `json:"key"`
	EntryID string `json:"entryId"` // a string: it may be larger than a number in JSON is read exactly
	Period  string `json:"period"`
	New     bool   `json:"new"` // false: it was there already, nothing was added
}

// Entry reads it; each transfer whose amount is no plain decimal is LEDGER-AMOUNT-FORM.
func (x *EntryJSON) Entry() (Entry, fault.Faults) {
	e := Entry{Merchant: x.Merchant, Key: x.Key, Kind: x.Kind, Book: x.Book, OccurredAt: x.OccurredAt, KnownAt: x.KnownAt, Source: Fact}
	var fs fault.Faults
	for i, t := range x.Transfers {
		v, err := money.Parse(t.Amount)
		if err != nil {
			fs = append(fs, fault.New(fault.Invalid, "LEDGER-AMOUNT-FORM", fmt.Sprintf("%s.transfers[%d]", x.Key, i), fault.Args{"amount": t.Amount}))
			continue
		}
		book := t.Book
		if book == "" {
			book = x.Book
		}
		e.Transfers = append(e.Transfers, Transfer{Book: book, Currency: money.Currency(t.Currency), Debit: Account(t.Debit), Credit: Account(t.Credit), Amount: v, Rate: t.Rate})
	}
	return e, fs
}

// readEntries reads one object or a list of them.
func readEntries(body io.Reader) (list []EntryJSON, single bool, err error) {
	raw, err := io.ReadAll(body)
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, false, large
		}
		return nil, false, fault.New(fault.Invalid, "BAD-INPUT", "").Wrap(err)
	}
	raw = bytes.TrimSpace(raw)
	single = len(raw) > 0 && raw[0] == '{'
	var p *strict.Problem
	if single {
		list = make([]EntryJSON, 1)
		p = strict.Unmarshal(raw, &list[0])
	} else {
		p = strict.Unmarshal(raw, &list)
	}
	if p != nil {
		return nil, single, fault.New(fault.Invalid, "LEDGER-JSON", p.Path, fault.Args{"why": p.Error()})
	}
	if len(list) == 0 || len(list) > apiEntries {
		return nil, single, fault.New(fault.Invalid, "LEDGER-BULK", "", fault.Args{"max": apiEntries, "got": len(list)})
	}
	return list, single, nil
}

// apiPost posts entries all or none. 201 where something was added, 200 where everything was there already, 409 where a key was used for
// something else; every entry is answered.
func (h *HTTP) apiPost(c echo.Context) error {
	list, single, err := readEntries(c.Request().Body)
	if err != nil {
		return err
	}
	entries := make([]Entry, len(list))
	var fs fault.Faults
	for i := range list {
		e, bad := list[i].Entry()
		fs = append(append(fs, bad...), h.keptFaults(&e)...)
		entries[i] = e
	}
	if err := fs.Err(); err != nil {
		return err
	}
	results, err := h.group.Submit(c.Request().Context(), entries...)
	if err != nil {
		return err
	}
	out := make([]ResultJSON, len(results))
	status := http.StatusOK
	for i, r := range results {
		out[i] = ResultJSON{Key: list[i].Key, EntryID: strconv.FormatInt(r.EntryID, 10), Period: r.Period.String(), New: r.New}
		if r.New {
			status = http.StatusCreated
		}
	}
	if single {
		return c.JSON(status, out[0])
	}
	return c.JSON(status, map[string]any{"results": out})
}

// AsOfJSON is the question as it was understood. Asked again with the sequence it names, it has the same answer for ever.
type AsOfJSON struct {
	Period   string     `json:"period,omitempty"`
	Occurred *time.Time `json:"occurred,omitempty"`
	Sequence int64      `json:"sequence,omitempty"`
	Sealed   int64      `json:"sealed"` // the last sequence that is sealed now
}

func (a AsOf) json(sealed int64) AsOfJSON {
	out := AsOfJSON{Sequence: a.Sequence, Sealed: sealed}
	if !a.Period.IsZero() {
		out.Period = a.Period.String()
	}
	if !a.Occurred.IsZero() {
		out.Occurred = &a.Occurred
	}
	return out
}

// BalanceJSON is one account's turnover and balance.
type BalanceJSON struct {
	Book     string `json:"book"`
	Currency string `json:"currency"`
	Account  string `json:"account"`
	Merchant string `json:"merchant,omitempty"`
	Debit    string `json:"debit"`
	Credit   string `json:"credit"`
	Balance  string `json:"balance"` // debit − credit
}

func (h *HTTP) apiTrial(c echo.Context) error {
	as, err := asOf(c)
	if err != nil {
		return err
	}
	var list []Balance
	var sealed int64
	err = h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		if sealed, err = Sequence(ctx, tx); err != nil {
			return err
		}
		list, err = TrialBalance(ctx, tx, as, c.QueryParams()["book"]...)
		return err
	})
	if err != nil {
		return err
	}
	out := make([]BalanceJSON, len(list))
	for i, b := range list {
		out[i] = BalanceJSON{b.Book, string(b.Currency), string(b.Account), b.Merchant, money.Exact(b.Debit), money.Exact(b.Credit), money.Exact(b.Net())}
	}
	return c.JSON(http.StatusOK, map[string]any{"asOf": as.json(sealed), "balances": out})
}

// LineJSON is one movement: a positive amount debits the account.
type LineJSON struct {
	Merchant   string    `json:"merchant"`
	Key        string    `json:"key"`
	Kind       string    `json:"kind"`
	OccurredAt time.Time `json:"occurredAt"`
	RecordedAt time.Time `json:"recordedAt"`
	Period     string    `json:"period"`
	Other      string    `json:"other"`
	Amount     string    `json:"amount"`
}

func (h *HTTP) apiAccount(c echo.Context) error {
	as, err := asOf(c)
	if err != nil {
		return err
	}
	q := AccountQuery{Book: c.Param("book"), Currency: money.Currency(c.Param("currency")), Account: Account(c.Param("account")), Merchant: c.QueryParam("merchant"), Limit: apiEntries + 1}
	if v := c.QueryParam("from"); v != "" {
		if q.From, err = period.ParseMonth(v); err != nil {
			return fault.New(fault.Invalid, "LEDGER-ASOF", "from", fault.Args{"got": v, "want": "2026-10"})
		}
	}
	if !q.Account.Known() {
		return web.NotFound("account")
	}
	var lines []Line
	var sealed int64
	err = h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		if sealed, err = Sequence(ctx, tx); err != nil {
			return err
		}
		lines, err = AccountStatement(ctx, tx, as, q)
		return err
	})
	if err != nil {
		return err
	}
	more := len(lines) > apiEntries
	out := make([]LineJSON, 0, len(lines))
	for _, l := range lines[:min(len(lines), apiEntries)] {
		out = append(out, LineJSON{l.Merchant, l.Key, l.Kind, l.OccurredAt.UTC(), l.RecordedAt.UTC(), l.Period.String(), string(l.Other), money.Exact(l.Amount)})
	}
	return c.JSON(http.StatusOK, map[string]any{"asOf": as.json(sealed), "book": q.Book, "currency": q.Currency, "account": q.Account, "merchant": q.Merchant, "lines": out, "more": more})
}
