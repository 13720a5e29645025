package usage

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP has the usage interface and the pages of usage.
type HTTP struct {
	db      *pg.DB
	svc     *Service
	machine func() time.Time
}

// NewHTTP gives the routes; machine is the wall clock, which signatures live by.
func NewHTTP(db *pg.DB, svc *Service, machine func() time.Time) *HTTP { return &HTTP{db, svc, machine} }

// Addresses of the marketplace's interface, as sellers' systems have them.
const (
	pushPath    = "/api/mkp-openapi-public/global/v1/isv/usage-data"
	oldPushPath = "/rest/marketplace/v1/isv/usage-data"
	pushBody    = 8 << 20
)

// Routes lists the interface for sellers' systems, that for the marketplace's, and the pages.
func (h *HTTP) Routes() []web.Route {
	const get, post = http.MethodGet, http.MethodPost
	seller, market := []web.Duty{web.Merchant}, []web.Duty{web.Marketplace}
	staff := []web.Duty{web.Operations, web.FinanceReview, web.Auditor}
	return []web.Route{
		{Method: get, Path: "/merchant/usage", Name: "usage.mine", Duties: seller, Handler: h.mine, Nav: "usage.nav"},
		{Method: get, Path: "/merchant/usage/export", Name: "usage.mine.csv", Duties: seller, Handler: h.mineCSV},
		{Method: post, Path: "/merchant/usage/key", Name: "usage.key", Duties: seller, Handler: h.makeKey},
		{Method: post, Path: "/merchant/usage/key/erase", Name: "usage.key.erase", Duties: seller, Handler: h.eraseKey},
		{Method: get, Path: "/operations/usage", Name: "usage.all", Duties: staff, Handler: h.all, Nav: "usage.nav.all"},
		{Method: get, Path: "/operations/usage/export", Name: "usage.all.csv", Duties: staff, Handler: h.allCSV},
		{Method: post, Path: pushPath, Name: "usage.push", Duties: seller, Handler: h.push, BodyLimit: pushBody, Refuse: refuse},
		{Method: post, Path: oldPushPath, Name: "usage.push.old", Duties: seller, Handler: h.oldPush, BodyLimit: pushBody, Refuse: refuse},
		{Method: post, Path: "/api/v1/usage/instances/:instance/states", Name: "usage.state", Duties: market, Handler: h.state},
	}
}

type pushAnswer struct {
	Code     string        `json:"error_code"`
	Text     string        `json:"error_msg"`
	Abnormal *abnormalInfo `json:"abnormal_usage_data_info,omitempty"`
}

type abnormalInfo struct {
	Data []abnormalData `json:"abnormal_usage_data"`
}

type abnormalData struct {
	SN       string `json:"metering_sn"`
	Instance string `json:"instance_id"`
	Index    int    `json:"index"`
	Code     string `json:"error_code"`
	Text     string `json:"error_msg"`
}

func (h *HTTP) push(c echo.Context) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	return h.take(c, body, h.signed)
}

// oldPush is the interface without numbers of records and without signature: the token alone says who it is.
func (h *HTTP) oldPush(c echo.Context) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	return h.take(c, body, nil)
}

type checkCall func(ctx context.Context, tx *pg.Tx, set *entities.Directory, c echo.Context, merchant string, body []byte) error

// take is one call in one transaction. What it refuses leaves nothing behind, not even the number of the call.
func (h *HTTP) take(c echo.Context, body []byte, check checkCall) error {
	u := web.UserOf(c)
	var abnormal []Abnormal
	ctx := c.Request().Context()
	err := h.db.InTx(ctx, pg.Actor{Role: pg.Batch, User: u.ID}, func(tx *pg.Tx) error {
		set, err := entities.LoadSettings(ctx, tx)
		if err != nil {
			return err
		}
		if check != nil {
			if err := check(ctx, tx, set, c, u.Merchant, body); err != nil {
				return err
			}
		}
		sent, err := readBody(body)
		if err != nil {
			return err
		}
		if check == nil {
			numbered(sent)
		}
		abnormal, err = h.svc.Report(ctx, tx, set, u.Merchant, sent)
		return err
	})
	if err != nil {
		return err
	}
	out := pushAnswer{Code: Success, Text: "success"}
	if len(abnormal) > 0 {
		out.Abnormal = &abnormalInfo{}
		lang := web.LangOf(c)
		for _, a := range abnormal {
			out.Abnormal.Data = append(out.Abnormal.Data, abnormalData{clean(a.SN), clean(a.Instance), a.Index, string(a.Code), codeText(string(a.Code), a.Why, lang)})
		}
	}
	return c.JSON(http.StatusOK, out)
}

