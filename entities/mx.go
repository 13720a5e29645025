package entities

import (
	"slices"

	"suanpan/entities/identifier"

	"suanpan/internal/period"
)

const (
	mxCode   = "Código Fiscal de la Federación arts. 29, 29-A"
	mxAnexo  = "SAT, Resolución Miscelánea Fiscal, Anexo 20"
	mxPapers = "ayuda.invoiceone.com.mx"
)

func mxInvoice(p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{ReceivedAt: at("2026-11-16T18:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "MXN", Gross: figure("116"), Resident: true, Known: known, Particulars: p}
}

const mxUUID = "ad662d33-6934-459c-a128-bdf0393e0f44"

var _ = register(&Jurisdiction{
	ID: "mx", Country: "MX", Name: "Mexico", Names: Words{"Mexico", "墨西哥", "México"}, ZoneName: "America/Mexico_City", Calendar: "mx", Currency: "MXN", TaxID: possible(identifier.RFC),
	Rules: []Rule{
		{
			Code: "MX-UUID", Kind: FromLaw, Refuses: true, Source: mxCode, Needs: []Part{PartFormat, PartFiscal}, find: mxStamped,
			Says: Words{"A CFDI has effect only with the stamp of an authorised certifier: it bears the UUID of its TimbreFiscalDigital.", "CFDI 须经授权认证商盖章方有效：载有 TimbreFiscalDigital 的 UUID。", "Um CFDI só tem efeito com o selo de um certificador autorizado: traz o UUID do TimbreFiscalDigital."},
		},
		{
			Code: "MX-CFDI-40", From: day("2023-04-01"), Kind: FromLaw, Refuses: true, Source: mxAnexo + ": version 4.0 alone since 2023-04-01", Figure: "4.0", Needs: []Part{PartFormat, PartVersion}, find: mxVersion,
			Says: Words{"A CFDI is of version 4.0.", "CFDI 为 4.0 版。", "Um CFDI é da versão 4.0."},
		},
		{
			Code: "MX-CFDI", Kind: FromLaw, Source: mxCode + "; what was typed or printed does not show whether a CFDI exists", Needs: []Part{PartFormat}, find: mxOther,
			Says: Words{"A resident's invoice is a CFDI, and its XML is the document.", "居民的发票为 CFDI，以其 XML 为准。", "A fatura de um residente é um CFDI, e o documento é o seu XML."},
		},
		{
			Code: "MX-RECEIVER", Kind: FromGuidance, Source: mxAnexo, Needs: []Part{PartFormat, PartBuyerAddress}, find: mxReceiver,
			Says: Words{"Issuer and receiver are given with name, fiscal regime and postcode, the receiver with its use of the CFDI.", "须载明开具方和接收方的名称、税制和邮编，以及接收方的 UsoCFDI。", "Emitente e receptor trazem nome, regime fiscal e código postal, o receptor também o uso do CFDI."},
		},
		{
			Code: "MX-NO-NEGATIVE", Kind: FromWeak, Source: mxPapers, find: mxNegative,
			Says: Words{"A CFDI bears no negative numbers.", "CFDI 不含负数。", "Um CFDI não traz números negativos."},
		},
		{
			Code: "MX-TYPE", Kind: FromWeak, Source: "inferred from the types of Anexo 20", Needs: []Part{PartType}, find: mxType,
			Says: Words{"Type I is the invoice; E gives money back, P is the receipt of a payment.", "I 类为发票；E 类为退款凭证，P 类为收款凭证。", "O tipo I é a fatura; E devolve dinheiro, P é o recibo de um pagamento."},
		},
		{
			Code: "MX-RETAINED", Kind: FromGuidance, Source: mxAnexo,
			Says: Words{"Total is subtotal less discount plus transferred tax less withheld tax: the list is held against the amount before withholding.", "总额等于小计减折扣加转嫁税减代扣税：以代扣前金额与清单核对。", "O total é subtotal menos desconto mais imposto trasladado menos imposto retido: a lista se compara com o valor antes da retenção."},
		},
		{
			Code: "MX-REPLACE", Kind: FromWeak, Source: mxPapers,
			Says: Words{"A wrong CFDI is cancelled and replaced by another.", "有误的 CFDI 须作废并以新的替换。", "Um CFDI errado é cancelado e substituído por outro."},
		},
		{
			Code: "MX-CANCEL-3-DAYS", Kind: FromWeak, Source: "docs.invopop.com, Mexico", Window: &Window{Asked: AskedCancellation, Days: 3, Working: true},
			Says: Words{"The receiver accepts or refuses a cancellation within 3 working days; silence accepts it.", "接收方须在 3 个工作日内接受或拒绝作废请求；沉默视为接受。", "O receptor aceita ou recusa um cancelamento em 3 dias úteis; o silêncio aceita."},
		},
		{
			Code: "MX-PPD", Kind: FromWeak, Source: "inferred from the complemento de pago",
			Says: Words{"After payment of a PPD invoice the merchant sends a complemento de pago.", "PPD 发票付款后，商家须提供 complemento de pago。", "Depois do pagamento de uma fatura PPD o comerciante envia um complemento de pago."},
		},
		{
			Code: "MX-KEEP", Kind: FromWeak, Source: "docs.invopop.com, Mexico", Figure: "5",
			Says: Words{"The receiver verifies the UUID with the tax office and keeps the XML 5 years.", "接收方须向税务机关核验 UUID，并保存 XML 5 年。", "O receptor verifica o UUID no fisco e guarda o XML por 5 anos."},
		},
	},
	Examples: []Example{
		{"a stamped CFDI 4.0", mxInvoice(Particulars{Format: "cfdi", Version: "4.0", Type: "I", FiscalID: mxUUID, Seller: PartyFacts{TaxIDs: []string{"AAA010101AAA"}}, Buyer: PartyFacts{Postcode: "06600"}}, PartFormat, PartVersion, PartType, PartFiscal, PartSeller, PartBuyerAddress), nil},
		{"a CFDI without stamp", mxInvoice(Particulars{Format: "cfdi", Version: "4.0"}, PartFormat, PartFiscal), []string{"MX-UUID"}},
		{"a CFDI 3.3", mxInvoice(Particulars{Format: "cfdi", Version: "3.3", FiscalID: mxUUID}, PartFormat, PartVersion, PartFiscal), []string{"MX-CFDI-40"}},
		{"a CFDI 3.3 while it was allowed", func() InvoiceFacts {
			f := mxInvoice(Particulars{Format: "cfdi", Version: "3.3", FiscalID: mxUUID}, PartFormat, PartVersion, PartFiscal)
			f.ReceivedAt, f.Dated = at("2023-03-31T18:00:00Z"), period.MustDay("2023-03-31")
			return f
		}(), nil},
		{"typed in: whether it is stamped is not known", mxInvoice(Particulars{Format: "typed"}, PartFormat), []string{"MX-CFDI"}},
		{"a CFDI whose stamp nobody read", mxInvoice(Particulars{Format: "cfdi"}, PartFormat), nil},
		{"a foreigner's invoice", InvoiceFacts{ReceivedAt: at("2026-11-16T18:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "USD", Known: Parts{PartFormat}, Particulars: Particulars{Format: "pdf"}}, nil},
		{"no postcode of the receiver", mxInvoice(Particulars{Format: "cfdi"}, PartFormat, PartBuyerAddress), []string{"MX-RECEIVER"}},
		{"a negative total", func() InvoiceFacts { f := mxInvoice(Particulars{}); f.Gross = figure("-1"); return f }(), []string{"MX-NO-NEGATIVE"}},
		{"the receipt of a payment", mxInvoice(Particulars{Type: "P"}, PartType), []string{"MX-TYPE"}},
		{"an RFC of no known shape", mxInvoice(Particulars{Seller: PartyFacts{TaxIDs: []string{"AAA011301AAA"}}}, PartSeller), []string{"LAW-TAX-ID"}},
		{"less withheld than is set", func() InvoiceFacts {
			f := mxInvoice(Particulars{Net: figure("100"), Retained: figure("1.00")}, PartNet, PartRetained)
			f.Withholding = []Withholding{{Code: "ISR", Rate: figure("0.0125")}}
			return f
		}(), []string{"LAW-WITHHOLDING"}},
		{"withheld as is set", func() InvoiceFacts {
			f := mxInvoice(Particulars{Net: figure("100"), Retained: figure("1.25")}, PartNet, PartRetained)
			f.Withholding = []Withholding{{Code: "ISR", Rate: figure("0.0125")}}
			return f
		}(), nil},
		{"nothing is set, nothing is said", mxInvoice(Particulars{Net: figure("100"), Retained: figure("1.25")}, PartNet, PartRetained), nil},
	},
})

func mxStamped(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Format != "cfdi" || !blank(f.FiscalID) {
		return "", ""
	}
	return "fiscalId", "—"
}

func mxVersion(r Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Format != "cfdi" || f.Version == r.Figure {
		return "", ""
	}
	return "version", saidOr(f.Version)
}

func mxOther(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Format == "cfdi" {
		return "", ""
	}
	return "format", saidOr(f.Format)
}

func mxReceiver(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Format != "cfdi" || !blank(f.Buyer.Postcode) {
		return "", ""
	}
	return "buyer.postcode", "—"
}

func mxNegative(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.Gross.IsNegative() && !f.Tax.IsNegative() {
		return "", ""
	}
	return "grandTotal", f.Gross.String()
}

func mxType(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !slices.Contains([]string{"E", "P", "T", "N"}, f.Type) {
		return "", ""
	}
	return "type", f.Type
}
