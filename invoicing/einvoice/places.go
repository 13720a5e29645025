package einvoice

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"suanpan/internal/period"
)

// Place is a listed place of the formats in which a merchant may repeat the numbers that were asked for.
type Place string

// The listed places, by their EN 16931 terms.
const (
	PlaceOrder      Place = "order"      // BT-13 purchase order reference
	PlaceContract   Place = "contract"   // BT-12 contract reference
	PlaceProject    Place = "project"    // BT-11 project reference
	PlaceNote       Place = "note"       // BT-22 invoice note
	PlaceRemittance Place = "remittance" // BT-83 remittance information
)

// Found is a number that stands in a listed place.
type Found struct {
	Number string // as it was asked for; a month as 2026-10
	Place  Place
	Where  string // as in Evidence
	Text   string // what stands there
}

func (d *Document) places() []Found {
	var out []Found
	for _, r := range d.References {
		out = append(out, Found{Place: r.Place, Where: r.Where, Text: r.Value})
	}
	for _, n := range d.Notes {
		out = append(out, Found{Place: PlaceNote, Where: n.Where, Text: n.Text})
	}
	return out
}

// FindRequisition tells where the given requisition numbers (申付单号) stand, in the order of the document. Letter case, full
// width, kinds of dashes and blanks around a number do not matter; a longer number that contains it is another number.
func FindRequisition(d *Document, numbers ...string) []Found {
	var out []Found
	for _, p := range d.places() {
		text := plain(p.Text)
		for _, number := range numbers {
			if want := plain(number); want != "" && contains(text, want) {
				p.Number = number
				p.Text = clip(p.Text, 200)
				out = append(out, p)
			}
		}
	}
	return out
}

var monthForm = regexp.MustCompile(`20[0-9]{2}-?(0[1-9]|1[0-2])`)

// FindPeriods tells every settlement period (对账期次) that stands in a listed place, written 202610 or 2026-10. A full date or a
// part of a longer number is none.
func FindPeriods(d *Document) []Found {
	var out []Found
	for _, p := range d.places() {
		text := plain(p.Text)
		seen := map[period.Month]bool{}
		for _, at := range monthForm.FindAllStringIndex(text, -1) {
			m, err := period.ParseMonth(text[at[0]:at[1]])
			if err != nil || seen[m] || !alone(text, at[0], at[1]) {
				continue
			}
			seen[m] = true
			out = append(out, Found{Number: m.String(), Place: p.Place, Where: p.Where, Text: clip(p.Text, 200)})
		}
	}
	return out
}

// FindPeriod is the places of one settlement period.
func FindPeriod(d *Document, m period.Month) []Found {
	var out []Found
	for _, f := range FindPeriods(d) {
		if f.Number == m.String() {
			out = append(out, f)
		}
	}
	return out
}

// plain makes two writings of one number alike.
func plain(s string) string {
	s = norm.NFKC.String(s)
	s = strings.Map(func(r rune) rune {
		switch r {
		case '‐', '‑', '‒', '–', '—', '−', '﹣':
			return '-'
		case '\u200b', '\ufeff', '\u00ad':
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
	return strings.TrimSpace(s)
}

func contains(text, want string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], want)
		if i < 0 {
			return false
		}
		i += from
		if alone(text, i, i+len(want)) {
			return true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		from = i + n
	}
}

// alone tells that text[from:to] is a whole number: no digit or Latin letter touches it, directly or over a joining
// mark. Chinese and Thai, which put no blanks between words, may touch it.
func alone(text string, from, to int) bool {
	before, n := utf8.DecodeLastRuneInString(text[:from])
	beyond, _ := utf8.DecodeLastRuneInString(text[:from-n])
	after, n := utf8.DecodeRuneInString(text[to:])
	further, _ := utf8.DecodeRuneInString(text[to+n:])
	return !wordy(before) && !wordy(after) && !joins(before, beyond) && !joins(after, further)
}

// joins tells that a mark ties what stands beyond it to the number. A full stop does so only between digits: "no.SP1" is
// a number after a word.
func joins(mark, beyond rune) bool {
	switch mark {
	case '-', '_':
		return wordy(beyond)
	case '.':
		return unicode.IsDigit(beyond)
	}
	return false
}

func wordy(r rune) bool {
	return r != utf8.RuneError && (unicode.IsDigit(r) || unicode.In(r, unicode.Latin))
}
