package einvoice

import (
	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// NFS-e, Brazil's invoice for services in its national layout (Sistema Nacional NFS-e, versions 1.00 and 1.01), which all
// municipalities use or translate to since 2026. An NFSe wraps the seller's declaration (DPS) and adds number, key and the
// net amount; a DPS alone is not authorised. The municipal tax (ISS) stands inside the price: net and gross are the same.
const nfseNational = "http://www.sped.fazenda.gov.br/nfse"

var nfseNames = names{"nfse": nfseNational, "ds": "http://www.w3.org/2000/09/xmldsig#"}

var _ = register(Format{
	Name:   "nfse",
	Detect: func(f File) bool { return f.Is(nfseNational, "NFSe") || f.Is(nfseNational, "DPS") },
	Read:   readNFSe,
})

func readNFSe(f File) (*Document, error) {
	r := newReading(f, nfseNames)
	d := r.doc
	d.Kind = Invoice // there is no credit note: a wrong document is cancelled and another one issued
	d.Profile = r.text("profile", "@versao", false)
	dps, authorised := "infDPS/", r.root.name.Local == "NFSe"
	if authorised {
		dps = "infNFSe/DPS/infDPS/"
		d.TypeCode = r.text("typeCode", "infNFSe/cStat", false)
		d.Number = r.text("number", "infNFSe/nNFSe", true)
		r.date("infNFSe/dhProc", dateTime)
	} else {
		d.Number, d.Series = r.text("number", dps+"nDPS", true), r.text("series", dps+"serie", false)
		r.date(dps+"dhEmi", dateTime)
	}
	r.reais(r.root)
	r.nfseFigures(dps, authorised)
	r.nfseParties(dps, authorised)
	if authorised {
		var declared period.Day
		if n := r.only(dps + "dhEmi"); n != nil {
			declared, _ = dateTime(n.text)
		}
		// The rule of the check digit was seen on real keys, not in the layout's text: told, not refused.
		r.key(nfseKey, r.only("infNFSe/@Id"), false, brazilianID(r.nfseIssuer()), d.IssueDate, declared)
	} else {
		r.warn("EINV-NOT-STAMPED", r.where(r.root), fault.Args{"stamp": "NFSe"})
	}
	if n := r.only(dps + "tpAmb"); n != nil && n.text == "2" {
		r.warn("EINV-TEST-RUN", r.where(n))
	}
	r.notes(dps + "serv/cServ/xDescServ")
	r.notes(dps + "serv/infoCompl/xInfComp")
	r.notes("infNFSe/xOutInf")
	r.references(PlaceOrder, dps+"serv/infoCompl/xPed")
	r.references(PlaceContract, dps+"serv/infoCompl/docRef")
	r.preceding(dps + "subst/chSubstda")
	d.Lines = len(r.root.all(r.ns, dps+"serv"))
	return r.done()
}

// nfseIssuer is who the key names: the one that the system calls the emitter.
func (r *reading) nfseIssuer() Party {
	for _, scheme := range []string{"CNPJ", "CPF"} {
		if n := r.only("infNFSe/emit/" + scheme); n != nil {
			return Party{TaxIDs: []TaxID{{scheme, n.text}}}
		}
	}
	return r.doc.Seller
}

// nfseParties reads seller and buyer. The declaration leaves the seller's name out where the seller itself declares (tpEmit 1);
// otherwise the emitter is the buyer or a broker, and the seller stands in the declaration alone.
func (r *reading) nfseParties(dps string, authorised bool) {
	seller := dps + "prest"
	own := true
	if n := r.only(dps + "tpEmit"); n != nil && n.text != "1" {
		own = false
	}
	if authorised && own && r.only("infNFSe/emit") != nil {
		seller = "infNFSe/emit"
	}
	if !authorised && r.only(seller+"/xNome") == nil {
		r.doc.Seller = r.unnamed("seller", seller)
	} else {
		r.doc.Seller = r.brazilian("seller", seller, "NIF")
	}
	r.doc.Buyer = r.brazilian("buyer", dps+"toma", "NIF")
	r.abroad("seller", seller, &r.doc.Seller)
	r.abroad("buyer", dps+"toma", &r.doc.Buyer)
}

// abroad takes the country of a party whose address is outside Brazil.
func (r *reading) abroad(field, path string, p *Party) {
	if n := r.only(path + "/end/endExt/cPais"); n != nil {
		p.Country = n.text
		r.found(field+".country", n)
	}
}

// unnamed is a seller of whom a declaration tells only the number; it stands in for the name, for want of another.
func (r *reading) unnamed(field, path string) Party {
	var p Party
	for _, scheme := range []string{"CNPJ", "CPF"} {
		r.taxID(&p, field, scheme, path+"/"+scheme)
	}
	if len(p.TaxIDs) == 0 {
		r.missing(field+".name", path+"/xNome")
		return p
	}
	p.Name, p.Country = p.TaxIDs[0].ID, "BR"
	r.doc.Evidence[field+".name"] = r.doc.Evidence[field+".taxIds[0]"]
	return p
}

func (r *reading) nfseFigures(dps string, authorised bool) {
	d := r.doc
	service, discounts := dps+"valores/vServPrest/vServ", dps+"valores/vDescCondIncond/"
	federal := dps + "valores/trib/tribFed/"
	d.LineTotal = r.amount("lineTotal", service, true)
	d.Discount = r.total("discount", false, "+"+discounts+"vDescIncond", "+"+discounts+"vDescCond")
	price := []string{"+" + service, "-" + discounts + "vDescIncond", "-" + discounts + "vDescCond"}
	d.Gross, d.Net = r.total("gross", false, price...), r.total("net", false, price...)
	r.taxed("ISS", "infNFSe/valores/vBC", "infNFSe/valores/vISSQN")

	held := []string{"+" + federal + "vRetCP", "+" + federal + "vRetIRRF", "+" + federal + "vRetCSLL"}
	r.held("CP", federal+"vRetCP")
	r.held("IRRF", federal+"vRetIRRF")
	r.held("CSLL", federal+"vRetCSLL")
	if n := r.only(federal + "piscofins/tpRetPisCofins"); n != nil && n.text == "1" {
		held = append(held, "+"+federal+"piscofins/vPis", "+"+federal+"piscofins/vCofins")
		r.held("PIS", federal+"piscofins/vPis")
		r.held("COFINS", federal+"piscofins/vCofins")
	}
	if n := r.only(dps + "valores/trib/tribMun/tpRetISSQN"); n != nil && (n.text == "2" || n.text == "3") { // by the buyer, by a broker
		held = append(held, "+infNFSe/valores/vISSQN")
		r.held("ISS", "infNFSe/valores/vISSQN")
	}
	if d.Retained = r.amount("retained", "infNFSe/valores/vTotalRet", false); d.Evidence["retained"].Where == "" {
		d.Retained = r.total("retained", false, held...)
	}
	if authorised {
		d.Payable = r.amount("payable", "infNFSe/valores/vLiq", true)
		return
	}
	for _, h := range held {
		price = append(price, "-"+h[1:])
	}
	d.Payable = r.total("payable", true, price...)
}
