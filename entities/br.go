package entities

import (
	"strconv"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

const (
	brInvoicePage = "KooGallery, 商家面向华为云开票: invoices to the Brazilian entity go in before the 20th; Brazilian law does not let an invoice be paid across months"
	brInferred    = brInvoicePage + "; inferred from it"
	brReais       = "Civil Code art. 318; Law 10.192/2001 art. 1; exceptions in Law 14.286/2021 art. 13"
)

var _ = register(&Jurisdiction{
	ID: "br", Country: "BR", Name: "Brazil", ZoneName: "America/Sao_Paulo", Calendar: "br", Currency: "BRL",
	lastDay: KeyBRLastDay, oneMonth: true, TaxID: validCNPJ,
	Rules: []Rule{
		{Code: "BR-LAST-DAY", Says: "Received by the last day (19, a setting) of its month.", Source: brInvoicePage, check: brLastDay},
		{Code: "BR-SAME-MONTH", Says: "Dated in the month of receipt.", Source: brInferred, check: brSameMonth},
		{Code: "BR-REISSUE", Says: "Not paid in the month of its date: issued again.", Source: brInferred, check: brReissue},
		{Code: "BR-RESIDENT-BRL", Says: "Between residents an obligation is stated in reais.", Source: brReais, check: brResident},
		{Code: "BR-NONRESIDENT-CURRENCY", Says: "A company outside Brazil is paid in EUR.", Source: srcBrazil, check: brNonResident},
		{Code: "BR-XML", Says: "NFS-e and NF-e: the XML is the document, a printed DANFE does not replace it.", Source: "validity is signature and authorisation protocol"},
		{Code: "BR-NFSE-2026", From: period.MustDay("2026-01-01"), Says: "NFS-e follows the national layout and carries IBS/CBS groups; unknown elements are ignored.", Source: "national NFS-e standard from 2026-01-01"},
		{Code: "BR-NO-CREDIT-NOTE", Says: "NFS-e knows no credit note: a wrong one is cancelled and issued again under a new number.", Source: "layout of NFS-e"},
	},
	Examples: []Example{
		{"in time to the last second", InvoiceFacts{ReceivedAt: at("2026-11-20T02:59:59Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true}, nil},
		{"the 20th is too late", InvoiceFacts{ReceivedAt: at("2026-11-20T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true}, []string{"BR-LAST-DAY"}},
		{"the 20th in Beijing is still the 19th", InvoiceFacts{ReceivedAt: at("2026-11-20T02:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true}, nil},
		{"the last day is a setting", InvoiceFacts{ReceivedAt: at("2026-11-20T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, LastDay: 20}, nil},
		{"dated in another month", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-10-31"), Currency: "BRL", Resident: true}, []string{"BR-SAME-MONTH"}},
		{"a later month for an older list", InvoiceFacts{ReceivedAt: at("2026-12-03T15:00:00Z"), Dated: period.MustDay("2026-12-03"), Currency: "BRL", Resident: true}, nil},
		{"over the year's end", InvoiceFacts{ReceivedAt: at("2027-01-02T15:00:00Z"), Dated: period.MustDay("2026-12-31"), Currency: "BRL", Resident: true}, []string{"BR-SAME-MONTH"}},
		{"unpaid when the month ends", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-01T03:00:00Z")}, []string{"BR-REISSUE"}},
		{"unpaid a minute before it ends", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-01T02:59:00Z")}, nil},
		{"paid in its month", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-05T12:00:00Z"), PaidOn: period.MustDay("2026-11-25")}, nil},
		{"paid in the month after", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, AsOf: at("2026-12-05T12:00:00Z"), PaidOn: period.MustDay("2026-12-02")}, []string{"BR-REISSUE"}},
		{"a non-resident in reais", InvoiceFacts{ReceivedAt: at("2026-10-15T15:00:00Z"), Dated: period.MustDay("2026-10-15"), Currency: "BRL"}, []string{"BR-NONRESIDENT-CURRENCY"}},
		{"a non-resident in euros", InvoiceFacts{ReceivedAt: at("2026-10-15T15:00:00Z"), Dated: period.MustDay("2026-10-15"), Currency: "EUR"}, nil},
		{"a resident in euros", InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR", Resident: true}, []string{"BR-RESIDENT-BRL"}},
		{"everything at once", InvoiceFacts{ReceivedAt: at("2026-11-20T15:00:00Z"), Dated: period.MustDay("2026-10-31"), Currency: "USD", Resident: true}, []string{"BR-LAST-DAY", "BR-RESIDENT-BRL", "BR-SAME-MONTH"}},
	},
})

func brLastDay(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	last := f.LastDay
	if last == 0 {
		last, _ = strconv.Atoi(keys[KeyBRLastDay].Default)
	}
	got := period.DayOf(f.ReceivedAt, f.Zone)
	if got.Day <= last {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-LAST-DAY", "receivedAt", fault.Args{"received": got, "last": last, "next": got.Of().Next()})}
}

func brSameMonth(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	got := period.DayOf(f.ReceivedAt, f.Zone)
	if f.Dated.Of() == got.Of() {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-SAME-MONTH", "date", fault.Args{"dated": f.Dated, "received": got})}
}

func brReissue(j *Jurisdiction, f InvoiceFacts) fault.Faults {
	until, _ := j.PaymentWindowIn(f.Dated, f.Zone)
	if f.AsOf.IsZero() || f.AsOf.Before(until) || f.PaidOn.Of() == f.Dated.Of() {
		return nil
	}
	return fault.Faults{fault.New(fault.Conflict, "BR-REISSUE", "date", fault.Args{"dated": f.Dated, "month": f.Dated.Of()})}
}

func brResident(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	if !f.Resident || f.Currency == "BRL" {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-RESIDENT-BRL", "currency", fault.Args{"currency": f.Currency})}
}

func brNonResident(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	if f.Resident || f.Currency == "EUR" {
		return nil
	}
	return fault.Faults{fault.New(fault.Invalid, "BR-NONRESIDENT-CURRENCY", "currency", fault.Args{"currency": f.Currency})}
}
