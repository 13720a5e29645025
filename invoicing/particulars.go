package invoicing

import (
	"strings"

	"suanpan/entities"
	"suanpan/invoicing/einvoice"
)

// particularsOf takes from an electronic invoice what national rules look at, and says which parts its format lets one know. A profile that
// carries no parties or taxes (Factur-X MINIMUM, BASIC WL) leaves them unknown.
func particularsOf(d *einvoice.Document) (entities.Parts, *entities.Particulars) {
	p := &entities.Particulars{
		Version: d.Profile, CreditNote: d.Kind == einvoice.CreditNote, Net: d.Net,
		Seller: entities.PartyFacts{TaxIDs: taxIDs(d.Seller)}, Buyer: entities.PartyFacts{TaxIDs: taxIDs(d.Buyer)},
	}
	known := entities.Parts{entities.PartKind, entities.PartNotes, entities.PartSeller}
	var notes []string
	for _, n := range d.Notes {
		notes = append(notes, n.Text)
	}
	p.Notes = strings.Join(notes, "\n")
	for _, c := range d.TaxCategories {
		p.Taxes = append(p.Taxes, entities.TaxFacts{Category: c.Code, Percent: c.Rate, Tax: c.Tax, Reason: c.Reason})
	}
	poor := strings.Contains(strings.ToLower(d.Profile), "minimum")
	if len(d.TaxCategories) > 0 || d.Tax.IsZero() && !poor {
		known = append(known, entities.PartTaxes)
	}
	if !poor {
		known = append(known, entities.PartBuyer)
	}
	if _, said := d.Evidence["net"]; said {
		known = append(known, entities.PartNet)
	}
	return known, p
}

// taxIDs are a party's tax numbers, else the number of its registration, where countries use one for both.
func taxIDs(p einvoice.Party) []string {
	var out []string
	for _, t := range p.TaxIDs {
		if id := strings.TrimSpace(t.ID); id != "" {
			out = append(out, id)
		}
	}
	if id := strings.TrimSpace(p.RegistrationID); id != "" && len(out) == 0 {
		out = append(out, id)
	}
	return out
}
