package provisioning

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// maxSkew is how far the timestamp of a version 2.0 request may be from the receiver's clock.
const maxSkew = 60 * time.Second

func mac(key, text string) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// AuthToken signs a version 1.0 request: every parameter but authToken itself, decoded, by name, joined k=v&…; the key of the HMAC is the seller's
// key followed by timeStamp.
func AuthToken(key string, params url.Values) string {
	names := make([]string, 0, len(params))
	for k := range params {
		if k != "authToken" {
			names = append(names, k)
		}
	}
	sort.Strings(names)
	pairs := make([]string, len(names))
	for i, k := range names {
		pairs[i] = k + "=" + params.Get(k)
	}
	return base64.StdEncoding.EncodeToString(mac(key+params.Get("timeStamp"), strings.Join(pairs, "&")))
}

// Signature signs a version 2.0 request: the seller's key, nonce, timestamp (UNIX seconds) and the hex HMAC of the body, signed with the same key.
// The names stand in natural order; a page that sorts them the other way is read as a slip.
func Signature(key, nonce, timestamp string, body []byte) string {
	inner := hex.EncodeToString(mac(key, string(body)))
	return hex.EncodeToString(mac(key, key+nonce+timestamp+inner))
}

// BodySign is what the header Body-Sign of an answer has to say.
func BodySign(key string, body []byte) string {
	return `sign_type="HMAC-SHA256", signature="` + base64.StdEncoding.EncodeToString(mac(key, string(body))) + `"`
}

var bodySign = regexp.MustCompile(`^\s*sign_type\s*=\s*"HMAC-SHA256"\s*,\s*signature\s*=\s*"([^"]*)"\s*$`)

// checkBodySign compares the header of an answer with its body.
func checkBodySign(key, header string, body []byte) Code {
	m := bodySign.FindStringSubmatch(header)
	if m == nil {
		return Unsigned
	}
	got, err := base64.StdEncoding.DecodeString(m[1])
	if err != nil || !hmac.Equal(got, mac(key, string(body))) {
		return WrongSign
	}
	return ""
}

func equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// fresh tells whether a version 2.0 timestamp is near enough to an instant.
func fresh(timestamp string, at time.Time) bool {
	n, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	d := at.Sub(time.Unix(n, 0))
	return d <= maxSkew && d >= -maxSkew
}
