package invoicing_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	library "github.com/speedata/einvoice"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/invoicing"
	"suanpan/invoicing/einvoice"
	"suanpan/ledger"
)

// longInvoice is a UBL invoice of 50 lines that answers a requisition of plain's list over 471.60.
func longInvoice(number, requisition string) []byte {
	l := plain().Lists[0]
	party := func(who, name string) string {
		return `<cac:` + who + `><cac:Party><cac:PostalAddress><cac:Country><cbc:IdentificationCode>SG</cbc:IdentificationCode></cac:Country></cac:PostalAddress>` +
			`<cac:PartyLegalEntity><cbc:RegistrationName>` + name + `</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:` + who + `>`
	}
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">` +
		`<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>` + number + `</cbc:ID><cbc:IssueDate>2026-11-13</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>` + requisition +
		` / 202610</cbc:Note><cbc:DocumentCurrencyCode>SGD</cbc:DocumentCurrencyCode>` + party("AccountingSupplierParty", l.MerchantName) + party("AccountingCustomerParty", l.EntityName) +
		`<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>SG1</cbc:ID><cbc:Name>` + l.MerchantName + `</cbc:Name></cac:PayeeFinancialAccount></cac:PaymentMeans>` +
		`<cac:TaxTotal><cbc:TaxAmount currencyID="SGD">0.00</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount currencyID="SGD">471.60</cbc:TaxableAmount><cbc:TaxAmount currencyID="SGD">0.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>Z</cbc:ID><cbc:Percent>0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>` +
		`<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="SGD">471.60</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount currencyID="SGD">471.60</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="SGD">471.60</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="SGD">471.60</cbc:PayableAmount></cac:LegalMonetaryTotal>`)
	for i := range 50 {
		amount := "9.43"
		if i == 49 {
			amount = "9.53"
		}
		fmt.Fprintf(&b, `<cac:InvoiceLine><cbc:ID>%d</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="SGD">%[2]s</cbc:LineExtensionAmount><cac:Item><cbc:Name>Service %[1]d</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>Z</cbc:ID><cbc:Percent>0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item><cac:Price><cbc:PriceAmount currencyID="SGD">%[2]s</cbc:PriceAmount></cac:Price></cac:InvoiceLine>`, i+1, amount)
	}
	b.WriteString(`</Invoice>`)
	return b.Bytes()
}

// verdictOf goes from bytes to the verdict on plain's list, without a database.
func verdictOf(b []byte) (invoicing.Verdict, error) {
	d, err := einvoice.Read(b)
	if err != nil {
		return invoicing.Verdict{}, err
	}
	in := plain()
	in.Upload.Invoices = []invoicing.Invoice{invoicing.FromDocument(d, []string{"REQ-1"})}
	return invoicing.Judge(in), nil
}

