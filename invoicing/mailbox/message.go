package mailbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // bodies in the alphabets that merchants write in
	"github.com/emersion/go-message/mail"
)

// Limits of a message.
const (
	MaxMessage  = 25 << 20 // bytes; larger ones are noted, and not fetched
	maxParts    = 60
	maxDepth    = 8
	maxText     = 1 << 20
	maxAttached = 20
)

// Message is a message as it can be read. What is broken in it is left out; the stored original has everything.
type Message struct {
	ID          string // Message-ID, without brackets
	From        string // address alone, lower case
	Subject     string
	Text        string // all plain text, and the text of HTML without its marks
	Auto        bool   // written by a machine: an answer to it could begin a circle
	Attachments []Attachment
	Broken      bool // some part of it could not be read
}

// Attachment is a file of a message.
type Attachment struct {
	Name    string
	Content []byte
}

// mailID names a message by its content.
func mailID(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "mail_" + hex.EncodeToString(sum[:12])
}

// parse reads a message. It fails only where there is no header to tell a sender from.
func parse(raw []byte) (Message, error) {
	e, err := message.Read(bytes.NewReader(raw))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return Message{}, errors.Join(errors.New("no message"), err)
	}
	h := mail.Header{Header: e.Header}
	var m Message
	m.ID, _ = h.MessageID()
	m.Subject, _ = h.Subject()
	if from, err := h.AddressList("From"); err == nil && len(from) == 1 { // several senders are none
		m.From = strings.ToLower(from[0].Address)
	}
	m.Auto = automatic(e.Header)
	parts := 0
	if err := m.walk(e, 0, &parts); err != nil {
		m.Broken = true
	}
	m.Subject, m.Text = plain(m.Subject), plain(m.Text)
	return m, nil
}

// automatic tells auto-replies, bounces, and what lists send (RFC 3834).
func automatic(h message.Header) bool {
	if v := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))); v != "" && v != "no" {
		return true
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "bulk", "junk", "list":
		return true
	}
	if h.Has("List-Id") || h.Has("X-Auto-Response-Suppress") || strings.TrimSpace(h.Get("Return-Path")) == "<>" {
		return true
	}
	kind, _, _ := h.ContentType()
	return kind == "multipart/report"
}

func (m *Message) walk(e *message.Entity, depth int, parts *int) error {
	if *parts++; *parts > maxParts || depth > maxDepth {
		return errors.New("too many parts")
	}
	kind, _, _ := e.Header.ContentType()
	if r := e.MultipartReader(); r != nil {
		for {
			p, err := r.NextPart()
			switch {
			case errors.Is(err, io.EOF):
				return nil
			case p == nil:
				return err
			}
			if err := m.walk(p, depth+1, parts); err != nil {
				return err
			}
		}
	}
	name := fileName(e.Header)
	disposition, _, _ := e.Header.ContentDisposition()
	switch {
	case kind == "message/rfc822": // forwarded as a whole: its files are meant
		inner, err := message.Read(io.LimitReader(e.Body, MaxMessage))
		if inner == nil {
			return err
		}
		return m.walk(inner, depth+1, parts)
	case name == "" && disposition != "attachment" && strings.HasPrefix(kind, "text/"):
		b, err := io.ReadAll(io.LimitReader(e.Body, maxText))
		text := string(b)
		if kind == "text/html" {
			text = withoutMarks(text)
		}
		if len(m.Text) < maxText {
			m.Text += text + "\n"
		}
		return err
	}
	b, err := io.ReadAll(io.LimitReader(e.Body, MaxMessage))
	if len(b) > 0 {
		if name == "" {
			name = "attachment"
		}
		m.Attachments = append(m.Attachments, Attachment{name, b})
	}
	return err
}

func fileName(h message.Header) string {
	_, p, _ := h.ContentDisposition()
	name := p["filename"]
	if name == "" {
		_, p, _ = h.ContentType()
		name = p["name"]
	}
	if decoded, err := (&mime.WordDecoder{}).DecodeHeader(name); err == nil {
		name = decoded
	}
	name = path.Base(strings.TrimSpace(strings.ReplaceAll("/"+name, `\`, "/")))
	if name == "/" || name == "." {
		return ""
	}
	return plain(name)
}

// withoutMarks leaves the text of HTML; it is only searched for numbers, never shown.
func withoutMarks(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		switch {
		case r == '<':
			in = true
			b.WriteByte(' ')
		case r == '>':
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain drops what a database or a page cannot hold.
func plain(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "�")
	}
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
