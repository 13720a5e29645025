package orders

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/strict"
	"suanpan/internal/web"
	"suanpan/money"
)

// PlacedJSON is the answer to a placed order.
type PlacedJSON struct {
	OrderID     string     `json:"orderId"`
	State       OrderState `json:"state"`
	Instruction int64      `json:"instruction,omitempty"` // the charge; absent where nothing is to be paid now
	Amount      string     `json:"amount,omitempty"`
	Currency    string     `json:"currencyCode,omitempty"`
}

func (h *HTTP) apiPlace(c echo.Context) error {
	p, err := readPlacement(c.Request().Body)
	if err != nil {
		return err
	}
	var placed PlacedOrder
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		name, err := caller(ctx, tx, c)
		if err != nil {
			return err
		}
		placed, err = h.svc.Place(ctx, tx, name, p)
		return err
	})
	if err != nil {
		return err
	}
	out := PlacedJSON{OrderID: placed.OrderID, State: placed.State, Instruction: placed.Instruction}
	if placed.Instruction > 0 {
		out.Amount, out.Currency = money.Exact(placed.Charge), string(placed.Currency)
	}
	status := http.StatusOK
	if placed.Fresh {
		status = http.StatusCreated
	}
	return c.JSON(status, out)
}

// readPlacement reads an order; the prices of a change are taken out of its lines, since the fact bears the fee alone.
func readPlacement(body io.Reader) (Placement, error) {
	raw, err := io.ReadAll(body)
	if err != nil {
		return Placement{}, err
	}
	unread := func(err error) error {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return large
		}
		return fault.New(fault.Invalid, "ORDER-JSON", "", fault.Args{"why": err.Error()})
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // no figure passes through a float
	p := Placement{Upgrades: map[int]UpgradeAsk{}}
	if err := dec.Decode(&p.Order); err != nil {
		return p, unread(err)
	}
	if p.Order == nil {
		return p, unread(errors.New("null"))
	}
	var asks struct {
		Lines []struct {
			Upgrade *UpgradeAsk `json:"upgrade"`
		} `json:"orderLine"`
	}
	if bad := strict.Part(raw, &asks); bad != nil {
		return p, fault.New(fault.Invalid, "ORDER-JSON", bad.Path, fault.Args{"why": bad.Error()})
	}
	lines, _ := p.Order["orderLine"].([]any)
	for i, a := range asks.Lines {
		if a.Upgrade == nil {
			continue
		}
		p.Upgrades[i] = *a.Upgrade
		if l, ok := lines[i].(map[string]any); ok {
			delete(l, "upgrade")
		}
	}
	return p, nil
}

func (h *HTTP) apiCancel(c echo.Context) error {
	var ask struct {
		Reason string `json:"reason" validate:"max=500"`
	}
	if err := web.Bind(c, &ask); err != nil {
		return err
	}
	fresh := false
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		name, err := caller(ctx, tx, c)
		if err != nil {
			return err
		}
		fresh, err = h.svc.Cancel(ctx, tx, name, c.Param("order"), ask.Reason)
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if fresh {
		status = http.StatusCreated
	}
	return c.JSON(status, map[string]any{"orderId": c.Param("order"), "state": OrderCanceled})
}

// InstanceJSON is an instance as the marketplace asks for it.
type InstanceJSON struct {
	Instance  string     `json:"instanceId"`
	Line      string     `json:"orderLineId"`
	Order     string     `json:"orderId"`
	Buyer     string     `json:"customerId"`
	Product   string     `json:"productId"`
	SKU       string     `json:"skuCode,omitempty"`
	Mode      string     `json:"chargingMode"`
	Trial     bool       `json:"trial"`
	OpenedAt  *time.Time `json:"openedAt,omitempty"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	ClosedAt  *time.Time `json:"closedAt,omitempty"`
	ClosedWhy string     `json:"closedWhy,omitempty"`
	Terms     []TermJSON `json:"terms"`
}

// TermJSON is one stretch of an instance's life.
type TermJSON struct {
	Line     string     `json:"orderLineId"`
	Type     string     `json:"orderType"`
	StartsAt time.Time  `json:"startsAt"`
	EndsAt   *time.Time `json:"endsAt,omitempty"`
}

func (h *HTTP) apiInstance(c echo.Context) error {
	var in *Instance
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) (err error) {
		in, err = FindInstance(ctx, tx, dir, c.Param("merchant"), c.Param("instance"))
		return err
	})
	if err != nil {
		return err
	}
	if in == nil {
		return web.NotFound("instance")
	}
	out := InstanceJSON{
		Instance: in.ID, Line: in.Line, Order: in.Order, Buyer: in.Buyer, Product: in.Product, SKU: in.SKU, Mode: in.Mode, Trial: in.Trial,
		OpenedAt: in.OpenedAt, ExpiresAt: in.ExpiresAt, ClosedAt: in.ClosedAt, ClosedWhy: in.ClosedWhy, Terms: []TermJSON{},
	}
	for _, t := range in.Terms {
		out.Terms = append(out.Terms, TermJSON(t))
	}
	return c.JSON(http.StatusOK, out)
}

// apiRenewal lets an instance renew by itself, at the price that is sent.
func (h *HTTP) apiRenewal(c echo.Context) error {
	var ask struct {
		Product       string `json:"productId" validate:"required,max=64"`
		PeriodType    string `json:"periodType" validate:"required"`
		PeriodNumber  int    `json:"periodNumber" validate:"required"`
		Amount        string `json:"amount" validate:"required,amount"`
		AfterDiscount string `json:"amountAfterDiscount" validate:"omitempty,amount"`
		Tax           string `json:"taxAmount" validate:"omitempty,amount"`
		Currency      string `json:"currencyCode" validate:"required,currency"`
	}
	if err := web.Bind(c, &ask); err != nil {
		return err
	}
	r := Renewal{
		Merchant: c.Param("merchant"), Instance: c.Param("instance"), Product: ask.Product, PeriodType: ask.PeriodType, PeriodNumber: ask.PeriodNumber,
		Amount: money.MustParse(ask.Amount), Currency: money.Currency(ask.Currency), Tax: decimal.Zero,
	}
	if ask.AfterDiscount != "" {
		v := money.MustParse(ask.AfterDiscount)
		r.AfterDiscount = &v
	}
	if ask.Tax != "" {
		r.Tax = money.MustParse(ask.Tax)
	}
	if err := h.change(c, func(ctx context.Context, tx *pg.Tx) error { return h.svc.RenewByItself(ctx, tx, r) }); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"instanceId": r.Instance, "autoRenewal": true})
}

func (h *HTTP) apiRenewalOff(c echo.Context) error {
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		_, err := h.svc.RenewNoMore(ctx, tx, c.Param("merchant"), c.Param("instance"), "")
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"instanceId": c.Param("instance"), "autoRenewal": false})
}
