package draft

import (
	"bytes"
	"fmt"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/invoicing"
	"suanpan/money"
	"suanpan/templates"
)

// embeddedName is the name that Factur-X and ZUGFeRD 2 give the XML inside the PDF.
const embeddedName = "factur-x.xml"

var _ = register(Form{
	Name: "pdf", File: ".pdf", Type: "application/pdf", XML: true, order: 2,
	Draw: func(d Draft, lang fault.Lang, fonts *doc.Fonts) ([]byte, error) { return d.facturX(lang, fonts) },
})

// facturX is the invoice as pages with the CII inside, in the manner of Factur-X (EN 16931 profile): the XML is attached as an
// alternative of the pages and the metadata name it.
//
// It is not PDF/A-3, and does not claim to be: it has no output intent with a colour profile, no identification as PDF/A, no media
// type on the attachment, and its header lacks the binary mark; the library cannot write them. Readers of invoices find the XML all
// the same; archives that ask for PDF/A-3 do not take the file.
func (d Draft) facturX(lang fault.Lang, fonts *doc.Fonts) ([]byte, error) {
	xml, err := d.cii()
	if err != nil {
		return nil, err
	}
	pages := d.pages(lang)
	pages.Attached = []doc.Attachment{{Name: embeddedName, Description: "Factur-X invoice", Content: xml}}
	pages.XMP = d.metadata()
	var b bytes.Buffer
	if err := pages.PDF(&b, fonts); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// say is a word of the catalogue in a language.
func say(lang fault.Lang, key string, pairs ...any) string {
	t, _ := templates.Text(string(lang), key, pairs...)
	return t
}

// blank is a line to write on.
const blank = "____________________"

func or(v string) string {
	if v == "" {
		return blank
	}
	return v
}

func (d Draft) pages(lang fault.Lang) *doc.Document {
	c := d.List.Currency
	title := say(lang, "draft.pdf.title")
	out := &doc.Document{
		Lang: lang, At: d.Ground.At, Demo: d.Ground.Demo, Title: title, Subtitle: or(d.Number), Author: d.List.MerchantName, Footer: d.Remarks(),
		Meta: []doc.Field{
			{Label: invoicing.Label("company_name", lang), Value: d.List.MerchantName},
			{Label: invoicing.Label("bill_to", lang), Value: d.List.EntityName},
			{Label: invoicing.Label("partner_vat_no", lang), Value: or(d.Values["partner_vat_no"])},
			{Label: invoicing.Label("entity_vat_no", lang), Value: dash(d.List.EntityTaxID)},
			{Label: invoicing.Label("invoice_no", lang), Value: or(d.Number)},
			{Label: invoicing.Label("invoice_date", lang), Value: d.Date.String()},
			{Label: invoicing.Label("requisition_no", lang), Value: d.List.Requisition},
			{Label: invoicing.Label("settlement_period", lang), Value: d.List.PeriodText()},
		},
	}
	lines := doc.Table{Columns: []doc.TableColumn{{Title: say(lang, "draft.pdf.line"), Weight: 3}, {Title: string(c), Align: doc.Figure}}}
	for _, l := range d.Lines {
		lines.Rows = append(lines.Rows, []string{l.Name, money.Print(l.Net, c)})
	}
	lines.Totals = [][]string{
		{say(lang, "draft.net"), money.Print(d.Net, c)},
		{d.taxName(lang), money.Print(d.Tax, c)},
		{say(lang, "draft.gross"), money.Print(d.Gross, c)},
	}
	out.Blocks = append(out.Blocks, lines, doc.Heading(say(lang, "draft.pdf.pay")))
	var bank doc.Fields
	for _, name := range []string{"bank_account_beneficiary", "bank_account_no", "bank_name", "bank_address", "swift_code"} {
		bank = append(bank, doc.Field{Label: invoicing.Label(name, lang), Value: or(d.Values[name])})
	}
	out.Blocks = append(out.Blocks, bank, doc.Heading(invoicing.Label("remarks", lang)), doc.Paragraph(d.Remarks()))
	if d.Category == ReverseCharge {
		out.Blocks = append(out.Blocks, doc.Paragraph("reverse charge"))
	}
	out.Blocks = append(out.Blocks, doc.Note(say(lang, "draft.pdf.note")))
	return out
}

// taxName is the tax with its rate.
func (d Draft) taxName(lang fault.Lang) string {
	if d.Category == Standard {
		return say(lang, "draft.tax.rate", "rate", money.Exact(d.Rate))
	}
	return say(lang, "draft.tax")
}

func dash(v string) string {
	if v == "" {
		return "—"
	}
	return v
}

// metadata names the XML inside, in the packet that Factur-X asks for. The packet says nothing of PDF/A.
func (d Draft) metadata() []byte {
	return fmt.Appendf(nil, "<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"+`<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>Suanpan</xmp:CreatorTool>
<xmp:CreateDate>%[1]s</xmp:CreateDate>
<xmp:ModifyDate>%[1]s</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
<fx:DocumentType>INVOICE</fx:DocumentType>
<fx:DocumentFileName>%[2]s</fx:DocumentFileName>
<fx:Version>1.0</fx:Version>
<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`, d.Ground.At.UTC().Format("2006-01-02T15:04:05Z"), embeddedName)
}
