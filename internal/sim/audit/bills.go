package audit

import (
	"sort"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/money"
)

// minor gives the decimals of a currency.
func (a *auditor) minor(c string) int32 {
	if n, ok := a.m.Minor[c]; ok {
		return int32(n)
	}
	return 2
}

// round rounds half-up, away from zero.
func (a *auditor) round(v decimal.Decimal, c string) decimal.Decimal {
	if a.mistake == HalfEven {
		return v.RoundBank(a.minor(c))
	}
	return v.Round(a.minor(c))
}

// payout is the currency a merchant is certified for with an entity when a month is run.
func (a *auditor) payout(merchant, entity string, run period.Month) string {
	t := a.runInstant(entity, run)
	if a.mistake == CertifiedAtEnd {
		t = run.End(a.zones[entity])
	}
	found, since := "", ""
	for _, m := range a.m.Merchant {
		if m.ID != merchant {
			continue
		}
		for _, c := range m.Certifications {
			if c.Entity == entity && !instant(c.At).After(t) && (c.Until == "" || instant(c.Until).After(t)) && c.At >= since {
				found, since = c.Currency, c.At
			}
		}
	}
	return found
}

func (a *auditor) rate(from, to string, run period.Month) decimal.Decimal {
	if from == to {
		return decimal.NewFromInt(1)
	}
	for _, r := range a.m.FX {
		if r.Period == run.String() && r.From == from && r.To == to {
			return num(r.Rate)
		}
	}
	return decimal.Zero // nothing can be billed at it
}

// billable tells whether a line goes onto the bills of a run.
func (a *auditor) billable(l *line, run period.Month) bool {
	payout := a.payout(l.o.f.Merchant, l.o.f.OwedBy, run)
	e := l.o.f.OwedBy
	if l.o.held(a.runInstant(e, run), run.End(a.zones[e])) > 0 {
		return false
	}
	return l.bill == "" && !l.earnedIn.IsZero() && !a.paired(l, run) && payout != "" && a.rate(saleCurrency(l.o.f), payout, run).IsPositive()
}

// paired tells whether an order waits for the month of its full refund.
func (a *auditor) paired(l *line, run period.Month) bool {
	return l.pair != nil && a.month(l.pair.at, l.o.f.OwedBy).After(run)
}

// bill makes the bills of a run.
func (a *auditor) bill(run period.Month, out *Month) {
	bills := map[string][]*line{}
	for _, l := range a.lines {
		if a.billable(l, run) {
			no := l.o.f.OwedBy + "-" + run.Compact() + "-" + l.o.f.Merchant + "-" + a.payout(l.o.f.Merchant, l.o.f.OwedBy, run)
			bills[no] = append(bills[no], l)
		}
	}
	for no, lines := range bills {
		for _, l := range lines {
			l.bill = no
			out.Lines[l.id] = l.cells()
		}
		a.oneBill(no, run, lines, out)
	}
}

func (l *line) cells() Figures {
	return figuresOf(map[string]decimal.Decimal{
		"gross": l.gross, "tax": l.tax, "cust WHT": l.wht, "base": l.base, "fee %": l.rate.Shift(2),
		"fee": l.fee, "share": l.share, "seller tax": l.sellerTax, "settlement": l.settlement,
	})
}

func (a *auditor) oneBill(no string, run period.Month, lines []*line, out *Month) {
	merchant, entity := lines[0].o.f.Merchant, lines[0].o.f.OwedBy
	payout := a.payout(merchant, entity, run)
	sums, taxes := map[string]decimal.Decimal{}, map[string]map[string]decimal.Decimal{}
	perLine := decimal.Zero
	for _, l := range lines {
		c := saleCurrency(l.o.f)
		sums[c] = sums[c].Add(l.settlement)
		perLine = perLine.Add(a.round(l.settlement.Mul(a.rate(c, payout, run)), payout))
		for code, v := range l.sellerTaxes {
			if taxes[c] == nil {
				taxes[c] = map[string]decimal.Decimal{}
			}
			taxes[c][code] = taxes[c][code].Add(v)
		}
	}
	cause := "billed/" + no
	exact, posted := decimal.Zero, decimal.Zero
	row := map[string]decimal.Decimal{}
	for _, c := range sortedKeys(sums) {
		for code, v := range taxes[c] {
			a.post(cause, run, entity, c, "merchant_unbilled:"+merchant, "seller_tax:"+code, v)
		}
		rate := a.rate(c, payout, run)
		figure := money.Fixed(sums[c].Mul(rate))
		exact, posted = exact.Add(sums[c].Mul(rate)), posted.Add(figure)
		row["sum "+c], row["rate "+c] = sums[c], rate
		a.post(cause, run, entity, c, "merchant_unbilled:"+merchant, "fx_clearing", sums[c])
		a.post(cause, run, entity, payout, "fx_clearing", "merchant_payable:"+merchant, figure)
	}
	rounded := a.round(exact, payout)
	if a.mistake == RoundPerLine {
		rounded = perLine
	}
	a.post(cause, run, entity, payout, "rounding", "merchant_payable:"+merchant, rounded.Sub(posted))
	key := merchant + " " + entity + " " + payout
	in := a.carry[key]
	payable := rounded.Add(in)
	list, carried := payable, decimal.Zero
	if !payable.IsPositive() {
		list, carried = decimal.Zero, payable
	}
	a.carry[key] = carried
	if a.mistake == CarryDropped {
		delete(a.carry, key)
	}
	for k, v := range map[string]decimal.Decimal{"exact": exact, "rounded": rounded, "residue": rounded.Sub(exact), "carry in": in, "payable": payable, "list total": list, "carry out": carried} {
		row[k] = v
	}
	out.Bills[no] = figuresOf(row)
	out.RunDay[no] = runDay(run).String()
}

func sortedKeys(m map[string]decimal.Decimal) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
