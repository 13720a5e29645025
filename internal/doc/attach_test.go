package doc

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	pdf "github.com/speedata/pdfdisassembler"

	"suanpan/internal/fault"
)

func TestAttachedFilesComeBackByTheirNames(t *testing.T) {
	t.Parallel()
	d := statement(fault.EN, 3)
	d.Attached = []Attachment{{Name: "one.xml", Description: "the (first)", Content: []byte("<one/>")}, {Name: "two.txt", Content: []byte("two")}}
	d.XMP = []byte("<x/>")
	f, _ := systemFonts()
	var b bytes.Buffer
	if err := d.PDF(&b, f); err != nil {
		t.Fatal(err)
	}
	r, err := pdf.Open(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range r.EmbeddedFiles() {
		ef, _ := e.Spec.Dict("EF")
		s, ok := ef.Stream("UF")
		if !ok {
			t.Fatal("no stream of " + e.Name)
		}
		content, err := s.Content()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Name+"="+string(content))
	}
	if strings.Join(got, " ") != "one.xml=<one/> two.txt=two" {
		t.Error(got)
	}
	root, err := r.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	if meta, ok := root.Stream("Metadata"); !ok {
		t.Error("the metadata are not named")
	} else if text, _ := meta.Content(); string(text) != "<x/>" {
		t.Errorf("metadata %q", text)
	}
	// Every offset of both tables leads to the object it names.
	for _, part := range strings.Split(b.String(), "startxref\n")[1:] {
		at, _ := strconv.Atoi(strings.Fields(part)[0])
		if !bytes.HasPrefix(b.Bytes()[at:], []byte("xref\n")) {
			t.Errorf("no table at %d", at)
		}
	}
}

func TestADocumentWithoutFilesHasOneRevision(t *testing.T) {
	t.Parallel()
	f, _ := systemFonts()
	var b bytes.Buffer
	if err := statement(fault.EN, 3).PDF(&b, f); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b.Bytes(), []byte("startxref")); n != 1 {
		t.Errorf("%d revisions", n)
	}
}

func TestAFileOfAnotherShapeIsRefused(t *testing.T) {
	t.Parallel()
	_, err := linked([]byte("%PDF-1.3\n"), &Document{XMP: []byte("<x/>")})
	if !fault.Has(err, CodeRender) {
		t.Error(err)
	}
}
