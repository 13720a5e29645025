package einvoice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"suanpan/internal/fault"
)

// MaxBytes is the largest file that is read, attachments of a PDF included.
const MaxBytes = 10 << 20

// File is a file that was looked into far enough to tell its format.
type File struct {
	Bytes []byte // as it came; the XML in UTF-8 where it is XML
	PDF   bool
	ctx   context.Context //nolint:containedctx // a file lives as long as it is being read; nil: without an end
	root  *node           // of an XML; nil in a PDF
	where string
}

// Is tells whether the file is an XML whose root element has this namespace and name.
func (f File) Is(space, local string) bool {
	return f.root != nil && f.root.name.Space == space && f.root.name.Local == local
}

// Format is one kind of electronic invoice.
type Format struct {
	Name   string                        // the folder of its worked example, and Document.Format
	Detect func(File) bool               // by content alone; no two formats may claim one file
	Read   func(File) (*Document, error) // faults EINV-*; Format, Evidence and Source are completed by the caller
}

var formats []Format

// register adds a format; it is called from a package variable of the format's own file.
func register(f Format) bool {
	formats = append(formats, f)
	return true
}

// Read reads an electronic invoice. The error, where there is one, is made of faults EINV-*, all that were found.
func Read(b []byte) (*Document, error) { return ReadContext(context.Background(), b) }

func read(ctx context.Context, b []byte) (*Document, error) {
	if len(b) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "EINV-TOO-LARGE", "", fault.Args{"limit": MaxBytes >> 20})
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, fault.New(fault.Invalid, "EINV-EMPTY", "")
	}
	if err := oneThing(b); err != nil {
		return nil, err
	}
	f, err := open(b)
	if err != nil {
		return nil, err
	}
	f.ctx = ctx
	doc, err := readAs(f)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	doc.Source.SHA256, doc.Source.Reader = hex.EncodeToString(sum[:]), ReaderVersion
	return doc, nil
}

// open tells a PDF from an XML, and parses the latter within its limits.
func open(b []byte) (File, error) {
	head := b[:min(len(b), 1024)] // readers look for the mark in the first kilobyte, since mail gateways put things before it
	if bytes.Contains(head, []byte("%PDF-")) && !beginsXML(head) {
		return File{Bytes: b, PDF: true}, nil
	}
	if err := notText(b); err != nil {
		return File{}, err
	}
	text, err := toUTF8(b)
	if err != nil {
		return File{}, err
	}
	root, err := parse(text)
	if err != nil {
		return File{}, err
	}
	return File{Bytes: text, root: root}, nil
}

func readAs(f File) (*Document, error) {
	for _, format := range formats {
		if !format.Detect(f) {
			continue
		}
		doc, err := format.Read(f)
		if err != nil {
			return nil, err
		}
		doc.Format = format.Name
		return doc, nil
	}
	return nil, notRead(f)
}

// guard turns a panic of a library into a fault: one strange file must not stop the service.
func guard(what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Invalid, "EINV-UNREADABLE", "").Wrap(fmt.Errorf("%s: %v", what, p))
		}
	}()
	return f()
}
