package einvoice

import (
	"strings"
	"testing"
)

func TestFatturaPA(t *testing.T) {
	t.Parallel()
	file := string(load(t, "fatturapa", "invoice.xml"))
	body := file[strings.Index(file, "  <FatturaElettronicaBody>"):strings.Index(file, "</f:")]
	breakages(t, "fatturapa/invoice.xml", []breakage{
		{"as it should be", "Servizi cloud", "Servizi cloud", ""},
		{"two invoices in one file", body, body + body, "EINV-SEVERAL"},
		{"no number", "<Numero>2031/17</Numero>", "", "EINV-MISSING"},
		{"no type", "<TipoDocumento>TD01</TipoDocumento>", "", "EINV-MISSING"},
		{"no rows of tax", file[strings.Index(file, "<DatiRiepilogo>"):strings.Index(file, "    </DatiBeniServizi>")], "", "EINV-MISSING"},
		{"a total with a comma", "1470.46", "1470,46", "EINV-AMOUNT"},
		{"an instalment that is no amount", "270.46<", "?<", "EINV-AMOUNT"},
		{"a withheld amount that is none", "200.00<", "2e2<", "EINV-AMOUNT"},
		{"a day that does not exist", "2031-04-16", "2031-04-31", "EINV-DATE"},
		{"a seller without a name", "<Denominazione>Nuvola Arancione S.r.l.</Denominazione>", "<Nome>Ada</Nome>", "EINV-MISSING"},
	})
}

func TestFatturaPAFigures(t *testing.T) {
	t.Parallel()
	pay := func(amounts ...string) string {
		out := "<DatiPagamento>"
		for _, a := range amounts {
			out += "<DettaglioPagamento><ImportoPagamento>" + a + "</ImportoPagamento></DettaglioPagamento>"
		}
		return out + "</DatiPagamento>"
	}
	file := string(load(t, "fatturapa", "invoice.xml"))
	old := file[strings.Index(file, "<DatiPagamento>"):strings.Index(file, "  </FatturaElettronicaBody>")]
	round := "<ImportoTotaleDocumento>1470.46</ImportoTotaleDocumento><Arrotondamento>0.04</Arrotondamento>"
	cases := []struct{ name, payment, total, want string }{
		{"two instalments are added", old, "", "1470.46 200 0 1270.46"},
		{"two means of paying all of it are one amount", pay("1270.46", "1270.46"), "", "1470.46 200 0 1270.46"},
		{"another amount is kept as written", pay("1300"), "", "1470.46 200 0 1300"},
		{"no payment details: total less what is withheld", "", "", "1470.46 200 0 1270.46"},
		{"rounding beside the total", pay("1270.50"), round, "1470.46 200 0.04 1270.5"},
		{"rounding within the total", pay("1270.46"), round, "1470.46 200 0 1270.46"},
		{"rounding without payment details", "", round, "1470.46 200 0.04 1270.5"},
		{"no total: net amounts and tax", pay("1270.46"), " ", "1470.46 200 0 1270.46"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := strings.Replace(file, old, c.payment, 1)
			if c.total != "" {
				s = strings.Replace(s, "<ImportoTotaleDocumento>1470.46</ImportoTotaleDocumento>", c.total, 1)
			}
			d, err := Read([]byte(s))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join([]string{d.Gross.String(), d.Retained.String(), d.Rounding.String(), d.Payable.String()}, " "); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			for _, field := range []string{"gross", "retained", "payable"} {
				if d.Evidence[field].Where == "" {
					t.Errorf("no evidence of %s", field)
				}
			}
		})
	}
}
