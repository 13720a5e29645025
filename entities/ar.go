package entities

import (
	"strings"

	"suanpan/entities/identifier"

	"suanpan/internal/period"
)

const arInvopop = "docs.invopop.com, Argentina"

func arInvoice(tax string, p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "ARS", Tax: figure(tax), Resident: true, Known: known, Particulars: p,
	}
}

var _ = register(&Jurisdiction{
	ID: "ar", Country: "AR", Name: "Argentina", Names: Words{"Argentina", "阿根廷", "Argentina"}, ZoneName: "America/Argentina/Buenos_Aires", Calendar: "ar", Currency: "ARS", TaxID: possible(identifier.CUIT),
	Rules: []Rule{
		{
			Code: "AR-LETTER", Kind: FromWeak, Source: arInvopop, Needs: []Part{PartType}, find: arLetter,
			Says: Words{"A resident's invoice is a Factura A (between registered taxpayers), B, or C (of a Monotributo).", "居民的发票为 A 类（登记纳税人之间）、B 类或 C 类（Monotributo）。", "A fatura de um residente é Factura A (entre inscritos), B ou C (de um Monotributo)."},
		},
		{
			Code: "AR-C-NO-VAT", Kind: FromWeak, Source: arInvopop, Needs: []Part{PartType}, find: arNoTax,
			Says: Words{"A Factura C bears no VAT.", "C 类发票不含增值税。", "Uma Factura C não traz IVA."},
		},
		{
			Code: "AR-CUIT", Kind: FromWeak, Source: arInvopop, Needs: []Part{PartSeller}, find: arSeller,
			Says: Words{"A resident seller is named with its CUIT.", "境内销售方须载有 CUIT。", "O vendedor residente traz seu CUIT."},
		},
	},
	Examples: []Example{
		{"a Factura A", arInvoice("21", Particulars{Type: "A", Seller: PartyFacts{TaxIDs: []string{"20-26756539-3"}}}, PartType, PartSeller), nil},
		{"a Factura C with VAT", arInvoice("21", Particulars{Type: "C"}, PartType), []string{"AR-C-NO-VAT"}},
		{"a Factura C", arInvoice("0", Particulars{Type: "C"}, PartType), nil},
		{"a letter of no invoice", arInvoice("0", Particulars{Type: "X"}, PartType), []string{"AR-LETTER"}},
		{"without a CUIT", arInvoice("0", Particulars{}, PartSeller), []string{"AR-CUIT"}},
		{"a CUIT whose check digit does not fit", arInvoice("0", Particulars{Seller: PartyFacts{TaxIDs: []string{"20-26756539-4"}}}, PartSeller), []string{"LAW-TAX-ID"}},
	},
})

func arLetter(_ Rule, f InvoiceFacts) (path, got string) {
	switch strings.ToUpper(strings.TrimSpace(f.Type)) {
	case "A", "B", "C":
		return "", ""
	}
	if !f.Resident {
		return "", ""
	}
	return "type", saidOr(f.Type)
}

func arNoTax(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !strings.EqualFold(strings.TrimSpace(f.Type), "C") || !f.Tax.IsPositive() {
		return "", ""
	}
	return "tax", f.Tax.String()
}

func arSeller(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || len(f.Seller.TaxIDs) > 0 {
		return "", ""
	}
	return "seller", "—"
}
