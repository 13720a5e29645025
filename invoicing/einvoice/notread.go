package einvoice

import "suanpan/internal/fault"

// known are formats that can be told but are not read yet, by the namespace of their root element.
var known = []struct{ space, local, name string }{
	{"http://www.sat.gob.mx/cfd/4", "", "CFDI 4 of another kind"},
	{"http://www.portalfiscal.inf.br/nfe", "", "NF-e of another kind"},
	{"http://www.abrasf.org.br/nfse.xsd", "", "NFS-e of a municipality (ABRASF)"},
	{"http://www.sped.fazenda.gov.br/nfse", "", "NFS-e of another kind"},
	{"http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2", "", "FatturaPA of another kind"},
	{"http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0", "", "FatturaPA (simplified)"},
}

// zugferd1 is the root namespace of ZUGFeRD 1.0 (2014), which has other element names than CII as it is used since 2019.
const zugferd1 = "urn:ferd:CrossIndustryDocument:invoice:1p0"

// tooOld are formats that nobody may send any more, by the namespace of their root element.
var tooOld = map[string]string{
	zugferd1:                      "ZUGFeRD 1.0",
	"http://www.sat.gob.mx/cfd/3": "CFDI 3", // 4.0 alone is valid since 1 April 2023
}

// notRead says why no format reads the file: too old, known but not yet read, or no electronic invoice at all.
func notRead(f File) error {
	if f.root == nil {
		return fault.New(fault.Invalid, "EINV-UNKNOWN", "", fault.Args{"root": "?"})
	}
	if name := tooOld[f.root.name.Space]; name != "" {
		return fault.New(fault.Invalid, "EINV-TOO-OLD", f.where+f.root.where(nil), fault.Args{"format": name})
	}
	for _, k := range known {
		if f.root.name.Space == k.space {
			return fault.New(fault.Invalid, "EINV-NOT-READ-YET", f.where+f.root.where(nil), fault.Args{"format": k.name})
		}
	}
	return fault.New(fault.Invalid, "EINV-UNKNOWN", f.where+f.root.where(nil), fault.Args{"root": clip(f.root.name.Local, 60)})
}
