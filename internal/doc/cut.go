package doc

import (
	"encoding/binary"
	"sort"
)

// mapping says under which code point a glyph is drawn. It is usually the glyph's own; a Thai mark that stands lower or more to
// the left is another glyph under the same code point, so the text copied from the page stays Thai.
type mapping struct {
	code  rune
	glyph uint16
}

// cut makes a TrueType font of the glyphs asked for and nothing else: small, so the PDF library parses it in no time, and
// a function of the mappings alone, so documents stay byte-identical. The mappings come sorted by code point, each once.
func (f *face) cut(ms []mapping) []byte {
	order, index := f.closure(ms)
	glyf, loca, hmtx := make([]byte, 0, 64*len(order)), make([]byte, 0, 4*len(order)+4), make([]byte, 0, 4*len(order))
	for _, g := range order {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		start := len(glyf)
		glyf = append(glyf, f.outline(g)...)
		f.renumber(glyf[start:], index)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = binary.BigEndian.AppendUint32(hmtx, f.hmtx[g])
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head, hhea, maxp := clone(f.tables["head"]), clone(f.tables["hhea"]), clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(order)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(order)))
	out := map[string][]byte{
		"OS/2": f.tables["OS/2"], "cmap": cmapTable(ms, index), "glyf": pad4(glyf), "head": head, "hhea": hhea, "hmtx": hmtx,
		"loca": loca, "maxp": maxp, "name": {0, 0, 0, 0, 0, 6}, "post": f.post(),
	}
	for _, t := range []string{"cvt ", "fpgm", "prep"} {
		if len(f.tables[t]) > 0 {
			out[t] = f.tables[t]
		}
	}
	return assemble(out)
}

// closure lists the glyphs to keep: the empty one first, then those asked for in the font's order, then the parts that composed
// ones (ã is a and ˜) are made of.
func (f *face) closure(ms []mapping) ([]uint16, map[uint16]uint16) {
	index := map[uint16]uint16{0: 0}
	order := []uint16{0}
	for _, m := range ms {
		if _, ok := index[m.glyph]; !ok {
			index[m.glyph] = 0
			order = append(order, m.glyph)
		}
	}
	sort.Slice(order, func(i, j int) bool { return order[i] < order[j] })
	for i := 0; i < len(order); i++ {
		index[order[i]] = uint16(i)
		f.parts(f.outline(order[i]), func(at int) {
			part := binary.BigEndian.Uint16(f.outline(order[i])[at:])
			if _, ok := index[part]; !ok && int(part) < len(f.hmtx) {
				index[part] = 0
				order = append(order, part)
			}
		})
	}
	return order, index
}

func (f *face) outline(g uint16) []byte { return f.tables["glyf"][f.loca[g]:f.loca[g+1]] }

// parts calls fn with the position of each part's glyph number in a composed outline. The flags are those of the OpenType
// specification, table glyf.
func (f *face) parts(outline []byte, fn func(at int)) {
	const words, scale, more, scaleXY, twoByTwo = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080
	if len(outline) < 12 || outline[0]&0x80 == 0 {
		return
	}
	for at := 10; at+4 <= len(outline); {
		flags := binary.BigEndian.Uint16(outline[at:])
		fn(at + 2)
		at += 6 + 2*b2i(flags&words != 0)
		switch {
		case flags&scale != 0:
			at += 2
		case flags&scaleXY != 0:
			at += 4
		case flags&twoByTwo != 0:
			at += 8
		}
		if flags&more == 0 {
			return
		}
	}
}

func (f *face) renumber(outline []byte, index map[uint16]uint16) {
	f.parts(outline, func(at int) {
		binary.BigEndian.PutUint16(outline[at:], index[binary.BigEndian.Uint16(outline[at:])])
	})
}

// post keeps the slant and the underline and drops the glyph names.
func (f *face) post() []byte {
	p := make([]byte, 32)
	binary.BigEndian.PutUint32(p, 0x00030000)
	if src := f.tables["post"]; len(src) >= 16 {
		copy(p[4:16], src[4:16])
	}
	return p
}

// cmapTable is a format 4 table, one segment for each run of code points whose glyphs run along.
func cmapTable(ms []mapping, index map[uint16]uint16) []byte {
	type segment struct{ from, to, delta uint16 }
	var segs []segment
	for _, m := range ms {
		code, g := uint16(m.code), index[m.glyph]
		if n := len(segs); n > 0 && segs[n-1].to+1 == code && segs[n-1].delta == g-code {
			segs[n-1].to = code
			continue
		}
		segs = append(segs, segment{code, code, g - code})
	}
	segs = append(segs, segment{0xFFFF, 0xFFFF, 1})
	n := uint16(len(segs))
	search, selector := uint16(2), uint16(0)
	for search <= n {
		search, selector = search*2, selector+1
	}
	b := make([]byte, 0, 28+8*len(segs))
	put := func(vs ...uint16) {
		for _, v := range vs {
			b = binary.BigEndian.AppendUint16(b, v)
		}
	}
	put(0, 1, 3, 1, 0, 12, 4, 16+8*n, 0, 2*n, search, selector, 2*n-search)
	for _, s := range segs {
		put(s.to)
	}
	put(0)
	for _, s := range segs {
		put(s.from)
	}
	for _, s := range segs {
		put(s.delta)
	}
	for range segs {
		put(0)
	}
	return pad4(b)
}

func assemble(tables map[string][]byte) []byte {
	names := make([]string, 0, len(tables))
	size := 12 + 16*len(tables)
	for n, t := range tables {
		names = append(names, n)
		size += len(t) + 3
	}
	sort.Strings(names)
	search, selector := 16, 0
	for search*2 <= 16*len(names) {
		search, selector = search*2, selector+1
	}
	out := make([]byte, 0, size)
	out = binary.BigEndian.AppendUint32(out, 0x00010000)
	for _, v := range []int{len(names), search, selector, 16*len(names) - search} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at, head := 12+16*len(names), 0
	for _, n := range names {
		if n == "head" {
			head = at
		}
		out = append(out, n...)
		out = binary.BigEndian.AppendUint32(out, checksum(tables[n]))
		out = binary.BigEndian.AppendUint32(out, uint32(at))
		out = binary.BigEndian.AppendUint32(out, uint32(len(tables[n])))
		at += (len(tables[n]) + 3) &^ 3
	}
	for _, n := range names {
		out = pad4(append(out, tables[n]...))
	}
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(b []byte) uint32 {
	var sum uint32
	for ; len(b) >= 4; b = b[4:] {
		sum += binary.BigEndian.Uint32(b)
	}
	for i, c := range b {
		sum += uint32(c) << (24 - 8*i)
	}
	return sum
}

func pad4(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }
