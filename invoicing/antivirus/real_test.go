//go:build clamd

package antivirus

import (
	"bufio"
	"context"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// eicar is the harmless text that every scanner takes for a virus (EICAR, 2003), in two parts so that this file is none.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-` + `STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// TestTheRealDaemon starts ClamAV's own daemon (Debian: clamav-daemon): go test -tags clamd ./invoicing/antivirus. Its only signature is
// made here, since the real ones are large and change daily.
func TestTheRealDaemon(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "clamd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("own.ndb", "Own.Test:0:*:"+hex.EncodeToString([]byte(eicar[:40]))+"\n")
	write("clamd.conf", strings.NewReplacer("DIR", dir).Replace("Foreground yes\nDatabaseDirectory DIR\nLocalSocket DIR/s\nMaxThreads 2\n"))
	cmd := exec.Command("clamd", "--config-file", filepath.Join(dir, "clamd.conf"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	log := bufio.NewScanner(out)
	for said := ""; !strings.Contains(said, "Self checking"); said = log.Text() { // its last word before it listens
		if !log.Scan() {
			t.Fatal("clamd ended before it listened; its last words:", said)
		}
	}
	c, err := New("unix://" + dir + "/s")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct{ content, found string }{
		"clean": {"<?xml version='1.0'?><Invoice/>", ""}, "virus": {eicar, "Own.Test.UNOFFICIAL"}, "large": {strings.Repeat("a", 3<<20), ""},
	} {
		if found, err := c.Scan(context.Background(), []byte(want.content)); err != nil || found != want.found {
			t.Errorf("%s: %q %v, want %q", name, found, err, want.found)
		}
	}
}
