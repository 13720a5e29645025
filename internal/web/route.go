package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
)

// Route is one address and who may use it. Modules list theirs; nothing is served that is not in a list.
type Route struct {
	Method  string // GET, POST, …
	Path    string // echo's form: /merchant/bills/:bill
	Name    string // dotted and unique: merchant.bills.show
	Duties  []Duty // any one of them suffices; Public and LoggedIn are allowed here. Empty is refused at start
	Handler echo.HandlerFunc

	Nav       string        // key of the word under which the route stands in the main navigation; empty: not there
	BodyLimit int64         // bytes; 0 means 1 MiB
	Timeout   time.Duration // of the whole handler; 0 means 30 seconds

	// Refuse answers what the guard or the handler refuses, where a protocol of others prescribes the form. Nil: the house's own.
	Refuse func(c echo.Context, err error) error
}

const (
	defaultBodyLimit = 1 << 20
	defaultTimeout   = 30 * time.Second
)

// register checks the list and hands every route to echo with its guard.
func (s *Server) register(routes []Route) error {
	names, places := map[string]bool{}, map[string]bool{}
	for _, r := range s.routes {
		names[r.Name], places[r.Method+" "+r.Path] = true, true
	}
	for _, r := range routes {
		place := r.Method + " " + r.Path
		switch {
		case r.Method == "" || !strings.HasPrefix(r.Path, "/") || r.Name == "" || r.Handler == nil:
			return fmt.Errorf("web: route %s %s %q is incomplete", r.Method, r.Path, r.Name)
		case len(r.Duties) == 0:
			return fmt.Errorf("web: route %s names nobody who may use it", r.Name)
		case names[r.Name]:
			return fmt.Errorf("web: two routes are called %s", r.Name)
		case places[place]:
			return fmt.Errorf("web: two routes are %s", place)
		}
		names[r.Name], places[place] = true, true
		s.Echo.Add(r.Method, r.Path, s.guard(r)).Name = r.Name
		s.routes = append(s.routes, r)
	}
	return nil
}

// Routes lists every registered route, the server's own included, in the order of registration.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }

// Unlisted names what echo would serve although no list has it. A test keeps it empty.
func (s *Server) Unlisted() []string {
	listed := map[string]bool{}
	for _, r := range s.routes {
		listed[r.Method+" "+r.Path] = true
	}
	var out []string
	for _, r := range s.Echo.Routes() {
		if k := r.Method + " " + r.Path; !listed[k] {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// guard puts a route's conditions before its handler: size, time, who, duty, and for what changes something the form's token.
func (s *Server) guard(r Route) echo.HandlerFunc {
	limit, wait := r.BodyLimit, r.Timeout
	if limit == 0 {
		limit = defaultBodyLimit
	}
	if wait == 0 {
		wait = defaultTimeout
	}
	answer := func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), wait)
		defer cancel()
		req := c.Request().WithContext(ctx)
		req.Body = http.MaxBytesReader(c.Response(), req.Body, limit)
		c.SetRequest(req)
		if req.ContentLength > limit {
			return &http.MaxBytesError{Limit: limit}
		}
		if err := s.identify(c); err != nil {
			return err
		}
		if err := allowed(UserOf(c), r.Duties); err != nil {
			return err
		}
		if err := s.checkCSRF(c); err != nil {
			return err
		}
		return r.Handler(c)
	}
	if r.Refuse == nil {
		return answer
	}
	return func(c echo.Context) error {
		err := answer(c)
		if err == nil || c.Response().Committed {
			return err
		}
		return r.Refuse(c, err)
	}
}

// identify asks once who sends the request.
func (s *Server) identify(c echo.Context) error {
	if s.opt.Identify == nil {
		return nil
	}
	u, err := s.opt.Identify(c)
	if err != nil {
		return err
	}
	if u != nil {
		c.Set(keyUser, u)
	}
	return nil
}

func allowed(u *User, duties []Duty) error {
	switch {
	case slices.Contains(duties, Public):
		return nil
	case u == nil:
		return fault.New(fault.Unauthorized, "LOGIN-NEEDED", "")
	case slices.Contains(duties, LoggedIn) || u.Has(duties...):
		return nil
	}
	return fault.New(fault.Forbidden, "DUTY", "")
}
