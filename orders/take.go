package orders

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Fact is one fact as the feed has it: its fields by name, "kind" among them. Instants are written with Stamp.
type Fact map[string]any

// Stamp writes an instant as a fact carries it, with its zone.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Taken is what became of facts: how many were new, and how many stood already with the same content.
type Taken struct{ Fresh, Repeated int64 }

// Take puts facts through the door of the feed, in the caller's transaction: same checks, same keys, same postings, so that a fact made by a verb and
// the same one arriving in a file are one. All are taken or none: a refusal gives every fault, each with the fact's place before its path where
// there are several. A fact that stands is no fault; other content under its id is of kind Conflict. source names who says so: a module, a job, an API.
// The transaction is that of staff or batch.
func (svc *Service) Take(ctx context.Context, tx *pg.Tx, source string, facts ...Fact) (Taken, error) {
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(Fact{"kind": "source", "name": source, "zone": "UTC"}); err != nil {
		return Taken{}, err
	}
	for _, f := range facts {
		if err := enc.Encode(f); err != nil {
			return Taken{}, err
		}
	}
	return svc.takeIn(ctx, tx, &in, len(facts) > 1)
}

// takeIn reads facts as lines, the source first; places tells whether a fault says which fact it is about.
func (svc *Service) takeIn(ctx context.Context, tx *pg.Tx, in io.Reader, places bool) (Taken, error) {
	l := &load{svc: svc, sum: sha256.New(), report: Report{ByKind: map[string]int64{}}}
	if err := l.run(ctx, tx, in); err != nil {
		return Taken{}, err
	}
	var fs fault.Faults
	for _, bad := range l.report.Faults {
		for _, f := range bad.Faults {
			if places {
				moved := *f
				moved.Path = index("facts", int(bad.Line-2), f.Path) // line 1 was the source
				f = &moved
			}
			fs = append(fs, f)
		}
	}
	if len(fs) > 0 {
		return Taken{}, fs
	}
	return Taken{l.report.Fresh, l.report.Repeated}, nil
}
