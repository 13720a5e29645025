package doc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"suanpan/internal/fault"
)

const childEnv = "SUANPAN_DOC_TEST_CHILD"

// TestMain lets the test binary run itself as a process that draws everything once and prints the hashes.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		if err := printHashes(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func printHashes() error {
	f, _ := FindFonts("")
	for _, lang := range fault.Langs {
		d := statement(lang, 45)
		d.Demo = true
		d.Blocks = append(d.Blocks, Paragraph(hanName+thaiName+emojiName+manyHan(900)))
		var buf bytes.Buffer
		if err := d.PDF(&buf, f); err != nil {
			return err
		}
		fmt.Println("pdf", lang, hash(buf.Bytes()))
	}
	var buf bytes.Buffer
	if err := writeBook(NewWorkbook(&buf, at), 2000, 2); err != nil {
		return err
	}
	fmt.Println("xlsx", hash(buf.Bytes()))
	buf.Reset()
	c := NewCSV(&buf, bookColumns, WithBOM())
	for i := range 100 {
		if err := c.Row(bookRow(i)...); err != nil {
			return err
		}
	}
	if err := c.Close(); err != nil {
		return err
	}
	fmt.Println("csv", hash(buf.Bytes()))
	return nil
}

func manyHan(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteRune(rune(0x4E00 + i*7))
	}
	return b.String()
}

func hash(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }

func TestDocumentsAreTheSameInTenProcesses(t *testing.T) {
	t.Parallel()
	fonts(t)
	first := ""
	for i := range 10 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"=1", "GODEBUG=randautoseed=1", fmt.Sprintf("TZ=%s", []string{"UTC", "Asia/Shanghai", "America/Sao_Paulo"}[i%3]))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if n := strings.Count(string(out), "\n"); n != 5 {
			t.Fatalf("the process printed %d lines:\n%s", n, out)
		}
		if first == "" {
			first = string(out)
		} else if string(out) != first {
			t.Fatalf("process %d wrote other bytes:\n%swant\n%s", i, out, first)
		}
	}
}
