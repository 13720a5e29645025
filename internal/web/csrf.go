package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
)

// A form carries a token that only pages of ours can know: the cookie's random value under a fresh mask. The mask changes with
// every page, so that compression cannot give the value away.
const (
	csrfCookie = "suanpan_form"
	csrfField  = "_csrf"
	csrfHeader = "X-CSRF-Token"
	csrfBytes  = 32
	formMemory = 1 << 20 // of a multipart form; files beyond it wait on disk
)

// checkCSRF refuses what changes something and does not carry the token. A caller with an API token sends no cookie by itself,
// so nobody else's page can make it send anything.
func (s *Server) checkCSRF(c echo.Context) error {
	secret := s.csrfSecret(c)
	r := c.Request()
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if u := UserOf(c); u != nil && u.ByToken {
		return nil
	}
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return fault.New(fault.Forbidden, "CSRF", "")
	}
	token := r.Header.Get(csrfHeader)
	if token == "" {
		if err := parseForm(r); err != nil {
			return err
		}
		token = r.PostFormValue(csrfField)
	}
	if !unmaskEquals(token, secret) {
		return fault.New(fault.Forbidden, "CSRF", "")
	}
	return nil
}

func parseForm(r *http.Request) error {
	var err error
	if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		err = r.ParseMultipartForm(formMemory)
	} else {
		err = r.ParseForm()
	}
	if err == nil {
		return nil
	}
	if fs := asFaults(err, ""); fs[0].Kind == fault.TooLarge {
		return fs
	}
	return fault.New(fault.Invalid, "BAD-INPUT", "").Wrap(err)
}

// csrfSecret gives the cookie's value and sets the cookie where there is none.
func (s *Server) csrfSecret(c echo.Context) []byte {
	if b, ok := c.Get(keyCSRF).([]byte); ok {
		return b
	}
	if ck, err := c.Cookie(csrfCookie); err == nil {
		if b, err := base64.RawURLEncoding.DecodeString(ck.Value); err == nil && len(b) == csrfBytes {
			c.Set(keyCSRF, b)
			return b
		}
	}
	return s.renewCSRF(c)
}

func (s *Server) renewCSRF(c echo.Context) []byte {
	b := make([]byte, csrfBytes)
	_, _ = rand.Read(b)
	c.Set(keyCSRF, b)
	return b
}

// RenewCSRF makes a fresh value; called where somebody logs in or out, so that a token of before is worth nothing after.
func RenewCSRF(c echo.Context) {
	s := serverOf(c)
	c.SetCookie(s.cookie(csrfCookie, base64.RawURLEncoding.EncodeToString(s.renewCSRF(c)), 0))
}

// csrfToken is what a form of this page carries. The cookie is set here, so only pages that were rendered set one.
func (s *Server) csrfToken(c echo.Context) string {
	secret := s.csrfSecret(c)
	if ck, err := c.Cookie(csrfCookie); err != nil || ck.Value != base64.RawURLEncoding.EncodeToString(secret) {
		c.SetCookie(s.cookie(csrfCookie, base64.RawURLEncoding.EncodeToString(secret), 0))
	}
	out := make([]byte, 2*csrfBytes)
	_, _ = rand.Read(out[:csrfBytes])
	subtle.XORBytes(out[csrfBytes:], out[:csrfBytes], secret)
	return base64.RawURLEncoding.EncodeToString(out)
}

func unmaskEquals(token string, secret []byte) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 2*csrfBytes {
		return false
	}
	got := make([]byte, csrfBytes)
	subtle.XORBytes(got, b[:csrfBytes], b[csrfBytes:])
	return subtle.ConstantTimeCompare(got, secret) == 1
}
