package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// Options is what the program gives to its web server.
type Options struct {
	Log    *slog.Logger // nil: slog's default
	Routes []Route      // of all modules, in the order in which they stand in the navigation

	// Identify tells who sends a request, from its cookie or token; nil and no error where nobody does.
	Identify func(echo.Context) (*User, error)
	// Demo gives the demo's business time and true in a demo database; the banner shows it on every page. Nil outside a demo.
	Demo func(context.Context) (time.Time, bool, error)
	// Sections say how the navigation is parted; entries that none names come first.
	Sections []Section
	// Counts tells, by a route's Nav, how much waits there for a user and was not seen. Nil: nothing is counted.
	Counts func(context.Context, *User) (map[string]int, error)
	// Health tells whether the server can do its work; nil error: yes.
	Health func(context.Context) error

	Secret     []byte        // at least 32 bytes, signs cookies; the same on every server of an installation. Empty: made at start
	Secure     bool          // served over HTTPS: cookies say so, and browsers are told to stay with it
	TrustProxy bool          // the caller's address is in X-Forwarded-For, set by a proxy of ours
	Grace      time.Duration // how long requests in hand may go on when the server stops; 0 means 10 seconds
}

// Server is the console and the API.
type Server struct {
	Echo   *echo.Echo
	opt    Options
	log    *slog.Logger
	routes []Route
	view   *renderer
}

// New makes the server with everything in place: it fails where a template does not parse or a route is incomplete, so that a
// mistake shows at start and not on somebody's page.
func New(opt Options) (*Server, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if len(opt.Secret) == 0 {
		opt.Secret = make([]byte, 32)
		_, _ = rand.Read(opt.Secret) // crypto/rand never fails on the systems Go supports
	}
	if len(opt.Secret) < 32 {
		return nil, errors.New("web: the secret has fewer than 32 bytes")
	}
	if opt.Grace == 0 {
		opt.Grace = 10 * time.Second
	}
	view, err := newRenderer(false)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	s := &Server{Echo: e, opt: opt, log: opt.Log, view: view}
	e.HTTPErrorHandler = s.handleError
	e.IPExtractor = echo.ExtractIPDirect()
	if opt.TrustProxy {
		e.IPExtractor = echo.ExtractIPFromXFFHeader()
	}
	e.Use(s.enter, s.recoverPanic, middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 1024}))
	if err := s.register(s.own()); err != nil {
		return nil, err
	}
	if err := s.register(opt.Routes); err != nil {
		return nil, err
	}
	return s, nil
}

// own are the routes that belong to no module.
func (s *Server) own() []Route {
	public := []Duty{Public}
	return []Route{
		{Method: http.MethodGet, Path: "/healthz", Name: "web.health", Duties: public, Handler: s.health},
		{Method: http.MethodGet, Path: "/static/:file", Name: "web.static", Duties: public, Handler: s.static},
		{Method: http.MethodGet, Path: "/language", Name: "web.language", Duties: public, Handler: s.language},
	}
}

func (s *Server) health(c echo.Context) error {
	if s.opt.Health != nil {
		if err := s.opt.Health(c.Request().Context()); err != nil {
			s.log.Error("not healthy", "error", err)
			return c.JSON(http.StatusServiceUnavailable, map[string]string{"status": "unavailable"})
		}
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// ServeHTTP answers one request; tests call it without a network.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.Echo.ServeHTTP(w, r) }

// Serve answers on the listener until ctx ends, then lets the requests in hand finish for Grace at most.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // an upload over a slow line
		WriteTimeout:      5 * time.Minute, // a long workbook over a slow line
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opt.Grace)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		_ = srv.Close()
		return fmt.Errorf("web: requests were cut off at the end of the grace time: %w", err)
	}
	return nil
}
