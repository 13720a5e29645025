package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
)

func TestSafeName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"a plain name stays":                     {"Rechnung März 发票.xml", "Rechnung März 发票.xml"},
		"a folder of Windows goes":               {`C:\x\in"voice.pdf`, "invoice.pdf"},
		"a way upwards goes":                     {"../../etc/passwd", "passwd"},
		"nothing becomes a file":                 {"", "file"},
		"only dots become a file":                {"..", "file"},
		"a turned direction of writing is taken": {"invoice\u202efdp.exe", "invoicefdp.exe"},
		"an invisible character goes":            {"in\u200bvoice.pdf", "invoice.pdf"},
		"a line's end cannot end a header":       {"a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"},
		"a hidden file is seen":                  {".htaccess", "htaccess"},
		"dots at the end go":                     {"invoice.exe. . ", "invoice.exe"},
		"a device is a file":                     {"CON.xml", "file-CON.xml"},
		"a numbered device is a file":            {"lpt1.pdf", "file-lpt1.pdf"},
		"a name that only begins like one stays": {"contract.pdf", "contract.pdf"},
		"bytes that are no text go":              {"inv\xffoice.pdf", "invoice.pdf"},
		"a long name keeps its ending":           {strings.Repeat("ä", 300) + ".pdf", strings.Repeat("ä", 116) + ".pdf"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := web.SafeName(c.in); got != c.want {
				t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ kind, want string }{
		"a PDF is called one":        {"application/pdf", "application/pdf"},
		"a page is bytes":            {"text/html", "application/octet-stream"},
		"a drawing that runs is too": {"image/svg+xml", "application/octet-stream"},
		"so is what is no type":      {"a b", "application/octet-stream"},
		"a charset may follow":       {"text/plain; charset=UTF-8", "text/plain; charset=UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			ctx := echo.New().NewContext(httptest.NewRequest("GET", "/", nil), w)
			if err := web.Download(ctx, "发票.xml", c.kind, []byte("<script>alert(1)</script>")); err != nil {
				t.Fatal(err)
			}
			h := w.Header()
			if got := h.Get("Content-Type"); got != c.want {
				t.Errorf("type %q, want %q", got, c.want)
			}
			if d := h.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename*=utf-8''%E5%8F%91") {
				t.Errorf("disposition %q", d)
			}
			if !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers %v", h)
			}
		})
	}
}
