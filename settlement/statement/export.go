package statement

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/settlement"
)

// WriteMonth writes all documents of a month into a folder and gives their names, sorted:
//
//	finance-2026-10.en.xlsx                       the workbook
//	bills-, lines-, held-, differences-, trial-balance-2026-10.csv
//	entities/5861-2026-10.en.pdf .en.xlsx         each entity's statement
//	merchants/5861-2026-10-M1.en.pdf .en.xlsx     each merchant's statement with an entity
//	lists/REQ-….en.pdf .en.xlsx .en.txt (draft)   each list of the month; REQ-….json is the issued document itself
//
// PDF, Excel and the draft come in each language asked for (none: all), CSV files in the first. Every file is written under another name
// and renamed when it is whole, so a reader never sees half of one, and an interrupted export is simply repeated. tx should be a
// ReadTx: then all documents agree. It raises STM-FILE and STM-LANG.
func (s *Service) WriteMonth(ctx context.Context, tx *pg.Tx, out string, month period.Month, langs ...fault.Lang) ([]string, error) {
	if len(langs) == 0 {
		langs = Langs()
	}
	for _, l := range langs {
		if !known(l) {
			return nil, fault.New(fault.Invalid, "STM-LANG", "lang", fault.Args{"lang": string(l)})
		}
	}
	g, err := s.ground(ctx, tx)
	if err != nil {
		return nil, err
	}
	x := &export{Service: s, g: g, tx: tx, out: out, month: month, langs: langs}
	for _, e := range g.dir.Entities() {
		if err := x.entity(ctx, e.Code); err != nil {
			return x.names, err
		}
	}
	if err := x.finance(ctx); err != nil {
		return x.names, err
	}
	sort.Strings(x.names)
	return x.names, nil
}

// export is one writing of a month.
type export struct {
	*Service
	g     *ground
	tx    *pg.Tx
	out   string
	month period.Month
	langs []fault.Lang
	names []string
	held  []settlement.Held // of all entities done so far
}

// entity writes an entity's statement, those of its merchants, and its lists. An entity without anything in its books has none.
func (x *export) entity(ctx context.Context, code string) error {
	sc := scope{month: x.month, entity: code}
	b, err := readBooks(ctx, x.tx, sc)
	if err != nil {
		return err
	}
	held, err := heldOf(ctx, x.tx, code, x.month)
	if err != nil {
		return err
	}
	x.held = append(x.held, held...)
	e, err := x.Service.entity(ctx, x.tx, x.g, b, sc, held)
	if err != nil {
		return err
	}
	if len(b.closing) == 0 && len(e.Bills) == 0 && len(held) == 0 {
		return nil
	}
	base := filepath.Join("entities", safe(code)+"-"+x.month.String())
	err = x.each(base, ".pdf", func(w io.Writer, l fault.Lang) error { return e.PDF(w, x.Fonts, l) })
	if err == nil {
		err = x.each(base, ".xlsx", e.Excel)
	}
	if err == nil {
		err = x.merchants(ctx, e, b, held)
	}
	if err == nil {
		err = x.lists(ctx, e.Asked)
	}
	return err
}

