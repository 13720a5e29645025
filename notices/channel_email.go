package notices

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"suanpan/internal/fault"
)

// Mail is the mail server that takes our messages. Nothing is sent to it without TLS, a server on this very machine excepted.
type Mail struct {
	from, domain string
	host         string
	options      []mail.Option
}

// NewMail reads where mail goes: smtp://user:password@host:587 begins in the clear and must turn to TLS, smtps://host:465 is TLS from the start. A
// nil config trusts the system's authorities.
func NewMail(server, from string, config *tls.Config) (*Mail, error) {
	no := func(why string) (*Mail, error) {
		return nil, fault.New(fault.Invalid, "SMTP-URL", "", fault.Args{"why": why})
	}
	u, err := url.Parse(server)
	if err != nil { // the error would repeat the password
		return no("not a URL")
	}
	_, domain, ok := strings.Cut(from, "@")
	if !ok || domain == "" {
		return no("the sender is no address")
	}
	m := &Mail{from: from, domain: domain, host: u.Hostname()}
	port := 587
	switch {
	case m.host == "":
		return no("no host")
	case u.Scheme == "smtps":
		port = 465
		m.options = append(m.options, mail.WithSSL())
	case u.Scheme == "smtp" && u.Query().Get("tls") == "none":
		if !loopback(m.host) {
			return no("without TLS only to this machine")
		}
		m.options = append(m.options, mail.WithTLSPolicy(mail.NoTLS))
	case u.Scheme == "smtp":
		m.options = append(m.options, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		return no("neither smtp:// nor smtps://")
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return no("no port")
		}
	}
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: m.host}
	}
	m.options = append(m.options, mail.WithPort(port), mail.WithTLSConfig(config), mail.WithTimeout(attempt))
	if u.User != nil {
		password, _ := u.User.Password()
		m.options = append(m.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return m, nil
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// send hands one message to the server. Its Message-ID is the delivery's id, so that a double can be known.
func (m *Mail) send(ctx context.Context, id, to, subject, body string, at time.Time) error {
	return m.Reply(ctx, id, to, "", subject, body, at)
}

// Reply hands over one message, as the answer to another where its Message-ID is given. An error that has Permanent() is the server's last word.
func (m *Mail) Reply(ctx context.Context, id, to, inReplyTo, subject, body string, at time.Time) error {
	msg := mail.NewMsg()
	if err := msg.From(m.from); err != nil {
		return err
	}
	if err := msg.To(to); err != nil {
		return permanent{fault.New(fault.Invalid, "NOTICE-ADDRESS", "")}
	}
	msg.Subject(subject)
	msg.SetMessageIDWithValue(id + "@" + m.domain)
	msg.SetDateWithValue(at)
	if inReplyTo != "" {
		msg.SetGenHeader("In-Reply-To", "<"+inReplyTo+">")
		msg.SetGenHeader("References", "<"+inReplyTo+">")
		msg.SetGenHeader("Auto-Submitted", "auto-replied")
	} else {
		msg.SetGenHeader("Auto-Submitted", "auto-generated")
	}
	msg.SetBodyString(mail.TypeTextPlain, body+"\n")
	c, err := mail.NewClient(m.host, m.options...)
	if err != nil {
		return err
	}
	err = c.DialAndSendWithContext(ctx, msg)
	var refused *mail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return permanent{err}
	}
	return err
}
