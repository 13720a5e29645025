package einvoice

import (
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

// FatturaPA, Italy's invoice (Specifiche tecniche, Agenzia delle Entrate; versions 1.0 to 1.2 name the same elements). Net amount
// and tax are written as one row for each rate, the amount to pay as one row for each instalment.
var fatturaSpaces = []string{
	"http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2",
	"http://www.fatturapa.gov.it/sdi/fatturapa/v1.1",
	"http://www.fatturapa.gov.it/sdi/fatturapa/v1.0",
}

var _ = register(Format{
	Name: "fatturapa",
	Detect: func(f File) bool {
		for _, space := range fatturaSpaces {
			if f.Is(space, "FatturaElettronica") {
				return true
			}
		}
		return false
	},
	Read: readFatturaPA,
})

const (
	fatturaBody  = "FatturaElettronicaBody/"
	fatturaDoc   = fatturaBody + "DatiGenerali/DatiGeneraliDocumento/"
	fatturaRows  = fatturaBody + "DatiBeniServizi/DatiRiepilogo/"
	fatturaTotal = fatturaDoc + "ImportoTotaleDocumento"
	fatturaPay   = fatturaBody + "DatiPagamento/DettaglioPagamento/"
)

func readFatturaPA(f File) (*Document, error) {
	r := newReading(f, names{"ds": "http://www.w3.org/2000/09/xmldsig#"})
	if n := len(r.root.all(r.ns, strings.TrimSuffix(fatturaBody, "/"))); n > 1 {
		return nil, fault.New(fault.Invalid, "EINV-SEVERAL", r.prefix+r.root.where(nil), fault.Args{"count": n})
	}
	d := r.doc
	d.Kind = Invoice
	if d.TypeCode = r.text("typeCode", fatturaDoc+"TipoDocumento", true); d.TypeCode == "TD04" || d.TypeCode == "TD08" {
		d.Kind = CreditNote
	}
	d.Profile = r.text("profile", "@versione", false)
	d.Number = r.text("number", fatturaDoc+"Numero", true)
	r.date(fatturaDoc+"Data", xmlDay)
	r.currency(fatturaDoc + "Divisa")
	r.fatturaFigures()
	d.Seller = r.fatturaParty("seller", "FatturaElettronicaHeader/CedentePrestatore/")
	d.Buyer = r.fatturaParty("buyer", "FatturaElettronicaHeader/CessionarioCommittente/")
	d.PayeeAccountName = r.firstText("payeeAccountName", fatturaPay+"Beneficiario")
	d.IBAN = r.firstText("iban", fatturaPay+"IBAN")
	r.notes(fatturaDoc + "Causale")
	r.notes(fatturaBody + "DatiBeniServizi/DettaglioLinee/Descrizione")
	r.references(PlaceOrder, fatturaBody+"DatiGenerali/DatiOrdineAcquisto/IdDocumento")
	r.references(PlaceContract, fatturaBody+"DatiGenerali/DatiContratto/IdDocumento")
	r.references(PlaceProject, fatturaBody+"DatiGenerali/DatiOrdineAcquisto/CodiceCUP")
	r.references(PlaceRemittance, fatturaPay+"CodicePagamento")
	r.preceding(fatturaBody + "DatiGenerali/DatiFattureCollegate/IdDocumento")
	d.Lines = len(r.root.all(r.ns, fatturaBody+"DatiBeniServizi/DettaglioLinee"))
	return r.done()
}

func (r *reading) fatturaFigures() {
	d := r.doc
	d.Net = r.total("net", true, "+"+fatturaRows+"ImponibileImporto")
	d.Tax = r.total("tax", true, "+"+fatturaRows+"Imposta")
	gross := []string{"+" + fatturaTotal}
	if r.only(fatturaTotal) == nil { // it may be left out
		gross = []string{"+" + fatturaRows + "ImponibileImporto", "+" + fatturaRows + "Imposta"}
	}
	d.Gross = r.total("gross", true, gross...)
	held := r.fatturaHeld()
	for _, n := range r.root.all(r.ns, strings.TrimSuffix(fatturaRows, "/")) {
		nature := childText(n, r.ns, "Natura")
		r.category(n, TaxCategory{
			Code: natures(nature), Local: nature, Rate: r.rate(n, "AliquotaIVA"), Base: r.rate(n, "ImponibileImporto"), Tax: r.rate(n, "Imposta"),
			Reason: childText(n, r.ns, "RiferimentoNormativo"),
		})
	}
	for _, t := range held {
		d.Retained = d.Retained.Add(t.value)
	}
	if len(held) > 0 {
		r.derive("retained", held)
	}
	r.fatturaPayable()
	if n := r.only(fatturaDoc + "DatiBollo/ImportoBollo"); n != nil {
		r.duty, _ = r.parse(n)
	}
}

// fatturaHeld gives what the buyer keeps back: withholding tax, and under split payment (EsigibilitaIVA S) the VAT, which a public
// buyer pays to the treasury itself.
func (r *reading) fatturaHeld() []term {
	var held []term
	hold := func(row *node, amount, rate, name string) {
		for _, n := range row.all(r.ns, amount) {
			if v, ok := r.parse(n); ok && !v.IsZero() {
				held = append(held, term{n, "+", v})
				r.withheld(n, Withholding{Tax: name, Rate: r.rate(row, rate), Amount: v})
			}
		}
	}
	for _, row := range r.root.all(r.ns, fatturaDoc+"DatiRitenuta") {
		hold(row, "ImportoRitenuta", "AliquotaRitenuta", childText(row, r.ns, "TipoRitenuta"))
	}
	for _, row := range r.root.all(r.ns, strings.TrimSuffix(fatturaRows, "/")) {
		if childText(row, r.ns, "EsigibilitaIVA") == "S" {
			hold(row, "Imposta", "AliquotaIVA", "IVA")
		}
	}
	return held
}

// fatturaPayable reads the amount to pay: the instalments together, but one of them where each is the whole amount, by different
// means of payment. A document without payment details asks for its total less what is withheld.
func (r *reading) fatturaPayable() {
	d := r.doc
	whole := d.Gross.Sub(d.Retained)
	d.Rounding = r.amount("rounding", fatturaDoc+"Arrotondamento", false)
	instalments := r.root.all(r.ns, fatturaPay+"ImportoPagamento")
	if len(instalments) == 0 {
		d.Payable = whole.Add(d.Rounding)
		e := d.Evidence["gross"]
		for _, part := range []string{"rounding", "retained"} {
			if p, ok := d.Evidence[part]; ok {
				sign := map[string]string{"rounding": " + ", "retained": " - "}[part]
				e = Evidence{Where: e.Where + sign + p.Where, Raw: clip(e.Raw+sign+p.Raw, 200), Derived: true}
			}
		}
		d.Evidence["payable"] = e
		return
	}
	d.Payable = r.total("payable", true, "+"+fatturaPay+"ImportoPagamento")
	alternatives := len(instalments) > 1
	for _, n := range instalments {
		if v, ok := r.parse(n); !ok || !v.Equal(whole) {
			alternatives = false
		}
	}
	if alternatives {
		d.Payable = whole
		r.found("payable", instalments[0])
	}
	if d.Payable.Equal(whole) && !d.Rounding.IsZero() { // the total contains it already
		d.Rounding = decimal.Zero
		delete(d.Evidence, "rounding")
	}
}

// natures gives the tax category of UNTDID 5305 for a reason that no tax is charged (Natura), where there is one counterpart.
func natures(code string) string {
	switch {
	case code == "":
		return "S"
	case strings.HasPrefix(code, "N6"):
		return "AE"
	case strings.HasPrefix(code, "N2"):
		return "O"
	case code == "N3.1":
		return "G"
	case code == "N3.2":
		return "K"
	case code == "N4":
		return "E"
	}
	return ""
}

// fatturaParty reads a company by its name, a person by both names. The VAT number is written in two parts.
func (r *reading) fatturaParty(field, path string) Party {
	const who = "DatiAnagrafici/"
	var p Party
	company, first, last := r.only(path+who+"Anagrafica/Denominazione"), r.only(path+who+"Anagrafica/Nome"), r.only(path+who+"Anagrafica/Cognome")
	switch {
	case company != nil:
		p.Name = company.text
		r.found(field+".name", company)
	case first != nil && last != nil:
		p.Name = first.text + " " + last.text
		r.doc.Evidence[field+".name"] = Evidence{Where: r.where(first) + " + " + r.where(last), Raw: clip(p.Name, 200), Derived: true}
	default:
		r.missing(field+".name", path+who+"Anagrafica/Denominazione")
	}
	if id := r.only(path + who + "IdFiscaleIVA/IdCodice"); id != nil {
		state := r.only(path + who + "IdFiscaleIVA/IdPaese")
		number, where := id.text, r.where(id)
		if state != nil {
			number, where = state.text+number, r.where(state)+" + "+where
		}
		r.doc.Evidence[field+".taxIds[0]"] = Evidence{Where: where, Raw: clip(number, 200), Derived: state != nil}
		p.TaxIDs = append(p.TaxIDs, TaxID{Scheme: "VAT", ID: number})
	}
	r.taxID(&p, field, "CF", path+who+"CodiceFiscale")
	if office, number := r.only(path+"IscrizioneREA/Ufficio"), r.only(path+"IscrizioneREA/NumeroREA"); office != nil && number != nil {
		p.RegistrationID = office.text + "-" + number.text
		r.doc.Evidence[field+".registrationId"] = Evidence{Where: r.where(office) + " + " + r.where(number), Raw: clip(p.RegistrationID, 200), Derived: true}
	}
	p.Country = r.text(field+".country", path+"Sede/Nazione", false)
	return p
}
