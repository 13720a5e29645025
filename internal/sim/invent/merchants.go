package invent

import (
	"encoding/json"
	"fmt"
	"time"

	"suanpan/internal/sim/neutral"
)

var fees = []string{"0.15", "0.2", "0.1", "0.125", "0.0375", "0.05", "0"}

func (w *world) merchants() {
	for i := range 4 + w.r.IntN(3) {
		id := fmt.Sprintf("M%d", i+1)
		m := neutral.Merchant{ID: id, Name: "Merchant " + id, Residence: pick(w, []string{"BR", "SG", "CL", "HK", "TH", "JP"})}
		first := w.r.IntN(len(w.codes))
		for j := range 1 + w.r.IntN(2) {
			entity := w.codes[(first+j)%len(w.codes)]
			w.homes[id] = append(w.homes[id], entity)
			w.certify(&m, entity)
		}
		w.m.Merchant = append(w.m.Merchant, m)
		w.makeProducts(id)
	}
}

// certify certifies a merchant: mostly long ago, sometimes late, for a while, in another currency later, or never.
func (w *world) certify(m *neutral.Merchant, entity string) {
	var currencies []string
	for _, p := range w.m.Entities[entity].Payout {
		if p != "BRL" || m.Residence == "BR" {
			currencies = append(currencies, p)
		}
	}
	add := func(currency string, at, until time.Time) {
		c := struct {
			Entity   string `json:"entity"`
			Currency string `json:"currency"`
			At       string `json:"at"`
			Until    string `json:"until"`
		}{entity, currency, text(at), ""}
		if !until.IsZero() {
			c.Until = text(until)
		}
		m.Certifications = append(m.Certifications, c)
	}
	long := w.from.AddDate(0, -2, 0)
	middle := w.when(w.from.AddDate(0, 1, 0), w.to, entity)
	switch n := w.r.IntN(10); {
	case n < 6:
		add(pick(w, currencies), long, time.Time{})
	case n < 7:
		add(pick(w, currencies), middle, time.Time{})
	case n < 8:
		add(pick(w, currencies), long, middle)
	case n < 9:
		add(currencies[0], long, middle)
		add(currencies[len(currencies)-1], middle, time.Time{})
	}
}

func (w *world) makeProducts(merchant string) {
	add := func(rating string) {
		p := neutral.Product{ID: w.id("P"), Merchant: merchant, Fee: pick(w, fees)}
		if w.chance(35) {
			p.Fee = ""
			for _, from := range []time.Time{w.from.AddDate(0, -1, 0), w.when(w.from, w.to, w.codes[0])} {
				p.Fees = append(p.Fees, struct {
					From string `json:"from"`
					Rate string `json:"rate"`
				}{text(from), pick(w, fees)})
			}
		}
		if rating != "" {
			p.Rating = json.RawMessage(rating)
		}
		w.m.Products = append(w.m.Products, p)
		w.products[merchant] = append(w.products[merchant], p)
	}
	add("")
	add("")
	bands := `"bands":[{"up_to":"5","price":"0.3"},{"up_to":"20","price":"0.2125"},{"up_to":null,"price":"0.11"}]`
	add(pick(w, []string{
		`{"model":"fixed","price":"0.0037"}`, `{"model":"tier",` + bands + `}`,
		`{"model":"step","accumulate":"month",` + bands + `}`, `{"model":"step","accumulate":"month",` + bands + `}`, `{"model":"step","accumulate":"day",` + bands + `}`,
	}))
}
