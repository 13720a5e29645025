package doc

import (
	"suanpan/internal/fault"

	qrcode "github.com/skip2/go-qrcode"
)

// Measures are points (1/72 inch) on A4, y downwards.
const (
	a4Short, a4Long = 595.28, 841.89
	marginX         = 52.0
	marginTop       = 54.0
	marginFoot      = 62.0
	gutter          = 14.0 // between columns
	maxPages        = 5000
	maxQRBytes      = 1000
)

// style is how a line of text looks.
type style struct {
	size float64
	lead float64 // from baseline to baseline
	bold bool
	grey int // 0 black … 255 white
}

var (
	styleTitle   = style{20, 25, true, 25}
	styleSub     = style{11, 15, false, 90}
	styleAuthor  = style{9, 12, true, 110}
	styleHeading = style{11.5, 16, true, 25}
	styleBody    = style{9.5, 14, false, 35}
	styleNote    = style{7.5, 10.5, false, 115}
	styleLabel   = style{8.5, 12.5, false, 120}
	styleValue   = style{8.5, 12.5, false, 25}
	styleHead    = style{7.5, 10, true, 95}
	styleCell    = style{8.5, 11.5, false, 30}
	styleTotal   = style{8.5, 11.5, true, 20}
	styleRunning = style{7.5, 10, false, 130}
)

// op is one thing to draw: text where it has atoms, else a filled rectangle (a rule is a thin one).
type op struct {
	x, y, w, h float64
	text       []atom
	size       float64
	r, g, b    uint8
}

// layout places a document on pages. Nothing is drawn before all of it is placed, since only then the number of pages and
// the glyphs that are needed are known.
type layout struct {
	setter
	doc        *Document
	wide, high float64
	pages      [][]op
	y          float64
	running    []atom
	fault      *fault.Fault
}

func newLayout(d *Document, f *Fonts) *layout {
	l := &layout{setter: setter{fonts: f, missing: map[Script]bool{}}, doc: d, wide: a4Short, high: a4Long}
	if d.Landscape {
		l.wide, l.high = a4Long, a4Short
	}
	return l
}

// place does the whole document.
func (l *layout) place() {
	l.running = l.set(joined(l.doc.Title, l.doc.Subtitle), false)
	l.newPage()
	l.head()
	for _, b := range l.doc.Blocks {
		switch b := b.(type) {
		case Heading:
			l.y += 12
			l.room(styleHeading.lead + 62)
			l.paragraph(string(b), styleHeading)
			l.y += 4
		case Paragraph:
			l.paragraph(string(b), styleBody)
			l.y += 6
		case Note:
			l.paragraph(string(b), styleNote)
			l.y += 5
		case Fields:
			l.fields(b, l.width())
			l.y += 8
		case Table:
			l.table(&b)
			l.y += 12
		}
	}
	l.fontNotes()
	l.feet()
}

func (l *layout) width() float64  { return l.wide - 2*marginX }
func (l *layout) bottom() float64 { return l.high - marginFoot }

func (l *layout) add(o op) { n := len(l.pages) - 1; l.pages[n] = append(l.pages[n], o) }

// rule draws a horizontal line.
func (l *layout) rule(x, y, w, thick float64, grey uint8) {
	l.add(op{x: x, y: y - thick/2, w: w, h: thick, r: grey, g: grey, b: grey})
}

// line puts atoms on the page, x being where the alignment counts from: left end, right end or middle.
func (l *layout) line(as []atom, x, baseline float64, s style, a Align) {
	switch a {
	case Figure:
		x -= width(as, s.size)
	case Center:
		x -= width(as, s.size) / 2
	}
	g := uint8(s.grey)
	l.add(op{x: x, y: baseline, text: as, size: s.size, r: g, g: g, b: g})
}

// room begins a new page where h points are no longer free.
func (l *layout) room(h float64) {
	if l.y+h > l.bottom() {
		l.newPage()
	}
}

func (l *layout) newPage() {
	if len(l.pages) >= maxPages {
		if l.fault == nil {
			l.fault = fault.New(fault.TooLarge, CodePages, "", fault.Args{"limit": maxPages})
		}
		l.pages[len(l.pages)-1] = nil // nothing more is kept: the document is refused anyway
		l.y = marginTop
		return
	}
	l.pages = append(l.pages, nil)
	l.y = marginTop
	if l.doc.Demo {
		l.demo()
	}
	if len(l.pages) > 1 {
		lines := wrap(l.running, styleRunning.size, l.width())
		l.line(lines[0], marginX, l.y-4, styleRunning, Left)
		l.rule(marginX, l.y+4, l.width(), 0.4, 205)
		l.y += 18
	}
}

// demo lays a band over the head of the page.
func (l *layout) demo() {
	const h = 18
	l.add(op{x: 0, y: 0, w: l.wide, h: h, r: 252, g: 228, b: 176})
	s := style{8, 10, true, 0}
	as := wrap(l.set(words[l.lang()].demo, true), s.size, l.width())[0]
	l.add(op{x: (l.wide - width(as, s.size)) / 2, y: 12, text: as, size: s.size, r: 120, g: 72, b: 0})
}

func (l *layout) lang() fault.Lang {
	if _, ok := words[l.doc.Lang]; ok {
		return l.doc.Lang
	}
	return fault.EN
}

