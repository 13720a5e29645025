package doc

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// atom is one character as it will be drawn.
type atom struct {
	r     rune
	glyph uint16
	face  faceKey
	form  form   // which of the font's forms of the mark; only Thai has more than one
	heavy bool   // thicken the strokes: bold was asked for and the font has no bold
	w     uint16 // advance in 1/1000 of the size
}

// plain is the text as it can be drawn: valid, composed (a and ˜ become ã), without control, direction and variation characters,
// which either draw nothing or let a hostile name rearrange the line it stands in.
func plain(s string) string {
	if isPlainASCII(s) {
		return s
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == '\t' || unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return r
	}, s)
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if (s[i] < ' ' && s[i] != '\n') || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

// setter turns text into atoms and remembers what was missing.
type setter struct {
	fonts   *Fonts
	missing map[Script]bool // scripts that text asked for and no font was found for
	escaped bool            // some character was written as its code point
}

// set gives the atoms of a text; '\n' atoms are forced line breaks.
func (t *setter) set(s string, bold bool) []atom {
	s = plain(s)
	out := make([]atom, 0, utf8.RuneCountInString(s))
	var lost []rune
	for _, r := range s {
		if r == '\n' {
			out = append(t.flush(out, lost, bold), atom{r: r})
			lost = lost[:0]
			continue
		}
		key, fc, heavy := faceKey{}, (*face)(nil), false
		if !privateUse(r) {
			key, fc, heavy = t.fonts.pick(r, bold)
		}
		if fc == nil {
			lost = append(lost, r)
			continue
		}
		if len(lost) > 0 {
			out = t.flush(out, lost, bold)
			lost = lost[:0]
		}
		g := fc.glyph[r]
		out = append(out, atom{r: r, glyph: g, face: key, heavy: heavy, w: fc.width[g]})
	}
	out = t.flush(out, lost, bold)
	t.shapeThai(out)
	return out
}

// flush writes characters that no font has as their code points: [U+4E2D 56FD].
func (t *setter) flush(out []atom, lost []rune, bold bool) []atom {
	if len(lost) == 0 {
		return out
	}
	t.escaped = true
	var b strings.Builder
	for i, r := range lost {
		if i == 0 {
			b.WriteString("[U+")
		} else {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%04X", r)
		if s := scriptOf(r); s != Latin && t.fonts.faces[faceKey{s, false}] == nil {
			t.missing[s] = true
		}
	}
	b.WriteByte(']')
	for _, r := range b.String() {
		key, fc, _ := t.fonts.pick(r, bold)
		g := fc.glyph[r]
		out = append(out, atom{r: r, glyph: g, face: key, w: fc.width[g]})
	}
	return out
}

// privateUse code points mean something else in every font: the Thai ones keep marks there, others their maker's logo.
func privateUse(r rune) bool { return r >= 0xE000 && r <= 0xF8FF }

func scriptOf(r rune) Script {
	switch {
	case r >= 0x0E00 && r <= 0x0E7F:
		return Thai
	case isHan(r) || unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return Han
	}
	return Latin
}

func isHan(r rune) bool {
	return r >= 0x2E80 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFFEF || r >= 0x20000 && r <= 0x3FFFF
}

// width is the length of a line of atoms at a size, in points.
func width(as []atom, size float64) float64 {
	n := 0
	for _, a := range as {
		n += int(a.w)
	}
	return float64(n) * size / 1000
}

// wrap breaks atoms into lines of at most max points: at spaces, after hyphens and slashes, between Han characters and between
// Thai syllables' clusters; a word longer than a line is broken where the line ends, so nothing ever runs into its neighbour.
func wrap(as []atom, size, max float64) [][]atom {
	var lines [][]atom
	for {
		end := len(as)
		for i, a := range as {
			if a.r == '\n' {
				end = i
				break
			}
		}
		lines = wrapLine(lines, as[:end], int(max*1000/size+0.5))
		if end == len(as) {
			return lines
		}
		as = as[end+1:]
	}
}

func wrapLine(lines [][]atom, as []atom, max int) [][]atom {
	start, sum, last := 0, 0, -1 // last: where the line could be broken latest
	for i := 0; i < len(as); i++ {
		a := as[i]
		if i > start && breakable(as, i) {
			last = i
		}
		if sum+int(a.w) > max && a.r != ' ' && i > start {
			if last <= start {
				last = i
			}
			lines = append(lines, trim(as[start:last]))
			for last < len(as) && as[last].r == ' ' {
				last++
			}
			start, i, sum, last = last, last-1, 0, -1
			continue
		}
		sum += int(a.w)
	}
	return append(lines, trim(as[start:]))
}

// breakable tells whether a line may end before as[i].
func breakable(as []atom, i int) bool {
	before, r := as[i-1].r, as[i].r
	switch {
	case r == ' ' || strings.ContainsRune("，。、；：？！）》」』】％％,.;:?!)]}%", r) || thaiStaysWithPrevious(r):
		return false
	case before == ' ':
		return true
	case before == '-' || before == '/' || before == '_' || before == '@':
		return !(r >= '0' && r <= '9') // −5 and 2/3 stay together
	case strings.ContainsRune("（《「『【([{", before) || thaiLeads(before):
		return false
	}
	return isHan(r) || isHan(before) || scriptOf(r) == Thai && thaiConsonant(r) || thaiLeads(r)
}

func trim(as []atom) []atom {
	for len(as) > 0 && as[len(as)-1].r == ' ' {
		as = as[:len(as)-1]
	}
	return as
}
