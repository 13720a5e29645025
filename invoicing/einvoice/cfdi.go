package einvoice

import (
	"regexp"
	"strings"

	"golang.org/x/text/language"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// CFDI 4.0, Mexico's invoice (Anexo 20 of the Resolución Miscelánea Fiscal). Values are attributes; there are no negative
// figures. Total is what is left to pay after withholding: SubTotal − Descuento + taxes − retentions.
const cfdi4 = "http://www.sat.gob.mx/cfd/4"

var cfdiNames = names{
	"cfdi": cfdi4, "tfd": "http://www.sat.gob.mx/TimbreFiscalDigital", "implocal": "http://www.sat.gob.mx/implocal",
	"pago20": "http://www.sat.gob.mx/Pagos20",
}

var _ = register(Format{
	Name:   "cfdi",
	Detect: func(f File) bool { return f.Is(cfdi4, "Comprobante") },
	Read:   readCFDI,
})

// cfdiKinds are the types (c_TipoDeComprobante) that are read. A transport note (T) and a payslip (N) ask nobody for money.
var cfdiKinds = map[string]Kind{"I": Invoice, "E": CreditNote, "P": PaymentReceipt}

func readCFDI(f File) (*Document, error) {
	r := newReading(f, cfdiNames)
	d := r.doc
	d.Profile = r.text("profile", "@Version", true)
	d.TypeCode = r.text("typeCode", "@TipoDeComprobante", true)
	kind, ok := cfdiKinds[d.TypeCode]
	if !ok && d.TypeCode != "" {
		r.fail("EINV-NO-INVOICE", d.Evidence["typeCode"].Where, fault.Args{"type": clip(d.TypeCode, 20)})
	}
	d.Kind = kind
	r.cfdiStamp()
	r.cfdiNumber()
	r.date("@Fecha", dateTime) // local time at the place of issue, without a zone
	r.currency("@Moneda")
	r.cfdiFigures()
	d.Use = r.text("use", "cfdi:Receptor/@UsoCFDI", false)
	d.Seller, d.Buyer = r.cfdiParty("seller", "cfdi:Emisor"), r.cfdiParty("buyer", "cfdi:Receptor")
	r.notes("@CondicionesDePago")
	r.notes("cfdi:Conceptos/cfdi:Concepto/@Descripcion")
	r.references(PlaceOrder, "cfdi:Conceptos/cfdi:Concepto/@NoIdentificacion")
	r.preceding("cfdi:CfdiRelacionados/cfdi:CfdiRelacionado/@UUID")
	r.preceding("cfdi:Complemento/pago20:Pagos/pago20:Pago/pago20:DoctoRelacionado/@IdDocumento")
	d.Lines = len(r.root.all(r.ns, "cfdi:Conceptos/cfdi:Concepto"))
	return r.done()
}

var uuidForm = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// cfdiStamp reads the folio fiscal (UUID) that an authorised certifier put under the invoice. Without it the document has no legal
// effect, which is for the rules of the country to judge.
func (r *reading) cfdiStamp() {
	const path = "cfdi:Complemento/tfd:TimbreFiscalDigital/@UUID"
	d := r.doc
	d.FiscalID = r.text("fiscalId", path, false)
	switch where := d.Evidence["fiscalId"].Where; {
	case d.FiscalID == "":
		r.warn("EINV-NOT-STAMPED", r.prefix+r.root.where(nil)+"/cfdi:Complemento/tfd:TimbreFiscalDigital", fault.Args{"stamp": "TimbreFiscalDigital UUID"})
	case !uuidForm.MatchString(d.FiscalID):
		r.fail("EINV-FISCAL-ID", where, fault.Args{"value": clip(d.FiscalID, 60), "kind": "UUID"})
	}
}

// cfdiNumber joins series and folio. Both are optional; where there is neither, people call the invoice by its UUID.
func (r *reading) cfdiNumber() {
	d := r.doc
	series, folio := r.text("series", "@Serie", false), r.text("number", "@Folio", false)
	at := d.Evidence["series"]
	delete(d.Evidence, "series")
	switch ev := d.Evidence["number"]; {
	case folio == "" && series == "" && d.FiscalID != "":
		d.Number, d.Evidence["number"] = d.FiscalID, d.Evidence["fiscalId"]
	case folio == "" && series == "":
		r.missing("number", "@Folio")
	case series == "":
		d.Number = folio
	case folio == "":
		d.Number, d.Evidence["number"] = series, at
	default:
		d.Number = series + "-" + folio
		d.Evidence["number"] = Evidence{Where: at.Where + " + " + ev.Where, Raw: series + " + " + folio, Derived: true}
	}
}

func (r *reading) cfdiFigures() {
	const (
		taxes = "cfdi:Impuestos/"
		local = "cfdi:Complemento/implocal:ImpuestosLocales/"
	)
	d := r.doc
	d.LineTotal = r.amount("lineTotal", "@SubTotal", true)
	d.Discount = r.amount("discount", "@Descuento", false)
	d.Net = r.total("net", false, "+@SubTotal", "-@Descuento")
	d.Tax = r.total("tax", false, "+"+taxes+"@TotalImpuestosTrasladados", "+"+local+"@TotaldeTraslados")
	d.Retained = r.total("retained", false, "+"+taxes+"@TotalImpuestosRetenidos", "+"+local+"@TotaldeRetenciones")
	d.Payable = r.amount("payable", "@Total", true)
	d.Gross = r.total("gross", false, "+@Total", "+"+taxes+"@TotalImpuestosRetenidos", "+"+local+"@TotaldeRetenciones")
	for _, n := range r.root.all(r.ns, taxes+"cfdi:Traslados/cfdi:Traslado") {
		c := TaxCategory{
			Local: strings.TrimSpace(n.attr("Impuesto") + " " + n.attr("TipoFactor")), Base: r.rate(n, "@Base"), Tax: r.rate(n, "@Importe"),
		}
		if n.attr("TipoFactor") != "Cuota" { // an amount for each unit is no percentage
			c.Rate = r.rate(n, "@TasaOCuota").Shift(2)
		}
		switch {
		case n.attr("TipoFactor") == "Exento":
			c.Code = "E"
		case n.attr("TipoFactor") == "Tasa" && c.Rate.IsZero():
			c.Code = "Z"
		default:
			c.Code = "S"
		}
		r.category(n, c)
	}
	for _, n := range r.root.all(r.ns, taxes+"cfdi:Retenciones/cfdi:Retencion") {
		r.withheld(n, Withholding{Tax: n.attr("Impuesto"), Amount: r.rate(n, "@Importe")})
	}
	for _, n := range r.root.all(r.ns, local+"implocal:RetencionesLocales") {
		r.withheld(n, Withholding{Tax: n.attr("ImpLocRetenido"), Rate: r.rate(n, "@TasadeRetencion"), Amount: r.rate(n, "@Importe")})
	}
	if rate := r.amount("accounting.rate", "@TipoCambio", false); d.Currency != "MXN" && rate.IsPositive() {
		d.Accounting = &Totals{Currency: "MXN", Rate: rate}
	} else {
		delete(d.Evidence, "accounting.rate")
	}
}

// cfdiParty reads issuer or recipient. A recipient abroad has a generic RFC, and its own tax number and country beside it.
func (r *reading) cfdiParty(field, path string) Party {
	p := Party{Name: r.text(field+".name", path+"/@Nombre", true)}
	r.taxID(&p, field, "RFC", path+"/@Rfc")
	if len(p.TaxIDs) == 0 {
		r.missing(field+".taxIds", path+"/@Rfc")
		return p
	}
	p.Country, r.doc.Evidence[field+".country"] = "MX", r.doc.Evidence[field+".taxIds[0]"]
	if abroad := r.text(field+".country", path+"/@ResidenciaFiscal", false); abroad != "" {
		p.Country = country(abroad)
		r.taxID(&p, field, p.Country, path+"/@NumRegIdTrib")
	}
	return p
}

// country gives a three-letter country code (ISO 3166-1 alpha-3) in two letters; what is none stays as it is.
func country(code string) string {
	if region, err := language.ParseRegion(code); err == nil && len(code) == 3 {
		return region.String()
	}
	return code
}

// dateTime reads the day of 2026-11-16T12:00:00, with or without a zone: the day is the one that is written.
func dateTime(s string) (period.Day, error) {
	if day, _, ok := strings.Cut(s, "T"); ok {
		s = day
	}
	return xmlDay(s)
}
