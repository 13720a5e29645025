package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/templates"
)

const (
	flashCookie = "suanpan_flash"
	flashAge    = 5 * time.Minute
)

// Tone is how a message or pill is meant; beside the colour there is always a word.
type Tone string

// The tones.
const (
	OK    Tone = "ok"
	Warn  Tone = "warn"
	Bad   Tone = "bad"
	Info  Tone = "info"
	Still Tone = "still"
)

// Flashed is one message as a page shows it.
type Flashed struct {
	Tone Tone
	Text string
}

type flashRecord struct {
	Tone  Tone     `json:"t"`
	Key   string   `json:"k"`
	Pairs []string `json:"p,omitempty"`
	Until int64    `json:"u"`
}

// Flash leaves a message for the next page this browser sees: tone ok, warn or bad, a key of the catalogue, and pairs for its
// {names}. It travels in a signed cookie; nothing secret belongs in it.
func Flash(c echo.Context, tone Tone, key string, pairs ...string) {
	s := serverOf(c)
	list, _ := c.Get(keyFlash).([]flashRecord)
	list = append(list, flashRecord{Tone: tone, Key: key, Pairs: pairs, Until: time.Now().Add(flashAge).Unix()})
	c.Set(keyFlash, list)
	b, err := json.Marshal(list)
	if err != nil {
		return // strings always marshal
	}
	c.SetCookie(s.cookie(flashCookie, s.sign("flash", b), flashAge))
}

// takeFlashes gives the messages left for this page and removes them.
func (s *Server) takeFlashes(c echo.Context) []Flashed {
	ck, err := c.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	c.SetCookie(s.cookie(flashCookie, "", -1))
	b, ok := s.verify("flash", ck.Value)
	var list []flashRecord
	if !ok || json.Unmarshal(b, &list) != nil {
		return nil
	}
	var out []Flashed
	for _, f := range list {
		if f.Until < time.Now().Unix() {
			continue
		}
		pairs := make([]any, len(f.Pairs))
		for i, p := range f.Pairs {
			pairs[i] = p
		}
		t, _ := templates.Text(string(LangOf(c)), f.Key, pairs...)
		out = append(out, Flashed{Tone: f.Tone, Text: t})
	}
	return out
}

// sign gives value and signature as one cookie-safe text; purpose keeps one cookie from being used as another.
func (s *Server) sign(purpose string, value []byte) string {
	v := base64.RawURLEncoding.EncodeToString(value)
	return v + "." + base64.RawURLEncoding.EncodeToString(s.mac(purpose, v))
}

func (s *Server) verify(purpose, signed string) ([]byte, bool) {
	v, sig, ok := strings.Cut(signed, ".")
	got, err := base64.RawURLEncoding.DecodeString(sig)
	if !ok || err != nil || !hmac.Equal(got, s.mac(purpose, v)) {
		return nil, false
	}
	b, err := base64.RawURLEncoding.DecodeString(v)
	return b, err == nil
}

func (s *Server) mac(purpose, v string) []byte {
	m := hmac.New(sha256.New, s.opt.Secret)
	m.Write([]byte(purpose + "\x00" + v))
	return m.Sum(nil)
}
