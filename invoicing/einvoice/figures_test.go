package einvoice

import (
	"strings"
	"testing"
)

func TestFiguresThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	amount := func(name, value string) string {
		return `<cbc:` + name + ` currencyID="USD">` + value + `</cbc:` + name + `>`
	}
	subtotal := amount("TaxableAmount", "100.00") + amount("TaxAmount", "15.00")
	tax := func(value string) [2]string {
		return [2]string{subtotal, amount("TaxableAmount", "100.00") + amount("TaxAmount", value)}
	}
	line := `</cbc:InvoicedQuantity>` + amount("LineExtensionAmount", "110.00")
	cases := []struct{ name, from, to, want string }{
		{"as it should be", "SA-77", "SA-78", ""},
		{"a line that the total leaves out", line, `</cbc:InvoicedQuantity>` + amount("LineExtensionAmount", "110.01"), "EINV-BR-CO-10"},
		{"lines in fractions of a cent that round to the total", line, `</cbc:InvoicedQuantity>` + amount("LineExtensionAmount", "110.004"), ""},
		{"a discount that the total leaves out", amount("Amount", "15.00"), amount("Amount", "15.01"), "EINV-BR-CO-11"},
		{"a charge that the total leaves out", amount("Amount", "5.00"), amount("Amount", "5.01"), "EINV-BR-CO-12"},
		{"a net amount without the charge", amount("TaxExclusiveAmount", "100.00"), amount("TaxExclusiveAmount", "95.00"), "EINV-BR-CO-13 EINV-BR-CO-15"},
		{"a category's tax that the total leaves out", tax("15.40")[0], tax("15.40")[1], "EINV-BR-CO-14"},
		{"a category's tax that is nearly one off", tax("15.99")[0], tax("15.99")[1], "EINV-BR-CO-14"},
		{"a category's tax that is one off", tax("16.00")[0], tax("16.00")[1], "EINV-BR-CO-14 EINV-BR-CO-17"},
		{"a total with tax that is one cent off", amount("TaxInclusiveAmount", "115.00"), amount("TaxInclusiveAmount", "115.01"), "EINV-BR-CO-15 EINV-BR-CO-16"},
		{"an amount due that forgets what was prepaid", amount("PrepaidAmount", "0.00"), amount("PrepaidAmount", "15.00"), "EINV-BR-CO-16"},
		{"the standard category without a rate", "<cbc:Percent>15.00</cbc:Percent>", "<cbc:Percent>0</cbc:Percent>", "EINV-BR-CO-17 EINV-BR-RATE"},
		{"an exempt category that bears tax", "<cbc:ID>S</cbc:ID>", "<cbc:ID>E</cbc:ID>", "EINV-BR-RATE"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := Read(changeIn(t, "ubl/saudi.xml", c.from, c.to))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(d.Warnings.Codes(), " "); got != c.want {
				t.Errorf("%v, want %s", d.Warnings, c.want)
			}
			for _, w := range d.Warnings {
				if !w.Warn || !strings.HasPrefix(w.Path, "/Invoice/") || len(w.Args) < 2 {
					t.Errorf("%+v", w)
				}
			}
		})
	}
}

func TestTotalsOfOtherFormatsAreCheckedToo(t *testing.T) {
	t.Parallel()
	breakages(t, "cfdi/invoice.xml", []breakage{
		{"a CFDI whose total forgets a peso", ` Total="1317.14"`, ` Total="1316.14"`, "EINV-BR-CO-15"},
	})
	breakages(t, "nfse/invoice.xml", []breakage{
		{"an NFS-e whose net amount forgets what is withheld", "<vLiq>1128.75</vLiq>", "<vLiq>1250.00</vLiq>", "EINV-BR-CO-16"},
	})
	breakages(t, "fatturapa/invoice.xml", []breakage{
		{"an Italian total that holds more", "<ImportoTotaleDocumento>1470.46", "<ImportoTotaleDocumento>1472.46", "EINV-BR-CO-15 EINV-BR-CO-16"},
		{
			"an Italian total that holds the stamp duty", "<ImportoTotaleDocumento>1470.46",
			"<DatiBollo><ImportoBollo>2.00</ImportoBollo></DatiBollo><ImportoTotaleDocumento>1472.46", "EINV-BR-CO-16",
		},
	})
	breakages(t, "cii/invoice.xml", []breakage{
		{"a CII amount due that forgets the rounding", "<ram:RoundingAmount>0.04</ram:RoundingAmount>", "", "EINV-BR-CO-16"},
		{
			"a CII line that is a group of lines",
			"<ram:LineID>1</ram:LineID>", "<ram:LineID>1</ram:LineID><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>", "",
		},
		{
			"a CII discount without its total", "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>",
			"<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator><ram:ActualAmount>1.00</ram:ActualAmount></ram:SpecifiedTradeAllowanceCharge>" +
				"<ram:SpecifiedTradeSettlementHeaderMonetarySummation>", "EINV-BR-CO-11",
		},
	})
}

func TestFindingsOnAFileThatIsIncomplete(t *testing.T) {
	t.Parallel()
	stub := `<Invoice xmlns="` + ublInvoice + `" xmlns:cac="` + ublNames["cac"] + `" xmlns:cbc="` + ublNames["cbc"] + `">` +
		`<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">10</cbc:TaxInclusiveAmount>` +
		`<cbc:PayableAmount currencyID="EUR">9</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>`
	fs, err := Findings([]byte(stub))
	if got := strings.Join(fs.Codes(), " "); err != nil || got != "EINV-BR-CO-16 EINV-MISSING" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := Findings([]byte("<a/>")); err == nil {
		t.Error("something else has findings")
	}
}
