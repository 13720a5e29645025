package einvoice

import "suanpan/internal/fault"

// NF-e 4.00, Brazil's invoice for goods (Manual de Orientação do Contribuinte). The file that counts is nfeProc: the signed NFe
// with the protocol of its authorisation. Elements that this reader does not know are ignored, among them the groups of
// the tax reform since 2026 (IBSCBS, IS, vNFTot).
const nfe4 = "http://www.portalfiscal.inf.br/nfe"

var nfeNames = names{"nfe": nfe4, "ds": "http://www.w3.org/2000/09/xmldsig#"}

var _ = register(Format{
	Name:   "nfe",
	Detect: func(f File) bool { return f.Is(nfe4, "nfeProc") || f.Is(nfe4, "NFe") },
	Read:   readNFe,
})

// nfeTaxes are the taxes that are added to the price; ICMS, PIS and COFINS stand inside it.
var nfeTaxes = []string{"vST", "vFCPST", "vII", "vIPI", "vIPIDevol", "vICMSMonoReten"}

// nfeRetained are the federal taxes that the buyer withholds (group retTrib).
var nfeRetained = []struct{ name, element string }{
	{"PIS", "vRetPIS"}, {"COFINS", "vRetCOFINS"}, {"CSLL", "vRetCSLL"}, {"IRRF", "vIRRF"}, {"INSS", "vRetPrev"},
}

func readNFe(f File) (*Document, error) {
	r := newReading(f, nfeNames)
	top := r.root
	if proc := r.only("NFe"); r.root.name.Local == "nfeProc" && proc != nil {
		r.root = proc
	}
	const ide = "infNFe/ide/"
	d := r.doc
	d.Profile = r.text("profile", "infNFe/@versao", false)
	d.Kind = Invoice
	// 4 is a return of goods, 5 the credit note of the tax reform; both give money back.
	if d.TypeCode = r.text("typeCode", ide+"finNFe", false); d.TypeCode == "4" || d.TypeCode == "5" {
		d.Kind = CreditNote
	}
	d.Number, d.Series = r.text("number", ide+"nNF", true), r.text("series", ide+"serie", false)
	r.date(ide+"dhEmi", dateTime)
	r.reais(r.root)
	r.nfeFigures()
	d.Seller = r.brazilian("seller", "infNFe/emit")
	d.Buyer = r.brazilian("buyer", "infNFe/dest", "idEstrangeiro")
	r.key(nfeKey, r.only("infNFe/@Id"), true, brazilianID(d.Seller), d.IssueDate)
	r.nfeAuthorised(top)
	if r.text("environment", ide+"tpAmb", false) == "2" {
		r.warn("EINV-TEST-RUN", d.Evidence["environment"].Where)
	}
	delete(d.Evidence, "environment")
	r.notes("infNFe/infAdic/infCpl")
	r.notes("infNFe/infAdic/infAdFisco")
	r.notes("infNFe/det/infAdProd")
	r.references(PlaceOrder, "infNFe/compra/xPed")
	r.references(PlaceOrder, "infNFe/det/prod/xPed")
	r.references(PlaceContract, "infNFe/compra/xCont")
	r.preceding(ide + "NFref/refNFe")
	d.Lines = len(r.root.all(r.ns, "infNFe/det"))
	return r.done()
}

func (r *reading) nfeFigures() {
	const sum = "infNFe/total/ICMSTot/"
	d := r.doc
	d.LineTotal = r.total("lineTotal", true, "+"+sum+"vProd", "+infNFe/total/ISSQNtot/vServ")
	d.Discount = r.amount("discount", sum+"vDesc", false)
	d.Charges = r.total("charges", false, "+"+sum+"vFrete", "+"+sum+"vSeg", "+"+sum+"vOutro")
	d.Gross = r.amount("gross", sum+"vNF", true)
	net, tax := []string{"+" + sum + "vNF"}, []string{}
	for _, name := range nfeTaxes {
		net, tax = append(net, "-"+sum+name), append(tax, "+"+sum+name)
	}
	d.Net, d.Tax = r.total("net", false, net...), r.total("tax", false, tax...)
	rest := []string{"+" + sum + "vNF"}
	var retained []string
	for _, w := range nfeRetained {
		path := "infNFe/total/retTrib/" + w.element
		rest, retained = append(rest, "-"+path), append(retained, "+"+path)
		r.held(w.name, path)
	}
	d.Payable, d.Retained = r.total("payable", false, rest...), r.total("retained", false, retained...)
	r.taxed("ICMS", sum+"vBC", sum+"vICMS")
	r.taxed("ICMS ST", sum+"vBCST", sum+"vST")
	r.taxed("IPI", "", sum+"vIPI")
	r.taxed("PIS", "", sum+"vPIS")
	r.taxed("COFINS", "", sum+"vCOFINS")
}

// nfeAuthorised looks for the protocol of authorisation, which must be this document's own.
func (r *reading) nfeAuthorised(top *node) {
	const protocol = "protNFe/infProt/"
	var key, status *node
	for _, n := range top.all(r.ns, protocol+"chNFe") {
		key = n
	}
	for _, n := range top.all(r.ns, protocol+"cStat") {
		status = n
	}
	if key != nil && r.doc.FiscalID != "" && key.text != r.doc.FiscalID {
		r.fail("EINV-REPEATED", r.where(key), fault.Args{"field": "fiscalId", "one": clip(r.doc.FiscalID, 60), "other": clip(key.text, 60)})
	}
	// 100 is authorised, 150 authorised out of time; anything else (101 cancelled, 110 and 301 to 303 denied) is no valid document.
	if key == nil || status == nil || (status.text != "100" && status.text != "150") {
		r.warn("EINV-NOT-STAMPED", r.prefix+top.where(nil)+"/protNFe/infProt/cStat", fault.Args{"stamp": "protNFe cStat 100"})
	}
}

// brazilianID is the CNPJ or CPF of a party.
func brazilianID(p Party) string {
	for _, t := range p.TaxIDs {
		if t.Scheme == "CNPJ" || t.Scheme == "CPF" {
			return t.ID
		}
	}
	return ""
}
