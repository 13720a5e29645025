package invoicing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"time"
)

// MaxFile is the largest file taken, in bytes.
const MaxFile = 20 << 20

// File is a file as it came, kept whatever it turns out to be.
type File struct {
	Merchant    string
	SHA256      string // hex; the same bytes are kept once a merchant
	Name        string // as the sender called it, without any folder
	ContentType string // from a short list of safe types
	Size        int64
	Content     []byte
	StoredAt    time.Time
	StoredBy    string
}

// newFile describes bytes by what they are, never by what the sender says of them.
func newFile(merchant, name string, content []byte, at time.Time, by string) File {
	sum := sha256.Sum256(content)
	return File{
		Merchant: merchant, SHA256: hex.EncodeToString(sum[:]), Name: safeName(name), ContentType: safeType(content),
		Size: int64(len(content)), Content: content, StoredAt: at, StoredBy: by,
	}
}

// safeType knows what we read and nothing that a browser would run: anything else is only ever downloaded.
func safeType(content []byte) string {
	head := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return "application/pdf"
	case bytes.HasPrefix(head, []byte("<?xml")):
		return "application/xml"
	default:
		return "application/octet-stream"
	}
}

func safeName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || strings.ContainsRune(`"<>|:*?`, r) {
			return -1
		}
		return r
	}, name)
	if name == "." || name == "/" || name == "" {
		return "file"
	}
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	return name
}
