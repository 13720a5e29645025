package antivirus

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"suanpan/internal/fault"
)

const codeAddress = "AV-ADDRESS"

var _ = fault.Define(codeAddress, "The virus scanner's address {got} cannot be used. Write it like tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl, or leave it empty to scan nothing.",
	"病毒扫描程序地址 {got} 不可用。请写成 tcp://127.0.0.1:3310 或 unix:///run/clamav/clamd.ctl；留空则不扫描。",
	"O endereço {got} do antivírus não serve. Escreva como tcp://127.0.0.1:3310 ou unix:///run/clamav/clamd.ctl, ou deixe vazio para não examinar nada.")

// Clamd is a scanner that listens on a socket. Each file is a connection of its own.
type Clamd struct {
	network, address string
	timeout          time.Duration
}

// defaultTimeout is how long one file may take, on the machine's clock: a large PDF takes clamd a few seconds.
const defaultTimeout = 30 * time.Second

// New reads an address such as tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl; nothing is connected yet. AV-ADDRESS.
func New(address string) (*Clamd, error) {
	u, err := url.Parse(address)
	c := &Clamd{timeout: defaultTimeout}
	switch {
	case err == nil && u.Scheme == "tcp" && u.Host != "" && u.Port() != "" && u.Path == "":
		c.network, c.address = "tcp", u.Host
	case err == nil && u.Scheme == "unix" && u.Host == "" && len(u.Path) > 1:
		c.network, c.address = "unix", u.Path
	default:
		return nil, fault.New(fault.Invalid, codeAddress, "SUANPAN_CLAMD", fault.Args{"got": address})
	}
	return c, nil
}

const (
	chunk    = 64 << 10
	maxReply = 4 << 10
)

// Scan has the bytes looked at. Found is empty where nothing was found; any error means that nobody knows.
func (c *Clamd) Scan(ctx context.Context, content []byte) (found string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("antivirus: %w", err)
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends a read or write that hangs
	sent := send(conn, content)
	// A scanner that has seen enough answers and hangs up before everything was sent: its answer counts.
	reply, err := io.ReadAll(io.LimitReader(conn, maxReply))
	if len(reply) == 0 {
		return "", fmt.Errorf("antivirus: no answer: %w", errors.Join(ctx.Err(), sent, err))
	}
	return answer(reply)
}

// send writes the command and the content in chunks, each after its length in four bytes; a length of zero ends it.
func send(w io.Writer, content []byte) error {
	if _, err := w.Write([]byte("zINSTREAM\x00")); err != nil {
		return err
	}
	for len(content) > 0 {
		part := content[:min(len(content), chunk)]
		content = content[len(part):]
		if _, err := w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(part))), part...)); err != nil { //nolint:gosec // a chunk is small
			return err
		}
	}
	_, err := w.Write(make([]byte, 4))
	return err
}

// answer understands "stream: OK" and "stream: NAME FOUND", whole and ended by a zero byte; all else is no answer.
func answer(reply []byte) (string, error) {
	line, whole := bytes.CutSuffix(reply, []byte{0})
	text, ours := strings.CutPrefix(string(line), "stream: ")
	found, infected := strings.CutSuffix(text, " FOUND")
	switch {
	case !whole || !ours:
	case text == "OK":
		return "", nil
	case infected && found != "":
		return found, nil
	}
	return "", fmt.Errorf("antivirus: the scanner says %.200q", reply)
}
