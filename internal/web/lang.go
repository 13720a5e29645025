package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"suanpan/internal/fault"
	"suanpan/templates"
)

const langCookie = "suanpan_lang"

var matcher = language.NewMatcher([]language.Tag{language.English, language.Chinese, language.Portuguese})

// negotiate chooses the language of a reply: what the reader chose before, else what the browser asks for, else English.
func negotiate(r *http.Request) fault.Lang {
	if ck, err := r.Cookie(langCookie); err == nil && known(ck.Value) {
		return fault.Lang(ck.Value)
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return fault.EN
	}
	_, i, _ := matcher.Match(tags...)
	return fault.Langs[i]
}

func known(lang string) bool {
	for _, l := range fault.Langs {
		if string(l) == lang {
			return true
		}
	}
	return false
}

// LangOf is the language of the reply.
func LangOf(c echo.Context) fault.Lang {
	if l, ok := c.Get(keyLang).(fault.Lang); ok {
		return l
	}
	return fault.EN
}

// Text is a text of the interface in the language of the reply, {names} filled from pairs.
func Text(c echo.Context, key string, pairs ...any) string {
	t, _ := templates.Text(string(LangOf(c)), key, pairs...)
	return t
}

// language keeps the reader's choice for a year and goes back to the page.
func (s *Server) language(c echo.Context) error {
	if to := c.QueryParam("to"); known(to) {
		c.SetCookie(s.cookie(langCookie, to, 365*24*time.Hour))
	}
	return c.Redirect(http.StatusSeeOther, LocalPath(c.QueryParam("next")))
}

// LocalPath gives an address of this server back and "/" for anything that would lead elsewhere.
func LocalPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// LangLink is one entry of the language switch.
type LangLink struct {
	Code, Name, Href string
	Current          bool
}

func langLinks(c echo.Context) []LangLink {
	back := "/"
	if c.Request().Method == http.MethodGet {
		back = c.Request().URL.RequestURI()
	}
	out := make([]LangLink, len(fault.Langs))
	for i, l := range fault.Langs {
		name, _ := templates.Text(string(l), "lang."+string(l))
		out[i] = LangLink{Code: string(l), Name: name, Current: l == LangOf(c), Href: "/language?to=" + string(l) + "&next=" + url.QueryEscape(back)}
	}
	return out
}
