package catalog

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

var tones = map[State]web.Tone{Draft: web.Still, InReview: web.Warn, OnSale: web.OK, Stopped: web.Still, Frozen: web.Bad, Delisted: web.Bad}

func pill(s State) web.Pill { return web.Pill{Tone: tones[s], Key: "catalog.state." + string(s)} }

// ProductsPage lists products.
type ProductsPage struct {
	Table  web.Table
	Pager  web.Pager
	CanNew bool
}

var productsPage = web.NewPage("catalog/products.html", ProductsPage{CanNew: true})

func (h *HTTP) mine(c echo.Context) error { return h.list(c, true) }
func (h *HTTP) all(c echo.Context) error  { return h.list(c, false) }

func (h *HTTP) list(c echo.Context, own bool) error {
	paging := web.PagingOf(c, 50)
	p := ProductsPage{CanNew: own, Table: web.Table{Empty: "catalog.none", Columns: []web.Column{{Key: "catalog.name"}, {Key: "catalog.id"}, {Key: "catalog.access"}, {Key: "catalog.state"}, {Key: "catalog.since"}}}}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		list, err := h.svc.Products(ctx, tx, State(c.QueryParam("state")), paging.Limit(), paging.Offset())
		p.Pager = paging.Pager(len(list))
		for i, x := range list {
			if i == paging.Size {
				break
			}
			href, note := "/products/"+x.ID, ""
			if !own {
				href, note = "/operations/products/"+x.Merchant+"/"+x.ID, x.Merchant
			}
			p.Table.Rows = append(p.Table.Rows, []web.Cell{{Text: x.Name, Href: href, Note: note}, {Text: x.ID}, {Text: web.Text(c, "catalog.access."+string(x.Access))}, {Pill: pill(x.State)}, {Text: web.Instant(x.Since, "UTC")}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return productsPage.Render(c, web.Head{Title: "catalog.title"}, p)
}

// GateView is one gate of a report.
type GateView struct {
	Key    string
	Pill   web.Pill
	Faults fault.Faults
}

// RegionView is one sales region that can be ticked.
type RegionView struct {
	Code, Name, Entity string
	On                 bool
}

// ProductPage is one product: where it stands, what the gates found, where it is sold, and what can be done now.
type ProductPage struct {
	Action             string // where forms are sent
	ID, Name, Merchant string
	Pill               web.Pill
	Terms              []web.Term
	Gates              []GateView
	SubmittedAt        string
	Decision           string
	Regions            []RegionView
	Own, Judges        bool
	CanSubmit, CanEdit bool
	Acts               []string // what operations, or the merchant, may do in this state
	Faults             fault.Faults
}

var productPage = web.NewPage("catalog/product.html",
	ProductPage{Own: true, CanSubmit: true, CanEdit: true, Acts: []string{"stop"}, Pill: pill(OnSale), Regions: []RegionView{{Code: "BR", Name: "Brazil", Entity: "5861", On: true}}, Gates: []GateView{{Key: "catalog.gate.basics", Pill: web.Pill{Tone: web.OK, Key: "catalog.gate.passed"}}}},
	ProductPage{Judges: true, Acts: []string{"pass", "refuse", "freeze", "thaw", "delist"}, Pill: pill(InReview), SubmittedAt: "x", Decision: "y"})

func (h *HTTP) show(c echo.Context) error  { return h.showProduct(c, web.UserOf(c).Merchant, nil) }
func (h *HTTP) judge(c echo.Context) error { return h.showProduct(c, c.Param("merchant"), nil) }

func (h *HTTP) showProduct(c echo.Context, merchant string, fs fault.Faults) error {
	u, id := web.UserOf(c), c.Param("product")
	v := ProductPage{ID: id, Merchant: merchant, Own: u.Merchant != "", Judges: u.Has(web.Operations), Faults: fs, Action: "/products/" + id}
	if !v.Own {
		v.Action = "/operations/products/" + merchant + "/" + id
	}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		p, err := h.svc.Product(ctx, tx, merchant, id)
		if err != nil {
			return err
		}
		v.fill(c, p)
		subs, err := h.svc.Submissions(ctx, tx, merchant, id)
		if err != nil {
			return err
		}
		if len(subs) > 0 {
			v.report(c, subs[0])
		}
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		on, err := selectRegions(ctx, tx, merchant, id)
		for _, r := range dir.Regions() {
			v.Regions = append(v.Regions, RegionView{r.Code, r.Name, r.Entity, slices.Contains(on, r.Code)})
		}
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "catalog.product", Crumbs: []web.Crumb{{Text: web.Text(c, "catalog.title"), Href: map[bool]string{true: "/products", false: "/operations/products"}[v.Own]}, {Text: v.Name}}}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return productPage.Render(c, head, v)
}

func (v *ProductPage) fill(c echo.Context, p Product) {
	v.Name, v.Pill = p.Name, pill(p.State)
	v.Terms = []web.Term{
		{Key: "catalog.id", Cell: web.Cell{Text: p.ID}},
		{Key: "catalog.access", Cell: web.Cell{Text: web.Text(c, "catalog.access."+string(p.Access))}},
		{Key: "catalog.since", Cell: web.Cell{Text: web.Instant(p.Since, "UTC")}},
		{Key: "catalog.reason", Cell: web.Cell{Text: or(p.Reason, "–")}},
		{Key: "catalog.hours", Cell: web.Cell{Text: or(p.Listing.Support.Hours, "–")}},
	}
	if in := p.Listing.Interface; in != nil {
		v.Terms = append(v.Terms, web.Term{Key: "catalog.address", Cell: web.Cell{Text: or(in.Address, "–"), Note: in.Version}})
	}
	v.CanEdit = v.Own && p.State != InReview && p.State != Delisted
	_, f := p.State.To(Submit)
	v.CanSubmit = v.Own && f == nil
	acts := []Act{Stop, Resume}
	if !v.Own {
		acts = []Act{Pass, Refuse, Freeze, Thaw, Delist}
	}
	for _, a := range acts {
		if _, f := p.State.To(a); f == nil && (v.Own || v.Judges) {
			v.Acts = append(v.Acts, string(a))
		}
	}
}

func (v *ProductPage) report(c echo.Context, s Submission) {
	v.SubmittedAt = web.Instant(s.At, "UTC")
	if s.Decision != "" {
		v.Decision = web.Text(c, "catalog.act."+s.Decision)
		if s.Reason != "" {
			v.Decision += ": " + s.Reason
		}
	}
	for _, g := range s.Report {
		x := GateView{Key: "catalog.gate." + string(g.Gate), Faults: g.Faults, Pill: web.Pill{Tone: web.OK, Key: "catalog.gate.passed"}}
		switch {
		case !g.Asked:
			x.Pill = web.Pill{Tone: web.Still, Key: "catalog.gate.none"}
		case len(g.Faults) > 0:
			x.Pill = web.Pill{Tone: web.Bad, Key: "catalog.gate.failed"}
		}
		v.Gates = append(v.Gates, x)
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// ItemView is one item of the security checklist in the form.
type ItemView struct {
	ID, Key, Text string
	Met           bool
}

// ProductForm is what a merchant fills. Repeated parts are written one a line, so that the form works without a script.
type ProductForm struct {
	Old                                                bool // the id stands
	ID, Name, Access, Specs, Images                    string
	Address, Version, Scenes                           string
	CVSS, Hours, Phone, Email                          string
	English, Declaration                               bool
	CertificateProduct, CertificateOwner, CertificateB string
	Items                                              []ItemView
	Accesses, Versions                                 []web.Option
	Faults                                             fault.Faults
}

var productForm = web.NewPage("catalog/form.html", ProductForm{Items: []ItemView{{ID: "x", Key: "catalog.item.access.tenants"}}, Accesses: []web.Option{{Value: "SAAS", Text: "SaaS"}}, Versions: []web.Option{{Value: "V2", Text: "V2"}}})

func (h *HTTP) blank(c echo.Context) error {
	return h.showForm(c, formOf(c, Product{Access: SaaS}), false)
}

func (h *HTTP) edit(c echo.Context) error {
	var p Product
	if err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		p, err = h.svc.Product(ctx, tx, web.UserOf(c).Merchant, c.Param("product"))
		return err
	}); err != nil {
		return err
	}
	return h.showForm(c, formOf(c, p), true)
}

func (h *HTTP) showForm(c echo.Context, f ProductForm, old bool) error {
	f.Old = old
	for _, a := range Accesses {
		f.Accesses = append(f.Accesses, web.Option{Value: string(a), Text: web.Text(c, "catalog.access."+string(a))})
	}
	f.Versions = []web.Option{{Value: "V1", Text: "V1"}, {Value: "V2", Text: "V2"}}
	head := web.Head{Title: "catalog.form", Crumbs: []web.Crumb{{Text: web.Text(c, "catalog.title"), Href: "/products"}, {Text: web.Text(c, "catalog.form")}}}
	if len(f.Faults) > 0 {
		head.Status = web.Status(f.Faults)
	}
	return productForm.Render(c, head, f)
}

func formOf(c echo.Context, p Product) ProductForm {
	l := p.Listing
	f := ProductForm{ID: p.ID, Name: p.Name, Access: string(p.Access), CVSS: l.Security.CVSS, Hours: l.Support.Hours, Phone: l.Support.Phone, Email: l.Support.Email, English: l.Support.English, Version: "V2"}
	for _, s := range l.Specs {
		f.Specs += s.SKU + "; " + s.Name + "; " + strings.Join(s.Modes, " ") + "\n"
	}
	for _, m := range l.Images {
		f.Images += strings.Join([]string{m.ID, m.Kind, strconv.Itoa(m.SizeGB), strings.Join(m.Regions, " "), m.CVSS}, "; ") + "\n"
	}
	if in := l.Interface; in != nil {
		f.Address, f.Version = in.Address, in.Version
		for _, x := range in.Cases {
			f.Scenes += x.Scene + "\n"
		}
	}
	if x := l.Copyright; x != nil {
		f.CertificateProduct, f.CertificateOwner, f.Declaration, f.CertificateB = x.Product, x.Owner, x.Declaration, strconv.FormatInt(x.SizeBytes, 10)
	}
	for _, id := range SecurityItems {
		e := l.Security.Answers[id]
		f.Items = append(f.Items, ItemView{id, "catalog.item." + id, e.Text, e.Met})
	}
	return f
}

// save reads the form; what cannot be read stays in the form, with what is wrong.
func (h *HTTP) save(c echo.Context) error {
	p := productOf(c)
	var fs fault.Faults
	if p.ID == "" || len(p.ID) > 64 || strings.ContainsAny(p.ID, " /?#%") {
		fs = append(fs, bad("CAT-ID", "id"))
	}
	if !slices.Contains(Accesses, p.Access) {
		fs = append(fs, bad("CAT-ACCESS", "access", fault.Args{"got": string(p.Access)}))
	}
	err := fs.Err()
	if err == nil {
		err = h.write(c, func(ctx context.Context, tx *pg.Tx) error { return h.svc.SaveDraft(ctx, tx, p) })
	}
	return done(c, err, "/products/"+p.ID, "catalog.done.saved", func(fs fault.Faults) error {
		f := formOf(c, p)
		f.Faults = fs
		return h.showForm(c, f, false)
	})
}

func lines(s string) (out [][]string) {
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			parts := strings.Split(l, ";")
			for i := range parts {
				parts[i] = strings.TrimSpace(parts[i])
			}
			for len(parts) < 5 {
				parts = append(parts, "")
			}
			out = append(out, parts)
		}
	}
	return out
}

