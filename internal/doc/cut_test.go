package doc

import (
	"reflect"
	"slices"
	"testing"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// A cut font must draw each letter with the outline of the font it was cut from, letters composed of parts included. A reader
// that shares nothing with the cutter compares them.
func TestCutFontKeepsEveryOutline(t *testing.T) {
	t.Parallel()
	composed := 0
	for key, f := range fonts(t).faces {
		whole, err := sfnt.Parse(f.data)
		if err != nil {
			t.Fatal(err)
		}
		var ms []mapping
		for r := rune(0x21); r < 0xFFF0; r++ {
			if g := f.glyph[r]; g != 0 && (r < 0x2000 || r%53 == 0) {
				ms = append(ms, mapping{r, g})
				f.parts(f.outline(g), func(int) { composed++ })
			}
		}
		slices.SortFunc(ms, func(a, b mapping) int { return int(a.code) - int(b.code) })
		small, err := sfnt.Parse(f.cut(ms))
		if err != nil {
			t.Fatalf("%v: %v", key, err)
		}
		for _, m := range ms {
			var buf sfnt.Buffer
			g, err := small.GlyphIndex(&buf, m.code)
			if err != nil || g == 0 {
				t.Fatalf("%v: %c is not in the cut font (%v)", key, m.code, err)
			}
			got, err := small.LoadGlyph(&buf, g, fixed.I(1000), nil)
			if err != nil {
				t.Fatalf("%v: %c: %v", key, m.code, err)
			}
			got = slices.Clone(got)
			want, err := whole.LoadGlyph(&buf, sfnt.GlyphIndex(m.glyph), fixed.I(1000), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, slices.Clone(want)) {
				t.Errorf("%v: %c has another outline after cutting", key, m.code)
			}
		}
	}
	if composed == 0 {
		t.Error("no composed letter was compared")
	}
}
