package doc

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/image/font/sfnt"
)

// face is one TrueType font, read once per process and never changed, so documents may share it freely.
type face struct {
	data   []byte
	tables map[string][]byte
	glyph  []uint16 // rune → glyph of the basic plane; 0 where the font has none
	width  []uint16 // glyph → advance in 1/1000 of the size
	hmtx   []uint32 // glyph → advance and left bearing as the font has them, packed
	loca   []uint32 // glyph → where its outline begins; one more than there are glyphs
}

// parseFace reads a TrueType font with outlines in a glyf table. Collections (.ttc) and PostScript outlines (.otf) are refused:
// the PDF library cannot embed them.
func parseFace(data []byte) (*face, error) {
	f := &face{data: data, tables: map[string][]byte{}}
	if err := f.readTables(); err != nil {
		return nil, err
	}
	font, err := sfnt.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("doc: not a font: %w", err)
	}
	if err := f.readMetrics(); err != nil {
		return nil, err
	}
	f.glyph = make([]uint16, 1<<16)
	var buf sfnt.Buffer
	for r := range rune(1 << 16) {
		g, err := font.GlyphIndex(&buf, r)
		if err == nil && int(g) < len(f.hmtx) {
			f.glyph[r] = uint16(g)
		}
	}
	return f, nil
}

func (f *face) readTables() error {
	d := f.data
	if len(d) < 12 {
		return fmt.Errorf("doc: not a font: %d bytes", len(d))
	}
	if v := binary.BigEndian.Uint32(d); v != 0x00010000 && v != 0x74727565 {
		return fmt.Errorf("doc: not a TrueType font (version %08x)", v)
	}
	for i := range int(binary.BigEndian.Uint16(d[4:])) {
		at := 12 + 16*i
		if at+16 > len(d) {
			return fmt.Errorf("doc: the font's table list is cut off")
		}
		off, n := uint64(binary.BigEndian.Uint32(d[at+8:])), uint64(binary.BigEndian.Uint32(d[at+12:]))
		if off+n > uint64(len(d)) {
			return fmt.Errorf("doc: the font's table %s is cut off", d[at:at+4])
		}
		f.tables[string(d[at:at+4])] = d[off : off+n : off+n]
	}
	least := map[string]int{"head": 54, "hhea": 36, "maxp": 6, "OS/2": 78, "hmtx": 4, "loca": 4, "glyf": 1, "cmap": 4}
	for name, n := range least {
		if len(f.tables[name]) < n {
			return fmt.Errorf("doc: the font has no table %s", name)
		}
	}
	// The PDF library prints to standard output and goes on with half a font where embedding is restricted.
	if fs := binary.BigEndian.Uint16(f.tables["OS/2"][8:]); fs == 0x0002 || fs&0x0300 != 0 {
		return fmt.Errorf("doc: the font's licence does not allow embedding")
	}
	return nil
}

func (f *face) readMetrics() error {
	be := binary.BigEndian
	units := uint32(be.Uint16(f.tables["head"][18:]))
	long := be.Uint16(f.tables["head"][50:]) == 1
	n := int(be.Uint16(f.tables["maxp"][4:]))
	full := int(be.Uint16(f.tables["hhea"][34:]))
	hm, loca := f.tables["hmtx"], f.tables["loca"]
	if units == 0 || n == 0 || full == 0 || full > n || len(hm) < 4*full+2*(n-full) {
		return fmt.Errorf("doc: the font's metrics are cut off")
	}
	if size := 2 + 2*b2i(long); len(loca) < size*(n+1) {
		return fmt.Errorf("doc: the font's glyph index is cut off")
	}
	f.width, f.hmtx, f.loca = make([]uint16, n), make([]uint32, n), make([]uint32, n+1)
	for g := range n {
		var adv, lsb uint16
		if g < full {
			adv, lsb = be.Uint16(hm[4*g:]), be.Uint16(hm[4*g+2:])
		} else {
			adv, lsb = be.Uint16(hm[4*(full-1):]), be.Uint16(hm[4*full+2*(g-full):])
		}
		f.hmtx[g] = uint32(adv)<<16 | uint32(lsb)
		f.width[g] = uint16((uint32(adv)*1000 + units/2) / units)
	}
	for g := range n + 1 {
		if long {
			f.loca[g] = be.Uint32(loca[4*g:])
		} else {
			f.loca[g] = 2 * uint32(be.Uint16(loca[2*g:]))
		}
		if int64(f.loca[g]) > int64(len(f.tables["glyf"])) || (g > 0 && f.loca[g] < f.loca[g-1]) {
			return fmt.Errorf("doc: the font's glyph index is damaged")
		}
	}
	return nil
}

// has tells whether the font draws a rune.
func (f *face) has(r rune) bool { return f != nil && r >= 0 && r < 1<<16 && f.glyph[r] != 0 }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
