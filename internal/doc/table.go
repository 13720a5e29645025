package doc

const cellPad = 3.4 // above and below the text of a row

// grid is a table being placed: its cells as atoms and the columns' places.
type grid struct {
	*layout
	cols  []TableColumn
	x, w  []float64 // left edge and width of each column
	title [][][]atom
}

func (l *layout) table(t *Table) {
	if len(t.Columns) == 0 {
		return
	}
	rows, totals := l.cells(t.Rows, len(t.Columns), false), l.cells(t.Totals, len(t.Columns), true)
	titles := make([][]atom, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = l.set(c.Title, true)
	}
	g := &grid{layout: l, cols: t.Columns}
	g.widths(titles, rows, totals)
	for i, as := range titles {
		g.title = append(g.title, wrap(as, styleHead.size, g.w[i]))
	}
	l.room(g.headHeight() + 40)
	g.header()
	if len(rows) == 0 && t.Empty != "" {
		l.y += cellPad
		l.paragraph(t.Empty, styleNote)
	}
	for i, r := range rows {
		keep := 0.0
		if i == len(rows)-1 {
			for _, tr := range totals {
				keep += float64(depth(g.wrapRow(tr, styleTotal)))*styleTotal.lead + 2*cellPad
			}
		}
		g.row(r, styleCell, keep)
		if i < len(rows)-1 {
			l.rule(marginX, l.y, l.width(), 0.3, 222)
		}
	}
	for i, r := range totals {
		if i == 0 {
			l.rule(marginX, l.y, l.width(), 0.8, 60)
		}
		g.row(r, styleTotal, 0)
	}
	l.rule(marginX, l.y, l.width(), 0.5, 150)
}

func (l *layout) cells(rows [][]string, n int, bold bool) [][][]atom {
	out := make([][][]atom, len(rows))
	for i, r := range rows {
		out[i] = make([][]atom, n)
		for c := range min(n, len(r)) {
			out[i][c] = l.set(r[c], bold)
		}
	}
	return out
}

// widths gives columns of figures what their longest figure needs, and shares the rest by weight among the others: a column
// that needs less than its share leaves it to its neighbours, if one of them needs more. Where figures would take more than
// seven tenths of the page, everything is shared by weight and wrapped.
func (g *grid) widths(titles [][]atom, parts ...[][][]atom) {
	n := len(g.cols)
	need := make([]float64, n)
	figures, all := 0.0, 0.0
	for i, c := range g.cols {
		all += c.weight()
		need[i] = width(titles[i], styleHead.size)
		for _, rows := range parts {
			for _, r := range rows {
				need[i] = max(need[i], width(r[i], styleTotal.size))
			}
		}
		if c.Align == Figure {
			need[i] = min(need[i]+0.5, 140)
			figures += need[i]
		}
	}
	free := g.layout.width() - gutter*float64(n-1)
	if figures > 0.7*free {
		for i, c := range g.cols {
			need[i] = free * c.weight() / all
		}
	} else {
		g.share(need, free-figures)
	}
	g.x, g.w = make([]float64, n), make([]float64, n)
	x := marginX
	for i := range g.cols {
		g.w[i] = max(need[i], 4)
		g.x[i] = x
		x += g.w[i] + gutter
	}
}

// share turns the needs of the columns that hold no figures into widths that sum up to free.
func (g *grid) share(need []float64, free float64) {
	open := map[int]bool{}
	wanted, weights := 0.0, 0.0
	for i, c := range g.cols {
		if c.Align != Figure {
			open[i] = true
			wanted += need[i] + 0.5
			weights += c.weight()
		}
	}
	for again := wanted > free; again; {
		again = false
		for i, c := range g.cols {
			if open[i] && need[i]+0.5 < free*c.weight()/weights {
				need[i] += 0.5
				free -= need[i]
				weights -= c.weight()
				delete(open, i)
				again = true
			}
		}
	}
	if wanted <= free && len(open) > 0 { // room for all: what is over is shared too, so that the table fills the page
		for i, c := range g.cols {
			if open[i] {
				need[i] += 0.5 + (free-wanted)*c.weight()/weights
			}
		}
		return
	}
	for i, c := range g.cols {
		if open[i] {
			need[i] = free * c.weight() / weights
		}
	}
}

func (c TableColumn) weight() float64 {
	if c.Weight <= 0 {
		return 1
	}
	return c.Weight
}

func (g *grid) headHeight() float64 { return float64(depth(g.title))*styleHead.lead + 2*cellPad }

// header draws the titles, standing on the rule below them.
func (g *grid) header() {
	n := depth(g.title)
	g.y += cellPad
	for i := range g.cols {
		for k, as := range g.title[i] {
			row := n - len(g.title[i]) + k
			g.cell(i, as, g.y+float64(row)*styleHead.lead+styleHead.size, styleHead)
		}
	}
	g.y += float64(n)*styleHead.lead + cellPad
	g.rule(marginX, g.y, g.layout.width(), 0.8, 60)
}

// row draws one row. keep is the height of what must stay on its page. A row higher than a page goes on overleaf.
func (g *grid) row(r [][]atom, s style, keep float64) {
	cells := g.wrapRow(r, s)
	n := depth(cells)
	whole := g.bottom() - marginTop - 40 - g.headHeight()
	if h := float64(n)*s.lead + 2*cellPad; g.y+h+keep > g.bottom() && h+keep <= whole {
		g.newPage()
		g.header()
	}
	g.y += cellPad
	for k := range n {
		if g.y+s.lead > g.bottom() {
			g.newPage()
			g.header()
			g.y += cellPad
		}
		for i := range g.cols {
			if k < len(cells[i]) {
				g.cell(i, cells[i][k], g.y+s.size, s)
			}
		}
		g.y += s.lead
	}
	g.y += cellPad
}

func (g *grid) wrapRow(r [][]atom, s style) [][][]atom {
	out := make([][][]atom, len(r))
	for i := range r {
		out[i] = wrap(r[i], s.size, g.w[i])
	}
	return out
}

func (g *grid) cell(i int, as []atom, baseline float64, s style) {
	if len(as) == 0 {
		return
	}
	switch g.cols[i].Align {
	case Figure:
		g.line(as, g.x[i]+g.w[i], baseline, s, Figure)
	case Center:
		g.line(as, g.x[i]+g.w[i]/2, baseline, s, Center)
	default:
		g.line(as, g.x[i], baseline, s, Left)
	}
}

func depth(cells [][][]atom) int {
	n := 1
	for _, c := range cells {
		n = max(n, len(c))
	}
	return n
}
