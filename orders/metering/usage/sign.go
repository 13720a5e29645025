package usage

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"sort"
)

// Sign is base64(hmacSHA256(key, "ts={ts}&nonce={nonce}&body={body}")).
func Sign(key, ts, nonce string, body []byte) string {
	m := hmac.New(sha256.New, []byte(key))
	for _, s := range []string{"ts=", ts, "&nonce=", nonce, "&body="} {
		_, _ = m.Write([]byte(s)) // a hash never fails
	}
	_, _ = m.Write(body)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// Sorted is a body in natural order (自然排序): the keys of every object by their code points, lists in their own order, no blanks between, numbers
// and texts as they were written but without needless escapes. The source says no more than "sorted naturally"; this is the reading kept here.
func Sorted(body []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	writeSorted(&out, v)
	return out.Bytes(), nil
}

func writeSorted(out *bytes.Buffer, v any) {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		out.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				out.WriteByte(',')
			}
			writeText(out, k)
			out.WriteByte(':')
			writeSorted(out, v[k])
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			writeSorted(out, e)
		}
		out.WriteByte(']')
	default:
		writeText(out, v)
	}
}

func writeText(out *bytes.Buffer, v any) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // texts, numbers, truth values and null always encode
	out.Truncate(out.Len() - 1)
}

// Ways in which a signature may have been made over the body.
const (
	eitherBody = "either"
	rawBody    = "raw"
	sortedBody = "sorted"
)

// verified tells whether a signature fits the body as sent or in its sorted form, as far as the setting takes either.
func verified(key, ts, nonce, signature string, body []byte, way string) bool {
	fits := func(b []byte) bool {
		return subtle.ConstantTimeCompare([]byte(Sign(key, ts, nonce, b)), []byte(signature)) == 1
	}
	if way != sortedBody && fits(body) {
		return true
	}
	if way == rawBody {
		return false
	}
	s, err := Sorted(body)
	return err == nil && fits(s)
}
