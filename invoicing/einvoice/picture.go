package einvoice

import (
	"bytes"

	"suanpan/internal/fault"
)

// pictures are the kinds of images that a scanner or a telephone makes, by the bytes they start with. What an image shows is never
// read: it is stored with the values that a person types.
var pictures = []struct {
	name  string
	start []byte
	at    int
}{
	{"PNG", []byte("\x89PNG\r\n\x1a\n"), 0},
	{"JPEG", []byte("\xff\xd8\xff"), 0},
	{"TIFF", []byte("II*\x00"), 0},
	{"TIFF", []byte("MM\x00*"), 0},
	{"GIF", []byte("GIF8"), 0},
	{"WebP", []byte("WEBP"), 8},
	{"HEIC", []byte("ftyphei"), 4},
	{"HEIC", []byte("ftypmif1"), 4},
}

// Picture tells the kind of an image by its content: PNG, JPEG, TIFF …; empty for anything else.
func Picture(b []byte) string {
	for _, p := range pictures {
		if len(b) >= p.at && bytes.HasPrefix(b[p.at:], p.start) {
			return p.name
		}
	}
	return ""
}

// signedData is how a PKCS #7 envelope begins (Italy's .p7m): a sequence with the object identifier 1.2.840.113549.1.7.2.
var signedData = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}

// notText refuses what is told by its first bytes to be something else than a text.
func notText(b []byte) error {
	if kind := Picture(b); kind != "" {
		return fault.New(fault.Invalid, "EINV-PICTURE", "", fault.Args{"type": kind})
	}
	if len(b) > 0 && b[0] == 0x30 && bytes.Contains(b[:min(len(b), 32)], signedData) {
		return fault.New(fault.Invalid, "EINV-SIGNED", "", fault.Args{"type": "PKCS #7, .p7m"})
	}
	return nil
}
