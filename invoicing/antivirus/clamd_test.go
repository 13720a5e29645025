package antivirus

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"suanpan/internal/fault"
)

// daemon is a server that speaks the protocol over a real socket: reply is given what came and says what goes back; more than max
// bytes end the reading early.
func daemon(t *testing.T, network string, limit int, reply func(content []byte) string) *Clamd {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		dir, err := os.MkdirTemp("", "av") // a socket's name has to be short
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		address = filepath.Join(dir, "s")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serveOne(conn, limit, reply)
		}
	}()
	url := network + "://" + l.Addr().String()
	c, err := New(url)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serveOne(conn net.Conn, limit int, reply func([]byte) string) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	if command, err := r.ReadString(0); err != nil || command != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var content []byte
	for {
		var n uint32
		if binary.Read(r, binary.BigEndian, &n) != nil {
			return
		}
		if n == 0 {
			_, _ = io.WriteString(conn, reply(content))
			return
		}
		if len(content)+int(n) > limit {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		part := make([]byte, n)
		if _, err := io.ReadFull(r, part); err != nil {
			return
		}
		content = append(content, part...)
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	large := bytes.Repeat([]byte("0123456789"), 50_000) // eight chunks
	for name, c := range map[string]struct {
		network, reply string
		limit          int
		found          string
		fails          bool
	}{
		"a clean file":                           {"tcp", "stream: OK\x00", 1 << 20, "", false},
		"a clean file over a socket of a folder": {"unix", "stream: OK\x00", 1 << 20, "", false},
		"a virus":                                {"tcp", "stream: Win.Test.EICAR_HDB-1 FOUND\x00", 1 << 20, "Win.Test.EICAR_HDB-1", false},
		"an error is no answer":                  {"tcp", "stream: Can't allocate memory ERROR\x00", 1 << 20, "", true},
		"a file over the scanner's own limit":    {"tcp", "stream: OK\x00", 100_000, "", true},
		"half an answer is none":                 {"tcp", "stream: O", 1 << 20, "", true},
		"an answer without its end is none":      {"tcp", "stream: OK", 1 << 20, "", true},
		"silence is no answer":                   {"tcp", "", 1 << 20, "", true},
		"a finding without a name is no answer":  {"tcp", "stream:  FOUND\x00", 1 << 20, "", true},
		"an answer about something else is none": {"tcp", "OK\x00", 1 << 20, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var came []byte
			d := daemon(t, c.network, c.limit, func(b []byte) string { came = b; return c.reply })
			found, err := d.Scan(context.Background(), large)
			if found != c.found || (err != nil) != c.fails {
				t.Errorf("%q %v", found, err)
			}
			if c.limit > len(large) && !bytes.Equal(came, large) {
				t.Errorf("%d bytes came, %d were sent", len(came), len(large))
			}
		})
	}
}

func TestAScannerThatIsDownOrHangs(t *testing.T) {
	t.Parallel()
	free := make(chan struct{})
	t.Cleanup(func() { close(free) })
	d := daemon(t, "tcp", 1<<20, func([]byte) string { <-free; return "stream: OK\x00" })
	d.timeout = 20 * time.Millisecond
	if _, err := d.Scan(context.Background(), []byte("a")); err == nil {
		t.Error("a scanner that hangs said clean")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	down, err := New("tcp://" + address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := down.Scan(context.Background(), []byte("a")); err == nil {
		t.Error("nobody said clean")
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"tcp://127.0.0.1:3310", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"} {
		if _, err := New(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "127.0.0.1:3310", "tcp://host", "http://host:1", "unix://host/x", "unix:///", "tcp://h:1/x", "%"} {
		if _, err := New(bad); !fault.Has(err, codeAddress) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
