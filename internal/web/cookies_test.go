package web

import (
	"net/url"
	"strings"
	"testing"
)

func TestTheLanguageIsChosenKeptAndNeverAWayOut(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	for accept, want := range map[string]string{"": "en", "zh-TW": "zh-Hans", "pt-PT;q=0.5, fr": "pt-BR", "de": "en", ";;;": "en"} {
		if got := do(s, "GET", "/form", "", "Accept-Language", accept).Header().Get("Content-Language"); got != want {
			t.Errorf("%q gives %q, want %q", accept, got, want)
		}
	}
	w := do(s, "GET", "/language?to=zh&next=%2Fform%3Fa%3D1", "")
	if w.Code != 303 || w.Header().Get("Location") != "/form?a=1" || !strings.HasPrefix(w.Header().Get("Set-Cookie"), "suanpan_lang=zh;") {
		t.Error(w.Code, w.Header())
	}
	if got := do(s, "GET", "/form", "", "Cookie", "suanpan_lang=zh", "Accept-Language", "pt").Header().Get("Content-Language"); got != "zh-Hans" {
		t.Error("the choice is not kept:", got)
	}
	for _, out := range []string{"https://elsewhere.example", "//elsewhere.example", `/\elsewhere.example`, "javascript:x", "", "form", "/a\nb"} {
		if got := LocalPath(out); got != "/" {
			t.Errorf("%q leads to %q", out, got)
		}
	}
}

func TestAMessageIsShownOnceAndCannotBeForged(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	w := do(s, "GET", "/form", "", "X-Test-User", "merchant")
	token, cookie := tokenIn.FindStringSubmatch(w.Body.String())[1], strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
	w = do(s, "POST", "/form", "_csrf="+url.QueryEscape(token), "Cookie", cookie)
	flash := strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
	got := do(s, "GET", "/form", "", "Cookie", flash, "Accept-Language", "pt")
	if !strings.Contains(got.Body.String(), "Página 7") {
		t.Error("the message is not shown:", got.Body)
	}
	if all := strings.Join(got.Header().Values("Set-Cookie"), "|"); !strings.Contains(all, "suanpan_flash=; Path=/; Max-Age=0") {
		t.Error("the message is not removed:", all)
	}
	if got := do(newServer(t, Options{}), "GET", "/form", "", "Cookie", flash); strings.Contains(got.Body.String(), `class="flash`) {
		t.Error("a message signed by somebody else is shown")
	}
}