func productOf(c echo.Context) Product {
	p := Product{Merchant: web.UserOf(c).Merchant, ID: field(c, "id"), Name: field(c, "name"), Access: Access(field(c, "access"))}
	l := &p.Listing
	for _, x := range lines(c.FormValue("specs")) {
		l.Specs = append(l.Specs, Spec{SKU: x[0], Name: x[1], Modes: strings.Fields(strings.ToUpper(x[2]))})
	}
	if p.Access == Image {
		for _, x := range lines(c.FormValue("images")) {
			size, _ := strconv.Atoi(x[2]) // 0 is refused by the gate
			l.Images = append(l.Images, ImageFile{ID: x[0], Kind: strings.ToUpper(x[1]), SizeGB: size, Regions: strings.Fields(x[3]), CVSS: x[4], PublicBase: c.FormValue("publicBase") != "", Virus: c.FormValue("clean") == "", PresetLogin: c.FormValue("clean") == ""})
		}
	}
	if p.Access == SaaS {
		l.Interface = &Interface{Address: field(c, "address"), Version: field(c, "version")}
		for _, x := range lines(c.FormValue("scenes")) {
			l.Interface.Cases = append(l.Interface.Cases, Case{Scene: x[0], Address: l.Interface.Address})
		}
	}
	l.Security = Security{Answers: map[string]Evidence{}, CVSS: field(c, "cvss")}
	for _, id := range SecurityItems {
		if e := (Evidence{c.FormValue("met."+id) != "", field(c, "text."+id)}); e.Met || e.Text != "" {
			l.Security.Answers[id] = e
		}
	}
	l.Support = Support{Hours: field(c, "hours"), Phone: field(c, "phone"), Email: field(c, "email"), English: c.FormValue("english") != ""}
	if size, _ := strconv.ParseInt(field(c, "certificateBytes"), 10, 64); size > 0 || field(c, "certificateProduct") != "" {
		l.Copyright = &Copyright{Product: field(c, "certificateProduct"), Owner: field(c, "certificateOwner"), Declaration: c.FormValue("declaration") != "", SizeBytes: size}
	}
	return p
}
