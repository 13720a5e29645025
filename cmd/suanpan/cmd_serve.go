package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/spf13/cobra"

	"suanpan/cmd/suanpan/jobs"
	"suanpan/internal/fault"
	"suanpan/internal/web"
	"suanpan/ledger"
)

type serveFlags struct {
	addr          string
	secure, proxy bool
	workers       int
}

func serveCommand(m *Main) *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the console and the API",
		Long: `Brings the schema up to date and serves the console and the API until Ctrl-C, which lets the requests in hand finish. While it runs it
seals the ledger and does what becomes due.`,
		Example: "  suanpan serve --addr 127.0.0.1:8080\n  suanpan serve --addr :8080 --secure --trust-proxy",
		RunE: func(c *cobra.Command, _ []string) error {
			return m.with(c.Context(), func(s *session) error {
				if err := s.migrate(c.Context()); err != nil {
					return err
				}
				ln, err := listen(c.Context(), f.addr)
				if err != nil {
					return err
				}
				m.remark("serve.at", "url", urlOf(ln))
				return m.serve(c.Context(), s, ln, f)
			})
		},
	}
	c.Flags().StringVar(&f.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 picks a free one")
	c.Flags().BoolVar(&f.secure, "secure", false, "browsers reach it over HTTPS: cookies say so")
	c.Flags().BoolVar(&f.proxy, "trust-proxy", false, "a proxy of ours gives the caller's address in X-Forwarded-For")
	c.Flags().IntVar(&f.workers, "workers", defaultWorkers(), "`jobs` done at a time beside the console; 0 leaves them to \"suanpan work\"")
	return c
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fault.New(fault.Conflict, "CLI-LISTEN", "--addr", fault.Args{"addr": addr, "why": err}).Wrap(err)
	}
	return ln, nil
}

// urlOf is what a person types into a browser on this machine.
func urlOf(ln net.Listener) string {
	host, port, _ := net.SplitHostPort(ln.Addr().String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// serve answers until ctx ends; then the requests in hand finish and the jobs beside stop.
func (m *Main) serve(ctx context.Context, s *session, ln net.Listener, f serveFlags) error {
	run, err := m.runner(ctx, s, f.workers, urlOf(ln))
	if err != nil {
		_ = ln.Close()
		return err
	}
	defer run.Close()
	server, err := web.New(web.Options{
		Log: m.log, Routes: s.withHome(append(s.routes(ctx, s.db, m.fonts(), m.Clock), jobs.NewHTTP(s.db, run).Routes()...)), Identify: s.auth.Identify,
		Secure: f.secure, TrustProxy: f.proxy, Sections: sections, Counts: s.unread,
		Demo: func(ctx context.Context) (time.Time, bool, error) {
			demo, now, err := s.db.Demo(ctx)
			return now, demo, err
		},
		Health: func(ctx context.Context) error { return s.db.Pool.Ping(ctx) },
	})
	if err != nil {
		_ = ln.Close()
		return err
	}
	beside, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { ledger.RunSealer(beside, s.db, m.log) }) // whoever does the rest: what is posted here is sealed
	if f.workers > 0 {
		wg.Go(func() {
			if err := run.Run(beside); err != nil {
				m.log.Error("the workers ended", "err", err)
			}
		})
	}
	err = server.Serve(ctx, ln)
	stop()
	wg.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// withHome adds the front door where no module has it: everybody goes to the first page of their navigation.
func (s *session) withHome(routes []web.Route) []web.Route {
	for _, r := range routes {
		if r.Method == http.MethodGet && r.Path == "/" {
			return routes
		}
	}
	return append(routes, web.Route{
		Method: http.MethodGet, Path: "/", Name: "home", Duties: []web.Duty{web.Public},
		Handler: func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, homeOf(web.UserOf(c), routes)) },
	})
}

func homeOf(u *web.User, routes []web.Route) string {
	if u == nil {
		return "/login"
	}
	for _, r := range routes {
		if r.Nav != "" && !strings.Contains(r.Path, ":") && (u.Has(r.Duties...) || slices.Contains(r.Duties, web.LoggedIn)) {
			return r.Path
		}
	}
	return "/account"
}
