package conformance

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"suanpan/internal/fault"
	"suanpan/invoicing/einvoice"
)

// Case is one document of a file of rule cases, with what the file states about one rule and what became of it.
type Case struct {
	Rule    string  `json:"rule"`    // BR-CO-10
	Broken  bool    `json:"broken"`  // the file states that the document breaks it; else that it keeps it
	Outcome Outcome `json:"outcome"` // what the readers made of it
}

// Outcome is what the readers made of a case.
type Outcome string

// The outcomes. Said and quiet agree with what a case states or not; unjudged: the document is a fragment that no reader takes.
const (
	Said      Outcome = "said"
	Quiet     Outcome = "quiet"
	Unjudged  Outcome = "unjudged"
	Unchecked Outcome = "unchecked" // no reader checks this rule
)

// stated is a case before it is judged.
type stated struct {
	rule   string
	broken bool
	doc    []byte
}

// mandatory are the rules of EN 16931 that ask only that a value is there, with the field whose absence is EINV-MISSING.
var mandatory = map[string]string{
	"BR-02": "number", "BR-03": "issueDate", "BR-04": "typeCode", "BR-05": "currency", "BR-06": "seller.name", "BR-07": "buyer.name",
	"BR-14": "gross", "BR-15": "payable",
}

// checked tells whether any reader says anything about a rule: it is one of the mandatory ones, or a code bears its name.
func checked(rule string) bool {
	return mandatory[rule] != "" || slices.Contains(fault.Codes(), "EINV-"+rule)
}

// judge reads the document as it stands. Where that does not do, since such documents are fragments that hold little more than the
// rule speaks of, it is read once more with what else every invoice has.
func (s stated) judge(ctx context.Context) Case {
	c := Case{Rule: s.rule, Broken: s.broken, Outcome: Unchecked}
	if !checked(s.rule) {
		return c
	}
	doc, err := einvoice.ReadContext(ctx, s.doc)
	said := about(s.rule, doc, err)
	if field := mandatory[s.rule]; err != nil && !said && field == "" {
		doc, err = einvoice.ReadContext(ctx, completed(s.doc))
		said = about(s.rule, doc, err)
	}
	switch {
	case said:
		c.Outcome = Said
	case err == nil, fault.Has(err, "EINV-MISSING") && mandatory[s.rule] != "": // other values are missing, this one is there
		c.Outcome = Quiet
	default:
		c.Outcome = Unjudged
	}
	return c
}

// about tells whether the readers said something about a rule.
func about(rule string, doc *einvoice.Document, err error) bool {
	all := fault.All(err)
	if doc != nil {
		all = append(all, doc.Warnings...)
	}
	for _, f := range all {
		if f.Code == "EINV-"+rule || f.Code == "EINV-MISSING" && f.Args["field"] == mandatory[rule] {
			return true
		}
	}
	return false
}

// casesOf takes a file of rule cases apart: a set of tests, each with an assertion (success, error, warning or fatal, naming rules)
// and a document. Ok is false for any other file.
func casesOf(b []byte) (out []stated, ok bool) {
	if !bytes.Contains(b[:min(len(b), 8<<10)], []byte("<test")) {
		return nil, false
	}
	dec := xml.NewDecoder(bytes.NewReader(b))
	c := cutter{text: b}
	for {
		from := int(dec.InputOffset())
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, false // a damaged file is told by its reader
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, false
		case xml.StartElement:
			c.start(t, from, int(dec.InputOffset()))
		case xml.CharData:
			c.word = append(c.word, t...)
		case xml.EndElement:
			c.end(t.Name.Local, int(dec.InputOffset()))
		}
		if len(c.open) == 1 && c.open[0] != "testSet" && c.open[0] != "test" {
			return nil, false
		}
	}
	return c.out, len(c.out) > 0
}

// cutter follows a file of rule cases element by element and cuts the documents out.
type cutter struct {
	text   []byte
	open   []string            // local names from the root
	spaces []map[string]string // name spaces that each open element declares, by attribute
	word   []byte              // text since the last tag

	rules []stated // of the test that is open
	doc   []byte
	from  int // where a document begins, its first tag completed by what it inherits; -1 outside one
	head  []byte
	depth int // of the document's root
	out   []stated
}

func (c *cutter) start(t xml.StartElement, from, to int) {
	declared := map[string]string{}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			name := a.Name.Local
			if a.Name.Space != "" {
				name = "xmlns:" + name
			}
			declared[name] = a.Value
		}
	}
	parent := ""
	if n := len(c.open); n > 0 {
		parent = c.open[n-1]
	}
	switch {
	case t.Name.Local == "test" && c.depth == 0:
		c.rules, c.doc = nil, nil
	case parent == "test" && t.Name.Local != "assert" && c.depth == 0:
		c.depth, c.from = len(c.open)+1, to
		c.head = inherit(c.text[from:to], declared, c.spaces)
	}
	c.open, c.spaces, c.word = append(c.open, t.Name.Local), append(c.spaces, declared), nil
}

func (c *cutter) end(name string, to int) {
	word := strings.TrimSpace(string(c.word))
	switch {
	case c.depth == len(c.open) && c.depth > 0:
		c.doc, c.depth = append(c.head, c.text[c.from:to]...), 0
	case c.depth > 0:
	case name == "test":
		for _, s := range c.rules {
			if s.doc = c.doc; s.doc != nil {
				c.out = append(c.out, s)
			}
		}
	case slices.Contains([]string{"success", "error", "warning", "fatal"}, name) && word != "" && slices.Contains(c.open, "test"):
		c.rules = append(c.rules, stated{rule: word, broken: name != "success"})
	}
	c.open, c.spaces, c.word = c.open[:len(c.open)-1], c.spaces[:len(c.spaces)-1], nil
}

// inherit adds to an element's first tag the name spaces that those around it declare, since it is to stand alone.
func inherit(tag []byte, own map[string]string, around []map[string]string) []byte {
	all := map[string]string{}
	for _, m := range around {
		for k, v := range m {
			all[k] = v
		}
	}
	cut := bytes.IndexAny(tag, " \t\r\n/>")
	var add []byte
	for k, v := range all {
		if _, declared := own[k]; !declared {
			add = append(add, " "+k+`="`...)
			var esc bytes.Buffer
			_ = xml.EscapeText(&esc, []byte(v)) // a buffer takes everything
			add = append(append(add, esc.Bytes()...), '"')
		}
	}
	return slices.Concat(tag[:cut], add, tag[cut:])
}
