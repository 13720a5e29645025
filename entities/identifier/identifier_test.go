package identifier

import (
	"slices"
	"strings"
	"testing"

	"suanpan/internal/fault"
)

// TestEveryIdentifier replays the examples of every kind, so that a new one is tested with its first line.
func TestEveryIdentifier(t *testing.T) {
	t.Parallel()
	for _, r := range Rules() {
		t.Run(string(r.Kind), func(t *testing.T) {
			t.Parallel()
			if r.Name == "" || r.Source == "" || r.Purpose == "" || len(r.Examples) == 0 {
				t.Fatal("a kind has a name, a purpose, a source and examples")
			}
			seen := map[Outcome]bool{}
			for _, e := range r.Examples {
				seen[e.Outcome] = true
				got, want := Check(r.Kind, e.Value), slices.Clone(e.Codes)
				slices.Sort(want)
				if got.Outcome != e.Outcome || !slices.Equal(got.Faults.Codes(), want) {
					t.Errorf("%q is %s %v, want %s %v", e.Value, got.Outcome, got.Faults, e.Outcome, want)
				}
			}
			if !seen[OK] || !seen[Refused] {
				t.Error("the examples hold a right number and a wrong one")
			}
		})
	}
}

func TestNormalAndPrintedForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind                   Kind
		given, normal, printed string
	}{
		{CNPJ, "12abc34501de35", "12ABC34501DE35", "12.ABC.345/01DE-35"},
		{CNPJ, "\u200b１６.727.230/0001–97 ", "16727230000197", "16.727.230/0001-97"},
		{CPF, "39053344705", "39053344705", "390.533.447-05"},
		{RFC, "gode 561231 gr8", "GODE561231GR8", "GODE 561231 GR8"},
		{RFC, "MAB9307148T4", "MAB9307148T4", "MAB 930714 8T4"},
		{RUT, "cl 12531909-2", "125319092", "12.531.909-2"},
		{RUT, "7608642-8", "76086428", "7.608.642-8"},
		{CUIT, "20267565393", "20267565393", "20-26756539-3"},
		{TIN, "0993000133978", "0993000133978", "0-99-3-000-13397-8"},
		{TIN, "3100600445635", "3100600445635", "3-1006-00445-63-5"},
		{IEVAT, "ie 6433435f", "6433435F", "6433435F"},
		{IBAN, "iban gb82west12345698765432", "GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32"},
		{CFDI, "1fac4464111100001111cd37179db12e", "1FAC4464-1111-0000-1111-CD37179DB12E", "1FAC4464-1111-0000-1111-CD37179DB12E"},
		{AccessKey, "NFe15231207933914000154550010006643501427015088", "15231207933914000154550010006643501427015088", "1523 1207 9339 1400 0154 5500 1000 6643 5014 2701 5088"},
		{AccessKey, "12", "12", "12"},
	} {
		r := Check(c.kind, c.given)
		if r.Normal != c.normal || r.Printed != c.printed {
			t.Errorf("%s %q: normal %q, printed %q", c.kind, c.given, r.Normal, r.Printed)
		}
		if n, ok := Normalise(c.kind, r.Printed); n != c.normal || !ok {
			t.Errorf("%s: what is printed comes back as %q", c.kind, n)
		}
	}
	if n, ok := Normalise("xx.none", "a-1"); n != "A1" || ok {
		t.Errorf("an unknown kind: %q, %v", n, ok)
	}
}

func TestAFaultSaysWhereAndWhat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  Kind
		value string
		text  string
	}{
		{CNPJ, "16.727.230/0001-98", "CNPJ: the check character(s) 98 at place 13 do not fit the others. A character is wrong or two are swapped: compare it with the original document."},
		{CNPJ, "16.7?7.230/0001-97", "CNPJ: character 4 is “?”, but a letter or digit stands there. Compare it with the original document."},
		{RUT, "123", "RUT: 3 characters are given, it has 8 / 9. Enter it whole, as it stands on the original document."},
		{RUC, "30100070970", "RUC: “30” at place 1 is not possible there; possible: 10, 15, 17, 20. Compare it with the original document."},
		{IBAN, "GB82 WES1 1234 5698 7654 32", "IBAN: character 8 is “1”, but a letter stands there. Compare it with the original document."},
		{IBAN, "GB28WEST12345698765432", "IBAN: the check character(s) 28 at place 3 do not fit the others. A character is wrong or two are swapped: compare it with the original document."},
	} {
		r := Check(c.kind, c.value)
		if len(r.Faults) == 0 || r.Faults[0].Text(fault.EN) != c.text {
			t.Errorf("%s %q: %v", c.kind, c.value, r.Faults)
		}
		for _, l := range fault.Langs {
			if len(r.Faults) > 0 && strings.Contains(r.Faults[0].Text(l), "{") {
				t.Errorf("%s: a gap in %q", c.kind, r.Faults[0].Text(l))
			}
		}
	}
	if r := Check("xx.none", "1"); r.Outcome != Refused || !fault.Has(r.Faults, codeKind) || !strings.Contains(r.Faults[0].Text(fault.EN), "br.cnpj") {
		t.Errorf("an unknown kind: %+v", r)
	}
}

