package draft

import (
	"strings"

	"suanpan/money"
)

var _ = register(Form{Name: "cfdi", File: "-cfdi.json", Type: "application/json", Country: "MX", order: 4, Table: cfdi, Draw: drawTable("cfdi-4.0", cfdi)})

// foreignRFC is the tax number that the tax office (SAT) gives to receivers abroad; with it the receiver's regime is 616 and its use
// S01, and its postcode is the issuer's. Source: Anexo 20, guide to filling in CFDI 4.0.
const foreignRFC = "XEXX010101000"

// cfdi are the values for Mexico's CFDI 4.0, field by field as the tax office names them (Anexo 20). It is signed and stamped by the
// merchant's provider; nothing is written here that only they know. Retained taxes are subtracted from the total there and never
// change what answers the list: SubTotal − Descuento does.
func cfdi(d Draft) []Entry {
	mexican := d.Ground.Country == "MX"
	name, receiver, regime, use, code := d.List.EntityName, foreignRFC, "616", "S01", ""
	if mexican {
		receiver, regime, use, code = compact(d.List.EntityTaxID), "", "", ""
	}
	out := []Entry{
		{"Version", "draft.cfdi.version", "4.0", ""},
		{"Folio", "draft.cfdi.folio", d.Number, "draft.note.number"},
		{"Fecha", "draft.cfdi.date", d.Date.String(), "draft.cfdi.date.note"},
		{"TipoDeComprobante", "draft.cfdi.type", "I", ""},
		{"Exportacion", "draft.cfdi.export", "01", "draft.cfdi.export.note"},
		{"LugarExpedicion", "draft.cfdi.place", "", ""},
		{"MetodoPago", "draft.cfdi.method", "PPD", "draft.cfdi.method.note"},
		{"FormaPago", "draft.cfdi.means", "99", ""},
		{"CondicionesDePago", "draft.cfdi.terms", d.Remarks(), "draft.note.remarks"},
		{"Moneda", "draft.currency", string(d.List.Currency), ""},
	}
	if d.List.Currency != "MXN" {
		out = append(out, Entry{"TipoCambio", "draft.cfdi.rate", "", ""})
	}
	out = append(out,
		Entry{"SubTotal", "draft.net", d.plain(d.Net), "draft.cfdi.subtotal.note"},
		Entry{"Total", "draft.gross", d.plain(d.Gross), "draft.cfdi.total.note"},
		Entry{"Emisor@Rfc", "draft.seller.tax", compact(d.Values["partner_vat_no"]), ""},
		Entry{"Emisor@Nombre", "draft.seller", d.List.MerchantName, ""},
		Entry{"Emisor@RegimenFiscal", "draft.cfdi.regime", "", ""},
		Entry{"Receptor@Rfc", "draft.buyer.tax", receiver, ""},
		Entry{"Receptor@Nombre", "draft.buyer", name, ""},
		Entry{"Receptor@RegimenFiscalReceptor", "draft.cfdi.regime.buyer", regime, ""},
		Entry{"Receptor@UsoCFDI", "draft.cfdi.use", use, ""},
		Entry{"Receptor@DomicilioFiscalReceptor", "draft.cfdi.postcode", code, "draft.cfdi.postcode.note"},
	)
	if !mexican {
		out = append(out, Entry{"Receptor@ResidenciaFiscal", "draft.cfdi.residence", alpha3[d.Ground.Country], ""},
			Entry{"Receptor@NumRegIdTrib", "draft.cfdi.foreign", compact(d.List.EntityTaxID), ""})
	}
	for _, l := range d.positive() {
		out = append(out,
			Entry{"Concepto@ClaveProdServ", "draft.cfdi.product", "", ""},
			Entry{"Concepto@Cantidad", "draft.quantity", "1", ""},
			Entry{"Concepto@ClaveUnidad", "draft.cfdi.unit", "E48", ""},
			Entry{"Concepto@Descripcion", "draft.description", d.described(l), "draft.note.remarks"},
			Entry{"Concepto@ValorUnitario", "draft.price", d.plain(l.Net), ""},
			Entry{"Concepto@Importe", "draft.amount", d.plain(l.Net), ""},
			Entry{"Concepto@ObjetoImp", "draft.cfdi.taxed", taxed(d), ""},
		)
	}
	if d.Category == Standard {
		out = append(out,
			Entry{"Traslado@Base", "draft.net", d.plain(d.Net), ""},
			Entry{"Traslado@Impuesto", "draft.cfdi.tax", "002", ""},
			Entry{"Traslado@TipoFactor", "draft.cfdi.factor", "Tasa", ""},
			Entry{"Traslado@TasaOCuota", "draft.rate", d.Rate.Div(hundred).StringFixed(6), ""},
			Entry{"Traslado@Importe", "draft.tax", d.plain(d.Tax), ""})
	}
	return append(out, Entry{"TimbreFiscalDigital@UUID", "draft.cfdi.stamp", "", ""})
}

// positive are the lines, or one line for all where a bill gives money back: CFDI 4.0 knows no negative number.
func (d Draft) positive() []Line {
	for _, l := range d.Lines {
		if l.Net.IsNegative() {
			return []Line{{Name: d.service(), Months: d.List.Periods, Net: d.Net}}
		}
	}
	return d.Lines
}

// described is a line's text with the remarks, once.
func (d Draft) described(l Line) string {
	if strings.Contains(l.Name, d.Remarks()) {
		return l.Name
	}
	return writable(l.Name) + " — " + d.Remarks()
}

// taxed says whether the line is subject to tax; without a rate only the merchant knows.
func taxed(d Draft) string {
	if d.Category == Standard {
		return "02"
	}
	return ""
}

// alpha3 are the countries of the entities as the tax office writes them (ISO 3166 alpha-3).
var alpha3 = map[string]string{
	"AR": "ARG", "BR": "BRA", "CH": "CHE", "CL": "CHL", "CN": "CHN", "HK": "HKG", "IE": "IRL", "MX": "MEX", "PE": "PER", "SA": "SAU", "SG": "SGP",
	"TH": "THA", "TR": "TUR", "ZA": "ZAF",
}

// percentText is the rate as people write it; empty where none is shown.
func percentText(d Draft) string {
	if d.Category != Standard {
		return ""
	}
	return money.Exact(d.Rate)
}
