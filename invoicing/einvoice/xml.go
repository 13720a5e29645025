package einvoice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"suanpan/internal/fault"
)

// Limits of an XML. Real invoices are about 12 deep; a line has about 30 elements.
const (
	maxDepth    = 64
	maxElements = 300_000
)

// node is an element. Its text is its own, without that of its children.
type node struct {
	name   xml.Name
	attrs  []xml.Attr
	text   string
	kids   []*node
	parent *node
	index  int // among siblings of the same name, from 1
	raw    []byte
	counts map[xml.Name]int // of kids, so that a million of them cost no more than a million steps
}

// parse reads a UTF-8 text into a tree. A document type declaration is refused before anything in it could be used.
func parse(text []byte) (*node, error) {
	if err := shortTags(text); err != nil {
		return nil, err
	}
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // toUTF8 has done it
	var root, at *node
	depth, elements, attrs := 0, 0, 0
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, syntaxFault(err, root, text)
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, fault.New(fault.Invalid, "EINV-DTD", "line "+strconv.Itoa(line(dec)))
		case xml.StartElement:
			depth++
			elements++
			if depth > maxDepth || elements > maxElements {
				return nil, fault.New(fault.TooLarge, "EINV-TOO-DEEP", "line "+strconv.Itoa(line(dec)),
					fault.Args{"depth": maxDepth, "elements": maxElements})
			}
			attrs += len(t.Attr)
			if len(t.Attr) > maxAttributes || attrs > maxAllAttrs {
				return nil, attributesFault(line(dec))
			}
			if err := oddAttributes(dec, t.Attr, text); err != nil {
				return nil, err
			}
			if at == nil && root != nil {
				return nil, malformed(dec)
			}
			n := &node{name: t.Name, attrs: t.Copy().Attr, parent: at, index: 1}
			if at == nil {
				root = n
			} else {
				at.add(n)
			}
			at = n
		case xml.EndElement:
			at.text, at.raw = strings.TrimSpace(string(at.raw)), nil
			depth--
			at = at.parent
		case xml.CharData:
			if lost(string(t), text) {
				return nil, malformed(dec)
			}
			if at != nil {
				at.raw = append(at.raw, t...)
			} else if len(bytes.TrimSpace(t)) > 0 {
				return nil, fault.New(fault.Invalid, "EINV-UNKNOWN", "", fault.Args{"root": "?"})
			}
		}
	}
	if root == nil {
		return nil, fault.New(fault.Invalid, "EINV-UNKNOWN", "", fault.Args{"root": "?"})
	}
	return root, nil
}

func (n *node) add(kid *node) {
	if n.counts == nil {
		n.counts = map[xml.Name]int{}
	}
	n.counts[kid.name]++
	kid.index = n.counts[kid.name]
	n.kids = append(n.kids, kid)
}

// malformed says that the XML breaks its own rules where the decoder stands.
func malformed(dec *xml.Decoder) error {
	return fault.New(fault.Invalid, "EINV-XML", "line "+strconv.Itoa(line(dec)), fault.Args{"line": line(dec)})
}

func line(dec *xml.Decoder) int { l, _ := dec.InputPos(); return l }

// syntaxFault tells a file that was cut off from one that is wrong, and from something that never was an XML.
func syntaxFault(err error, root *node, text []byte) error {
	var se *xml.SyntaxError
	at := 0
	if errors.As(err, &se) {
		at = se.Line
		if cutOff(text, err) {
			return fault.New(fault.Invalid, "EINV-TRUNCATED", "line "+strconv.Itoa(at), fault.Args{"line": at}).Wrap(err)
		}
	}
	if root == nil {
		return fault.New(fault.Invalid, "EINV-UNKNOWN", "", fault.Args{"root": "?"}).Wrap(err)
	}
	return fault.New(fault.Invalid, "EINV-XML", "line "+strconv.Itoa(at), fault.Args{"line": at}).Wrap(err)
}

// names maps the prefixes of this package's paths to namespaces. A document may use any prefixes of its own.
type names map[string]string

