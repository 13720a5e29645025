package auth

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/web"
)

const sessionCookie = "suanpan_session"

// LoginPage is what the log-in page shows.
type LoginPage struct {
	Login, Next string
	Faults      fault.Faults
}

// AccountPage is what the page of one's own account shows.
type AccountPage struct {
	Tokens []Token
	Name   string // of the token that could not be made
	Secret string // of the token that was just made; shown once
	Faults fault.Faults
}

var (
	loginPage = web.NewPage("auth/login.html",
		LoginPage{Login: "ana", Next: "/merchant", Faults: fault.Faults{fault.New(fault.Invalid, "LOGIN-WRONG", "")}})
	accountPage = web.NewPage("auth/account.html",
		AccountPage{Tokens: []Token{{ID: "tok_1", Name: "ERP", State: TokenActive}, {ID: "tok_2", Name: "old", State: TokenRevoked}}, Secret: "sp_example"},
		AccountPage{Faults: fault.Faults{fault.New(fault.Invalid, "TOKEN-NAME", "name")}})
)

// Routes are the pages of logging in and of one's own account.
func (s *Service) Routes() []web.Route {
	public, in := []Duty{web.Public}, []Duty{web.LoggedIn}
	return []web.Route{
		{Method: http.MethodGet, Path: "/login", Name: "auth.login", Duties: public, Handler: s.showLogin},
		{Method: http.MethodPost, Path: "/login", Name: "auth.login.send", Duties: public, Handler: s.login, BodyLimit: 16 << 10},
		{Method: http.MethodPost, Path: "/logout", Name: "auth.logout", Duties: public, Handler: s.logout},
		{Method: http.MethodGet, Path: "/account", Name: "auth.account", Duties: in, Handler: s.account},
		{Method: http.MethodPost, Path: "/account/tokens", Name: "auth.tokens.create", Duties: in, Handler: s.createToken},
		{Method: http.MethodPost, Path: "/account/tokens/:token/revoke", Name: "auth.tokens.revoke", Duties: in, Handler: s.revokeToken},
	}
}

// Identify tells who sends a request; web.Options wants it. A token in the Authorization header excludes the cookie, so that a
// page of somebody else cannot mix the two.
func (s *Service) Identify(c echo.Context) (*User, error) {
	ctx := c.Request().Context()
	if h := c.Request().Header.Get(echo.HeaderAuthorization); h != "" {
		kind, secret, _ := strings.Cut(h, " ")
		if !strings.EqualFold(kind, "Bearer") || secret == "" {
			return nil, nil //nolint:nilnil // nobody is an answer here, not a fault
		}
		return s.ByToken(ctx, strings.TrimSpace(secret))
	}
	ck, err := c.Cookie(sessionCookie)
	if err != nil || ck.Value == "" {
		return nil, nil //nolint:nilnil // as above
	}
	return s.BySession(ctx, ck.Value)
}

func (s *Service) showLogin(c echo.Context) error {
	if From(c) != nil {
		return c.Redirect(http.StatusSeeOther, web.LocalPath(c.QueryParam("next")))
	}
	return loginPage.Render(c, web.Head{Title: "auth.login.title"}, LoginPage{Next: web.LocalPath(c.QueryParam("next"))})
}

func (s *Service) login(c echo.Context) error {
	login, next := c.FormValue("login"), web.LocalPath(c.FormValue("next"))
	secret, u, err := s.Login(c.Request().Context(), login, c.FormValue("password"), c.RealIP())
	if fs := fault.All(err); len(fs) > 0 && !web.WantsJSON(c) && !fault.Has(err, "PG-DOWN") {
		return loginPage.Render(c, web.Head{Title: "auth.login.title", Status: web.Status(err)}, LoginPage{Login: login, Next: next, Faults: fs})
	}
	if err != nil {
		return err
	}
	if old, err := c.Cookie(sessionCookie); err == nil && old.Value != "" {
		if err := s.Logout(c.Request().Context(), old.Value); err != nil {
			return err
		}
	}
	web.SetCookie(c, sessionCookie, secret, 0)
	web.RenewCSRF(c)
	web.Flash(c, web.OK, "auth.welcome", "name", u.Name)
	return c.Redirect(http.StatusSeeOther, next)
}

func (s *Service) logout(c echo.Context) error {
	if ck, err := c.Cookie(sessionCookie); err == nil && ck.Value != "" {
		if err := s.Logout(c.Request().Context(), ck.Value); err != nil {
			return err
		}
	}
	web.SetCookie(c, sessionCookie, "", -1)
	web.RenewCSRF(c)
	web.Flash(c, web.OK, "auth.bye")
	return c.Redirect(http.StatusSeeOther, "/login")
}

func (s *Service) account(c echo.Context) error { return s.showAccount(c, AccountPage{}, 0) }

func (s *Service) showAccount(c echo.Context, p AccountPage, status int) (err error) {
	if p.Tokens, err = s.Tokens(c.Request().Context(), From(c)); err != nil {
		return err
	}
	return accountPage.Render(c, web.Head{Title: "auth.account.title", Status: status}, p)
}

func (s *Service) createToken(c echo.Context) error {
	name := c.FormValue("name")
	secret, _, err := s.CreateToken(c.Request().Context(), From(c), name)
	if fs := fault.All(err); len(fs) > 0 {
		return s.showAccount(c, AccountPage{Name: name, Faults: fs}, web.Status(err))
	}
	if err != nil {
		return err
	}
	return s.showAccount(c, AccountPage{Secret: secret}, 0)
}

func (s *Service) revokeToken(c echo.Context) error {
	name, err := s.RevokeToken(c.Request().Context(), From(c), c.Param("token"))
	if err != nil {
		return err
	}
	web.Flash(c, web.OK, "auth.tokens.done", "name", name)
	return c.Redirect(http.StatusSeeOther, "/account")
}
