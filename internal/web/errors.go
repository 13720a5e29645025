package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
)

// statusOf is the one place where a kind of fault becomes an HTTP status.
var statusOf = map[fault.Kind]int{
	fault.Invalid:      http.StatusUnprocessableEntity,
	fault.NotFound:     http.StatusNotFound,
	fault.Conflict:     http.StatusConflict,
	fault.Forbidden:    http.StatusForbidden,
	fault.Unauthorized: http.StatusUnauthorized,
	fault.TooLarge:     http.StatusRequestEntityTooLarge,
	fault.Unavailable:  http.StatusServiceUnavailable,
	fault.Internal:     http.StatusInternalServerError,
}

// Status is the HTTP status of an error: that of its first fault that is no warning, 500 for anything that is no fault.
func Status(err error) int {
	if s, ok := statusOf[fault.KindOf(err)]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// FaultJSON is how one fault travels in JSON.
type FaultJSON struct {
	Code     string            `json:"code"`
	Kind     fault.Kind        `json:"kind"`
	Path     string            `json:"path"`
	Message  string            `json:"message"` // in the language of the reply
	Messages map[string]string `json:"messages"`
	Warning  bool              `json:"warning,omitempty"` // worth saying, refuses nothing
}

// FaultsJSON is the body of every refusal of the API; a verdict carries the same list.
type FaultsJSON struct {
	Faults  []FaultJSON `json:"faults"`
	Request string      `json:"request,omitempty"`
}

// JSONFaults turns faults into their JSON form, message in l.
func JSONFaults(fs fault.Faults, l fault.Lang) []FaultJSON {
	out := make([]FaultJSON, len(fs))
	for i, f := range fs {
		all := make(map[string]string, len(fault.Langs))
		for _, each := range fault.Langs {
			all[string(each)] = f.Text(each)
		}
		out[i] = FaultJSON{Code: f.Code, Kind: f.Kind, Path: f.Path, Message: f.Text(l), Messages: all, Warning: f.Warn}
	}
	return out
}

// ErrorPage is what the page of a refusal shows.
type ErrorPage struct{ Faults fault.Faults }

var errorPage = NewPage("base/error.html", ErrorPage{Faults: fault.Faults{fault.New(fault.NotFound, "NOT-FOUND", "order")}})

// asFaults gives the faults in an error; what is none becomes one, so that nobody sees a technical text.
func asFaults(err error, requestID string) fault.Faults {
	if fs := fault.All(err); len(fs) > 0 {
		return fs
	}
	var large *http.MaxBytesError
	var he *echo.HTTPError
	switch {
	case errors.As(err, &large):
		return fault.Faults{fault.New(fault.TooLarge, "BODY-TOO-LARGE", "", fault.Args{"max": max(1, large.Limit>>20)})}
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Faults{fault.New(fault.Unavailable, "TIMEOUT", "").Wrap(err)}
	case errors.As(err, &he):
		switch {
		case he.Code == http.StatusNotFound:
			return fault.Faults{fault.New(fault.NotFound, "NOT-FOUND", "")}
		case he.Code == http.StatusUnauthorized:
			return fault.Faults{fault.New(fault.Unauthorized, "LOGIN-NEEDED", "")}
		case he.Code < http.StatusInternalServerError:
			return fault.Faults{fault.New(fault.Invalid, "HTTP", "", fault.Args{"status": he.Code}).Wrap(err)}
		}
	}
	return fault.Faults{fault.New(fault.Internal, "INTERNAL", "", fault.Args{"id": requestID}).Wrap(err)}
}

// handleError is echo's last word on every error a handler returns.
func (s *Server) handleError(err error, c echo.Context) {
	id := RequestID(c)
	fs := asFaults(err, id)
	status := Status(fs)
	var he *echo.HTTPError
	if errors.As(err, &he) && he.Code == http.StatusMethodNotAllowed {
		status = he.Code // echo knows which methods are allowed; the kind cannot say it
		fs = fault.Faults{fault.New(fault.Invalid, "METHOD", "", fault.Args{"method": c.Request().Method})}
	}
	if status >= http.StatusInternalServerError {
		s.log.LogAttrs(c.Request().Context(), slog.LevelError, "request failed", slog.String("request", id), slog.Any("error", technical(fs, err)))
	}
	if c.Response().Committed {
		return
	}
	if status == http.StatusServiceUnavailable && c.Response().Header().Get("Retry-After") == "" {
		c.Response().Header().Set("Retry-After", "30")
	}
	var sent error
	switch {
	case c.Request().Method == http.MethodHead:
		sent = c.NoContent(status)
	case WantsJSON(c):
		if status == http.StatusUnauthorized {
			c.Response().Header().Set("WWW-Authenticate", `Bearer realm="suanpan"`)
		}
		sent = c.JSON(status, FaultsJSON{Faults: JSONFaults(fs, LangOf(c)), Request: id})
	case status == http.StatusUnauthorized:
		sent = c.Redirect(http.StatusSeeOther, loginAddress(c))
	default:
		sent = errorPage.Render(c, Head{Title: "error.title." + string(fault.KindOf(fs)), Status: status}, ErrorPage{Faults: fs})
	}
	if sent != nil {
		s.log.Error("error page failed", "request", id, "error", sent)
	}
}

// technical is what the log keeps: the causes, which are never shown.
func technical(fs fault.Faults, err error) string {
	var parts []string
	for _, f := range fs {
		if f.Cause != nil {
			parts = append(parts, f.Code+": "+f.Cause.Error())
		}
	}
	if len(parts) == 0 {
		return err.Error()
	}
	return strings.Join(parts, "; ")
}

// loginAddress leads back to the page that was asked for; only a page that was read, since a form cannot be sent twice for you.
func loginAddress(c echo.Context) string {
	if c.Request().Method != http.MethodGet || c.Request().URL.Path == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(c.Request().URL.RequestURI())
}

// WantsJSON tells whether the reply is JSON: always under /api/, elsewhere where the Accept header names JSON and not HTML.
func WantsJSON(c echo.Context) bool {
	if strings.HasPrefix(c.Request().URL.Path, "/api/") {
		return true
	}
	accept := c.Request().Header.Get(echo.HeaderAccept)
	return strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// NotFound is the answer for what does not exist or is somebody else's; the two are not told apart.
func NotFound(path string) error { return fault.New(fault.NotFound, "NOT-FOUND", path) }
