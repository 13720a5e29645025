package invoicing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"time"

	"suanpan/internal/web"
)

// MaxFile is the largest file taken, in bytes.
const MaxFile = 20 << 20

// File is a file as it came, kept whatever it turns out to be.
type File struct {
	Merchant    string
	SHA256      string // hex; the same bytes are kept once a merchant
	Name        string // as the first sender called it, without any folder
	ContentType string // from a short list of safe types
	Size        int64
	Content     []byte
	StoredAt    time.Time
	StoredBy    string
}

// FileUse is one name under which a file's bytes came, and for what. The bytes are kept once, their uses all.
type FileUse struct {
	Requisition string    // it was sent for; empty where the sender named none
	Name        string    // as the sender called it, cleaned
	Way         string    // page, api or mail; empty where nobody said
	UsedAt      time.Time // business time of the first time under this name for this requisition
	UsedBy      string
}

// hashOf is the name of bytes: the same bytes have the same, in hex.
func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// newFile describes bytes by what they are, never by what the sender says of them.
func newFile(merchant, name string, content []byte, at time.Time, by string) File {
	return File{
		Merchant: merchant, SHA256: hashOf(content), Name: web.SafeName(name), ContentType: safeType(content),
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

var listQR = regexp.MustCompile(`suanpan:list:[^\s:"<>()]+:[0-9a-f]{64}`)

// ListCopy is what a file is recognised by as a copy of a list: the QR text that stands in it, else the hash of the file itself.
func ListCopy(content []byte) string {
	if qr := listQR.Find(content); qr != nil {
		return string(qr)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
