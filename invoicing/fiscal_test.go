package invoicing_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

const uuid = "1fac4464-1111-0000-1111-cd37179db12e"

// stamped is an upload whose invoices carry fiscal ids, in the order sent.
func stamped(l invoicing.List, first, total string, ids ...string) invoicing.Send {
	c := send(l, "2026-11-13", first, slices.Repeat([]string{total}, len(ids))...)
	for i, id := range ids {
		c.Invoices[i].FiscalKind, c.Invoices[i].FiscalID = "mx.cfdi", id
	}
	return c
}

func TestFiscalKeyOfAFormat(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"cfdi": "mx.cfdi/AB", "nfe": "br.nfe/AB", "nfse": "br.nfse/AB", "ubl": "", "typed": ""} {
		if got := (invoicing.Invoice{}).WithFiscal(format, " a-b").FiscalKey(); got != want {
			t.Errorf("%s: %q, want %q", format, got, want)
		}
	}
	if got := (invoicing.Invoice{}).WithFiscal("cfdi", " ").FiscalKey(); got != "" {
		t.Errorf("a file without a stamp: %q", got)
	}
}

// another is the list of another merchant over the same amount.
func (h *house) another() invoicing.List {
	l := h.list()
	l.Merchant, l.Requisition = "M9", "REQ-9"
	return l
}

// second is the same merchant's next list.
func (h *house) second() invoicing.List {
	l := h.list()
	l.Requisition = "REQ-2"
	return l
}

func twoLists(t *testing.T, second func(*house) invoicing.List) (*house, invoicing.List, invoicing.List) {
	h := build(t)
	a, b := h.list(), second(h)
	h.issue(a)
	h.issue(b)
	h.clock.Add(time.Hour)
	return h, a, b
}