// signed holds a call against its headers: its time, its number, its signature.
func (h *HTTP) signed(ctx context.Context, tx *pg.Tx, set *entities.Directory, c echo.Context, merchant string, body []byte) error {
	hd := c.Request().Header
	ts, nonce, signature := hd.Get("ts"), hd.Get("nonce"), hd.Get("signature")
	machine := h.machine()
	tolerance := set.Int(entities.KeyUsageTolerance, entities.Installation, tx.Now)
	ms, err := strconv.ParseInt(ts, 10, 64)
	if off := machine.Sub(time.UnixMilli(ms)); err != nil || len(ts) > 20 || off.Abs() > time.Duration(tolerance)*time.Second {
		return fault.New(fault.Unauthorized, "USG-TS", "ts", fault.Args{"seconds": tolerance})
	}
	if nonce == "" || len(nonce) > 64 || strings.ContainsRune(nonce, 0) {
		return fault.New(fault.Unauthorized, "USG-NONCE", "nonce")
	}
	key, fresh, err := takeNonce(ctx, tx, merchant, nonce, machine)
	switch {
	case err != nil:
		return err
	case key == "":
		return fault.New(fault.Unauthorized, "USG-KEY", "signature")
	case !verified(key, ts, nonce, signature, body, set.Text(entities.KeyUsageSigned, entities.Installation, tx.Now)):
		return fault.New(fault.Unauthorized, "USG-SIGNATURE", "signature")
	case !fresh:
		return fault.New(fault.Unauthorized, "USG-NONCE", "nonce")
	}
	return nil
}

// callCodes are the marketplace's codes for what refuses a whole call, with the status it has there.
var callCodes = map[string]struct {
	status int
	code   string
}{
	"LOGIN-NEEDED": {http.StatusUnauthorized, NoAuthority}, "DUTY": {http.StatusUnauthorized, NoAuthority}, "CSRF": {http.StatusUnauthorized, NoAuthority},
	"USG-TS": {http.StatusUnauthorized, Illegal}, "USG-NONCE": {http.StatusUnauthorized, Illegal}, "USG-KEY": {http.StatusUnauthorized, Illegal}, "USG-SIGNATURE": {http.StatusUnauthorized, Illegal},
	"USG-BODY": {http.StatusInternalServerError, InvalidUsage}, "USG-MANY": {http.StatusInternalServerError, TooMany}, "USG-BEGIN": {http.StatusInternalServerError, BeginLimit},
}

// refuse answers in the marketplace's form. A call without a seller's token is refused before it is looked at, whatever else is wrong with it.
func refuse(c echo.Context, err error) error {
	fs := fault.All(err)
	if len(fs) == 0 {
		return err
	}
	at, ok := callCodes[fs[0].Code]
	if !ok {
		at.status, at.code = web.Status(err), SystemError
	}
	text := fs[0].Text(web.LangOf(c))
	if at.code == NoAuthority {
		text = fault.New(fault.Unauthorized, "USG-TOKEN", "").Text(web.LangOf(c))
	}
	return c.JSON(at.status, pushAnswer{Code: at.code, Text: text})
}

type stateBody struct {
	State string `json:"state" validate:"required"`
	Time  string `json:"time" validate:"required"`
	Why   string `json:"why" validate:"required,max=256"`
}

// state takes what the marketplace did to a resource.
func (h *HTTP) state(c echo.Context) error {
	var b stateBody
	if err := web.Bind(c, &b); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, b.Time)
	if err != nil {
		return fault.New(fault.Invalid, "USG-STATE", "time")
	}
	ctx := c.Request().Context()
	err = h.db.InTx(ctx, pg.Actor{Role: pg.Batch, User: web.UserOf(c).ID}, func(tx *pg.Tx) error {
		return h.svc.SetState(ctx, tx, "", c.Param("instance"), b.State, at.UTC().Truncate(time.Microsecond), b.Why)
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]string{"instance": c.Param("instance"), "state": b.State})
}
