package invoicing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

const (
	codeOnceOther = "INV-IDEMPOTENCY"
	codeTooMany   = "INV-TOO-MANY-FILES"
)

var (
	_ = fault.Define(codeOnceOther, "This idempotency key was used for another submission. Send a new key with new content, or the same content with the old key.", "该幂等键已用于另一次提交。新内容请使用新键，重试请保持内容不变。", "Esta chave de idempotência já foi usada para outro envio. Use chave nova para conteúdo novo, ou o mesmo conteúdo com a chave antiga.")
	_ = fault.Define(codeTooMany, "At most {max} files go up at once. Send the rest in a second upload and tick \"more will follow\".", "每次最多上传 {max} 个文件。其余文件请勾选“后续还有”后再次上传。", "No máximo {max} arquivos por vez. Envie o resto num segundo envio e marque \"virão mais\".")
)

const maxFiles = 20

// upload is one submission as a request brought it, before anything of it is read.
type upload struct {
	files  []sentFile
	typed  []TypedForm
	values []Invoice // of a program: typed already
	more   bool
	filled map[string]string
	once   string // idempotency key; empty: none
	way    string // by which it came: page or api
}

type sentFile struct {
	name    string
	content []byte
	sha     string // set for one kept at an earlier step
}

// uploadOf reads a form: files, what was kept when it was checked, typed invoices, filled fields.
func (h *HTTP) uploadOf(c echo.Context) (upload, error) {
	u := upload{way: wayPage}
	form, err := c.MultipartForm()
	if err != nil {
		return u, fault.New(fault.Invalid, "BAD-INPUT", "").Wrap(err)
	}
	value := func(name string) string { return strings.TrimSpace(first(form.Value[name])) }
	u.more = value("more") != "" || value("moreWillFollow") == "true"
	u.once = value("once")
	if k := c.Request().Header.Get("Idempotency-Key"); k != "" {
		u.once = k
	}
	u.filled = map[string]string{}
	for name := range form.Value {
		if field, ok := strings.CutPrefix(name, "f."); ok && value(name) != "" {
			u.filled[field] = value(name)
		}
	}
	for n := range maxTyped {
		if t := typedFrom(n, value); !t.blank() {
			u.typed = append(u.typed, t)
		}
	}
	for _, sha := range form.Value["kept"] {
		u.files = append(u.files, sentFile{sha: sha})
	}
	if raw := value("invoices"); raw != "" {
		if err := json.Unmarshal([]byte(raw), &u.values); err != nil {
			return u, fault.New(fault.Invalid, "BAD-INPUT", "invoices").Wrap(err)
		}
	}
	for _, name := range []string{"files", "file"} {
		for _, f := range form.File[name] {
			s, err := readPart(f)
			if err != nil {
				return u, err
			}
			if len(s.content) > 0 {
				u.files = append(u.files, s)
			}
		}
	}
	if len(u.files) > maxFiles {
		return u, fault.New(fault.TooLarge, codeTooMany, "files", fault.Args{"max": maxFiles})
	}
	return u, nil
}

func first(v []string) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

func readPart(f *multipart.FileHeader) (sentFile, error) {
	r, err := f.Open()
	if err != nil {
		return sentFile{}, err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err == nil && len(b) > MaxFile {
		err = fault.New(fault.TooLarge, codeFileSize, f.Filename, fault.Args{"size": f.Size, "max": MaxFile})
	}
	return sentFile{name: f.Filename, content: b}, err
}

// keep stores the files before anybody reads them, in a transaction of its own: what cannot be read is kept too. Then the scanner is
// asked about them, where there is one.
func (h *HTTP) keep(c echo.Context, u *upload) error {
	who, ctx := web.UserOf(c), c.Request().Context()
	err := h.db.InTx(ctx, who.Actor(), func(tx *pg.Tx) error {
		if _, err := h.svc.Requisition(ctx, tx, who.Merchant, c.Param("no")); err != nil {
			return err
		}
		for i, f := range u.files {
			if f.sha != "" {
				got, ok, err := selectFile(ctx, tx, who.Merchant, f.sha)
				if err != nil || !ok {
					return notFoundUnless(err, "file", f.sha)
				}
				u.files[i].name, u.files[i].content = got.Name, got.Content
				continue
			}
			got, err := h.svc.KeepFile(ctx, tx, who.Merchant, FileUse{Requisition: c.Param("no"), Name: f.name, Way: u.way}, f.content)
			if err != nil {
				return err
			}
			u.files[i].sha, u.files[i].name = got.SHA256, got.Name
		}
		return nil
	})
	if err != nil {
		return err
	}
	return h.scan(ctx, who.Merchant, u)
}

// scan asks the scanner. A file in which it found something does not go along when the form is sent again.
func (h *HTTP) scan(ctx context.Context, merchant string, u *upload) error {
	var fs fault.Faults
	clean := u.files[:0:0]
	for _, f := range u.files {
		err := h.svc.ScanFiles(ctx, h.db, merchant, f.sha)
		bad := fault.All(err)
		if len(bad) == 0 && err != nil {
			return err
		}
		fs = append(fs, bad.In(f.name)...)
		if !fault.Has(err, codeVirus) {
			clean = append(clean, f)
		}
	}
	u.files = clean
	return fs.Err()
}

// gather reads everything into what the verbs take. All that cannot be read comes back at once.
func (h *HTTP) gather(ctx context.Context, tx *pg.Tx, merchant, no string, u upload) (Send, error) {
	send := Send{Merchant: merchant, Requisition: no, ListAttached: true, MoreWillFollow: u.more, Filled: u.filled}
	var fs fault.Faults
	for _, f := range u.files {
		inv, _, err := h.svc.ReadInvoice(ctx, tx, merchant, f.content)
		if bad := fault.All(err); len(bad) > 0 {
			fs = append(fs, bad.In(f.name)...)
			continue
		} else if err != nil {
			return send, err
		}
		send.Invoices = append(send.Invoices, inv)
	}
	for _, t := range u.typed {
		inv, bad := t.invoice()
		fs = append(fs, bad...)
		send.Invoices = append(send.Invoices, inv)
	}
	for _, v := range u.values {
		send.Invoices = append(send.Invoices, asTyped(v))
	}
	return send, fs.Err()
}

// check judges without keeping anything but the files a page will ask for again.
func (h *HTTP) check(c echo.Context, u upload) (send Send, v Verdict, err error) {
	err = h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		if _, err := h.svc.Requisition(ctx, tx, merchant, c.Param("no")); err != nil {
			return err
		}
		if send, err = h.gather(ctx, tx, merchant, RequisitionKey(c.Param("no")), u); err != nil {
			return err
		}
		v, err = h.svc.Check(ctx, tx, send)
		return err
	})
	return send, v, err
}

