package refunds

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
	"suanpan/orders"
)

// Button is a deed that a person may do now.
type Button struct {
	Path, Key string
	Danger    bool
}

// OnePage is one request: what is asked, what happens now, what can be done, and what was done.
type OnePage struct {
	State   web.Pill
	Say     string
	Due     web.Cell
	Terms   []web.Term
	Money   []web.Term
	Buttons []Button
	Opinion string
	Upload  web.Upload
	Files   web.Table
	History web.Table
	Faults  fault.Faults
}

var onePage = web.NewPage("refunds/one.html",
	OnePage{State: pill(Review), Say: "x", Due: web.Cell{Text: "x"}, Buttons: []Button{{"/x", "refunds.do.approve", false}, {"/y", "refunds.do.reject", true}}, Upload: upload(nil)})

func upload(fs fault.Faults) web.Upload {
	return web.Upload{Name: "files", Key: "refunds.files.add", Accept: ".pdf,.png,.jpg,.jpeg", Types: "PDF, PNG, JPEG", MaxMB: orders.MaxAttachment >> 20, Multiple: true, Faults: web.FaultsAt(fs, "files")}
}

func (h *HTTP) one(c echo.Context) error { return h.show(c, nil, "") }

// show draws a request as it stands, with what was refused.
func (h *HTTP) show(c echo.Context, fs fault.Faults, opinion string) error {
	p := OnePage{Faults: fs, Opinion: opinion, Upload: upload(fs)}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) error {
		r, err := h.svc.Find(ctx, tx, whose(c), c.Param("id"))
		if err != nil {
			return err
		}
		zone := dir.Zone(r.Entity).String()
		p.State, p.Say = pill(r.State), web.Text(c, "refunds.say."+string(r.State))
		if r.State.Open() {
			p.Due = dueCell(c, r, zone, tx.Now)
		}
		p.Terms, p.Money = facts(c, r, zone), figures(r)
		p.Buttons = h.buttons(c, r)
		files, err := orders.Attachments(ctx, tx, r.Merchant, Kind, r.ID)
		if err != nil {
			return err
		}
		p.Files = fileTable(c, r, files, zone)
		p.History, err = history(ctx, c, tx, r, zone)
		return err
	})
	if err != nil {
		return err
	}
	list := "/merchant/refunds"
	if web.UserOf(c).Merchant == "" {
		list = "/operations/refunds"
	}
	id := c.Param("id")
	head := web.Head{Title: "refunds.one", Pairs: []any{"refund", id}, Crumbs: []web.Crumb{{Text: web.Text(c, "refunds.title"), Href: list}, {Text: id}}}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return onePage.Render(c, head, p)
}

// buttons are the deeds that belong to the request's state and to who looks at it.
func (h *HTTP) buttons(c echo.Context, r Request) []Button {
	u := web.UserOf(c)
	var out []Button
	for _, d := range h.deeds() {
		if may := r.May(d.act) && (d.operations && u.Has(operators...) || !d.operations && u.Merchant != ""); may {
			out = append(out, Button{address(c, r.Merchant, r.ID) + "/" + d.name, "refunds.do." + d.name, d.danger})
		}
	}
	return out
}

// facts lists what was asked for and what became of it.
func facts(c echo.Context, r Request, zone string) []web.Term {
	t := []web.Term{{Key: "refunds.line", Cell: web.Cell{Text: r.Line, Note: r.Order}}, {Key: "refunds.asked", Cell: web.Cell{Text: web.Instant(r.RequestedAt, zone)}}}
	add := func(key, text, note string) {
		if text != "" {
			t = append(t, web.Term{Key: key, Cell: web.Cell{Text: text, Note: note}})
		}
	}
	add("refunds.rule", web.Text(c, "refunds.rule."+r.Rule), "")
	if r.Delivery != "" {
		add("refunds.delivery", web.Text(c, "refunds.delivery."+string(r.Delivery)), "")
	}
	if r.Goods != NoGoods {
		add("refunds.goods", web.Text(c, "refunds.goods."+string(r.Goods)), "")
	}
	add("refunds.reason", r.Reason, "")
	add("refunds.phone", r.Phone, "")
	if r.DecidedAt != nil {
		add("refunds.opinion", r.Opinion, web.Instant(*r.DecidedAt, zone))
	}
	if r.ShippedAt != nil {
		add("refunds.parcel", r.Carrier+" "+r.Tracking, web.Instant(*r.ShippedAt, zone))
	}
	if r.Instruction != 0 {
		add("refunds.instruction", strconv.FormatInt(r.Instruction, 10), "")
	}
	if r.ClosedAt != nil {
		add("refunds.closed", web.Instant(*r.ClosedAt, zone), "")
	}
	if r.Why != "" {
		add("refunds.why", web.Text(c, "refunds.because."+r.Why), r.Why)
	}
	return t
}

func figures(r Request) []web.Term {
	amount := func(key string, a money.Amount) web.Term {
		return web.Term{Key: key, Cell: web.Cell{Text: a.String()}, Number: true}
	}
	t := []web.Term{amount("refunds.paid", money.New(r.Paid, r.Currency))}
	if !r.Due.IsZero() {
		t = append(t, amount("refunds.used", money.New(r.Due, r.Currency)))
	}
	if !r.Fee.IsZero() {
		t = append(t, amount("refunds.fee", money.New(r.Fee, r.Currency)))
	}
	return append(t, amount("refunds.amount", money.New(r.Amount, r.Currency)))
}

func fileTable(c echo.Context, r Request, files []orders.Attachment, zone string) web.Table {
	t := web.Table{Empty: "refunds.files.none", Columns: []web.Column{{Key: "refunds.file"}, {Key: "refunds.size", Number: true}, {Key: "refunds.when"}}}
	for _, f := range files {
		t.Rows = append(t.Rows, []web.Cell{
			{Text: f.Name, Href: address(c, r.Merchant, r.ID) + "/files/" + f.SHA256}, {Text: strconv.FormatInt((f.Size+1023)/1024, 10) + " KiB"}, {Text: web.Instant(f.StoredAt, zone)},
		})
	}
	return t
}
