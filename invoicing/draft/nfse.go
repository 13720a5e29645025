package draft

var _ = register(Form{Name: "nfse", File: "-nfse.json", Type: "application/json", Country: "BR", order: 5, Table: nfse, Draw: drawTable("nfs-e", nfse)})

// nfse are the values for Brazil's NFS-e in the national layout (DPS), which municipalities' forms follow under other names. The
// municipal tax (ISS) is contained in the price and only told: the service's value is the list's amount and nothing comes on top.
// A wrong NFS-e is cancelled and issued again under a new number; there is no credit note.
func nfse(d Draft) []Entry {
	out := []Entry{
		{"infDPS/nDPS", "draft.nfse.number", d.Number, "draft.note.number"},
		{"infDPS/serie", "draft.nfse.series", "", ""},
		{"infDPS/dhEmi", "draft.nfse.issued", d.Date.String(), "draft.nfse.issued.note"},
		{"infDPS/dCompet", "draft.nfse.competence", d.Date.String(), "draft.nfse.competence.note"},
		{"infDPS/cLocEmi", "draft.nfse.place", "", ""},
		{"prest/CNPJ", "draft.seller.tax", compact(d.Values["partner_vat_no"]), ""},
		{"prest/xNome", "draft.seller", d.List.MerchantName, ""},
	}
	field := "toma/CNPJ"
	if d.Ground.Country != "BR" {
		field = "toma/NIF"
	}
	out = append(out,
		Entry{field, "draft.buyer.tax", compact(d.List.EntityTaxID), "draft.nfse.buyer.note"},
		Entry{"toma/xNome", "draft.buyer", d.List.EntityName, ""},
		Entry{"serv/cServ/cTribNac", "draft.nfse.service", "", ""},
		Entry{"serv/cServ/xDescServ", "draft.description", d.service(), "draft.note.remarks"},
		Entry{"serv/infoCompl/xInfComp", "draft.nfse.more", d.Remarks(), "draft.note.remarks"},
	)
	if d.List.Currency != "BRL" {
		out = append(out, Entry{"serv/comExt/tpMoeda", "draft.currency", string(d.List.Currency), "draft.nfse.foreign.note"},
			Entry{"serv/comExt/vServMoeda", "draft.gross", d.plain(d.Gross), ""},
			Entry{"valores/vServPrest/vServ", "draft.nfse.value", "", "draft.nfse.reais.note"})
	} else {
		out = append(out, Entry{"valores/vServPrest/vServ", "draft.nfse.value", d.plain(d.Gross), "draft.nfse.value.note"})
	}
	return append(out,
		Entry{"valores/trib/tribMun/tribISSQN", "draft.nfse.iss", "", ""},
		Entry{"valores/trib/tribMun/pAliq", "draft.rate", percentText(d), "draft.nfse.rate.note"},
		Entry{"valores/trib/tribFed", "draft.nfse.withheld", "", "draft.nfse.withheld.note"},
		Entry{"infNFSe/chave", "draft.nfse.key", "", ""},
	)
}

// service describes all lines in one text: an NFS-e has one service.
func (d Draft) service() string {
	name := d.List.ServiceItem
	if name == "" {
		name = d.List.Requisition
	}
	return writable(name) + " — " + d.Remarks()
}
