package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/invoicing/draft"
	"suanpan/invoicing/einvoice"
)

// tryDrafts draws the drafts of every list of the demo, as somebody types it, and has each that can be sent judged.
func tryDrafts(t *testing.T, b *bench, dir string) {
	t.Helper()
	lists, _ := filepath.Glob(filepath.Join(dir, "lists", "*.json"))
	if len(lists) < 5 {
		t.Fatalf("the demo has %d lists", len(lists))
	}
	for _, name := range lists {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var l invoicing.List
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatal(err)
		}
		// The fifth of the next month is in time everywhere: within a month of the notice, and before the 20th.
		received := l.NoticeAt.AddDate(0, 1, 0)
		received = time.Date(received.Year(), received.Month(), 5, 12, 0, 0, 0, time.UTC)
		out := t.TempDir()
		b.run("--demo", "draft", "--requisition", l.Requisition, "--number", "D-1", "--date", period.DayOf(received, time.UTC).String(), "--out", out).wants(t, 0, l.Requisition+"-ubl.xml")
		for _, f := range draft.Forms() {
			file, err := os.ReadFile(filepath.Join(out, l.Requisition+f.File))
			if err != nil {
				t.Fatal(err)
			}
			if f.XML {
				acceptsDraft(t, l, f.Name, file, received)
			}
		}
	}
	b.run("--demo", "draft", "--requisition", "REQ-NOWHERE").wants(t, 1, "INV-NOT-FOUND")
	no := strings.TrimSuffix(filepath.Base(lists[0]), ".json")
	b.run("--demo", "draft", "--requisition", no, "--form", "fax").wants(t, 1, "DRAFT-FORM", "ubl, pdf, cii")
	b.run("--demo", "draft", "--requisition", no, "--date", "soon", "--rate", "x").wants(t, 1, "DRAFT-DATE", "DRAFT-RATE")
	b.run("--demo", "draft", "--requisition", no).wants(t, 0, "DEMO", no, "____________")
}

// acceptsDraft judges a file as the only answer to its list.
func acceptsDraft(t *testing.T, l invoicing.List, form string, file []byte, received time.Time) {
	t.Helper()
	doc, err := einvoice.Read(file)
	if err != nil {
		t.Errorf("%s %s: %v", l.Requisition, form, err)
		return
	}
	ground := invoicing.Ground{}
	for _, e := range entities.Known() {
		if e.Code == l.Entity {
			law, _ := entities.JurisdictionByID(e.Jurisdiction)
			ground = invoicing.Ground{Entity: e, Law: law}
		}
	}
	v := invoicing.Judge(invoicing.Input{
		Lists: []invoicing.List{l}, Grounds: map[string]invoicing.Ground{l.Entity: ground}, Settings: invoicing.DefaultSettings(),
		Upload: invoicing.Upload{
			Requisition: l.Requisition, ReceivedAt: received, ListAttached: true, Invoices: []invoicing.Invoice{invoicing.FromDocument(doc, []string{l.Requisition})},
		},
	})
	if v.Outcome != invoicing.Accepted || len(v.Faults)+len(v.Holds) > 0 {
		t.Errorf("%s %s: %s %v", l.Requisition, form, v.Outcome, v.All())
	}
}

// Every list of the worked month is answered by each of its drafts: read from the database, drawn, read again and judged by the same
// verbs that a submission goes through.
func TestEveryDraftOfTheWorkedMonthIsAccepted(t *testing.T) {
	t.Parallel()
	db, _, inv := workedMonth(t)
	svc := &draft.Service{Invoicing: inv}
	fonts := (&Main{Env: func(string) string { return "" }, flags: flags{quiet: true}}).fonts()
	err := db.ReadTx(t.Context(), pg.AsBatch("test"), func(tx *pg.Tx) error {
		rs, err := inv.Requisitions(t.Context(), tx, invoicing.Filter{State: invoicing.StateOpen})
		if err != nil {
			return err
		}
		if len(rs) < 5 {
			t.Errorf("%d lists are open", len(rs))
		}
		for _, r := range rs {
			d, err := svc.Draft(t.Context(), tx, r.Merchant, r.Number, draft.Yours{Number: "W-1"}, false)
			if err != nil {
				return err
			}
			for _, f := range draft.Forms() {
				b, err := f.Draw(d, fault.EN, fonts)
				if err != nil {
					return err
				}
				if !f.XML {
					continue
				}
				i, _, err := inv.ReadInvoice(t.Context(), tx, r.Merchant, b)
				if err != nil {
					t.Errorf("%s %s: %v", r.Number, f.Name, err)
					continue
				}
				filled := map[string]string{}
				for _, name := range d.List.Blank(nil) {
					filled[name] = "201812345K"
				}
				v, err := inv.Check(t.Context(), tx, invoicing.Send{Merchant: r.Merchant, Requisition: r.Number, ListAttached: true, Filled: filled, Invoices: []invoicing.Invoice{i}})
				if err != nil {
					return err
				}
				if v.Outcome != invoicing.Accepted {
					t.Errorf("%s %s: %s %v", r.Number, f.Name, v.Outcome, v.All())
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
