package orders

import (
	"github.com/shopspring/decimal"

	"suanpan/money"
)

// parts are the figures of a line, each exact and then fixed at eight decimals, so that what is printed adds up.
type parts struct {
	gross, tax, wht, base, fee, share, sellerTax, settlement decimal.Decimal
	taxes                                                    map[string]decimal.Decimal
}

// split computes a line by the international formula: the customer's withholding comes off before the share, seller taxes after
// it. Source: the marketplace's settlement page, (1000 − 150 − 50) × (1 − 15 %) − 100 − 20 = 560.
func split(gross, tax, wht, feeRate decimal.Decimal, taxes []SellerTax) parts {
	p := parts{gross: money.Fixed(gross), tax: money.Fixed(tax), wht: money.Fixed(wht)}
	p.base = p.gross.Sub(p.tax).Sub(p.wht)
	p.fee = money.Fixed(p.base.Mul(feeRate))
	p.share = p.base.Sub(p.fee)
	for _, t := range taxes {
		v := taxOf(t, p)
		if v.IsZero() {
			continue
		}
		if p.taxes == nil {
			p.taxes = map[string]decimal.Decimal{}
		}
		p.taxes[t.Code] = p.taxes[t.Code].Add(v)
		p.sellerTax = p.sellerTax.Add(v)
	}
	p.settlement = p.share.Sub(p.sellerTax)
	return p
}

func taxOf(t SellerTax, p parts) decimal.Decimal {
	if t.Amount != nil {
		return money.Fixed(*t.Amount)
	}
	if t.Rate == nil {
		return decimal.Zero
	}
	of := p.share // withholding is on what the merchant gets
	switch t.Of {
	case "gross":
		of = p.gross
	case "net":
		of = p.gross.Sub(p.tax)
	case "base":
		of = p.base
	}
	return money.Fixed(of.Mul(*t.Rate))
}

// mirrored is the part of a line that a refund takes back. Refunds are computed cumulatively: what all refunds up to and including
// this one take, less what those before it took, so that a full one leaves nothing.
func (p parts) mirrored(before, after, of decimal.Decimal) parts {
	share := func(v decimal.Decimal) decimal.Decimal {
		return portion(v, after, of).Sub(portion(v, before, of))
	}
	m := parts{gross: share(p.gross), tax: share(p.tax), wht: share(p.wht), fee: share(p.fee)}
	m.base = m.gross.Sub(m.tax).Sub(m.wht)
	m.share = m.base.Sub(m.fee)
	for code, v := range p.taxes {
		if m.taxes == nil {
			m.taxes = map[string]decimal.Decimal{}
		}
		m.taxes[code] = share(v)
		m.sellerTax = m.sellerTax.Add(m.taxes[code])
	}
	m.settlement = m.share.Sub(m.sellerTax)
	return m
}

func portion(v, part, of decimal.Decimal) decimal.Decimal {
	if part.Equal(of) {
		return v
	}
	if part.IsZero() || of.IsZero() {
		return decimal.Zero
	}
	return v.Mul(part).DivRound(of, money.LineDecimals)
}

func (p parts) neg() parts {
	n := parts{
		gross: p.gross.Neg(), tax: p.tax.Neg(), wht: p.wht.Neg(), base: p.base.Neg(), fee: p.fee.Neg(), share: p.share.Neg(),
		sellerTax: p.sellerTax.Neg(), settlement: p.settlement.Neg(),
	}
	for code, v := range p.taxes {
		if n.taxes == nil {
			n.taxes = map[string]decimal.Decimal{}
		}
		n.taxes[code] = v.Neg()
	}
	return n
}
