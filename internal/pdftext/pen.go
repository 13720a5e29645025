package pdftext

import (
	"math"
	"strings"

	text "github.com/ledongthuc/pdf"
)

// pen is what of a page's drawing state says where a string stands (ISO 32000-1, 9.4). Places are kept, shapes are not: the width of
// a string is known only for fonts that bring simple widths, and is guessed for the others.
type pen struct {
	page    text.Page
	font    text.Font
	decode  text.TextEncoding
	size    float64
	leading float64
	ctm     affine // of the page
	tm, tlm affine // of the text, and of the start of its line
	saved   []affine
	cells   []placed
	open    strings.Builder // the cell being put together
	at      placed          // where it starts
	end     float64         // and ends
	known   bool            // the end by the font's widths, not by a guess
	texts   int
}

// affine is a 2×3 transformation: x' = a·x + c·y + e, y' = b·x + d·y + f.
type affine struct{ a, b, c, d, e, f float64 }

var unmoved = affine{a: 1, d: 1}

// then is m followed by n.
func (m affine) then(n affine) affine {
	return affine{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d, m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

// drawn gives the strings of a page in the order in which they are drawn, joined where one follows the other on a line.
func drawn(page text.Page) []placed {
	p := &pen{page: page, ctm: unmoved, tm: unmoved, tlm: unmoved}
	text.Interpret(page.V.Key("Contents"), func(stack *text.Stack, op string) {
		args := make([]text.Value, stack.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stack.Pop()
		}
		if p.texts < maxTexts {
			p.operate(op, args)
		}
	})
	p.cut()
	return p.cells
}

// operate follows one operator. One with too few operands is passed over, as viewers do.
func (p *pen) operate(op string, args []text.Value) {
	if len(args) < operands[op] {
		return
	}
	switch op {
	case "q":
		p.saved = append(p.saved, p.ctm)
	case "Q":
		if n := len(p.saved); n > 0 {
			p.ctm, p.saved = p.saved[n-1], p.saved[:n-1]
		}
	case "cm":
		p.ctm = matrixOf(args).then(p.ctm)
	case "BT":
		p.tm, p.tlm = unmoved, unmoved
	case "Tm":
		p.tm = matrixOf(args)
		p.tlm = p.tm
	case "TL":
		p.leading = args[0].Float64()
	case "TD":
		p.leading = -args[1].Float64()
		p.move(args[0].Float64(), args[1].Float64())
	case "Td":
		p.move(args[0].Float64(), args[1].Float64())
	case "T*":
		p.move(0, -p.leading)
	case "Tf":
		p.font, p.size = p.page.Font(args[0].Name()), args[1].Float64()
		p.decode = p.font.Encoder()
	case "Tj":
		p.show(args[:1])
	case "'", "\"":
		p.move(0, -p.leading)
		p.show(args[len(args)-1:])
	case "TJ":
		items := make([]text.Value, args[0].Len())
		for i := range items {
			items[i] = args[0].Index(i)
		}
		p.show(items)
	}
}

// operands is how many operands an operator needs.
var operands = map[string]int{"cm": 6, "Tm": 6, "TL": 1, "TD": 2, "Td": 2, "Tf": 2, "Tj": 1, "'": 1, "\"": 3, "TJ": 1}

func matrixOf(v []text.Value) affine {
	return affine{v[0].Float64(), v[1].Float64(), v[2].Float64(), v[3].Float64(), v[4].Float64(), v[5].Float64()}
}

func (p *pen) move(x, y float64) {
	p.tlm = affine{a: 1, d: 1, e: x, f: y}.then(p.tlm)
	p.tm = p.tlm
}

// show draws strings and, between them, moves by thousandths of the font's size.
func (p *pen) show(items []text.Value) {
	var s strings.Builder
	width, known := 0.0, true
	for _, v := range items {
		if v.Kind() != text.String {
			back := v.Float64() / 1000
			if back < -0.2 { // wide enough for a blank
				s.WriteByte(' ')
			}
			width -= back * p.size
			continue
		}
		raw := v.RawString()
		piece := raw
		if p.decode != nil {
			piece = p.decode.Decode(raw)
		}
		s.WriteString(piece)
		w := 0.0
		for i := 0; i < len(raw); i++ {
			w += p.font.Width(int(raw[i])) / 1000 * p.size
		}
		if w <= 0 || len(raw) != len([]rune(piece)) { // no widths, or several bytes for a letter
			w, known = 0.5*p.size*float64(len([]rune(piece))), false
		}
		width += w
		p.texts++
	}
	p.place(s.String(), width, known)
	p.tm = affine{a: 1, d: 1, e: width}.then(p.tm)
}

// place adds a string to the open cell where it follows it, and starts another cell where it does not.
func (p *pen) place(s string, width float64, known bool) {
	m := p.tm.then(p.ctm)
	if !(math.Abs(m.e) < 1e5 && math.Abs(m.f) < 1e5) || s == "" {
		return
	}
	size := math.Min(100, math.Max(1, math.Hypot(m.c, m.d)*math.Abs(p.size)))
	gap := m.e - p.end
	switch {
	case p.open.Len() == 0:
		p.at = placed{x: m.e, y: m.f}
	case math.Abs(m.f-p.at.y) > 2 || gap > 1.2*size || m.e < p.at.x-size:
		p.cut()
		p.at = placed{x: m.e, y: m.f}
	case gap > 0.18*size, !p.known && gap != 0:
		p.open.WriteByte(' ')
	}
	p.open.WriteString(s)
	p.end, p.known = m.e+width*math.Hypot(m.a, m.b), known
}

// cut ends the open cell.
func (p *pen) cut() {
	if s := strings.Join(strings.Fields(p.open.String()), " "); s != "" {
		p.cells = append(p.cells, placed{p.at.x, p.at.y, s})
	}
	p.open.Reset()
}
