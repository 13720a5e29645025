package entities

import (
	"slices"

	"suanpan/internal/period"
)

const (
	clLaw = "Law 19.983 art. 3, as changed by Law 20.956 art. 4"
	clSII = "types of the SII"
)

func clInvoice(p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{ReceivedAt: at("2026-11-16T15:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "CLP", Resident: true, Known: known, Particulars: p}
}

var _ = register(&Jurisdiction{
	ID: "cl", Country: "CL", Name: "Chile", Names: Words{"Chile", "智利", "Chile"}, ZoneName: "America/Santiago", Calendar: "cl", Currency: "CLP", TaxID: validRUT,
	Rules: []Rule{
		{
			Code: "CL-8-DAYS", From: day("2016-11-01"), Kind: FromLaw, Source: clLaw + "; sii.cl, uso del crédito fiscal, for the tax credit", Window: &Window{Asked: AskedInvoice, Days: 8},
			Says: Words{"The buyer may complain within 8 calendar days of reception; then the invoice is accepted for good, and the tax credit follows that day.", "购买方可在收到后 8 个自然日内提出异议；逾期即视为不可撤销地接受，进项抵扣随该日确定。", "O comprador pode reclamar em 8 dias corridos do recebimento; depois a fatura está aceita em definitivo, e o crédito fiscal segue esse dia."},
		},
		{
			Code: "CL-DTE", Kind: FromGuidance, Source: clSII, Needs: []Part{PartType}, find: clType,
			Says: Words{"A resident's document is a DTE: 33 invoice, 34 exempt, 56 debit note, 61 credit note.", "居民的凭证为 DTE：33 发票、34 免税发票、56 借项凭证、61 贷项凭证。", "O documento de um residente é um DTE: 33 fatura, 34 isenta, 56 nota de débito, 61 nota de crédito."},
		},
		{
			Code: "CL-EXEMPT", Kind: FromGuidance, Source: clSII, Needs: []Part{PartType}, find: clExempt,
			Says: Words{"A document of type 34 bears no tax.", "34 类凭证不含税额。", "Um documento do tipo 34 não traz imposto."},
		},
		{
			Code: "CL-REFERENCE", Kind: FromGuidance, Source: clSII, Needs: []Part{PartType, PartReferences}, find: clReference,
			Says: Words{"A credit or debit note names the document that it changes.", "贷项或借项凭证须注明所更正的凭证。", "Uma nota de crédito ou débito indica o documento que altera."},
		},
		{
			Code: "CL-NO-DECIMALS", Kind: FromGuidance, Source: "ISO 4217; tested for every currency by LAW-DECIMALS",
			Says: Words{"CLP has no decimals.", "CLP 没有小数。", "O CLP não tem casas decimais."},
		},
		{
			Code: "CL-LIQUIDACION", Kind: FromWeak, Source: "sovos.com",
			Says: Words{"Agents on commission settle with a liquidación-factura (43).", "佣金代理人以 liquidación-factura 结算。", "Agentes comissionados liquidam com a liquidación-factura."},
		},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-12-01T02:30:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "CLP", Resident: true}, nil},
		{"a DTE", clInvoice(Particulars{Type: "33", Seller: PartyFacts{TaxIDs: []string{"76086428-5"}}}, PartType, PartSeller), nil},
		{"a type that is no DTE", clInvoice(Particulars{Type: "380"}, PartType), []string{"CL-DTE"}},
		{"a credit note without its invoice", clInvoice(Particulars{Type: "61"}, PartType, PartReferences), []string{"CL-REFERENCE"}},
		{"a credit note with its invoice", clInvoice(Particulars{Type: "61", References: []string{"1234"}}, PartType, PartReferences), nil},
		{"an exempt document with tax", func() InvoiceFacts {
			f := clInvoice(Particulars{Type: "34"}, PartType)
			f.Tax = figure("190")
			return f
		}(), []string{"CL-EXEMPT"}},
		{"half a peso", func() InvoiceFacts {
			f := clInvoice(Particulars{Format: "typed"}, PartFormat)
			f.Gross = figure("100.5")
			return f
		}(), []string{"LAW-DECIMALS"}},
		{"a RUT whose check character does not fit", clInvoice(Particulars{Seller: PartyFacts{TaxIDs: []string{"76086428-6"}}}, PartSeller), []string{"LAW-TAX-ID"}},
	},
})

func clType(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || slices.Contains([]string{"33", "34", "56", "61"}, f.Type) {
		return "", ""
	}
	return "type", saidOr(f.Type)
}

func clExempt(_ Rule, f InvoiceFacts) (path, got string) {
	if f.Type != "34" || !f.Tax.IsPositive() {
		return "", ""
	}
	return "tax", f.Tax.String()
}

func clReference(_ Rule, f InvoiceFacts) (path, got string) {
	if f.Type != "61" && f.Type != "56" || len(f.References) > 0 {
		return "", ""
	}
	return "references", "—"
}
