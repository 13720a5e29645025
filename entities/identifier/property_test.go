package identifier

import (
	"math/rand/v2"
	"testing"

	"suanpan/internal/fault"
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ&Ñ+*-"

// invented makes a number of a form with fitting check characters at some places; false where the drawn start has none.
func invented(r *rand.Rand, k Kind, form string, start string, checks []int) (string, bool) {
	n, cs := []rune{}, shape(form)
	for i, c := range cs {
		if i < len(start) {
			n = append(n, rune(start[i]))
			continue
		}
		for {
			if a := []rune(alphabet)[r.IntN(len([]rune(alphabet)))]; c.in(a) {
				n = append(n, a)
				break
			}
		}
	}
	var try func(left []int) bool
	try = func(left []int) bool {
		if len(left) == 0 {
			return Check(k, string(n)).Outcome == OK
		}
		at := left[0]
		for _, a := range alphabet {
			if cs[at].in(a) {
				n[at] = a
				if try(left[1:]) {
					return true
				}
			}
		}
		return false
	}
	ok := try(checks)
	return string(n), ok
}

// A wrong character is found: always where the formula promises it, else nearly always. Modulo 11 over digits has two remainders for one
// check digit, and over letters it takes those that stand 11 apart for the same.
func TestAWrongCharacterIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind        Kind
		form, start string
		checks      []int
		least       float64 // share of single changes that have to be found
	}{
		{CNPJ, "14n", "", []int{12, 13}, 0.98},
		{CNPJ, "12c2n", "", []int{12, 13}, 0.9},
		{CPF, "11n", "", []int{9, 10}, 0.98},
		{RFC, "3r6n3c", "MAB930714", []int{11}, 0.8},
		{RFC, "4r6n3c", "GODE561231", []int{12}, 0.8},
		{UEN, "8n1a", "", []int{8}, 0.85},
		{UEN, "9n1a", "1974", []int{9}, 0.85},
		{RUT, "8n1k", "", []int{8}, 1},
		{RUC, "11n", "20", []int{10}, 0.88},
		{CUIT, "11n", "", []int{10}, 0.88},
		{TIN, "13n", "0", []int{12}, 0.88},
		{VKN, "10n", "", []int{9}, 0.9},
		{TCKN, "11n", "1", []int{9, 10}, 1},
		{IEVAT, "7n1a", "", []int{7}, 1},
		{IEVAT, "7n2a", "", []int{7, 8}, 0.95},
		{ZATIN, "10n", "0", []int{9}, 1},
		{USCC, "2u6n10u", "", []int{17}, 1},
		{IBAN, "2a2n18n", "DE", []int{2, 3}, 1},
		{IBAN, "2a2n4a14n", "GB", []int{2, 3}, 1},
		{AccessKey, "6n12c26n", "15231207933914000154", []int{43}, 0.9},
	} {
		t.Run(string(c.kind)+" "+c.form, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(2026, uint64(len(c.form)))) //nolint:gosec // a test's own numbers
			changes, found, made, cs := 0, 0, 0, shape(c.form)
			for range 400 {
				n, ok := invented(r, c.kind, c.form, c.start, c.checks)
				if !ok {
					continue
				}
				made++
				rs := []rune(n)
				for at := range rs {
					was := rs[at]
					for _, a := range alphabet {
						if a == was || !cs[at].in(a) {
							continue
						}
						rs[at] = a
						changes++
						if Check(c.kind, string(rs)).Outcome != OK {
							found++
						}
					}
					rs[at] = was
				}
				if made == 20 {
					break
				}
			}
			if made < 20 {
				t.Fatalf("only %d numbers were made", made)
			}
			if share := float64(found) / float64(changes); share < c.least {
				t.Errorf("%d of %d changes found, %.3f; at least %.3f", found, changes, share, c.least)
			}
		})
	}
}

// Whatever is entered: the normal form is its own normal form, it is explained as what was entered is, and a refusal says why.
func TestAnythingIsExplained(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's own numbers
	letters := []rune("0123456789ABCdefKXÑ&+*-./ \u200b\u00a0１Ａ算\x00ß")
	for range 2000 {
		given := make([]rune, r.IntN(50))
		for i := range given {
			given[i] = letters[r.IntN(len(letters))]
		}
		for _, rule := range Rules() {
			a := Check(rule.Kind, string(given))
			b := Check(rule.Kind, a.Normal)
			if b.Normal != a.Normal || b.Outcome != a.Outcome {
				t.Fatalf("%s %q: %q %s, again %q %s", rule.Kind, string(given), a.Normal, a.Outcome, b.Normal, b.Outcome)
			}
			if (a.Outcome == Refused) != (a.Faults.Err() != nil) || (a.Outcome == OK) != (len(a.Faults) == 0) {
				t.Fatalf("%s %q: %s, yet %v", rule.Kind, string(given), a.Outcome, a.Faults)
			}
		}
		TaxNumber("BR", string(given))
		AccountNumber(string(given))
	}
}

// Separators between the characters change nothing.
func TestSeparatorsChangeNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a test's own numbers
	for _, rule := range Rules() {
		for _, e := range rule.Examples {
			var with []rune
			for _, c := range e.Value {
				with = append(with, c, []rune(" .-/\u00a0")[r.IntN(5)])
			}
			a, b := Check(rule.Kind, e.Value), Check(rule.Kind, string(with))
			if a.Normal != b.Normal || a.Outcome != b.Outcome {
				t.Errorf("%s %q: %s %s, with separators %s %s", rule.Kind, e.Value, a.Normal, a.Outcome, b.Normal, b.Outcome)
			}
		}
	}
	if !fault.Has(Check(CNPJ, "1").Faults, codeLength) {
		t.Error("a fragment is no number")
	}
}