func TestAFiscalDocumentAnswersOneList(t *testing.T) {
	t.Parallel()
	t.Run("another merchant learns that it is used, and nothing else", func(t *testing.T) {
		t.Parallel()
		h, a, b := twoLists(t, (*house).another)
		want(t, h.submit(stamped(a, "A", "471.60", uuid)).Submission.Verdict, invoicing.Accepted, "")
		got := h.submit(stamped(b, "Z", "471.60", strings.ToUpper(strings.ReplaceAll(uuid, "-", "")))).Submission.Verdict
		want(t, got, invoicing.Refused, "INV-FISCAL-USED")
		for _, l := range fault.Langs {
			if text := got.Faults[0].Text(l); strings.Contains(text, "M2") || strings.Contains(text, "REQ-1") {
				t.Errorf("it tells whose it is: %s", text)
			}
		}
		h.as(pg.AsMerchant("M9", "seller"), func(tx *pg.Tx) error {
			var seen int
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM fiscal_claim`).Scan(&seen); err != nil || seen != 0 {
				t.Errorf("%d rows of others are seen: %v", seen, err)
			}
			v, err := h.svc.Check(ctx, tx, stamped(b, "Z", "471.60", uuid))
			want(t, v, invoicing.Refused, "INV-FISCAL-USED") // a dry run says the same
			return err
		})
	})
	t.Run("the same merchant's next list is told where it belongs", func(t *testing.T) {
		t.Parallel()
		h, a, b := twoLists(t, (*house).second)
		want(t, h.submit(stamped(a, "A", "471.60", uuid)).Submission.Verdict, invoicing.Accepted, "")
		got := h.submit(stamped(b, "B", "471.60", uuid)).Submission.Verdict
		want(t, got, invoicing.Refused, "INV-FISCAL-OTHER")
		if !strings.Contains(got.Faults[0].Text(fault.EN), "REQ-1") || got.Faults[0].Path != "invoices[0].fiscalId" {
			t.Errorf("%v", got.Faults)
		}
	})
	t.Run("refused at once it has answered nothing, and goes where it belongs", func(t *testing.T) {
		t.Parallel()
		h, a, b := twoLists(t, (*house).second)
		want(t, h.submit(stamped(a, "A", "471.61", uuid)).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
		want(t, h.submit(stamped(b, "A", "471.60", uuid)).Submission.Verdict, invoicing.Accepted, "")
	})
	t.Run("one document under two numbers is refused", func(t *testing.T) {
		t.Parallel()
		h, a, _ := twoLists(t, (*house).second)
		want(t, h.submit(stamped(a, "A", "235.80", uuid, uuid)).Submission.Verdict, invoicing.Refused, "INV-FISCAL-TWICE")
		part := stamped(a, "B", "235.80", uuid)
		part.MoreWillFollow = true
		want(t, h.submit(part).Submission.Verdict, invoicing.Incomplete, "INV-INCOMPLETE")
		want(t, h.submit(stamped(a, "C", "235.80", uuid)).Submission.Verdict, invoicing.Refused, "INV-FISCAL-TWICE")
		want(t, h.submit(stamped(a, "B", "235.80", uuid)).Submission.Verdict, invoicing.Refused, "INV-DUPLICATE")
	})
	t.Run("one that cannot exist is refused with the reason", func(t *testing.T) {
		t.Parallel()
		h, a, _ := twoLists(t, (*house).second)
		want(t, h.submit(stamped(a, "A", "471.60", "1fac4464-1111")).Submission.Verdict, invoicing.Refused, "ID-LENGTH")
		c := send(a, "2026-11-13", "B", "471.60")
		c.Invoices[0] = c.Invoices[0].WithFiscal("nfe", "15231207933914000154550010006643501427015087")
		want(t, h.submit(c).Submission.Verdict, invoicing.Refused, "ID-CHECK")
		for _, kind := range []string{"", "iban", "MX.CFDI"} { // else one document could be sent under two names
			c.Invoices[0].FiscalKind = kind
			want(t, h.submit(c).Submission.Verdict, invoicing.Refused, "INV-FISCAL-KIND")
		}
	})
}

func TestAFiscalDocumentStaysWithItsList(t *testing.T) {
	t.Parallel()
	t.Run("after a revocation it comes again for the same list, never for another", func(t *testing.T) {
		t.Parallel()
		h, a, b := twoLists(t, (*house).second)
		c := h.another()
		h.issue(c)
		want(t, h.submit(stamped(a, "A", "471.60", uuid)).Submission.Verdict, invoicing.Accepted, "")
		h.as(pg.AsStaff("fin"), func(tx *pg.Tx) error {
			_, err := h.svc.Revoke(ctx, tx, invoicing.Revocation{Merchant: a.Merchant, Requisition: a.Requisition, Reason: "wrong service item", First: "fin", Second: "boss"})
			return err
		})
		want(t, h.submit(stamped(b, "A", "471.60", uuid)).Submission.Verdict, invoicing.Refused, "INV-FISCAL-OTHER")
		want(t, h.submit(stamped(c, "A", "471.60", uuid)).Submission.Verdict, invoicing.Refused, "INV-FISCAL-USED")
		want(t, h.submit(stamped(a, "A", "471.60", uuid)).Submission.Verdict, invoicing.Accepted, "")
	})
	t.Run("a late one holds it while finance decides, and after a refusal too", func(t *testing.T) {
		t.Parallel()
		h, a, b := twoLists(t, (*house).second)
		h.clock.Set(time.Date(2027, 3, 1, 2, 0, 0, 0, time.UTC))
		want(t, h.submit(stamped(a, "A", "471.60", uuid)).Submission.Verdict, invoicing.Late, "INV-LATE")
		want(t, h.submit(stamped(b, "B", "471.60", uuid)).Submission.Verdict, invoicing.Refused, "INV-FISCAL-OTHER INV-LATE")
		h.as(pg.AsStaff("fin"), func(tx *pg.Tx) error {
			_, err := h.svc.DecideLate(ctx, tx, invoicing.LateDecision{Merchant: a.Merchant, Requisition: a.Requisition, Submission: 1, Reason: "too late for the year"})
			return err
		})
		want(t, h.submit(stamped(b, "C", "471.60", uuid)).Submission.Verdict, invoicing.Refused, "INV-FISCAL-OTHER INV-LATE")
		want(t, h.submit(stamped(a, "A", "471.60", uuid)).Submission.Verdict, invoicing.Late, "INV-LATE")
		h.as(pg.AsStaff("fin"), func(tx *pg.Tx) error {
			r, err := h.svc.DecideLate(ctx, tx, invoicing.LateDecision{Merchant: a.Merchant, Requisition: a.Requisition, Submission: 2, Allow: true, Reason: "agreed with the merchant"})
			want(t, r.Submission.Verdict, invoicing.Accepted, "")
			return err
		})
	})
}

// Two merchants send the same document at the same moment, again and again: each time exactly one is accepted.
func TestTwoMerchantsRaceForAFiscalDocument(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.svc.Events = invoicing.Events{}
	const rounds = 6
	var lists []invoicing.List
	for n := range rounds {
		for _, l := range []invoicing.List{h.list(), h.another()} {
			l.Requisition, l.Fields = l.Requisition+"-"+string(rune('A'+n)), nil
			h.issue(l)
			lists = append(lists, l)
		}
	}
	h.clock.Add(time.Hour)
	for n := range rounds {
		id := uuid[:len(uuid)-1] + string(rune('1'+n))
		outcomes := make([]string, 2)
		var start, done sync.WaitGroup
		start.Add(2)
		for k := range 2 {
			l := lists[2*n+k]
			done.Go(func() {
				c := stamped(l, string(rune('A'+n)), "471.60", id)
				start.Done()
				start.Wait()
				err := h.db.InTx(context.Background(), pg.AsMerchant(l.Merchant, "seller"), func(tx *pg.Tx) error {
					r, err := h.svc.Submit(ctx, tx, c)
					outcomes[k] = string(r.Submission.Verdict.Outcome) + " " + strings.Join(r.Submission.Verdict.Codes(), " ")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		slices.Sort(outcomes)
		if !slices.Equal(outcomes, []string{"accepted ", "refused INV-FISCAL-USED"}) {
			t.Errorf("round %d: %q", n, outcomes)
		}
	}
}
