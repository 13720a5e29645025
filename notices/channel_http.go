package notices

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"suanpan/internal/fault"
)

// Gateway sends text messages by posting to an operator's HTTP interface, whichever it is: its body is a template.
type Gateway struct {
	url, body, secret string
	client            *http.Client
}

// NewGateway reads a gateway: its https:// address, a JSON body in which {{phone}}, {{text}} and {{id}} are filled in, and the secret that goes as
// a bearer token. On this machine http:// will do.
func NewGateway(address, body, secret string) (*Gateway, error) {
	u, err := url.Parse(address)
	why := ""
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		why = "not https"
	case !strings.Contains(body, "{{phone}}") || !strings.Contains(body, "{{text}}"):
		why = "the body lacks phone or text"
	default:
		return &Gateway{url: address, body: body, secret: secret, client: client(true)}, nil
	}
	return nil, fault.New(fault.Invalid, "SMS-URL", "", fault.Args{"why": why})
}

// inString is a text as it stands between the quotes of a JSON string.
func inString(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b[1 : len(b)-1])
}

func (g *Gateway) send(ctx context.Context, id, to, text string) error {
	body := strings.NewReplacer("{{phone}}", inString(to), "{{text}}", inString(text), "{{id}}", inString(id)).Replace(g.body)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", id)
	if g.secret != "" {
		r.Header.Set("Authorization", "Bearer "+g.secret)
	}
	return post(g.client, r)
}

// errRefused is an answer other than 2xx.
var errRefused = errors.New("the receiver's server refused")

// post sends a request whose answer matters only by its status. A refusal that repeating cannot cure is permanent.
func post(c *http.Client, r *http.Request) error {
	res, err := c.Do(r)
	if err != nil {
		var inner *url.Error
		if errors.As(err, &inner) { // without the address, which may hold what is the receiver's secret
			return inner.Err
		}
		return err
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	switch s := res.StatusCode; {
	case s >= 200 && s < 300:
		return nil
	case s >= 300 && s < 500 && s != http.StatusRequestTimeout && s != http.StatusTooManyRequests && s != http.StatusNotFound:
		return permanent{fmt.Errorf("%w: %s", errRefused, res.Status)}
	default:
		return fmt.Errorf("%w: %s", errRefused, res.Status)
	}
}

// client makes a client that follows no redirect. One that goes where a merchant says must not reach into our own network: inside allows that, for
// what the installation itself configured.
func client(inside bool) *http.Client {
	d := &net.Dialer{Timeout: 10 * time.Second}
	if !inside {
		d.Control = func(_, address string, _ syscall.RawConn) error {
			a, err := netip.ParseAddrPort(address)
			if err != nil || !public(a.Addr().Unmap()) {
				return permanent{errInside}
			}
			return nil
		}
	}
	return &http.Client{
		Timeout:       attempt,
		Transport:     &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: 10 * time.Second, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errInside = errors.New("the address leads into a private network")

// shared are ranges that are neither private nor public in the words of net/netip: between operators, for tests, and bridges to IPv4.
var shared = []netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"),
}

func public(a netip.Addr) bool {
	for _, p := range shared {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate()
}

// HookSender sends webhooks. Its zero value works.
type HookSender struct {
	trusted *http.Client // instead of the one that keeps out of our network: a test's, with the certificate of its server
}

var (
	outside = client(false)
	loose   = client(true)
)

// hook is what a webhook's body holds.
type hook struct {
	ID       string            `json:"id"` // of the delivery; the same each time it is tried
	Type     string            `json:"type"`
	Code     int               `json:"code,omitempty"`
	Merchant string            `json:"merchant,omitempty"`
	Key      string            `json:"key"`
	ToldAt   time.Time         `json:"toldAt"`
	Args     map[string]string `json:"args"`
	Subject  string            `json:"subject"`
	Text     string            `json:"text"`
}

// The headers of a webhook.
const (
	HeaderID        = "Suanpan-Id"
	HeaderTimestamp = "Suanpan-Timestamp"
	HeaderSignature = "Suanpan-Signature"
)

func (h HookSender) send(ctx context.Context, d Delivery, secret, subject, text string, machine time.Time, demo bool) error {
	t, _ := TypeOf(d.Notice.Type)
	body, err := json.Marshal(hook{d.ID, t.Name, t.Code, d.Notice.Merchant, d.Notice.Key, d.Notice.ToldAt.UTC(), d.Notice.Args, subject, text})
	if err != nil {
		return err
	}
	u, err := url.Parse(d.to)
	local := err == nil && demo && loopback(u.Hostname())
	if err != nil || u.Scheme != "https" && !local {
		return permanent{fault.New(fault.Invalid, "RECEIVER-ADDRESS", "address")}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.to, bytes.NewReader(body))
	if err != nil {
		return permanent{err}
	}
	stamp := strconv.FormatInt(machine.Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "suanpan")
	r.Header.Set(HeaderID, d.ID)
	r.Header.Set(HeaderTimestamp, stamp)
	r.Header.Set(HeaderSignature, "v1="+signature(secret, d.ID, stamp, body))
	c := outside
	switch {
	case h.trusted != nil:
		c = h.trusted
	case local:
		c = loose
	}
	return post(c, r)
}

func signature(secret, id, stamp string, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(id + "." + stamp + "."))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// tolerance is how old a webhook's timestamp may be: whoever recorded a request cannot use it later.
const tolerance = 5 * time.Minute

// CheckWebhook is what a receiver does with a request: WEBHOOK-SIGNATURE where the signature is not that of id, timestamp and body, or the timestamp is
// more than five minutes off. An id seen before is then a double to be dropped.
func CheckWebhook(secret string, h http.Header, body []byte, now time.Time) error {
	stamp, err := strconv.ParseInt(h.Get(HeaderTimestamp), 10, 64)
	want := "v1=" + signature(secret, h.Get(HeaderID), h.Get(HeaderTimestamp), body)
	if err != nil || !hmac.Equal([]byte(want), []byte(h.Get(HeaderSignature))) || now.Sub(time.Unix(stamp, 0)).Abs() > tolerance {
		return fault.New(fault.Unauthorized, "WEBHOOK-SIGNATURE", "")
	}
	return nil
}
