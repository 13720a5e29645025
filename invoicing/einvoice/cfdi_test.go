package einvoice

import (
	"strings"
	"testing"

	"suanpan/internal/fault"
)

// breakage is an example with one thing different, and what is then said: codes of faults, or of warnings where it is read anyway.
type breakage struct{ name, from, to, want string }

// breakages reads each and compares the codes.
func breakages(t *testing.T, file string, cases []breakage) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := Read(changeIn(t, file, c.from, c.to))
			fs := fault.All(err)
			if err == nil {
				fs = d.Warnings
			}
			if got := strings.Join(fs.Codes(), " "); got != c.want {
				t.Errorf("%v, want %s", fs, c.want)
			}
		})
	}
}

func TestCFDI(t *testing.T) {
	t.Parallel()
	breakages(t, "cfdi/invoice.xml", []breakage{
		{"as it should be", `Serie="HV"`, `Serie="HV"`, ""},
		{"never stamped", `UUID="6F1C0A52-9D0B-4E57-8B1A-3C2D4E5F6071"`, "", "EINV-NOT-STAMPED"},
		{"stamped with half a UUID", "6F1C0A52-9D0B-", "", "EINV-FISCAL-ID"},
		{"a payslip", `TipoDeComprobante="I"`, `TipoDeComprobante="N"`, "EINV-NO-INVOICE"},
		{"no type", `TipoDeComprobante="I"`, ``, "EINV-MISSING"},
		{"no total", ` Total="1317.14"`, ``, "EINV-MISSING"},
		{"no subtotal", `SubTotal="1300.00"`, ``, "EINV-MISSING"},
		{"a withheld amount that is none", `Retenidos="133.39"`, `Retenidos="133,39"`, "EINV-AMOUNT"},
		{"a day that does not exist", "2031-04-16T09:12:44", "2031-04-31T09:12:44", "EINV-DATE"},
		{"an issuer without RFC", `Rfc="HVE150312AB1"`, ``, "EINV-MISSING"},
		{"an issuer without a name", `Nombre="HELADOS VERDES"`, ``, "EINV-MISSING"},
		{"a currency that does not exist", `Moneda="USD"`, `Moneda="QQX"`, "EINV-CURRENCY-UNKNOWN"},
	})
}

func TestCFDINumbers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"series and folio":     {`Serie="HV"`, `Serie="HV"`, "HV-208"},
		"a folio alone":        {`Serie="HV" `, "", "208"},
		"a series alone":       {`Folio="208" `, "", "HV"},
		"neither, so its seal": {`Serie="HV" Folio="208" `, "", "6F1C0A52-9D0B-4E57-8B1A-3C2D4E5F6071"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := Read(changeIn(t, "cfdi/invoice.xml", c.from, c.to))
			if err != nil || d.Number != c.want || d.Evidence["number"].Where == "" {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
	_, err := Read([]byte(strings.Replace(string(changeIn(t, "cfdi/invoice.xml", `Serie="HV" Folio="208" `, "")), `UUID="6F`, `X="6F`, 1)))
	if !fault.Has(err, "EINV-MISSING") {
		t.Errorf("neither number nor seal: %v", err)
	}
}
