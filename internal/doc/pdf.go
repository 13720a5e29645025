package doc

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jung-kurt/gofpdf"

	"suanpan/internal/fault"
)

const (
	// wholeFont and partFont bound the glyphs of one embedded font. The library's width table takes time with the cube of a run
	// of consecutive characters (1,200: one second, 5,000: more than a minute), so a font that would grow is split into parts.
	wholeFont, partFont = 400, 256
	// maxGlyphs bounds a document: each part costs a megabyte while the file is written.
	maxGlyphs = 8192
)

// PDF draws the document and writes it. Equal documents give equal bytes. Nothing is written where it returns a fault: too many
// pages or characters, a QR text too long, or DOC-RENDER where the library failed.
func (d *Document) PDF(w io.Writer, f *Fonts) error {
	data, err := d.render(f)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func (d *Document) render(f *Fonts) (data []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // the library indexes slices by what the text contains
			data, err = nil, fault.New(fault.Internal, CodeRender, "").Wrap(fmt.Errorf("panic: %v", p))
		}
	}()
	l := newLayout(d, f)
	l.place()
	if l.fault != nil {
		return nil, l.fault
	}
	p, ft := newPainter(l)
	if ft != nil {
		return nil, ft
	}
	p.paint()
	var buf bytes.Buffer
	if err := p.pdf.Output(&buf); err != nil {
		return nil, fault.New(fault.Internal, CodeRender, "").Wrap(err)
	}
	data, err = linked(buf.Bytes(), d)
	return withID(data), err
}

// fontID is an embedded font: the glyphs of a face, in one of the Thai forms.
type fontID struct {
	face faceKey
	form form
}

// painter hands the placed pages to the PDF library.
type painter struct {
	*layout
	pdf   *gofpdf.Fpdf
	part  map[fontID]map[rune]int // which part of a split font a character is in; absent where the font is whole
	name  map[fontID]string
	now   state
	known bool
}

// state is what the library has been told last, so that it is told only of changes.
type state struct {
	family  string
	size    float64
	r, g, b uint8
	heavy   bool
}

func newPainter(l *layout) (*painter, *fault.Fault) {
	orientation := "P"
	if l.doc.Landscape {
		orientation = "L"
	}
	pdf := gofpdf.New(orientation, "pt", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(l.doc.At.UTC())
	pdf.SetModificationDate(l.doc.At.UTC())
	pdf.SetProducer("Suanpan", true)
	pdf.SetTitle(properties(joined(l.doc.Title, l.doc.Subtitle)), true)
	if l.doc.Author != "" {
		pdf.SetAuthor(properties(l.doc.Author), true)
	}
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	if len(l.doc.Attached) > 0 {
		pdf.SetAttachments(attachments(l.doc.Attached))
	}
	if len(l.doc.XMP) > 0 {
		pdf.SetXmpMetadata(l.doc.XMP)
	}
	p := &painter{layout: l, pdf: pdf, part: map[fontID]map[rune]int{}, name: map[fontID]string{}}
	return p, p.embed()
}

// properties is text for the file's properties, which hold the basic plane only.
func properties(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, plain(s))
}

// embed cuts the fonts down to the glyphs on the pages and adds them, in a fixed order.
func (p *painter) embed() *fault.Fault {
	used := map[fontID]map[rune]uint16{}
	total := 0
	for _, page := range p.pages {
		for i := range page {
			for _, a := range page[i].text {
				id := fontID{a.face, a.form}
				set := used[id]
				if set == nil {
					set = map[rune]uint16{}
					used[id] = set
				}
				if _, ok := set[a.r]; !ok {
					set[a.r] = a.glyph
					total++
				}
			}
		}
	}
	if total > maxGlyphs {
		return fault.New(fault.TooLarge, CodeGlyphs, "", fault.Args{"count": total, "limit": maxGlyphs})
	}
	for _, s := range scripts {
		for _, bold := range []bool{false, true} {
			for fm := formPlain; fm <= formNoTail; fm++ {
				id := fontID{faceKey{s, bold}, fm}
				if len(used[id]) > 0 {
					p.embedOne(id, used[id])
				}
			}
		}
	}
	return nil
}

