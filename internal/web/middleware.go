package web

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// contentPolicy forbids scripts altogether, and frames, plugins and anything from elsewhere.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// enter is around every request, known address or not: a number, the language, headers, and the line in the log.
func (s *Server) enter(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		c.Set(keyServer, s)
		id := newRequestID()
		h := c.Response().Header()
		h.Set(echo.HeaderXRequestID, id)
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if s.opt.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		c.Set(keyLang, negotiate(c.Request()))
		if err := next(c); err != nil {
			c.Error(err)
		}
		s.access(c, id, time.Since(began))
		return nil
	}
}

// access writes the line of a request. Queries, headers, cookies and bodies may hold secrets and are not in it.
func (s *Server) access(c echo.Context, id string, took time.Duration) {
	level := slog.LevelInfo
	if c.Response().Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	user := ""
	if u := UserOf(c); u != nil {
		user = u.ID
	}
	s.log.LogAttrs(c.Request().Context(), level, "request",
		slog.String("request", id), slog.String("method", c.Request().Method), slog.String("path", c.Request().URL.Path),
		slog.String("route", c.Path()), slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("user", user), slog.String("from", c.RealIP()))
}

// recoverPanic turns a panic into an error, with its stack for the log.
func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so too
					panic(p)
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// RequestID is the number of the request, as the log and the page's foot have it.
func RequestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

func newRequestID() string {
	var b [10]byte
	_, _ = rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}

// cookie is a cookie as all of ours are: not for scripts, not sent along from other sites.
func (s *Server) cookie(name, value string, age time.Duration) *http.Cookie {
	ck := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: s.opt.Secure, SameSite: http.SameSiteLaxMode}
	if age != 0 {
		ck.MaxAge = int(age / time.Second)
	}
	if age < 0 {
		ck.MaxAge = -1
	}
	return ck
}

// SetCookie sets a cookie with the server's habits; an age of 0 ends with the browser, a negative one removes it.
func SetCookie(c echo.Context, name, value string, age time.Duration) {
	c.SetCookie(serverOf(c).cookie(name, value, age))
}

func serverOf(c echo.Context) *Server {
	s, _ := c.Get(keyServer).(*Server)
	return s
}
