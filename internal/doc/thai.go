package doc

// form is one of the shapes that a Thai sign takes by its neighbours. The PDF library shapes nothing, so it is done here, with
// the extra glyphs that Thai fonts keep in the private area U+F700–F71A since Windows 3.1 (the order of the signs there is
// documented with libthai's "Win" set). The text keeps its own code points: only the glyph drawn under them changes.
type form uint8

const (
	formPlain   form = iota
	formLow          // a tone directly on its consonant comes down; a vowel under a long-tailed one goes lower
	formLeft         // over ป ฝ ฟ ฬ, whose stroke rises, a sign moves left
	formLowLeft      // both
	formNoTail       // ญ ฐ lose their lower part over a vowel below
)

// thaiForms gives the private code point of a sign's form.
var thaiForms = map[form]map[rune]rune{
	formLow:     {0x0E48: 0xF70A, 0x0E49: 0xF70B, 0x0E4A: 0xF70C, 0x0E4B: 0xF70D, 0x0E4C: 0xF70E, 0x0E38: 0xF718, 0x0E39: 0xF719, 0x0E3A: 0xF71A},
	formLeft:    {0x0E34: 0xF701, 0x0E35: 0xF702, 0x0E36: 0xF703, 0x0E37: 0xF704, 0x0E31: 0xF710, 0x0E4D: 0xF711, 0x0E47: 0xF712, 0x0E48: 0xF713, 0x0E49: 0xF714, 0x0E4A: 0xF715, 0x0E4B: 0xF716, 0x0E4C: 0xF717},
	formLowLeft: {0x0E48: 0xF705, 0x0E49: 0xF706, 0x0E4A: 0xF707, 0x0E4B: 0xF708, 0x0E4C: 0xF709},
	formNoTail:  {0x0E10: 0xF700, 0x0E0D: 0xF70F},
}

func (t *setter) shapeThai(as []atom) {
	for i := range as {
		if as[i].r < 0x0E00 || as[i].r > 0x0E7F || as[i].face.script != Thai {
			continue
		}
		f := thaiForm(as, i)
		if f == formPlain {
			continue
		}
		fc := t.fonts.faces[as[i].face]
		if private := thaiForms[f][as[i].r]; private != 0 && fc.has(private) {
			as[i].form, as[i].glyph = f, fc.glyph[private]
			as[i].w = fc.width[as[i].glyph]
		}
	}
}

func thaiForm(as []atom, i int) form {
	at := func(j int) rune {
		if j < 0 || j >= len(as) {
			return 0
		}
		return as[j].r
	}
	r, base := as[i].r, i-1
	for thaiAbove(at(base)) || thaiTone(at(base)) || thaiBelow(at(base)) {
		base--
	}
	tall := at(base) == 'ป' || at(base) == 'ฝ' || at(base) == 'ฟ' || at(base) == 'ฬ'
	switch {
	case (r == 'ญ' || r == 'ฐ') && thaiBelow(at(i+1)):
		return formNoTail
	case thaiBelow(r) && (at(base) == 'ฎ' || at(base) == 'ฏ'):
		return formLow
	case thaiAbove(r) && tall:
		return formLeft
	case thaiTone(r):
		low := !thaiAbove(at(i-1)) && at(i+1) != 0x0E33 // ำ brings its own ring, which the tone stands on
		switch {
		case low && tall:
			return formLowLeft
		case low:
			return formLow
		case tall:
			return formLeft
		}
	}
	return formPlain
}

func thaiTone(r rune) bool  { return r >= 0x0E48 && r <= 0x0E4C }
func thaiBelow(r rune) bool { return r >= 0x0E38 && r <= 0x0E3A }
func thaiAbove(r rune) bool {
	return r == 0x0E31 || r >= 0x0E34 && r <= 0x0E37 || r == 0x0E47 || r == 0x0E4D
}
func thaiConsonant(r rune) bool { return r >= 0x0E01 && r <= 0x0E2E }

// thaiLeads are the vowels written before their consonant.
func thaiLeads(r rune) bool { return r >= 0x0E40 && r <= 0x0E44 }

func thaiStaysWithPrevious(r rune) bool {
	return r >= 0x0E2F && r <= 0x0E3A || r >= 0x0E45 && r <= 0x0E4E
}