func (p *painter) embedOne(id fontID, used map[rune]uint16) {
	ms := make([]mapping, 0, len(used))
	for r, g := range used {
		ms = append(ms, mapping{r, g})
	}
	slices.SortFunc(ms, func(a, b mapping) int { return int(a.code) - int(b.code) })
	name := string(id.face.script) + itoa(int(id.form)) // plain letters only: others break the file
	if id.face.bold {
		name += "bold"
	}
	p.name[id] = name
	f := p.fonts.faces[id.face]
	if len(ms) <= wholeFont {
		p.pdf.AddUTF8FontFromBytes(name, "", f.cut(ms))
		return
	}
	p.part[id] = map[rune]int{}
	for n := 0; len(ms) > 0; n++ {
		some := ms[:min(partFont, len(ms))]
		ms = ms[len(some):]
		for _, m := range some {
			p.part[id][m.code] = n
		}
		p.pdf.AddUTF8FontFromBytes(name+"part"+itoa(n), "", f.cut(some))
	}
}

func (p *painter) paint() {
	for _, page := range p.pages {
		p.pdf.AddPage()
		p.known = false
		if p.doc.Demo {
			p.watermark()
		}
		for i := range page {
			if o := &page[i]; len(o.text) > 0 {
				p.text(o)
			} else if o.w > 0 {
				p.rect(o)
			}
		}
	}
}

func (p *painter) rect(o *op) {
	p.pdf.SetFillColor(int(o.r), int(o.g), int(o.b))
	p.pdf.Rect(o.x, o.y, o.w, o.h, "F")
}

// text draws a line, in one stroke for each stretch that one font draws.
func (p *painter) text(o *op) {
	x := o.x
	for i := 0; i < len(o.text); {
		a := o.text[i]
		family := p.family(a)
		var b strings.Builder
		n := 0
		for ; i < len(o.text) && o.text[i].heavy == a.heavy && p.family(o.text[i]) == family; i++ {
			b.WriteRune(o.text[i].r)
			n += int(o.text[i].w)
		}
		p.become(state{family, o.size, o.r, o.g, o.b, a.heavy})
		p.pdf.Text(x, o.y, b.String())
		x += float64(n) * o.size / 1000
	}
}

func (p *painter) family(a atom) string {
	id := fontID{a.face, a.form}
	if parts := p.part[id]; parts != nil {
		return p.name[id] + "part" + itoa(parts[a.r])
	}
	return p.name[id]
}

func (p *painter) become(s state) {
	if !p.known || s.family != p.now.family || s.size != p.now.size {
		p.pdf.SetFont(s.family, "", s.size)
	}
	if !p.known || s.r != p.now.r || s.g != p.now.g || s.b != p.now.b {
		p.pdf.SetTextColor(int(s.r), int(s.g), int(s.b))
	}
	if s.heavy {
		p.pdf.SetDrawColor(int(s.r), int(s.g), int(s.b))
		p.pdf.SetLineWidth(s.size * 0.035)
	}
	if was := p.known && p.now.heavy; s.heavy != was {
		p.pdf.SetTextRenderingMode(2 * b2i(s.heavy)) // 2: fill the glyph and draw its outline too
	}
	p.now, p.known = s, true
}

// watermark writes DEMO across the page, below everything else.
func (p *painter) watermark() {
	as := p.set("DEMO", true)
	size := p.wide / 4
	cx, cy := p.wide/2, p.high/2
	p.pdf.TransformBegin()
	p.pdf.TransformRotate(40, cx, cy)
	p.text(&op{x: cx - width(as, size)/2, y: cy + size*0.35, text: as, size: size, r: 243, g: 239, b: 230})
	p.pdf.TransformEnd()
	p.known = false
}

// withID gives the file an identity made of its content. It goes into the trailer, which no offset in the file points behind.
func withID(data []byte) []byte {
	mark := []byte("trailer\n<<\n")
	at := bytes.LastIndex(data, mark)
	if at < 0 {
		return data
	}
	at += len(mark)
	sum := sha256.Sum256(data)
	id := fmt.Sprintf("/ID [<%x> <%x>]\n", sum[:16], sum[:16])
	return slices.Concat(data[:at], []byte(id), data[at:])
}

func itoa(n int) string { return strconv.Itoa(n) }
