package provisioning

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"suanpan/internal/fault"
)

const (
	callLimit     = 5 * time.Second // the marketplace's limit of a request
	maxAnswer     = 256 << 10       // bytes of an answer's body
	maxMessage    = 255             // characters of resultMsg
	maxInstance   = 64
	maxAddress    = 512
	maxHops       = 3
	jsonType      = "application/json"
	bodySignName  = "Body-Sign"
	statusUnknown = "status "
)

// Client sends requests to sellers: HTTPS with TLS 1.2 or later to a domain name on the public network, five seconds, a bounded answer, no redirect
// to another host. What it says of a failure never holds an address or a signature.
type Client struct {
	loopback bool
	http     *http.Client
}

// NewClient makes a client. loopback lets it call this machine, over plain HTTP too: for a demo and its seller-stub alone.
func NewClient(loopback bool) *Client { return newClient(loopback, nil) }

func newClient(loopback bool, tune func(*http.Transport)) *Client {
	d := &net.Dialer{Timeout: callLimit, Control: func(_, address string, _ syscall.RawConn) error { return reachable(address, loopback) }}
	tr := &http.Transport{
		DialContext: d.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: callLimit,
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
	}
	if tune != nil {
		tune(tr)
	}
	return &Client{loopback: loopback, http: &http.Client{Transport: tr, Timeout: callLimit, CheckRedirect: staysThere}}
}

var (
	errElsewhere = errors.New("redirected to another host")
	errPrivate   = errors.New("not a public address")
)

func staysThere(r *http.Request, via []*http.Request) error {
	if len(via) > maxHops || r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
		return errElsewhere
	}
	return nil
}

// sharedNet is what carriers use inside their networks.
var sharedNet = netip.MustParsePrefix("100.64.0.0/10")

// reachable refuses to connect into a network of ours: a seller's name may resolve to anything.
func reachable(address string, loopback bool) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return errPrivate
	}
	ip := ap.Addr().Unmap()
	switch {
	case ip.IsLoopback():
		if !loopback {
			return errPrivate
		}
	case !ip.IsGlobalUnicast(), ip.IsPrivate(), sharedNet.Contains(ip):
		return errPrivate
	}
	return nil
}

// reserved are the parameters that a call itself adds to an address.
var reserved = []string{"authToken", "timeStamp", "signature", "timestamp", "nonce", "activity"}

// CheckAddress says what is wrong with the address of an interface: it is HTTPS with a domain name, without login, fragment or a parameter that calls
// add themselves. With loopback, this machine may be called over HTTP.
func CheckAddress(address string, loopback bool) fault.Faults {
	bad := func(why string) fault.Faults {
		return fault.Faults{fault.New(fault.Invalid, "PROV-ADDRESS", "address", fault.Args{"why": why})}
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || len(address) > maxAddress || !utf8.ValidString(address):
		return bad("URL")
	case u.User != nil:
		return bad("user:password")
	case u.Fragment != "":
		return bad("#")
	}
	for _, name := range reserved {
		if u.Query().Has(name) {
			return bad(name)
		}
	}
	host := u.Hostname()
	ip, ipErr := netip.ParseAddr(host)
	here := host == "localhost" || ipErr == nil && ip.Unmap().IsLoopback()
	switch {
	case here && loopback && (u.Scheme == "http" || u.Scheme == "https"):
		return nil
	case u.Scheme != "https":
		return bad("https")
	case ipErr == nil:
		return bad(host)
	case !strings.Contains(strings.Trim(host, "."), "."):
		return bad(host)
	}
	return nil
}

// Call sends a request and reads the answer. It gives no error: whatever went wrong is the answer's code. key checks the answer's Body-Sign.
func (c *Client) Call(ctx context.Context, r Request, key string) Answer {
	base, _, _ := strings.Cut(r.URL, "?")
	if len(CheckAddress(base, c.loopback)) > 0 {
		return Answer{Code: BadAddress}
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return Answer{Code: BadAddress}
	}
	req.Header.Set("Accept", jsonType)
	if r.Body != nil {
		req.Header.Set("Content-Type", jsonType+";charset=utf-8")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{Code: whyNot(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return Answer{Code: whyNot(err)}
	case len(body) > maxAnswer:
		return Answer{Code: TooLarge}
	case resp.StatusCode != http.StatusOK:
		return Answer{Code: BadStatus, Message: statusUnknown + resp.Status}
	}
	if bad := checkBodySign(key, resp.Header.Get(bodySignName), body); bad != "" {
		return Answer{Code: bad}
	}
	return readAnswer(resp.Header.Get("Content-Type"), body)
}

// whyNot tells what kept an answer from coming, in a code: an error's text would repeat the address with its signature.
func whyNot(err error) Code {
	var late interface{ Timeout() bool }
	switch {
	case errors.Is(err, errElsewhere):
		return Redirected
	case errors.Is(err, errPrivate):
		return BadAddress
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return TimedOut
	}
	return NotReached
}

// readAnswer takes what a call needs from an answer. What the seller tells the buyer with it (addresses, first passwords) is not kept.
func readAnswer(contentType string, body []byte) Answer {
	if media, p, err := mime.ParseMediaType(contentType); err != nil || media != jsonType || p["charset"] != "" && !strings.EqualFold(strings.ReplaceAll(p["charset"], "-", ""), "utf8") {
		return Answer{Code: NotJSON}
	}
	var a struct {
		Code     string `json:"resultCode"`
		Message  string `json:"resultMsg"`
		Instance string `json:"instanceId"`
	}
	if !utf8.Valid(body) || json.Unmarshal(body, &a) != nil || a.Code == "" || len(a.Code) > maxInstance || len(a.Instance) > maxInstance {
		return Answer{Code: NotJSON}
	}
	return Answer{Code: Code(a.Code), Message: clip(a.Message), Instance: a.Instance}
}

// clip keeps what can be stored and shown of a stranger's words.
func clip(s string) string {
	out := strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if r := []rune(out); len(r) > maxMessage {
		out = string(r[:maxMessage])
	}
	return out
}