func TestWhatIsNotKnownIsSaid(t *testing.T) {
	t.Parallel()
	for k, value := range map[Kind]string{ZAVAT: "4123456789", SAVAT: "300000000000003", BRN: "12345678", BIC: "AGRIFRPP", CFDI: "1fac4464-1111-0000-1111-cd37179db12e", GST: "M90310005V", UEN: "F00056789H"} {
		if r := Check(k, value); r.Outcome != OK || !slices.Equal(r.Notes.Codes(), []string{codeUnchecked}) {
			t.Errorf("%s: %s, notes %v", k, r.Outcome, r.Notes)
		}
	}
	if r := Check(CNPJ, "16.727.230/0001-97"); len(r.Notes) > 0 {
		t.Errorf("nothing is left unchecked of a CNPJ: %v", r.Notes)
	}
	said := Check(ZAVAT, "5123456789").Says("taxId")
	if len(said) != 2 || said[0].Code != codePart || !said[0].Warn || said[0].Path != "taxId" || said[1].Code != codeUnchecked || said.Err() != nil {
		t.Errorf("beside a field: %v", said)
	}
}

func TestTaxNumberOfACountry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		country, value string
		kind           Kind
		outcome        Outcome
		codes          string
	}{
		{"BR", "12.ABC.345/01DE-35", CNPJ, OK, ""},
		{"BR", "390.533.447-05", CPF, OK, ""},
		{"BR", "231.002.999-00", CPF, Refused, codeCheck},
		{"BR", "16.727.230/0001-98", CNPJ, Refused, codeCheck},
		{"TR", "17291716060", TCKN, OK, ""},
		{"TR", "4540536920", VKN, OK, ""},
		{"ZA", "4123456789", ZAVAT, OK, ""},
		{"ZA", "0001339050", ZATIN, OK, ""},
		{"SG", "M90310005V", GST, OK, ""},
		{"SG", "197401143C", GST, OK, ""},
		{"GB", " 123 ", "", Warning, codeNoRule},
	} {
		r := TaxNumber(c.country, c.value)
		if r.Kind != c.kind || r.Outcome != c.outcome || strings.Join(r.Faults.Codes(), " ") != c.codes {
			t.Errorf("%s %q: %s %s %v", c.country, c.value, r.Kind, r.Outcome, r.Faults)
		}
	}
	if r := TaxNumber("GB", " 123 "); r.Normal != "123" {
		t.Errorf("what has no rule is kept as entered: %q", r.Normal)
	}
	if got := OfCountry("BR"); !slices.Equal(got, []Kind{CNPJ, CPF}) { // an access key is no tax number
		t.Errorf("Brazil: %v", got)
	}
}

func TestExplainAsAsked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, country, value string
		is                   Kind
		outcome              Outcome
	}{
		{"tax", " br ", "390.533.447-05", CPF, OK},
		{"account", "", "DE89370400440532013000", IBAN, OK},
		{"br.cnpj", "", "390.533.447-05", CNPJ, Refused},
		{"passport", "", "1", "passport", Refused},
	} {
		if r := Explain(c.kind, c.country, c.value); r.Kind != c.is || r.Outcome != c.outcome {
			t.Errorf("%s %s %s: %s %s", c.kind, c.country, c.value, r.Kind, r.Outcome)
		}
	}
}

func TestAccountNumber(t *testing.T) {
	t.Parallel()
	if r := AccountNumber("DE89 3704 0044 0532 0130 01"); r.Kind != IBAN || r.Outcome != Refused {
		t.Errorf("a mistyped IBAN: %+v", r)
	}
	if r := AccountNumber("0001-9 "); r.Kind != "" || r.Outcome != OK || r.Normal != "0001-9" || !fault.Has(r.Notes, codeNoIBAN) {
		t.Errorf("another account: %+v", r)
	}
	if r := AccountNumber(""); r.Outcome != OK || len(r.Notes) > 0 {
		t.Errorf("no account: %+v", r)
	}
}

func TestPartsOfAnAccessKey(t *testing.T) {
	t.Parallel()
	r := Check(AccessKey, "15231207933914000154550010006643501427015088")
	for name, want := range map[string]string{"state": "15", "month": "2312", "issuer": "07933914000154", "model": "55", "series": "001", "number": "000664350", "issue": "1", "code": "42701508", "none": ""} {
		if got := r.Part(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	anonymous := withCheck(t, AccessKey, "1523120000000000000055001000664350142701508")
	if got := Check(AccessKey, anonymous); got.Outcome != Warning || !fault.Has(got.Faults, codeInside) {
		t.Errorf("an issuer made unknown: %s %v", got.Outcome, got.Faults)
	}
	person := withCheck(t, AccessKey, "1523120003905334470555920000664350142701508")
	if got := Check(AccessKey, person); got.Outcome != OK {
		t.Errorf("a person's key: %s %v", got.Outcome, got.Faults)
	}
	lettered := withCheck(t, AccessKey, "15261212ABC34501DE3555001000664350142701508")
	if got := Check(AccessKey, lettered); got.Outcome != OK || got.Part("issuer") != "12ABC34501DE35" {
		t.Errorf("a CNPJ with letters: %s %v", got.Outcome, got.Faults)
	}
}

// withCheck puts the last character behind a number that makes its check character fit.
func withCheck(t *testing.T, k Kind, n string) string {
	t.Helper()
	for _, r := range uscc {
		if !fault.Has(Check(k, n+string(r)).Faults, codeCheck) {
			return n + string(r)
		}
	}
	t.Fatalf("%s: no check character fits %s", k, n)
	return ""
}
