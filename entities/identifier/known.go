package identifier

import (
	"strings"

	"suanpan/internal/fault"
)

// OfCountry lists the kinds of tax numbers that are known of a country, by kind.
func OfCountry(country string) []Kind {
	var out []Kind
	for _, r := range Rules() {
		if r.Purpose == Tax && r.Country == country {
			out = append(out, r.Kind)
		}
	}
	return out
}

var ranks = map[Outcome]int{OK: 0, Warning: 1, Refused: 2}

// TaxNumber explains a tax number of a country, whichever of its kinds it is. Where it is none, it is told as the kind whose length it has.
// Where no rule is known of the country, it is kept as entered and the result says so: ID-NO-RULE, a warning.
func TaxNumber(country, given string) Result {
	kinds := OfCountry(country)
	if len(kinds) == 0 {
		kept, where := strings.TrimSpace(given), country
		if where == "" {
			where = "—"
		}
		return Result{Country: country, Given: given, Normal: kept, Printed: kept, Outcome: Warning, Faults: fault.Faults{
			fault.Warning(codeNoRule, "value", fault.Args{"country": where}),
		}}
	}
	best := Check(kinds[0], given)
	for _, k := range kinds[1:] {
		r := Check(k, given)
		closer := r.Outcome == Refused && best.Outcome == Refused && hasLength(best) && !hasLength(r)
		if ranks[r.Outcome] < ranks[best.Outcome] || closer {
			best = r
		}
	}
	return best
}

func hasLength(r Result) bool { return fault.Has(r.Faults, codeLength) }

// AccountNumber explains a bank account's number: as an IBAN where it looks like one, two letters and two digits first. Others are kept as entered,
// and the result says that nothing checks them.
func AccountNumber(given string) Result {
	n, _ := Normalise(IBAN, given)
	if len(n) >= 8 && mismatch(shape("2a2n"), []rune(n)[:4]) < 0 {
		return Check(IBAN, given)
	}
	kept := strings.TrimSpace(given)
	out := Result{Given: given, Normal: kept, Printed: kept, Outcome: OK}
	if kept != "" {
		out.Notes = fault.Faults{fault.Warning(codeNoIBAN, "value")}
	}
	return out
}

// Purpose is what a kind of number is for; empty where there is no rule for it.
func (k Kind) Purpose() Purpose {
	if r := rules[k]; r != nil {
		return r.Purpose
	}
	return ""
}

// Explain explains a number as somebody asks for it from outside: by kind, as "tax" of a country, whichever number that is, or as "account" of a
// bank, IBAN or not.
func Explain(kind, country, given string) Result {
	switch kind {
	case string(Tax):
		return TaxNumber(strings.ToUpper(strings.TrimSpace(country)), given)
	case string(Account):
		return AccountNumber(given)
	}
	return Check(Kind(kind), given)
}
