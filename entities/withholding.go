package entities

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

// Withholding is one line of tax that an entity keeps back from a payment: its code and its share of the net amount. Which lines there are
// is set per entity and residence of the merchant, dated and with a source; no rate stands in the program.
type Withholding struct {
	Service string          `json:"service,omitempty"` // service item of the list it is for; empty: every one that has no line of its own
	Code    string          `json:"code"`              // as the tax office calls it: IRRF, ISR
	Rate    decimal.Decimal `json:"rate"`              // share of the net amount, from 0 to 1
}

// WithholdingAt gives the lines that an entity withholds from merchants resident in a country, at an instant. None are set: none are known.
func (d *Directory) WithholdingAt(entity, residence string, at time.Time) []Withholding {
	out, _ := parseWithholding(d.Text(KeyWithholding, ForResidence(entity, residence), at))
	return out
}

// WithholdingFor chooses the lines of a service: its own where it has some, else the general ones.
func WithholdingFor(all []Withholding, service string) []Withholding {
	var own, general []Withholding
	for _, w := range all {
		switch {
		case w.Service == "":
			general = append(general, w)
		case strings.EqualFold(w.Service, strings.TrimSpace(service)):
			own = append(own, w)
		}
	}
	if len(own) > 0 {
		return own
	}
	return general
}

// parseWithholding reads "IRRF=0.015,SaaS:IRRF=0.15,SaaS:CIDE=0.10".
func parseWithholding(v string) ([]Withholding, bool) {
	var out []Withholding
	for _, p := range splitList(v) {
		name, rate, ok := strings.Cut(p, "=")
		w := Withholding{Code: strings.TrimSpace(name)}
		if service, code, named := strings.Cut(name, ":"); named {
			w.Service, w.Code = strings.TrimSpace(service), strings.TrimSpace(code)
		}
		r, err := money.Parse(strings.TrimSpace(rate))
		if !ok || err != nil || w.Code == "" || r.IsNegative() || r.GreaterThan(decimal.NewFromInt(1)) {
			return nil, false
		}
		w.Rate = r
		out = append(out, w)
	}
	return out, true
}
