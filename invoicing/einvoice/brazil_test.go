package einvoice

import (
	"strings"
	"testing"
)

func TestNFe(t *testing.T) {
	t.Parallel()
	const key = "35310412ABC34501DE35550010000047111203104168"
	breakages(t, "nfe/invoice.xml", []breakage{
		{"as it should be", "Laranja Ltda", "Laranja Ltda", ""},
		{"a key whose check digit is wrong", "NFe" + key, "NFe" + key[:43] + "9", "EINV-FISCAL-ID EINV-REPEATED"},
		{"two digits of the key changed places", "NFe" + key, "NFe" + strings.Replace(key, "3531", "3513", 1), "EINV-FISCAL-ID EINV-REPEATED"},
		{"a key that is too short", "NFe" + key, "NFe" + key[:40], "EINV-FISCAL-ID EINV-REPEATED"},
		{"no key", ` Id="NFe` + key + `"`, "", "EINV-NOT-STAMPED"},
		{"a key of another issuer", "<CNPJ>12ABC34501DE35</CNPJ>", "<CNPJ>11222333000181</CNPJ>", "EINV-KEY-OTHER"},
		{"a key of another month", "<dhEmi>2031-04-16", "<dhEmi>2031-03-16", "EINV-KEY-OTHER"},
		{"a protocol of another document", "<chNFe>" + key, "<chNFe>" + key[:43] + "9", "EINV-REPEATED"},
		{"no protocol", "<chNFe>" + key + "</chNFe>", "", "EINV-NOT-STAMPED"},
		{"denied", "<cStat>100</cStat>", "<cStat>302</cStat>", "EINV-NOT-STAMPED"},
		{"of the test environment", "<cDV>8</cDV><tpAmb>1</tpAmb>", "<cDV>8</cDV><tpAmb>2</tpAmb>", "EINV-TEST-RUN"},
		{"no total", "<vNF>1325.00</vNF>", "", "EINV-MISSING"},
		{"a total with a comma", "<vNF>1325.00</vNF>", "<vNF>1.325,00</vNF>", "EINV-AMOUNT"},
		{"a tax that is no amount", "<vIPI>62.50</vIPI>", "<vIPI>x</vIPI>", "EINV-AMOUNT"},
		{"nobody billed", "<xNome>Heron Exemplo do Brasil Ltda</xNome>", "", "EINV-MISSING"},
	})
}

func TestNFeWithoutItsProtocolIsRead(t *testing.T) {
	t.Parallel()
	b := string(load(t, "nfe", "invoice.xml"))
	alone := strings.Replace(b[strings.Index(b, "<NFe>"):strings.Index(b, "<protNFe")], "<NFe>", `<NFe xmlns="http://www.portalfiscal.inf.br/nfe">`, 1)
	d, err := Read([]byte(alone))
	if err != nil || d.LegalNumber() != "1-4711" || strings.Join(d.Warnings.Codes(), " ") != "EINV-NOT-STAMPED" {
		t.Errorf("%+v, %v", d, err)
	}
	// Namespaces in front of every name change nothing.
	prefixed := strings.NewReplacer("</", "</n:", "<", "<n:", "n:/", "/").Replace(b[strings.Index(b, "<nfeProc"):])
	prefixed = strings.Replace(strings.ReplaceAll(prefixed, "<n:/", "</"), "xmlns=", "xmlns:n=", 1)
	if d, err := Read([]byte(prefixed)); err != nil || d.Payable.String() != "1266.87" || len(d.Warnings) > 0 {
		t.Errorf("with prefixes: %+v, %v", d, err)
	}
}

func TestNFSe(t *testing.T) {
	t.Parallel()
	const key = "35503081212345678000195000000000020831040000000779"
	breakages(t, "nfse/invoice.xml", []breakage{
		{"as it should be", "Verde", "Verde", ""},
		{"a check digit that is another", `Id="NFS` + key, `Id="NFS` + key[:49] + "0", "EINV-FISCAL-ID"},
		{"a key that is too short", `Id="NFS` + key, `Id="NFS` + key[:44], "EINV-FISCAL-ID"},
		{"a key of another issuer", "<CNPJ>12345678000195</CNPJ><IM>1234567</IM><xNome>", "<CNPJ>11222333000181</CNPJ><IM>1234567</IM><xNome>", "EINV-KEY-OTHER"},
		{"authorised in the month after it was declared", "<dhProc>2031-04-16", "<dhProc>2031-05-01", ""},
		{"of the test environment", "<tpAmb>1</tpAmb>", "<tpAmb>2</tpAmb>", "EINV-TEST-RUN"},
		{"no net amount", "<vLiq>1128.75</vLiq>", "", "EINV-MISSING"},
		{"no price", "<vServ>1300.00</vServ>", "", "EINV-MISSING"},
		{"no number", "<nNFSe>208</nNFSe>", "", "EINV-MISSING"},
		{"nobody billed", "<xNome>Heron Example Pte. Ltd.</xNome>", "", "EINV-MISSING"},
		{"a withheld tax that is no amount", "<vRetIRRF>18.75</vRetIRRF>", "<vRetIRRF>?</vRetIRRF>", "EINV-AMOUNT"},
	})
}

func TestNFSeDeclarationAlone(t *testing.T) {
	t.Parallel()
	b := string(load(t, "nfse", "invoice.xml"))
	dps := strings.Replace(b[strings.Index(b, "<DPS"):strings.Index(b, "</infNFSe>")], "<DPS", `<DPS xmlns="http://www.sped.fazenda.gov.br/nfse"`, 1)
	d, err := Read([]byte(dps))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join([]string{d.LegalNumber(), d.Seller.Name, d.Retained.String(), d.Payable.String(), strings.Join(d.Warnings.Codes(), " ")}, " ")
	if got != "00001-17 12345678000195 58.75 1191.25 EINV-NOT-STAMPED" {
		t.Error(got)
	}
}

func TestNFSeDeclaredByItsBuyer(t *testing.T) {
	t.Parallel()
	d, err := Read(changeIn(t, "nfse/invoice.xml", `<tpEmit>1</tpEmit><cLocEmi>3550308</cLocEmi>`, `<tpEmit>2</tpEmit>`))
	if err == nil {
		t.Fatalf("the seller has no name in the declaration, yet it was read as %q", d.Seller.Name)
	}
	b := changeIn(t, "nfse/invoice.xml", `<prest><CNPJ>12345678000195</CNPJ>`, `<tpEmit>2</tpEmit><prest><CNPJ>11222333000181</CNPJ><xNome>Outra Ltda</xNome>`)
	d, err = Read([]byte(strings.Replace(string(b), "<tpEmit>1</tpEmit>", "", 1)))
	if err != nil || d.Seller.Name != "Outra Ltda" || len(d.Warnings) > 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestNFSeWithoutTheTotalOfWhatIsWithheld(t *testing.T) {
	t.Parallel()
	without := string(changeIn(t, "nfse/invoice.xml", "<vTotalRet>121.25</vTotalRet>", ""))
	for kind, want := range map[string]string{"1": "58.75", "2": "121.25", "3": "121.25"} { // nobody, the buyer, a broker withholds the ISS
		d, err := Read([]byte(strings.Replace(without, "<tpRetISSQN>2", "<tpRetISSQN>"+kind, 1)))
		if err != nil || d.Retained.String() != want || !d.Evidence["retained"].Derived {
			t.Errorf("%s: %+v, %v", kind, d, err)
		}
	}
}