// TestTheInvoiceThatIsMeasuredIsAccepted keeps the benchmarks honest: a refusal could be quicker.
func TestTheInvoiceThatIsMeasuredIsAccepted(t *testing.T) {
	t.Parallel()
	v, err := verdictOf(longInvoice("L-1", "REQ-1"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, v, invoicing.Accepted, "")
}

// BenchmarkVerdict is bytes to verdict without storage, in turn with its floor: the library's parse and two bare scans of the tokens.
func BenchmarkVerdict(b *testing.B) {
	const rounds, each = 101, 4 // short ones: the pace of a shared machine changes within a second
	file := longInvoice("L-1", "REQ-1")
	scan := func() {
		for dec := xml.NewDecoder(bytes.NewReader(file)); ; {
			if _, err := dec.Token(); err != nil {
				if !errors.Is(err, io.EOF) {
					b.Fatal(err)
				}
				return
			}
		}
	}
	took := func(fn func() error) float64 {
		began := time.Now()
		for range each {
			if err := fn(); err != nil {
				b.Fatal(err)
			}
		}
		return float64(time.Since(began).Microseconds()) / each
	}
	var ours, floor []float64
	for range rounds {
		floor = append(floor, took(func() error {
			_, err := library.ParseReader(bytes.NewReader(file))
			scan()
			scan()
			return err
		}))
		ours = append(ours, took(func() error { _, err := verdictOf(file); return err }))
	}
	slices.Sort(ours)
	slices.Sort(floor)
	b.ReportMetric(ours[rounds/2], "µs/verdict")
	b.ReportMetric(floor[rounds/2], "µs/floor")
	b.ReportMetric(ours[rounds/2]/floor[rounds/2], "ratio")
	b.ReportMetric(0, "ns/op")
}

// desk is a durable database with open lists of merchants.
func desk(b *testing.B, lists int) (*pg.DB, *invoicing.Service) {
	b.Helper()
	db, svc := pgtest.Durable(b), &invoicing.Service{}
	err := db.InTx(ctx, pg.AsBatch("bench"), func(tx *pg.Tx) error {
		if err := entities.SeedKnown(ctx, tx); err != nil {
			return err
		}
		if err := ledger.OpenBooks(ctx, tx, []ledger.Book{{Code: "5541", Zone: "Asia/Singapore"}}); err != nil {
			return err
		}
		for i := range lists {
			l := plain().Lists[0]
			l.Version, l.Requisition, l.Fields = 0, fmt.Sprintf("REQ-B%d", i), nil
			if _, err := svc.IssueList(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return db, svc
}

// atLeast is a whole number from the environment, or what is usual.
func atLeast(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}

// BenchmarkSubmitFile is one file at a time as a merchant sends it: stored, then read, judged and kept. FILES says how many.
func BenchmarkSubmitFile(b *testing.B) {
	n := atLeast("FILES", 200)
	db, svc := desk(b, n)
	took := make([]time.Duration, n)
	seller := pg.AsMerchant("M2", "seller")
	for i := range took {
		no := fmt.Sprintf("REQ-B%d", i)
		file := longInvoice(fmt.Sprintf("L-%d", i), no)
		began := time.Now()
		err := db.InTx(ctx, seller, func(tx *pg.Tx) error {
			_, err := svc.KeepFile(ctx, tx, "M2", invoicing.FileUse{Requisition: no, Name: "a.xml"}, file)
			return err
		})
		if err == nil {
			err = db.InTx(ctx, seller, func(tx *pg.Tx) error {
				inv, _, err := svc.ReadInvoice(ctx, tx, "M2", file)
				if err != nil {
					return err
				}
				out, err := svc.Submit(ctx, tx, invoicing.Send{Merchant: "M2", Requisition: no, ListAttached: true, Invoices: []invoicing.Invoice{inv}})
				if err == nil && len(out.Submission.Verdict.Invoices) != 1 {
					err = fmt.Errorf("%v", out.Submission.Verdict.All())
				}
				return err
			})
		}
		if err != nil {
			b.Fatal(err)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[n/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[n*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// mixed are files of several kinds, damaged ones among them.
func mixed(b *testing.B, n int) [][]byte {
	b.Helper()
	var kinds [][]byte
	for _, name := range []string{"ubl/invoice.xml", "cii/invoice.xml", "facturx/invoice.pdf", "ubl/credit_note_gst.xml"} {
		f, err := os.ReadFile("einvoice/testdata/" + name)
		if err != nil {
			b.Fatal(err)
		}
		kinds = append(kinds, f, f[:len(f)*3/4])
	}
	kinds = append(kinds, longInvoice("L-1", "REQ-B0"), []byte("no invoice"), bytes.Repeat([]byte("<a>"), 100_000))
	out := make([][]byte, n)
	for i := range out {
		out[i] = kinds[i%len(kinds)]
	}
	return out
}

// BenchmarkCheckMixed checks mixed files, two at a time: files a second, and the program's own memory, early and at its end. FILES says
// how many.
func BenchmarkCheckMixed(b *testing.B) {
	n := atLeast("FILES", 1000)
	db, svc := desk(b, 1)
	files := mixed(b, n)
	var next atomic.Int64
	var early, most atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for range 2 {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				if err := checkOne(db, svc, files[i]); err != nil {
					b.Error(err)
					return
				}
				if i%50 == 49 {
					rss := resident(b)
					if i < int64(n)/4 {
						early.Store(max(early.Load(), rss))
					}
					most.Store(max(most.Load(), rss))
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "files/s")
	b.ReportMetric(float64(early.Load()), "MiB-first-quarter")
	b.ReportMetric(float64(most.Load()), "MiB-most")
	b.ReportMetric(0, "ns/op")
}

func checkOne(db *pg.DB, svc *invoicing.Service, file []byte) error {
	return db.ReadTx(ctx, pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
		inv, _, err := svc.ReadInvoice(ctx, tx, "M2", file)
		if len(fault.All(err)) > 0 {
			return nil // the answer of a damaged file
		}
		if err == nil {
			_, err = svc.Check(ctx, tx, invoicing.Send{Merchant: "M2", Requisition: "REQ-B0", ListAttached: true, Invoices: []invoicing.Invoice{inv}})
		}
		return err
	})
}

// resident is what this process holds in memory, in MiB (Linux).
func resident(b *testing.B) int64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib >> 10
}