// head is the top of the first page: issuer, title, subtitle, QR code, facts.
func (l *layout) head() {
	text := l.width()
	top := l.y
	qrBottom := top
	if l.doc.QR != nil {
		side := 68.0
		text -= side + 2*gutter
		qrBottom = l.qr(*l.doc.QR, l.wide-marginX-side, top, side)
	}
	if l.doc.Author != "" {
		l.lines(wrap(l.set(l.doc.Author, true), styleAuthor.size, text), styleAuthor)
		l.y += 6
	}
	l.lines(wrap(l.set(l.doc.Title, true), styleTitle.size, text), styleTitle)
	if l.doc.Subtitle != "" {
		l.lines(wrap(l.set(l.doc.Subtitle, false), styleSub.size, text), styleSub)
	}
	l.y += 10
	if l.y < qrBottom && len(l.pages) == 1 {
		l.y = qrBottom
	}
	if len(l.doc.Meta) > 0 {
		l.rule(marginX, l.y, l.width(), 0.5, 190)
		l.y += 8
		l.fields(l.doc.Meta, l.width())
		l.y += 6
		l.rule(marginX, l.y, l.width(), 0.5, 190)
	}
	l.y += 12
}

// paragraph sets running text over the whole width.
func (l *layout) paragraph(s string, st style) {
	l.lines(wrap(l.set(s, st.bold), st.size, l.width()), st)
}

func (l *layout) lines(lines [][]atom, s style) {
	for _, as := range lines {
		l.room(s.lead)
		l.line(as, marginX, l.y+s.size, s, Left)
		l.y += s.lead
	}
}

// fields sets facts in two columns, read down first, with the names in grey before them.
func (l *layout) fields(fs []Field, total float64) {
	half := (total - 2*gutter) / 2
	label := 0.0
	labels := make([][]atom, len(fs))
	for i, f := range fs {
		labels[i] = l.set(f.Label, false)
		label = max(label, width(labels[i], styleLabel.size))
	}
	label = min(label, half*0.45)
	rows := (len(fs) + 1) / 2
	for r := range rows {
		var cells [2][2][][]atom
		n := 1
		for c := range 2 {
			i := c*rows + r
			if i >= len(fs) {
				break
			}
			cells[c][0] = wrap(labels[i], styleLabel.size, label)
			cells[c][1] = wrap(l.set(fs[i].Value, false), styleValue.size, half-label-gutter)
			n = max(n, len(cells[c][0]), len(cells[c][1]))
		}
		for k := range n {
			l.room(styleValue.lead)
			for c := range 2 {
				x := marginX + float64(c)*(half+2*gutter)
				if k < len(cells[c][0]) {
					l.line(cells[c][0][k], x, l.y+styleLabel.size, styleLabel, Left)
				}
				if k < len(cells[c][1]) {
					l.line(cells[c][1][k], x+label+gutter, l.y+styleValue.size, styleValue, Left)
				}
			}
			l.y += styleValue.lead
		}
	}
}

// qr draws the code as rectangles, so it is sharp at any size, and says where it ends.
func (l *layout) qr(q QR, x, y, side float64) float64 {
	if len(q.Text) > maxQRBytes {
		l.fault = fault.New(fault.Invalid, CodeQR, "qr", fault.Args{"length": len(q.Text)})
		return y
	}
	code, err := qrcode.New(q.Text, qrcode.Medium)
	if err != nil {
		l.fault = fault.New(fault.Invalid, CodeQR, "qr", fault.Args{"length": len(q.Text)}).Wrap(err)
		return y
	}
	code.DisableBorder = true // the page around it is the quiet zone
	bits := code.Bitmap()
	m := side / float64(len(bits))
	for row, line := range bits {
		for c := 0; c < len(line); c++ {
			from := c
			for c < len(line) && line[c] {
				c++
			}
			if c > from {
				l.add(op{x: x + float64(from)*m, y: y + float64(row)*m, w: float64(c-from) * m, h: m + 0.02})
			}
		}
	}
	y += side + 4
	if q.Caption != "" {
		for _, as := range wrap(l.set(q.Caption, false), 6.5, side+gutter) {
			l.line(as, x+side/2, y+6.5, style{6.5, 8.5, false, 110}, Center)
			y += 8.5
		}
	}
	return y + 6
}

// fontNotes says at the end of the document what could not be drawn and how to mend it.
func (l *layout) fontNotes() {
	if !l.escaped {
		return
	}
	l.y += 6
	l.paragraph(words[l.lang()].escaped, styleNote)
	for _, s := range scripts {
		if l.missing[s] {
			lang := l.lang()
			if s == Han && lang == fault.ZH {
				lang = fault.EN // the text itself could not be read without the font
			}
			l.paragraph(s.Text(lang), styleNote)
		}
	}
}

// feet writes footer and page numbers, once their number is known.
func (l *layout) feet() {
	total := len(l.pages)
	foot := wrap(l.set(l.doc.Footer, false), styleRunning.size, l.width()-80)[0]
	for i := range l.pages {
		y := l.high - 36
		page := []op{}
		g := uint8(styleRunning.grey)
		number := l.set(itoa(i+1)+" / "+itoa(total), false)
		page = append(page,
			op{x: marginX, y: y - 14, w: l.width(), h: 0.4, r: 205, g: 205, b: 205},
			op{x: marginX, y: y, text: foot, size: styleRunning.size, r: g, g: g, b: g},
			op{x: l.wide - marginX - width(number, styleRunning.size), y: y, text: number, size: styleRunning.size, r: g, g: g, b: g})
		l.pages[i] = append(l.pages[i], page...)
	}
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + "  ·  " + b
	}
	return a + b
}