// merchants writes the statement of everybody who has something to be told.
func (x *export) merchants(ctx context.Context, e Entity, b *books, held []settlement.Held) error {
	who := b.merchants()
	own := map[string][]settlement.Held{}
	for _, h := range held {
		own[h.Merchant] = append(own[h.Merchant], h)
		who[h.Merchant] = true
	}
	asked := map[string][]Asked{}
	for _, a := range e.Asked {
		asked[a.Merchant] = append(asked[a.Merchant], a)
	}
	ids := make([]string, 0, len(who))
	for id := range who {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	names, err := selectNames(ctx, x.tx, scope{x.month, e.Head.Entity, ""}, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if names[id] == "" { // an entity's own pseudo-tenant holds balances too, but is nobody
			continue
		}
		m, err := x.Service.merchant(ctx, x.tx, e.Head, b, id, names[id], asked[id], own[id])
		if err != nil {
			return err
		}
		if m.nothing() {
			continue
		}
		base := filepath.Join("merchants", safe(e.Head.Entity)+"-"+x.month.String()+"-"+safe(id))
		if err := x.each(base, ".pdf", func(w io.Writer, l fault.Lang) error { return m.PDF(w, x.Fonts, l) }); err != nil {
			return err
		}
		if err := x.each(base, ".xlsx", m.Excel); err != nil {
			return err
		}
	}
	return nil
}

// lists writes the invoice lists of requisitions.
func (x *export) lists(ctx context.Context, asked []Asked) error {
	for _, a := range asked {
		l, err := x.Service.list(ctx, x.tx, x.g, a.Merchant, a.No)
		if err != nil {
			return err
		}
		base := filepath.Join("lists", safe(l.List.Requisition))
		if err := x.each(base, ".pdf", func(w io.Writer, lang fault.Lang) error { return l.PDF(w, x.Fonts, lang) }); err != nil {
			return err
		}
		if err := x.each(base, ".xlsx", l.Excel); err != nil {
			return err
		}
		err = x.each(base, ".txt", func(w io.Writer, lang fault.Lang) error { return l.Draft(w, lang) })
		if err == nil {
			err = x.write(base+".json", func(w io.Writer) error { _, err := w.Write(l.JSON()); return err })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finance writes the workbook and the tables as CSV.
func (x *export) finance(ctx context.Context) error {
	f, err := x.Service.finance(ctx, x.tx, x.g, x.month, x.held)
	if err != nil {
		return err
	}
	if err := x.each("finance-"+x.month.String(), ".xlsx", f.Excel); err != nil {
		return err
	}
	for _, t := range []struct {
		name string
		draw func(io.Writer, fault.Lang) error
	}{
		{"bills", f.BillsCSV}, {"lines", f.LinesCSV}, {"held", f.HeldCSV}, {"differences", f.DifferencesCSV}, {"trial-balance", f.TrialCSV},
	} {
		err := x.write(t.name+"-"+x.month.String()+".csv", func(w io.Writer) error { return t.draw(w, x.langs[0]) })
		if err != nil {
			return err
		}
	}
	return nil
}

// each writes a document in every language: base.en.pdf, base.zh.pdf …
func (x *export) each(base, ext string, draw func(io.Writer, fault.Lang) error) error {
	for _, l := range x.langs {
		if err := x.write(base+"."+string(l)+ext, func(w io.Writer) error { return draw(w, l) }); err != nil {
			return err
		}
	}
	return nil
}

// write draws a file under another name in its folder and renames it when it is whole.
func (x *export) write(name string, draw func(io.Writer) error) (err error) {
	file := filepath.Join(x.out, name)
	refuse := func(err error) error {
		return fault.New(fault.Unavailable, "STM-FILE", name, fault.Args{"file": file, "why": err.Error()}).Wrap(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // documents are for others to read
		return refuse(err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".writing-*")
	if err != nil {
		return refuse(err)
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
		}
	}()
	w := bufio.NewWriterSize(tmp, 1<<16)
	if err := draw(w); err != nil {
		return err
	}
	for _, end := range []func() error{w.Flush, func() error { return tmp.Chmod(0o644) }, tmp.Close} {
		if err := end(); err != nil {
			return refuse(err)
		}
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return refuse(err)
	}
	x.names = append(x.names, filepath.ToSlash(name))
	return nil
}

// safe makes a number of the field fit into a file name. Where something had to be replaced, a part of its hash keeps two numbers apart.
func safe(s string) string {
	out := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '_'
	}, s)
	if out == s && out != "" && !strings.HasPrefix(out, ".") && len(out) <= 100 {
		return out
	}
	sum := sha256.Sum256([]byte(s))
	return "x" + out[:min(len(out), 80)] + "-" + hex.EncodeToString(sum[:4])
}
