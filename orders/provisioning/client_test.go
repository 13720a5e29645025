package provisioning

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string][2]bool{ // outside a demo, in a demo
		"https://seller.example/produce":         {true, true},
		"https://seller.example:8443/p?tenant=7": {true, true},
		"http://seller.example/produce":          {false, false},
		"https://192.0.2.7/p":                    {false, false},
		"https://[2001:db8::1]/p":                {false, false},
		"https://seller/p":                       {false, false},
		"https://localhost/p":                    {false, true},
		"http://127.0.0.1:9090":                  {false, true},
		"ftp://127.0.0.1/p":                      {false, false},
		"https://u:p@seller.example/":            {false, false},
		"https://seller.example/#x":              {false, false},
		"https://seller.example/?authToken=x":    {false, false},
		"https://seller.example/?nonce=":         {false, false},
		"seller.example":                         {false, false},
		"":                                       {false, false},
	} {
		for k, loopback := range []bool{false, true} {
			if fs := CheckAddress(address, loopback); (len(fs) == 0) != ok[k] || len(fs) > 0 && !fault.Has(fs, "PROV-ADDRESS") {
				t.Errorf("%q, loopback %v: %v", address, loopback, fs)
			}
		}
	}
	for address, ok := range map[string][2]bool{
		"8.8.8.8:443": {true, true}, "127.0.0.1:443": {false, true}, "[::1]:443": {false, true}, "10.1.2.3:443": {false, false}, "169.254.169.254:80": {false, false},
		"192.168.0.1:443": {false, false}, "100.64.0.1:443": {false, false}, "0.0.0.0:443": {false, false}, "[fd00::1]:443": {false, false}, "[::ffff:10.0.0.1]:443": {false, false}, "x": {false, false},
	} {
		for k, loopback := range []bool{false, true} {
			if err := reachable(address, loopback); (err == nil) != ok[k] {
				t.Errorf("%s, loopback %v: %v", address, loopback, err)
			}
		}
	}
}

// answering is a seller that gives one answer, signed with the key.
func answering(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func signed(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set(bodySignName, BodySign(goldenKey, []byte(body)))
	_, _ = w.Write([]byte(body))
}

func TestAnswersAreJudged(t *testing.T) {
	t.Parallel()
	elsewhere := answering(t, func(w http.ResponseWriter, _ *http.Request) { signed(w, `{"resultCode":"000000"}`) })
	for name, c := range map[string]struct {
		seller http.HandlerFunc
		want   Answer
	}{
		"a good one": {func(w http.ResponseWriter, _ *http.Request) {
			signed(w, `{"resultCode":"000000","resultMsg":"ok`+"\\u0000"+`!","instanceId":"i","appInfo":{"password":"x"}}`)
		}, Answer{Done, "ok!", "i"}},
		"unsigned":         {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"resultCode":"000000"}`)) }, Answer{Code: Unsigned}},
		"signed otherwise": {func(w http.ResponseWriter, _ *http.Request) { signed(w, `{}`); _, _ = w.Write([]byte(" ")) }, Answer{Code: WrongSign}},
		"no JSON":          {func(w http.ResponseWriter, _ *http.Request) { signed(w, `<html>`) }, Answer{Code: NotJSON}},
		"no result code":   {func(w http.ResponseWriter, _ *http.Request) { signed(w, `{"instanceId":"i"}`) }, Answer{Code: NotJSON}},
		"no UTF-8": {func(w http.ResponseWriter, _ *http.Request) {
			signed(w, "{\"resultCode\":\"000000\",\"resultMsg\":\"\xff\"}")
		}, Answer{Code: NotJSON}},
		"a status": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, Answer{BadStatus, "status 502 Bad Gateway", ""}},
		"too large": {func(w http.ResponseWriter, _ *http.Request) {
			signed(w, `{"resultCode":"000000","resultMsg":"`+strings.Repeat("x", maxAnswer)+`"}`)
		}, Answer{Code: TooLarge}},
		"sent elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		}, Answer{Code: Redirected}},
		"sent on within": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/on" {
				signed(w, `{"resultCode":"000004"}`)
				return
			}
			http.Redirect(w, r, "/on", http.StatusTemporaryRedirect)
		}, Answer{Code: Processing}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Request{Method: "POST", URL: answering(t, c.seller) + "/p?signature=abc", Body: []byte("{}")}
			if got := NewClient(true).Call(context.Background(), r, goldenKey); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestSellersOutOfReach(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	c := NewClient(true)
	if got := c.Call(context.Background(), Request{Method: "GET", URL: gone.URL}, goldenKey); got.Code != NotReached {
		t.Errorf("nobody there: %+v", got)
	}
	silent := make(chan struct{})
	t.Cleanup(func() { close(silent) })
	slow := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-silent:
		case <-r.Context().Done():
		}
	})
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if got := c.Call(short, Request{Method: "GET", URL: slow}, goldenKey); got.Code != TimedOut {
		t.Errorf("one who says nothing: %+v", got)
	}
	if c.http.Timeout != 5*time.Second {
		t.Errorf("the limit is %v", c.http.Timeout)
	}
	if got := NewClient(false).Call(context.Background(), Request{Method: "GET", URL: slow}, goldenKey); got.Code != BadAddress {
		t.Errorf("this machine, outside a demo: %+v", got)
	}
}

// TestOnlyTrustedTLS calls a seller by name over TLS: what a name resolves to is decided by the test, everything else is as in earnest.
func TestOnlyTrustedTLS(t *testing.T) {
	t.Parallel()
	seller := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { signed(w, `{"resultCode":"000000"}`) }))
	seller.TLS = &tls.Config{MinVersion: tls.VersionTLS10}
	seller.Config.ErrorLog = log.New(io.Discard, "", 0)
	seller.StartTLS()
	t.Cleanup(seller.Close)
	roots := seller.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	call := func(tune func(*tls.Config)) Code {
		c := newClient(false, func(tr *http.Transport) {
			tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, seller.Listener.Addr().String())
			}
			tr.TLSClientConfig.RootCAs = roots
			tune(tr.TLSClientConfig)
		})
		return c.Call(context.Background(), Request{Method: "GET", URL: "https://example.com/p"}, goldenKey).Code
	}
	if got := call(func(*tls.Config) {}); got != Done {
		t.Errorf("a trusted one: %s", got)
	}
	if got := call(func(c *tls.Config) { c.RootCAs = nil }); got != NotReached {
		t.Errorf("a certificate nobody vouches for: %s", got)
	}
	if got := call(func(c *tls.Config) {
		c.MaxVersion = tls.VersionTLS11
		c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	}); got != NotReached {
		t.Errorf("TLS 1.1: %s", got)
	}
	if newClient(false, nil).http.Transport.(*http.Transport).TLSClientConfig.MinVersion != tls.VersionTLS12 {
		t.Error("older TLS is taken")
	}
}
