package entities

import (
	"regexp"
	"strings"

	"suanpan/entities/identifier"

	"suanpan/internal/period"
)

const trSchema = "UBL-TR schematron"

var trNumber = regexp.MustCompile(`^[0-9A-Z]{3}20[0-9]{2}[0-9]{9}$`)

func trInvoice(currency, number string, p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T12:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: currencyOf(currency), Number: number, Resident: true, Known: known, Particulars: p,
	}
}

const trGood = "GIB2026000000001"

var _ = register(&Jurisdiction{
	ID: "tr", Country: "TR", Name: "Türkiye", Names: Words{"Türkiye", "土耳其", "Turquia"}, ZoneName: "Europe/Istanbul", Calendar: "tr", Currency: "TRY", TaxID: possible(identifier.VKN, identifier.TCKN),
	Rules: []Rule{
		{
			Code: "TR-NUMBER", Kind: FromGuidance, Source: trSchema, find: trShape,
			Says: Words{"An e-invoice number is 16 characters: 3 letters or digits, the year, 9 digits.", "电子发票号码为 16 位：3 位字母或数字、年份、9 位数字。", "O número da e-fatura tem 16 caracteres: 3 letras ou dígitos, o ano, 9 dígitos."},
		},
		{
			Code: "TR-UUID", Kind: FromGuidance, Source: trSchema, Needs: []Part{PartFormat, PartFiscal}, find: trUUID,
			Says: Words{"An e-invoice bears a UUID.", "电子发票载有 UUID。", "A e-fatura traz um UUID."},
		},
		{
			Code: "TR-RATE", Kind: FromGuidance, Source: trSchema, Needs: []Part{PartExchange}, find: trExchange,
			Says: Words{"In another currency than TRY the exchange rate is present.", "非 TRY 币种须载有汇率。", "Em moeda diferente de TRY consta a taxa de câmbio."},
		},
		{
			Code: "TR-PROFILE", Kind: FromGuidance, Source: trSchema,
			Says: Words{"TEMELFATURA cannot be refused formally, TICARIFATURA the buyer may answer; in which time no source here says.", "TEMELFATURA 不能正式拒收，TICARIFATURA 购买方可答复；时限无来源。", "TEMELFATURA não se recusa formalmente, TICARIFATURA o comprador pode responder; em que prazo nenhuma fonte daqui diz."},
		},
	},
	Examples: []Example{
		{"an e-invoice", trInvoice("TRY", trGood, Particulars{Format: "ubl", FiscalID: mxUUID, Seller: PartyFacts{TaxIDs: []string{"4540536920"}}}, PartFormat, PartFiscal, PartSeller), nil},
		{"a number of another shape", trInvoice("TRY", "INV-7", Particulars{}), []string{"TR-NUMBER"}},
		{"a foreigner numbers as at home", func() InvoiceFacts { f := trInvoice("EUR", "INV-7", Particulars{}); f.Resident = false; return f }(), nil},
		{"no UUID", trInvoice("TRY", trGood, Particulars{Format: "ubl"}, PartFormat, PartFiscal), []string{"TR-UUID"}},
		{"in euros without a rate", trInvoice("EUR", trGood, Particulars{}, PartExchange), []string{"TR-RATE"}},
		{"in euros with a rate", trInvoice("EUR", trGood, Particulars{Exchange: figure("48.1")}, PartExchange), nil},
		{"a number of nine digits", trInvoice("TRY", trGood, Particulars{Seller: PartyFacts{TaxIDs: []string{"454053692"}}}, PartSeller), []string{"LAW-TAX-ID"}},
	},
})

func trShape(_ Rule, f InvoiceFacts) (path, got string) {
	n := strings.ToUpper(strings.TrimSpace(f.Number))
	if !f.Resident || n == "" || trNumber.MatchString(n) {
		return "", ""
	}
	return "number", n
}

func trUUID(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Format != "ubl" || !blank(f.FiscalID) {
		return "", ""
	}
	return "fiscalId", "—"
}

func trExchange(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Currency == "TRY" || f.Exchange.IsPositive() {
		return "", ""
	}
	return "exchange", "—"
}
