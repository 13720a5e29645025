package doc

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/jung-kurt/gofpdf"

	"suanpan/internal/fault"
)

func attachments(as []Attachment) []gofpdf.Attachment {
	out := make([]gofpdf.Attachment, len(as))
	for i, a := range as {
		out[i] = gofpdf.Attachment{Content: a.Content, Filename: a.Name, Description: a.Description}
	}
	return out
}

var (
	fileSpec = regexp.MustCompile(`(?m)^(\d+) 0 obj\n<< /Type /Filespec `)
	stream   = regexp.MustCompile(`/EF << /F (\d+) 0 R >>`)
	metadata = regexp.MustCompile(`(?m)^(\d+) 0 obj\n<< /Type /Metadata `)
	catalog  = regexp.MustCompile(`(?m)^(\d+) 0 obj\n<<\n(/Type /Catalog\n)`)
	xrefAt   = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n?$`)
	trailer  = regexp.MustCompile(`(?s)trailer\n<<\n/Size (\d+)\n(/Root \d+ 0 R\n/Info \d+ 0 R\n)`)
)

var errLinks = errors.New("the library's file has another shape than expected")

// linked appends to a file with attachments or metadata what the library leaves out: it embeds files without saying what they are to
// the document, and writes the metadata without naming them anywhere. The first revision stays as it was; what is appended is the
// usual update section.
func linked(data []byte, d *Document) ([]byte, error) {
	if len(d.Attached) == 0 && len(d.XMP) == 0 {
		return data, nil
	}
	u := update{old: data}
	extra := ""
	specs := fileSpec.FindAllSubmatchIndex(data, -1)
	if len(specs) != len(d.Attached) {
		return nil, fault.New(fault.Internal, CodeRender, "").Wrap(errLinks)
	}
	var refs []string
	for i, at := range specs {
		body := objectAt(data, at[0])
		ef := stream.FindSubmatch(body)
		if ef == nil {
			return nil, fault.New(fault.Internal, CodeRender, "").Wrap(errLinks)
		}
		no, a := number(data[at[2]:at[3]]), d.Attached[i]
		u.object(no, fmt.Sprintf("<< /Type /Filespec /F (%[1]s) /UF (%[1]s) /Desc (%[2]s) /AFRelationship /Alternative /EF << /F %[3]s 0 R /UF %[3]s 0 R >> >>",
			literal(a.Name), literal(a.Description), ef[1]))
		refs = append(refs, strconv.Itoa(no)+" 0 R")
	}
	if len(refs) > 0 {
		extra += "/AF [" + strings.Join(refs, " ") + "]\n"
	}
	if m := metadata.FindSubmatch(data); m != nil && len(d.XMP) > 0 {
		extra += "/Metadata " + string(m[1]) + " 0 R\n"
	}
	at := catalog.FindSubmatchIndex(data)
	if at == nil {
		return nil, fault.New(fault.Internal, CodeRender, "").Wrap(errLinks)
	}
	body := objectAt(data, at[0])
	body = bytes.TrimSuffix(body[bytes.Index(body, []byte("<<")):], []byte("\nendobj"))
	root := strings.Replace(string(body), "/Type /Catalog\n", "/Type /Catalog\n"+extra, 1)
	for i, a := range d.Attached { // the library numbers the files instead of naming them
		root = strings.Replace(root, fmt.Sprintf("(Attachement%d)", i+1), "("+literal(a.Name)+")", 1)
	}
	u.object(number(data[at[2]:at[3]]), root)
	return u.close()
}

// objectAt is an object from its number to its end.
func objectAt(data []byte, at int) []byte {
	end := bytes.Index(data[at:], []byte("\nendobj"))
	if end < 0 {
		return nil
	}
	return data[at : at+end+len("\nendobj")]
}

func number(b []byte) int { n, _ := strconv.Atoi(string(b)); return n }

// literal escapes a plain ASCII text for a PDF string; other characters are left out.
func literal(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteString(`\` + string(r))
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// update is a section of changed objects behind a file.
type update struct {
	old  []byte
	body bytes.Buffer
	rows []string // of the cross-reference table, one section an object
}

func (u *update) object(no int, content string) {
	u.rows = append(u.rows, fmt.Sprintf("%d 1\n%010d 00000 n \n", no, len(u.old)+u.body.Len()))
	fmt.Fprintf(&u.body, "%d 0 obj\n%s\nendobj\n", no, content)
}

func (u *update) close() ([]byte, error) {
	prev, t := xrefAt.FindSubmatch(u.old), trailer.FindSubmatch(u.old)
	if prev == nil || t == nil {
		return nil, fault.New(fault.Internal, CodeRender, "").Wrap(errLinks)
	}
	at := len(u.old) + u.body.Len()
	fmt.Fprintf(&u.body, "xref\n%strailer\n<<\n/Size %s\n%s/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n", strings.Join(u.rows, ""), t[1], t[2], prev[1], at)
	return append(append([]byte{}, u.old...), u.body.Bytes()...), nil
}
