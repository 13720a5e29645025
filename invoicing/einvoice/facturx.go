package einvoice

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"

	pdf "github.com/speedata/pdfdisassembler"

	"suanpan/internal/fault"
)

var _ = register(Format{
	Name:   "facturx",
	Detect: func(f File) bool { return f.PDF },
	Read:   readFacturX,
})

// readFacturX reads the XML invoice that a PDF carries (Factur-X, ZUGFeRD 2). Which attachment it is, is told by its
// content: several names are in use, and other attachments stand beside it. The page itself is not read where there is an
// XML: a figure seen on it proves nothing about the attached one.
func readFacturX(f File) (*Document, error) {
	found, err := attachedXML(f)
	if err != nil {
		return nil, err
	}
	var invoice *File
	var name string
	var refused error
	for i := range found {
		inner, err := open(found[i].content)
		if err != nil || inner.PDF {
			if refused == nil && err != nil && !fault.Has(err, "EINV-UNKNOWN") {
				refused = err
			}
			continue
		}
		inner.where = clip(found[i].name, 80) + ":"
		if !isInvoice(inner) {
			if err := notRead(inner); refused == nil && !fault.Has(err, "EINV-UNKNOWN") {
				refused = err
			}
			continue
		}
		if invoice != nil {
			if bytes.Equal(invoice.Bytes, inner.Bytes) {
				continue
			}
			return nil, fault.New(fault.Invalid, "EINV-PDF-SEVERAL", inner.where, fault.Args{"one": name, "other": clip(found[i].name, 80)})
		}
		invoice, name = &inner, clip(found[i].name, 80)
	}
	switch {
	case invoice != nil:
	case refused != nil:
		return nil, refused
	default:
		return nil, noXML(f.Bytes)
	}
	doc, err := readAs(*invoice)
	if err != nil {
		return nil, err
	}
	doc.Source.Attachment = name
	return doc, nil
}

// noXML refuses a PDF without an electronic invoice, and says what seems to stand on its pages, for a person to compare and type.
func noXML(b []byte) error {
	fs := fault.Faults{fault.New(fault.Invalid, "EINV-PDF-NO-XML", "")}
	hints, err := Hints(b)
	if err != nil || len(hints) == 0 {
		return fs.Err() // a page that cannot be read gives no hints; the file is refused for what it lacks
	}
	args := fault.Args{"number": "?", "issueDate": "?", "payable": "?", "currency": ""}
	page := 0
	for _, h := range hints {
		args[h.Field] = clip(h.Value, 60)
		if page == 0 || h.Page < page {
			page = h.Page
		}
	}
	return append(fs, fault.New(fault.Invalid, "EINV-PDF-HINTS", "page "+strconv.Itoa(page), args)).Err()
}

func isInvoice(f File) bool {
	for _, format := range formats {
		if !f.PDF && format.Detect(f) {
			return true
		}
	}
	return false
}

var errNoEnd = errors.New("no end mark")

type attachment struct {
	name    string
	content []byte
}

// attachedXML gives the attachments that could be an XML: by name or by content. Others, such as drawings, are not unpacked
// past the limit and not kept.
func attachedXML(f File) ([]attachment, error) {
	b, ctx := f.Bytes, f.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	var out []attachment
	if !endsWhole(b) {
		// The library would rebuild the index of a cut file and find an earlier revision of the invoice in it.
		return nil, pdfFault(b, errNoEnd)
	}
	err := guard("pdf", func() error {
		r, err := pdf.Open(bytes.NewReader(b), pdf.WithMaxStreamSize(MaxBytes))
		if err != nil {
			return pdfFault(b, err)
		}
		defer func() { _ = r.Close() }()
		cat, err := r.Catalog()
		if err != nil {
			return pdfFault(b, err)
		}
		files, err := attachments(ctx, r, cat)
		if err != nil {
			return err
		}
		total := 0
		for _, e := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			content, err := embedded(e)
			if fault.Has(err, "EINV-TOO-LARGE") {
				return err
			}
			if err != nil {
				if strings.HasSuffix(strings.ToLower(e.Name), ".xml") {
					return pdfFault(b, err)
				}
				continue
			}
			if total += len(content); total > 2*MaxBytes {
				return fault.New(fault.TooLarge, "EINV-TOO-LARGE", clip(e.Name, 80), fault.Args{"limit": MaxBytes >> 20})
			}
			if looksXML(content) || strings.HasSuffix(strings.ToLower(e.Name), ".xml") {
				out = append(out, attachment{e.Name, content})
			}
		}
		return nil
	})
	return out, err
}

// embedded unpacks an attachment: its file specification names the stream once for each kind of system.
func embedded(e pdf.EmbeddedFile) ([]byte, error) {
	if e.Spec == nil {
		return nil, errors.New("no file specification")
	}
	ef, ok := e.Spec.Dict("EF")
	if !ok {
		return nil, errors.New("no embedded file")
	}
	for _, key := range []string{"UF", "F", "Unix", "Mac", "DOS"} {
		if s, ok := ef.Stream(key); ok {
			b, err := s.Content()
			if err != nil && bomb(s) {
				err = fault.New(fault.TooLarge, "EINV-TOO-LARGE", clip(e.Name, 80), fault.Args{"limit": MaxBytes >> 20}).Wrap(err)
			}
			return b, err
		}
	}
	return nil, errors.New("no stream")
}

func looksXML(b []byte) bool {
	head := bytes.TrimLeft(b[:min(len(b), 64)], "\xef\xbb\xbf\xfe\xff \t\r\n\x00")
	return bytes.HasPrefix(head, []byte("<"))
}

// pdfFault tells a PDF that was cut off, or locked, from one that is broken.
func pdfFault(b []byte, err error) error {
	switch {
	case !endsWhole(b):
		return fault.New(fault.Invalid, "EINV-TRUNCATED", "", fault.Args{"line": "-"}).Wrap(err)
	case bytes.Contains(b, []byte("/Encrypt")):
		return fault.New(fault.Invalid, "EINV-PDF-LOCKED", "").Wrap(err)
	default:
		return fault.New(fault.Invalid, "EINV-PDF", "").Wrap(err)
	}
}

// endsWhole looks for the end mark where readers look for it: near the end, since some tools add a few bytes after it.
func endsWhole(b []byte) bool { return bytes.Contains(b[max(0, len(b)-2048):], []byte("%%EOF")) }
