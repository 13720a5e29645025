package orders

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"sort"
	"time"
	"unicode/utf8"

	fastjson "github.com/goccy/go-json"

	"suanpan/internal/fault"
	"suanpan/internal/strict"
)

// A phase is a part of a file's load: what others refer to comes first.
type phase int

const (
	reference phase = iota // entities, merchants, products, certifications, rates
	ordered                // everything about an order, one order at a time
	free                   // usage, credit movements, adjustments, payments to and by merchants, openings
	last                   // corrections: they replace what the others brought
)

// record is one line of the feed, decoded.
type record interface {
	check(c *checker)     // reads and normalises every field
	factID() string       // unique within its kind
	happened() time.Time  // when it happened in the world
	orderRef() string     // the order it belongs to; empty outside the ordered phase
	setKnown(t time.Time) // when the marketplace knew of it
	head() *Head          // what all records share
}

// Head are the fields that every record of the feed may carry.
type Head struct {
	Kind       string `json:"kind"`
	RecordedAt string `json:"recordedAt,omitempty"` // when the marketplace knew of it; default: the import, or the event's time in a history file

	hash  []byte
	known time.Time
	line  int // in its file
}

func (h *Head) head() *Head          { return h }
func (h *Head) setKnown(t time.Time) { h.known = t }
func (h *Head) orderRef() string     { return "" }

// kindDef is one kind of fact: its place in a load, how it is made, and an example that documents and proves it.
type kindDef struct {
	name    string
	phase   phase
	rank    int    // among facts of one order at one instant: an order before its payment
	id      string // the fields that name the fact: the same again is nothing, other content under them is refused
	make    func() record
	about   string   // one line for docs/feed.md
	example string   // a line that loads
	journal []string // the postings the example makes, as the ledger prints them; the proof of the recipe. postsNothing where there are none
}

// postsNothing says of a kind of fact that it moves no money by itself.
var postsNothing = []string{}

// kinds are all facts the feed knows. Adding one is a file with its own kindDef and a line here.
var kinds = map[string]*kindDef{}

func init() { // not an initialiser: a correction's record reads the table it stands in
	for _, k := range []*kindDef{
		&sourceKind, &entityKind, &merchantKind, &productKind, &certificationKind, &rateKind,
		&orderKind, &paymentKind, &effectiveKind, &supervisionKind, &cancellationKind, &provisioningKind,
		&appealOpenedKind, &appealClosedKind, &refundKind, &usageChargeKind,
		&usageRecordKind, &creditUseKind, &repaymentKind, &adjustmentKind, &payoutKind, &merchantPaymentKind, &openingKind, &correctionKind,
	} {
		kinds[k.name] = k
	}
}

// KindDoc is what the documentation says of a kind of fact.
type KindDoc struct {
	Name    string
	ID      string // the fields that name the fact
	About   string
	Example string
	Journal []string
}

// Kinds lists every kind of fact the feed takes, by name.
func Kinds() []KindDoc {
	out := make([]KindDoc, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, KindDoc{k.name, k.id, k.about, k.example, k.journal})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// decode reads one line into its record, normalises it and hashes its content. A line is refused with everything that is wrong in it.
func decode(raw []byte, c *checker) (record, *kindDef, fault.Faults) {
	r, k, fs := examine(raw, c)
	if len(fs) > 0 {
		return nil, nil, fs
	}
	if err := seal(r); err != nil {
		return nil, nil, fault.Faults{fault.New(fault.Invalid, "FEED-JSON", "", fault.Args{"why": err.Error()})}
	}
	return r, k, nil
}

// examine reads one line and checks every field, without hashing it.
func examine(raw []byte, c *checker) (record, *kindDef, fault.Faults) {
	if !utf8.Valid(raw) || bytes.Contains(raw, []byte(`\u0000`)) { // JSON would replace the one silently, the database refuses the other
		return nil, nil, fault.Faults{fault.New(fault.Invalid, "FEED-UTF8", "")}
	}
	kind, err := kindOf(raw)
	if err != nil {
		return nil, nil, fault.Faults{fault.New(fault.Invalid, "FEED-JSON", "", fault.Args{"why": err.Error()})}
	}
	k, ok := kinds[kind]
	if !ok {
		return nil, nil, fault.Faults{fault.New(fault.Invalid, "FEED-KIND", "kind", fault.Args{"got": kind})}
	}
	r := k.make()
	if p := strict.Unmarshal(raw, r); p != nil {
		return nil, nil, fault.Faults{jsonFault(p)}
	}
	if fs := checked(r, c); len(fs) > 0 {
		return nil, nil, fs
	}
	return r, k, nil
}

// again decodes a line that was examined before: what it refuses is known to be right, so the faster decoder may read it.
func again(raw []byte, c *checker) (record, error) {
	kind, err := kindOf(raw)
	if err != nil {
		return nil, err
	}
	r := kinds[kind].make()
	if err := fastjson.Unmarshal(raw, r); err != nil {
		return nil, err
	}
	if fs := checked(r, c); len(fs) > 0 {
		return nil, fs
	}
	return r, seal(r)
}

func checked(r record, c *checker) fault.Faults {
	c.faults = nil
	h := r.head()
	known := c.time("recordedAt", &h.RecordedAt, false)
	r.check(c)
	r.setKnown(known)
	return c.faults
}

// seal hashes what a record says, in its one normal form. When it was known is not part of that.
func seal(r record) error {
	r.head().RecordedAt = ""
	body, err := fastjson.Marshal(r)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	r.head().hash = sum[:]
	return nil
}

// kindOf finds a line's kind: at its beginning, where most writers put it, or wherever it stands.
func kindOf(raw []byte) (string, error) {
	if rest, ok := bytes.CutPrefix(raw, []byte(`{"kind":"`)); ok {
		if kind, _, ok := bytes.Cut(rest, []byte{'"'}); ok && !bytes.ContainsRune(kind, '\\') {
			return string(kind), nil
		}
	}
	var probe struct {
		Kind string `json:"kind"`
	}
	err := json.Unmarshal(raw, &probe)
	return probe.Kind, err
}

// jsonFault says what is wrong with a line's JSON, in the feed's codes.
func jsonFault(p *strict.Problem) *fault.Fault {
	switch p.Kind {
	case strict.Type:
		return fault.New(fault.Invalid, "FEED-TYPE", p.Path, fault.Args{"got": p.Got, "want": p.Want})
	case strict.Unknown:
		return fault.New(fault.Invalid, "FEED-FIELD", p.Path)
	case strict.Twice:
		return fault.New(fault.Invalid, "FEED-FIELD-TWICE", p.Path)
	}
	return fault.New(fault.Invalid, "FEED-JSON", p.Path, fault.Args{"why": p.Why})
}
