package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/templates"
)

// Page is a template with the type of what it shows, so that a page cannot be given something else.
type Page[T any] struct{ file string }

type pageEntry struct {
	file    string
	samples []any
}

var pages = map[string]pageEntry{}

// NewPage registers templates/<file>, which defines "content". Samples are what a test executes the page with; give one for
// each branch of the page. The zero value of T is always among them. Called from package variables.
func NewPage[T any](file string, samples ...T) Page[T] {
	if _, twice := pages[file]; twice {
		panic("web: page " + file + " is registered twice")
	}
	var zero T
	entry := pageEntry{file: file, samples: []any{zero}}
	for _, s := range samples {
		entry.samples = append(entry.samples, s)
	}
	pages[file] = entry
	return Page[T]{file: file}
}

// Head is what a page tells the frame around it.
type Head struct {
	Title  string  // key of the catalogue, or the title itself where it is a name
	Pairs  []any   // for the {names} in the title
	Crumbs []Crumb // the way to this page
	Status int     // 0 means 200
}

// View is what a template sees: $.Data is the page's own value, the rest belongs to the frame. A form starts with
// {{template "csrf" $}}.
type View struct {
	Title, Path, RequestID, CSRF string
	Lang                         fault.Lang
	Langs                        []LangLink
	User                         *User
	Nav                          []NavPart
	Demo                         string // the demo's business time; empty outside a demo
	Flashes                      []Flashed
	Crumbs                       []Crumb
	Plain                        bool
	Data                         any
}

// Render writes the page. It is made whole before the first byte is sent, so a failing template is an error page, not half a page.
func (p Page[T]) Render(c echo.Context, h Head, data T) error {
	s := serverOf(c)
	title, _ := templates.Text(string(LangOf(c)), h.Title, h.Pairs...)
	u := UserOf(c)
	v := View{
		Title: title, Path: c.Request().URL.Path, RequestID: RequestID(c), CSRF: s.csrfToken(c), Lang: LangOf(c),
		Langs: langLinks(c), User: u, Nav: s.navFor(c.Request().Context(), u, c.Request().URL.Path), Demo: s.demo(c), Flashes: s.takeFlashes(c),
		Crumbs: h.Crumbs, Plain: u == nil, Data: data,
	}
	var b bytes.Buffer
	if err := s.view.execute(&b, p.file, v); err != nil {
		return err
	}
	status := h.Status
	if status == 0 {
		status = http.StatusOK
	}
	c.Response().Header().Set("Content-Language", htmlLang(v.Lang))
	c.Response().Header().Add(echo.HeaderVary, "Accept, Accept-Language, Cookie")
	return c.HTMLBlob(status, b.Bytes())
}

func (s *Server) demo(c echo.Context) string {
	if s.opt.Demo == nil {
		return ""
	}
	at, on, err := s.opt.Demo(c.Request().Context())
	if err != nil {
		s.log.Warn("demo clock", "error", err)
		return "?" // still marked as a demo
	}
	if !on {
		return ""
	}
	return Instant(at, "UTC")
}

// renderer holds every page parsed in every language.
type renderer struct {
	assets *assets
	sets   map[fault.Lang]map[string]*template.Template
}

func newRenderer(strict bool) (*renderer, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, err
	}
	r := &renderer{assets: a, sets: map[fault.Lang]map[string]*template.Template{}}
	for _, l := range fault.Langs {
		base, err := template.New("").Option("missingkey=error").Funcs(funcs(l, strict, a)).ParseFS(templates.FS, "base/layout.html", "base/partials.html")
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		r.sets[l] = map[string]*template.Template{}
		for file := range pages {
			t, err := parsePage(base, file)
			if err != nil {
				return nil, err
			}
			r.sets[l][file] = t
		}
	}
	return r, nil
}

// parsePage adds a page, and its folder's shared parts (files whose name begins with _), to the frame.
func parsePage(base *template.Template, file string) (*template.Template, error) {
	t, err := base.Clone()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	shared, _ := fs.Glob(templates.FS, path.Dir(file)+"/_*.html")
	t, err = t.ParseFS(templates.FS, append(shared, file)...)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if t.Lookup("content") == nil {
		return nil, fmt.Errorf("web: %s defines no \"content\"", file)
	}
	return t, nil
}

func (r *renderer) execute(w io.Writer, file string, v View) error {
	t, ok := r.sets[v.Lang][file]
	if !ok {
		return fmt.Errorf("web: page %s was registered after the server was made", file)
	}
	if err := t.ExecuteTemplate(w, "layout", v); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}

// CheckPages executes every registered page with each of its samples, in every language, for a visitor and for a user with all
// duties, and gives what fails: a field that does not exist, a word that is missing, a page nobody registered. A test of the
// program calls it, with all modules linked; complete also looks for files that no module registered.
func CheckPages(complete bool) []error {
	r, err := newRenderer(true)
	if err != nil {
		return []error{err}
	}
	var out []error
	for _, file := range pageFiles() {
		for _, l := range fault.Langs {
			for i, sample := range pages[file].samples {
				for _, u := range []*User{{ID: "usr_1", Name: "Ana Souza", Merchant: "5821", Duties: Duties}, {ID: "usr_2", Name: "李雷", Duties: []Duty{FinancePay}}} {
					v := View{
						Title: "—", Lang: l, User: u, Nav: []NavPart{{Items: []NavItem{{Key: "nav.home", Href: "/", Current: true, Exact: true}}}, {Key: "nav.more", Items: []NavItem{{Key: "nav.account", Href: "/account", Count: 3}}}}, CSRF: "token", RequestID: "r", Demo: Instant(time.Unix(0, 0), "UTC"), Data: sample, Langs: []LangLink{{Code: "en", Name: "English"}},
						Flashes: []Flashed{{Tone: OK, Text: "x"}, {Tone: Warn, Text: "x"}, {Tone: Bad, Text: "x"}}, Crumbs: []Crumb{{Text: "a", Href: "/"}, {Text: "b"}},
					}
					if err := r.execute(io.Discard, file, v); err != nil {
						out = append(out, fmt.Errorf("%s, sample %d, %s: %w", file, i, l, err))
					}
				}
			}
		}
	}
	if complete {
		out = append(out, unregistered()...)
	}
	return out
}

func unregistered() []error {
	var out []error
	files, _ := fs.Glob(templates.FS, "*/*.html")
	known := pageFiles()
	for _, f := range files {
		if strings.HasPrefix(f, "base/") || strings.HasPrefix(path.Base(f), "_") || slices.Contains(known, f) {
			continue
		}
		out = append(out, fmt.Errorf("templates/%s: no module registers it", f))
	}
	return out
}

func pageFiles() []string {
	out := make([]string, 0, len(pages))
	for f := range pages {
		out = append(out, f)
	}
	sort.Strings(out)
	return out
}
