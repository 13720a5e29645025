package entities

import (
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

const en16931 = "EN 16931, BR-DEC"

// common are the rules of every country. None of them refuses.
var common = []Rule{
	{
		Code: "LAW-TAX-ID", Kind: FromGuidance, Source: "the check digits that the country's tax office publishes; registers hold exceptions", Needs: []Part{PartSeller}, check: taxIDRule,
		Says: Words{"A resident seller's tax number is well formed.", "境内销售方的税号格式正确。", "O número fiscal de um vendedor residente é bem formado."},
	},
	{
		Code: "LAW-TAX-RATE", Kind: FromGuidance, Source: "the rates listed for the country", Needs: []Part{PartTaxes}, check: taxRateRule,
		Says: Words{"A resident seller charges a rate of tax that is in force on the day of the invoice.", "境内销售方适用开票日有效的税率。", "Um vendedor residente cobra uma alíquota em vigor no dia da fatura."},
	},
	{
		Code: "LAW-DECIMALS", Kind: FromGuidance, Source: en16931 + "; ISO 4217", Needs: []Part{PartFormat}, find: tooFine,
		Says: Words{"Totals have no more decimals than their currency.", "合计金额的小数位不超过其币种。", "Os totais não têm mais casas decimais que a moeda."},
	},
	{
		Code: "LAW-WITHHOLDING", Kind: FromContract, Source: "the setting withholding of the entity, with its own source", Needs: []Part{PartRetained, PartNet}, find: withheldOtherwise,
		Says: Words{"The tax shown as withheld is what the entity withholds.", "列示的代扣税额与签约主体的代扣一致。", "O imposto mostrado como retido é o que a entidade retém."},
	},
}

func taxIDRule(j *Jurisdiction, f InvoiceFacts) fault.Faults {
	if j.TaxID == nil || !f.Resident || len(f.Seller.TaxIDs) == 0 {
		return nil
	}
	for _, id := range f.Seller.TaxIDs {
		if j.TaxID(id) {
			return nil
		}
	}
	return fault.Faults{fault.Warning("LAW-TAX-ID", "seller", fault.Args{"number": strings.Join(f.Seller.TaxIDs, ", "), "country": j.Country})}
}

func taxRateRule(j *Jurisdiction, f InvoiceFacts) fault.Faults {
	var known []string
	for _, r := range j.Rates {
		if (r.From.IsZero() || !f.Dated.Before(r.From)) && (r.Until.IsZero() || !f.Dated.After(r.Until)) {
			known = append(known, r.Percent)
		}
	}
	if len(known) == 0 || !f.Resident {
		return nil
	}
	for _, t := range f.Taxes {
		found := !t.Tax.IsPositive()
		for _, k := range known {
			found = found || t.Percent.Equal(money.MustParse(k))
		}
		if !found {
			return fault.Faults{fault.Warning("LAW-TAX-RATE", "tax", fault.Args{"rate": t.Percent, "known": strings.Join(known, ", "), "country": j.Country})}
		}
	}
	return nil
}

func tooFine(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Currency.Valid() {
		return "", ""
	}
	for _, x := range []struct {
		path  string
		value decimal.Decimal
	}{{"grandTotal", f.Gross}, {"tax", f.Tax}} {
		if !x.value.Equal(x.value.Round(f.Currency.MinorUnits())) {
			return x.path, x.value.String() + " " + string(f.Currency)
		}
	}
	return "", ""
}

// withheldOtherwise compares with what is set; where nothing is set nothing is known and nothing said.
func withheldOtherwise(_ Rule, f InvoiceFacts) (path, got string) {
	lines := WithholdingFor(f.Withholding, f.Service)
	if len(lines) == 0 || !f.Currency.Valid() {
		return "", ""
	}
	want := decimal.Zero
	for _, w := range lines {
		want = want.Add(w.Rate.Mul(f.Net))
	}
	if want = want.Round(f.Currency.MinorUnits()); want.Equal(f.Retained) {
		return "", ""
	}
	return "retained", money.New(f.Retained, f.Currency).String() + " ≠ " + money.New(want, f.Currency).String()
}

// Shared questions of the countries' files.

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func saidOr(s string) string {
	if blank(s) {
		return "—"
	}
	return s
}

// anyID tells whether one of a party's tax numbers fits.
func anyID(p PartyFacts, fits func(string) bool) bool {
	for _, id := range p.TaxIDs {
		if fits(id) {
			return true
		}
	}
	return false
}

func idText(p PartyFacts) string { return saidOr(strings.Join(p.TaxIDs, ", ")) }

// says finds words in a text whatever their case and spacing.
func says(text string, words ...string) bool {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// printed is a check that the document bears one of some words, where its printed words are known.
func printed(words ...string) func(Rule, InvoiceFacts) (string, string) {
	return func(_ Rule, f InvoiceFacts) (path, got string) {
		if !f.Resident || !f.Tax.IsPositive() || says(f.Title, words...) {
			return "", ""
		}
		return "title", saidOr(f.Title)
	}
}

// issuedWithin is a check that the invoice is dated at most the rule's figure of days after the supply.
func issuedWithin(r Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Supplied.IsZero() || f.Dated.IsZero() || !f.Dated.After(f.Supplied.Add(int(r.figure().IntPart()))) {
		return "", ""
	}
	return "date", f.Supplied.String() + " → " + f.Dated.String()
}

// localTotals is a check that a resident who charges tax in a foreign currency states it in the country's own too.
func localTotals(own money.Currency) func(Rule, InvoiceFacts) (string, string) {
	return func(_ Rule, f InvoiceFacts) (path, got string) {
		if !f.Resident || f.Currency == own || f.LocalCurrency == own || !f.Tax.IsPositive() {
			return "", ""
		}
		return "currency", string(f.Currency) + " " + string(f.LocalCurrency)
	}
}

// chargesWithoutID is a check that whoever charges tax has a tax number.
func chargesWithoutID(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.Tax.IsPositive() || len(f.Seller.TaxIDs) > 0 {
		return "", ""
	}
	return "seller", "—"
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// day reads a day in a rule; the program itself wrote it.
func day(s string) period.Day { return period.MustDay(s) }

// figure reads an amount in a rule or an example; the program itself wrote it.
func figure(s string) decimal.Decimal { return money.MustParse(s) }

func currencyOf(code string) money.Currency { return money.Currency(code) }
