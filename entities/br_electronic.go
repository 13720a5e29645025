package entities

import (
	"strings"

	"suanpan/entities/identifier"

	"suanpan/internal/period"
)

// The electronic documents of Brazil: NFS-e for services, NF-e model 55 for goods.

func brInvoice(p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "BRL", Resident: true, Known: known, Particulars: p,
	}
}

var brElectronic = []Example{
	{"a printed invoice of a resident", brInvoice(Particulars{Format: "pdf"}, PartFormat), []string{"BR-XML"}},
	{"typed in by a resident", brInvoice(Particulars{Format: "typed"}, PartFormat), []string{"BR-XML"}},
	{"an XML of a resident", brInvoice(Particulars{Format: "nfse"}, PartFormat), nil},
	{"a credit note of a resident", brInvoice(Particulars{CreditNote: true}, PartKind), []string{"BR-NO-CREDIT-NOTE"}},
	{"an invoice of a resident", brInvoice(Particulars{}, PartKind), nil},
	{"a key that holds", brInvoice(Particulars{AccessKey: brKeyOf("352611" + "16727230000197" + "55001000001234100000012"), Seller: PartyFacts{TaxIDs: []string{"16.727.230/0001-97"}}}, PartAccessKey, PartSeller), nil},
	{"a key with another check digit", brInvoice(Particulars{AccessKey: flip(brKeyOf("352611" + "16727230000197" + "55001000001234100000012"))}, PartAccessKey), []string{"BR-ACCESS-KEY"}},
	{"a key of another company", brInvoice(Particulars{AccessKey: brKeyOf("352611" + "12ABC34501DE35" + "55001000001234100000012"), Seller: PartyFacts{TaxIDs: []string{"16.727.230/0001-97"}}}, PartAccessKey, PartSeller), []string{"BR-ACCESS-KEY"}},
	{"a key of another month", brInvoice(Particulars{AccessKey: brKeyOf("352610" + "16727230000197" + "55001000001234100000012")}, PartAccessKey), []string{"BR-ACCESS-KEY"}},
	{"a CNPJ whose check digits do not fit", brInvoice(Particulars{Seller: PartyFacts{TaxIDs: []string{"16.727.230/0001-98"}}}, PartSeller), []string{"LAW-TAX-ID"}},
	{"a foreigner needs no XML", InvoiceFacts{ReceivedAt: at("2026-10-15T15:00:00Z"), Dated: period.MustDay("2026-10-15"), Currency: "EUR", Known: Parts{PartFormat}, Particulars: Particulars{Format: "pdf"}}, nil},
}

func brXML(_ Rule, f InvoiceFacts) (path, got string) {
	switch f.Format {
	case "typed", "pdf", "image":
		if f.Resident {
			return "format", f.Format
		}
	}
	return "", ""
}

func brCreditNote(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.CreditNote {
		return "", ""
	}
	return "kind", "credit note"
}

// brKey looks at the check digit of an NF-e key, and whether issuer and month inside it are the document's. Letters count as in a CNPJ.
func brKey(_ Rule, f InvoiceFacts) (path, got string) {
	key := strings.ToUpper(strings.TrimPrefix(strings.TrimSpace(f.AccessKey), "NFe"))
	if key == "" {
		return "", ""
	}
	if len(key) != 44 || key != brKeyOf(key[:43]) {
		return "accessKey", key
	}
	if m := f.Dated.Of(); !f.Dated.IsZero() && key[2:6] != m.Compact()[2:] {
		return "accessKey", "AAMM " + key[2:6]
	}
	if f.Known.Has(PartSeller) && len(f.Seller.TaxIDs) > 0 && !anyID(f.Seller, func(id string) bool { return sameCNPJ(id, key[6:20]) }) {
		return "accessKey", "CNPJ " + key[6:20]
	}
	return "", ""
}

// brKeyOf adds the check digit to the first 43 characters: weights 2 to 9 from the right, modulo 11.
func brKeyOf(first string) string {
	sum, w := 0, 2
	for i := len(first) - 1; i >= 0; i-- {
		sum += int(first[i]-'0') * w
		if w++; w == 10 {
			w = 2
		}
	}
	d := 11 - sum%11
	if d > 9 {
		d = 0
	}
	return first + string(rune('0'+d))
}

// flip changes the last digit of a key, for an example of a wrong one.
func flip(key string) string {
	last := key[len(key)-1]
	return key[:len(key)-1] + string('0'+(last-'0'+1)%10)
}

func sameCNPJ(a, b string) bool {
	n, _ := identifier.Normalise(identifier.CNPJ, a)
	return n == b
}