// submitted is the audit event by which a key that comes again is known.
const submitted = "invoices.submitted"

// submit sends what was gathered, once for every key: a retry gets the first receipt, the same key with other content is refused.
func (h *HTTP) submit(c echo.Context, u upload) (out Receipt, again bool, err error) {
	who, ctx := web.UserOf(c), c.Request().Context()
	no := RequisitionKey(c.Param("no"))
	err = h.db.InTx(ctx, who.Actor(), func(tx *pg.Tx) error {
		if _, err := h.svc.Requisition(ctx, tx, who.Merchant, no); err != nil {
			return err
		}
		subject := "requisition/" + no
		if u.once != "" {
			if err := lockMerchant(ctx, tx, who.Merchant); err != nil { // a retry at the same moment waits here for the first
				return err
			}
			subject = onceSubject(no, u.once)
			if out, again, err = h.before(ctx, tx, who.Merchant, no, subject, u.hash()); err != nil || again {
				return err
			}
		}
		send, err := h.gather(ctx, tx, who.Merchant, no, u)
		if err != nil {
			return err
		}
		if out, err = h.svc.Submit(ctx, tx, send); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{Action: submitted, Subject: subject, Detail: map[string]any{
			"requisition": no, "submission": strconv.Itoa(out.Submission.No), "content": u.hash(), "outcome": string(out.Submission.Verdict.Outcome),
		}})
	})
	return out, again, err
}

func onceSubject(no, key string) string {
	sum := sha256.Sum256([]byte(key))
	return "requisition/" + no + "/once/" + hex.EncodeToString(sum[:16])
}

// before finds the receipt that a key already has.
func (h *HTTP) before(ctx context.Context, tx *pg.Tx, merchant, no, subject, hash string) (Receipt, bool, error) {
	events, err := audit.List(ctx, tx, audit.Filter{Merchant: merchant, Action: submitted, Subject: subject, Limit: 1})
	if err != nil || len(events) == 0 {
		return Receipt{}, false, err
	}
	if events[0].Detail["content"] != hash {
		return Receipt{}, false, fault.New(fault.Conflict, codeOnceOther, "Idempotency-Key")
	}
	d, err := h.svc.Requisition(ctx, tx, merchant, no)
	if err != nil {
		return Receipt{}, false, err
	}
	n, _ := strconv.Atoi(text(events[0].Detail["submission"]))
	for _, s := range d.Submissions {
		if s.No == n {
			return Receipt{Submission: s, State: d.State}, true, nil
		}
	}
	return Receipt{}, false, nil
}

// hash is equal for two requests that bring the same: the same files in the same order, the same typed values, the same wishes.
func (u upload) hash() string {
	type plain struct {
		Files  []string
		Typed  []TypedForm
		Values []Invoice
		More   bool
		Filled []string
	}
	p := plain{Typed: u.typed, Values: u.values, More: u.more}
	for _, f := range u.files {
		p.Files = append(p.Files, f.sha)
	}
	for name, v := range u.filled {
		p.Filled = append(p.Filled, name+"="+v)
	}
	sort.Strings(p.Filled)
	b, err := json.Marshal(p)
	if err != nil {
		panic("invoicing: an upload that is no JSON: " + err.Error()) // only plain values inside: cannot happen
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// newOnce is a key for a form, so that a second click sends nothing twice.
func newOnce() string { return rand.Text() }

func (h *HTTP) checkForm(c echo.Context) error {
	u, err := h.uploadOf(c)
	if err == nil {
		err = h.keep(c, &u)
	}
	if err != nil {
		return h.refusedForm(c, u, err)
	}
	send, v, err := h.check(c, u)
	if err != nil {
		return h.refusedForm(c, u, err)
	}
	return h.showCheck(c, u, send, v)
}

func (h *HTTP) sendForm(c echo.Context) error {
	u, err := h.uploadOf(c)
	if err == nil {
		err = h.keep(c, &u)
	}
	if err != nil {
		return h.refusedForm(c, u, err)
	}
	out, _, err := h.submit(c, u)
	if err != nil {
		return h.refusedForm(c, u, err)
	}
	no := RequisitionKey(c.Param("no"))
	return c.Redirect(http.StatusSeeOther, "/requisitions/"+no+"/submissions/"+strconv.Itoa(out.Submission.No))
}

// refusedForm shows the form again as it was sent, with what could not be read. What is no fault of the sender goes its usual way.
func (h *HTTP) refusedForm(c echo.Context, u upload, err error) error {
	fs := fault.All(err)
	if len(fs) == 0 || fault.KindOf(err) == fault.NotFound || web.Status(err) >= http.StatusInternalServerError && !fault.Has(err, codeWaits) {
		return err
	}
	return h.showRequisition(c, u, fs, web.Status(err))
}
