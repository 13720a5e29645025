package orders

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// Bounds of what may be attached at one time.
const (
	MaxAttachment  = 5 << 20 // bytes of one file
	MaxAttachments = 5
)

// Attachment (附件) is a small file that proves what somebody says: a communication record, a confirmation, evidence.
type Attachment struct {
	SHA256      string // hex; the same bytes are kept once a subject
	Name        string // as the sender called it, without any folder
	ContentType string // by what the bytes are, from a short list; it is only ever downloaded
	Size        int64
	Content     []byte // empty in a list
	StoredAt    time.Time
	StoredBy    string
}

// NewAttachment describes bytes by what they are, never by what the sender says of them.
func NewAttachment(name string, content []byte) Attachment {
	sum := sha256.Sum256(content)
	a := Attachment{SHA256: hex.EncodeToString(sum[:]), Name: SafeName(name), ContentType: "application/octet-stream", Size: int64(len(content)), Content: content}
	for head, kind := range map[string]string{"%PDF-": "application/pdf", "\x89PNG\r\n": "image/png", "\xff\xd8\xff": "image/jpeg"} {
		if bytes.HasPrefix(content, []byte(head)) {
			a.ContentType = kind
		}
	}
	return a
}

// SafeName is a file's name as it may be stored, shown and sent back; the rule is web's, for every file that comes.
func SafeName(name string) string { return web.SafeName(name) }

// CheckAttachments gives all that is wrong with files that came together.
func CheckAttachments(files []Attachment) (fs fault.Faults) {
	if len(files) > MaxAttachments {
		fs = append(fs, fault.New(fault.Invalid, "ATT-COUNT", "files", fault.Args{"max": MaxAttachments}))
	}
	for _, f := range files {
		switch {
		case f.Size == 0:
			fs = append(fs, fault.New(fault.Invalid, "ATT-EMPTY", "files", fault.Args{"name": f.Name}))
		case f.Size > MaxAttachment:
			fs = append(fs, fault.New(fault.TooLarge, "ATT-SIZE", "files", fault.Args{"name": f.Name, "max": MaxAttachment >> 20}))
		}
	}
	return fs
}

// Attach keeps files with what they prove: the kind of subject (refund, buyer_invoice) and its id. The same bytes again are nothing.
func Attach(ctx context.Context, tx *pg.Tx, merchant, kind, id string, files []Attachment) error {
	return insertAttachments(ctx, tx, merchant, kind, id, files)
}

// Attachments lists what is attached to a subject, without contents.
func Attachments(ctx context.Context, tx *pg.Tx, merchant, kind, id string) ([]Attachment, error) {
	return selectAttachments(ctx, tx, merchant, kind, id, "")
}

// OpenAttachment reads one file of a subject by its hash. ATT-UNKNOWN where there is none.
func OpenAttachment(ctx context.Context, tx *pg.Tx, merchant, kind, id, sha string) (Attachment, error) {
	files, err := selectAttachments(ctx, tx, merchant, kind, id, sha)
	if err == nil && (sha == "" || len(files) == 0) {
		err = fault.New(fault.NotFound, "ATT-UNKNOWN", "sha")
	}
	if err != nil {
		return Attachment{}, err
	}
	return files[0], nil
}
