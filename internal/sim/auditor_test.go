package sim

import (
	"sort"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"suanpan/internal/sim/audit"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

func workedFacts(t *testing.T) neutral.Month {
	t.Helper()
	m, err := neutral.Parse(testdata(t, "facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestAuditorWorksTheWorkedMonth proves the auditor on the month that was worked by hand, before anything is compared with him.
func TestAuditorWorksTheWorkedMonth(t *testing.T) {
	t.Parallel()
	books := audit.Keep(workedFacts(t), audit.None)
	seen := map[string]bool{}
	for _, tb := range neutral.Tables(string(testdata(t, "figures.md"))) {
		kind, name, _ := strings.Cut(tb.Name, " ")
		want := audit.NewMonth()
		got := books.Months[name]
		switch kind {
		case "lines":
			for _, row := range tb.Rows {
				want.Lines[tb.Cell(row, "line")] = cells(tb, row, "gross", "tax", "cust WHT", "base", "fee %", "fee", "share", "seller tax", "settlement")
			}
			got = &audit.Month{Lines: got.Lines}
		case "bills":
			for _, row := range tb.Rows {
				no := tb.Cell(row, "bill")
				f := cells(tb, row, "exact", "rounded", "residue", "carry in", "payable", "list total", "carry out")
				f.Set("sum USD", money.MustParse(tb.Figure(row, "sum")))
				f.Set("rate USD", money.MustParse(tb.Figure(row, "rate")))
				want.Bills[no], want.RunDay[no] = f, tb.Cell(row, "run day")
			}
			got = &audit.Month{Bills: got.Bills, RunDay: got.RunDay}
		case "held":
			for _, row := range tb.Rows {
				rs := strings.Split(tb.Cell(row, "reasons"), ", ")
				sort.Strings(rs)
				want.Held[tb.Cell(row, "line")] = strings.Join(rs, ", ")
			}
			got = &audit.Month{Held: got.Held}
		case "balance":
			for _, row := range tb.Rows {
				want.Balance.Set(tb.Cell(row, "account"), money.MustParse(tb.Figure(row, "balance")))
			}
			got = &audit.Month{Balance: got.Balance}
		case "postings":
			auditorPostings(t, tb, books.Journal)
			continue
		case "usage":
			for _, row := range tb.Rows {
				if books.Refused[tb.Cell(row, "sn")] != tb.Cell(row, "code") {
					t.Errorf("usage %s: %q", tb.Cell(row, "sn"), books.Refused[tb.Cell(row, "sn")])
				}
			}
			continue
		default:
			continue
		}
		seen[kind] = true
		for _, d := range audit.Diff(got, want) {
			t.Errorf("%s: %s", tb.Name, d)
		}
	}
	if len(seen) != 4 {
		t.Errorf("only %v were compared", seen)
	}
}

func cells(tb neutral.Table, row []string, columns ...string) audit.Figures {
	f := audit.Figures{}
	for _, c := range columns {
		f.Set(c, money.MustParse(tb.Figure(row, c)))
	}
	return f
}

func auditorPostings(t *testing.T, tb neutral.Table, journal []audit.Posting) {
	t.Helper()
	sums := map[string]decimal.Decimal{}
	for _, p := range journal {
		id := strings.Join([]string{p.Cause, p.Period, p.Book, p.Debit, p.Credit, p.Currency}, " ")
		sums[id] = sums[id].Add(p.Amount)
	}
	for _, row := range tb.Rows {
		id := strings.Join([]string{tb.Cell(row, "cause"), tb.Cell(row, "period"), tb.Cell(row, "book"), tb.Cell(row, "debit"), tb.Cell(row, "credit"), tb.Cell(row, "currency")}, " ")
		if want := money.MustParse(tb.Figure(row, "amount")); !sums[id].Equal(want) {
			t.Errorf("%s: got %s, want %s", id, sums[id], want)
		}
	}
}
