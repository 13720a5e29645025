package statement

import (
	"io"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
)

// LinesCSV writes every line of the statement's bills.
func (m Merchant) LinesCSV(w io.Writer, lang fault.Lang) error {
	return lineTable(voice(lang), m.zones(), m.names()).csv(w, lang, m.Demo, m.Lines)
}

// BillsCSV writes the month's bills.
func (f Finance) BillsCSV(w io.Writer, lang fault.Lang) error {
	return billTable(voice(lang), f.Names).csv(w, lang, f.Demo, f.Bills)
}

// LinesCSV writes the lines of the month's bills as they are read.
func (f Finance) LinesCSV(w io.Writer, lang fault.Lang) error {
	v := voice(lang)
	t := lineTable(v, f.Zones, f.Names)
	c := doc.NewCSV(w, t.columns(v, f.Demo), doc.WithBOM())
	if err := t.stream(c, f.Lines); err != nil {
		return err
	}
	return c.Close()
}

// HeldCSV writes the lines that were not billed, a row a reason.
func (f Finance) HeldCSV(w io.Writer, lang fault.Lang) error {
	return heldTable(voice(lang), f.Names, f.Zones).csv(w, lang, f.Demo, whys(f.Held))
}

// DifferencesCSV writes what is open.
func (f Finance) DifferencesCSV(w io.Writer, lang fault.Lang) error {
	return differenceTable(voice(lang), f.Zones).csv(w, lang, f.Demo, f.Differences)
}

// TrialCSV writes the trial balance of the month.
func (f Finance) TrialCSV(w io.Writer, lang fault.Lang) error {
	return trialTable(voice(lang)).csv(w, lang, f.Demo, f.Trial)
}