// all finds the descendants along a path such as "cac:Party/cbc:Name". A step without a prefix matches any namespace; a last
// step such as "@Total" is an attribute.
func (n *node) all(ns names, path string) []*node {
	at := []*node{n}
	for _, step := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(step, "@"); ok {
			return attributes(at, name)
		}
		prefix, local, found := strings.Cut(step, ":")
		if !found {
			prefix, local = "", step
		}
		var next []*node
		for _, a := range at {
			for _, k := range a.kids {
				if k.name.Local == local && (prefix == "" || k.name.Space == ns[prefix]) {
					next = append(next, k)
				}
			}
		}
		at = next
	}
	return at
}

// attributes gives the attributes of this name as if they were elements, so that they are read and placed alike.
func attributes(of []*node, name string) []*node {
	var out []*node
	for _, n := range of {
		for _, a := range n.attrs {
			if a.Name.Local == name && a.Name.Space == "" {
				out = append(out, &node{name: xml.Name{Local: "@" + name}, text: strings.TrimSpace(a.Value), parent: n, index: 1})
			}
		}
	}
	return out
}

// attr is an attribute's value, whatever its namespace.
func (n *node) attr(local string) string {
	for _, a := range n.attrs {
		if a.Name.Local == local {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// where is the element's path from the root, with an index where it has siblings of its name.
func (n *node) where(ns names) string {
	if n == nil {
		return ""
	}
	step := clip(n.name.Local, 60)
	for prefix, space := range ns {
		if n.parent != nil && space == n.name.Space {
			step = prefix + ":" + step
		}
	}
	if n.parent != nil && n.parent.counts[n.name] > 1 {
		step += "[" + strconv.Itoa(n.index) + "]"
	}
	return n.parent.where(ns) + "/" + step
}

var declaration = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["'][^>]*\?>`)

// encodings are the character sets that invoices are met in besides UTF-8 (and UTF-16, which a byte order mark tells).
var encodings = map[string]encoding.Encoding{
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1, "iso-8859-15": charmap.ISO8859_15,
	"windows-1252": charmap.Windows1252, "windows-1251": charmap.Windows1251, "windows-874": charmap.Windows874, "iso-8859-9": charmap.ISO8859_9,
}

// toUTF8 gives the text in UTF-8, and refuses bytes that are not what the file says they are: a wrong letter in a
// company's name would make it another company.
func toUTF8(b []byte) ([]byte, error) {
	bad := func(name string) error {
		return fault.New(fault.Invalid, "EINV-ENCODING", "", fault.Args{"encoding": clip(name, 40)})
	}
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("<\x00?\x00")): // UTF-16 without its mark tells itself by the declaration (XML 1.0, appendix F)
		return toUTF8(append([]byte{0xFF, 0xFE}, b...))
	case bytes.HasPrefix(b, []byte("\x00<\x00?")):
		return toUTF8(append([]byte{0xFE, 0xFF}, b...))
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}), bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		out, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return nil, bad("UTF-16")
		}
		return checkText(out, "UTF-16")
	}
	m := declaration.FindSubmatch(b[:min(len(b), 512)])
	name := "UTF-8"
	if m != nil {
		name = strings.TrimSpace(string(m[1]))
	}
	switch lower := strings.ToLower(name); lower {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return checkText(b, name)
	default:
		enc, ok := encodings[lower]
		if !ok {
			return nil, bad(name)
		}
		out, err := enc.NewDecoder().Bytes(b)
		if err != nil {
			return nil, bad(name)
		}
		// The library reads the text a second time and would decode it a second time.
		out = bytes.Replace(out, m[1], []byte("UTF-8"), 1)
		return checkText(out, name)
	}
}

func checkText(b []byte, name string) ([]byte, error) {
	if len(b) > 2*MaxBytes {
		return nil, fault.New(fault.TooLarge, "EINV-TOO-LARGE", "", fault.Args{"limit": MaxBytes >> 20})
	}
	if i := firstBad(b); i >= 0 {
		return nil, fault.New(fault.Invalid, "EINV-ENCODING", fmt.Sprintf("byte %d", i), fault.Args{"encoding": clip(name, 40)})
	}
	return b, nil
}

func firstBad(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
