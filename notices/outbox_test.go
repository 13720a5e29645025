package notices

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
)

// TestTheOutboxSaysThatAChannelIsNotConfigured shows a waiting text message and an e-mail that is sent, where only e-mail is set up.
func TestTheOutboxSaysThatAChannelIsNotConfigured(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: NewHTTP(w.db, w.svc).Routes(), Identify: func(echo.Context) (*web.User, error) {
		return &web.User{ID: "usr_ops", Name: "Ops", Duties: []web.Duty{web.Operations}}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	page := func() string {
		rec := httptest.NewRecorder()
		server.ServeHTTP(rec, httptest.NewRequest("GET", "/operations/notices", nil))
		return rec.Body.String()
	}
	w.tell(batch, paid("a"))
	w.deliver()
	if got := page(); !strings.Contains(got, "Sent") || strings.Contains(got, "Channel not configured") {
		t.Errorf("of what was sent: %s", got)
	}
	w.svc.Mail = nil
	w.tell(batch, paid("b"))
	w.deliver()
	if got := strings.Count(page(), "Channel not configured"); got != 1 {
		t.Errorf("said %d times of one that waits", got)
	}
}
