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
	return append(known, fiscalParts(d, p)...), p
}

// fiscalParts takes what national formats say besides, and names the parts for which a format has a place: what is not written there is missing.
func fiscalParts(d *einvoice.Document, p *entities.Particulars) (known entities.Parts) {
	switch d.Format {
	case "cfdi":
		p.FiscalID, p.Type, p.Retained = d.FiscalID, d.TypeCode, d.Retained
		known = entities.Parts{entities.PartFiscal, entities.PartVersion, entities.PartType, entities.PartRetained}
	case "nfe":
		p.FiscalID, p.AccessKey, p.Retained = d.FiscalID, d.FiscalID, d.Retained
		known = entities.Parts{entities.PartFiscal, entities.PartAccessKey, entities.PartRetained}
	case "nfse": // its key has another shape
		p.FiscalID, p.Retained = d.FiscalID, d.Retained
		known = entities.Parts{entities.PartFiscal, entities.PartRetained}
	case "fatturapa":
		p.Type, p.Retained = d.TypeCode, d.Retained
		known = entities.Parts{entities.PartType, entities.PartRetained}
	case "ubl":
		p.FiscalID = d.FiscalID // the sender's own number of the document, which some countries ask for
		known = entities.Parts{entities.PartFiscal, entities.PartLocal, entities.PartReferences}
	case "cii":
		known = entities.Parts{entities.PartLocal, entities.PartReferences}
	}
	for _, t := range d.Preceding {
		p.References = append(p.References, t.Text)
	}
	if a := d.Accounting; a != nil {
		p.LocalCurrency, p.LocalTax, p.Exchange = a.Currency, a.Tax, a.Rate
		if a.Rate.IsPositive() {
			known = append(known, entities.PartExchange)
		}
	}
	return known
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
