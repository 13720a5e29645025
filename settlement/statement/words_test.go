package statement

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"suanpan/internal/fault"
	"suanpan/invoicing"
	"suanpan/orders"
	"suanpan/settlement"
)

var placeholders = regexp.MustCompile(`\{[a-z]+\}`)

func TestEveryWordIsThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	alike := map[string]bool{"author": true, "col.required": true, "footer": true, "demo": true}
	for key, w := range catalogue {
		var first []string
		for _, l := range fault.Langs {
			s := w.in(l)
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s has no words in %s", key, l)
			}
			found := placeholders.FindAllString(s, -1)
			slices.Sort(found)
			if first == nil {
				first = found
			} else if !slices.Equal(found, first) {
				t.Errorf("%s names %v in %s and %v in English", key, found, l, first)
			}
		}
		if !alike[key] && !strings.ContainsFunc(w.zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s is not Chinese: %q", key, w.zh)
		}
	}
}

// TestEveryKeyInUseHasWords reads the package's own source: a key in say(…), a column or a sheet must be defined.
func TestEveryKeyInUseHasWords(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`^(col|sheet|list|merchant|entity|finance|month)\.[a-z.]+$`)
	used := 0
	pkgs, err := parser.ParseDir(token.NewFileSet(), ".", func(i fs.FileInfo) bool {
		return !strings.HasSuffix(i.Name(), "_test.go") && !strings.HasPrefix(i.Name(), "words_")
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range pkgs["statement"].Files {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, _ := strconv.Unquote(lit.Value)
			if !key.MatchString(s) || strings.HasSuffix(s, ".") {
				return true
			}
			used++
			if _, ok := catalogue[s]; !ok {
				t.Errorf("%s: no words for %q", name, s)
			}
			return true
		})
	}
	if used < 100 {
		t.Errorf("only %d keys were found: the test looks for the wrong thing", used)
	}
}

func TestEveryCodeHasAName(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"requisition": {}, "invoice": {"pending", "accepted", "refused", "waiting", "revoked", "reissue", "paid"},
		"payment": {settlement.PaymentRecorded, settlement.PaymentOnBank, settlement.PaymentReturned},
		"line":    {"order", "refund", "usage", "adjustment", "correction"},
		"lift":    {"customer", "merchant", "operations", "finance", "time", "nobody"},
		"reason": {
			orders.NotCertified, orders.NotPaid, orders.CreditNotRepaid, orders.SupervisionOpen, orders.AppealOpen, orders.NotEffective, orders.DateNotReached,
			orders.PairedWithRefund, orders.FeeMissing, orders.RateMissing, orders.CurrencyMissing, orders.HeldReason, orders.ClosedTrial, orders.ClosedCanceled,
			orders.ClosedFailed, orders.ClosedRefunded, orders.ClosedUnsubscribe,
		},
		"move": {"billed", "invoice.accepted", "payment", "banked", "paid_out", "reversal", "journal", "opening"},
		"tie":  {"month"}, "open": openOrder, "next": openOrder,
	}
	for _, s := range settlement.States() {
		want["state"] = append(want["state"], string(s))
	}
	for _, s := range stages {
		want["requisition"] = append(want["requisition"], string(s))
	}
	for _, kind := range tieKinds {
		want["tie"] = append(want["tie"], kind)
	}
	for kind, codes := range want {
		for _, c := range codes {
			if _, ok := catalogue[kind+"."+c]; !ok {
				t.Errorf("%s.%s has no name", kind, c)
			}
		}
	}
	if got := voice(fault.ZH).name("state", "BRAND_NEW"); got != "BRAND_NEW" {
		t.Errorf("an unknown code is shown as %q", got)
	}
}

func TestEveryFieldOfTheListIsNamed(t *testing.T) {
	t.Parallel()
	for _, d := range (invoicing.List{}).Draft(nil) {
		for _, l := range fault.Langs {
			if invoicing.Label(d.Field, l) == d.Field {
				t.Errorf("%s has no name in %s", d.Field, l)
			}
		}
	}
}
