package invoicing

import (
	"strings"

	"suanpan/internal/fault"
	"suanpan/money"
)

// label is the name of a field of the list and of the invoice in the three languages.
type label struct{ key, en, zh, pt string }

// labels are the fields in the order the marketplace prints them (表1 开票信息说明).
var labels = []label{
	{"company_name", "Company name", "公司名称", "Razão social"},
	{"partner_vat_no", "Partner VAT no.", "商家税号", "N.º fiscal do comerciante"},
	{"bank_account_no", "Bank account no.", "银行账号", "N.º da conta bancária"},
	{"bank_account_beneficiary", "Bank account beneficiary", "银行账户名", "Titular da conta"},
	{"bank_name", "Bank name", "开户行", "Banco"},
	{"bank_address", "Bank address", "开户行地址", "Endereço do banco"},
	{"swift_code", "SWIFT code", "SWIFT 代码", "Código SWIFT"},
	{"invoice_no", "Invoice no.", "发票号码", "N.º da fatura"},
	{"invoice_date", "Invoice date", "开票日期", "Data da fatura"},
	{"invoice_currency", "Invoice currency", "发票币种", "Moeda da fatura"},
	{"bill_to", "Bill to", "发票抬头", "Faturar a"},
	{"entity_vat_no", "VAT no. of the entity", "付款方税务登记号", "N.º fiscal da entidade"},
	{"requisition_no", "Payment requisition form no.", "申付单号", "N.º da requisição de pagamento"},
	{"service_item", "Service item", "服务项目", "Serviço"},
	{"settlement_period", "Settlement period", "对账期次", "Período de liquidação"},
	{"invoice_amount", "INVOICE AMOUNT", "开票金额", "VALOR DA FATURA"},
	{"remarks", "Remarks", "备注", "Observações"},
}

// Label is a field's name in a language; the field's own name where it is not one of the standard ones.
func Label(field string, l fault.Lang) string {
	for _, x := range labels {
		if x.key == field {
			switch l {
			case fault.ZH:
				return x.zh
			case fault.PT:
				return x.pt
			default:
				return x.en
			}
		}
	}
	return field
}

// values are the fields that the list itself decides.
func (l List) values() map[string]string {
	return map[string]string{
		"company_name": l.MerchantName, "bank_account_beneficiary": l.MerchantName, "invoice_currency": string(l.Currency), "bill_to": l.EntityName,
		"entity_vat_no": l.EntityTaxID, "requisition_no": l.Requisition, "service_item": l.ServiceItem, "settlement_period": l.PeriodText(),
		"invoice_amount": money.Plain(l.Payable, l.Currency), "remarks": l.Requisition + " / " + l.PeriodText(),
	}
}

// StandardFields makes the fields of a list: what it decides itself, what is known of the merchant (tax number, bank), and a star
// where the setting list_starred_fields asks for one. Unknown ones stay blank for the merchant to fill.
func (l List) StandardFields(starred []string, known map[string]string) []Field {
	own := l.values()
	var out []Field
	for _, x := range labels {
		v := own[x.key]
		if v == "" {
			v = known[x.key]
		}
		out = append(out, Field{Name: x.key, Value: strings.TrimSpace(v), Starred: contains(starred, x.key)})
	}
	return out
}

// filledByInvoice are the fields of a list that the invoices sent with it fill in: their numbers and dates.
func filledByInvoice(is []Invoice, into map[string]string) {
	var nums, dates []string
	for _, i := range is {
		if n := strings.TrimSpace(i.Number); n != "" {
			nums = append(nums, n)
		}
		if !i.Date.IsZero() {
			dates = append(dates, i.Date.String())
		}
	}
	into["invoice_no"], into["invoice_date"] = strings.Join(nums, ", "), strings.Join(dates, ", ")
}

// DraftLine is a value that the merchant has to put on its invoice; empty where only the merchant knows it.
type DraftLine struct {
	Field string
	Value string
}

// Draft is the invoice the merchant should send, field by field: what the list and its filled fields say, and blanks for the rest.
func (l List) Draft(filled map[string]string) []DraftLine {
	v := l.values()
	for _, f := range l.Fields {
		if v[f.Name] == "" {
			v[f.Name] = f.Value
		}
		if v[f.Name] == "" {
			v[f.Name] = filled[f.Name]
		}
	}
	out := make([]DraftLine, len(labels))
	for i, x := range labels {
		out[i] = DraftLine{x.key, strings.TrimSpace(v[x.key])}
	}
	return out
}

var draftNotes = map[fault.Lang][3]string{
	fault.EN: {"Draft of the invoice to send", "The amount contains all tax: nothing may be added on top.", "Reverse charge: tax 0, with the note \"reverse charge\"."},
	fault.ZH: {"待开发票样稿", "金额为含税总额，不得另加税额。", "适用反向征税：税额为 0，并注明 reverse charge。"},
	fault.PT: {"Rascunho da fatura a enviar", "O valor contém todo imposto: nada se acrescenta.", "Inversão do sujeito passivo: imposto 0, com a nota \"reverse charge\"."},
}

// DraftText is the draft as plain text in a language, one field a line; what only the merchant knows is a line to fill in.
func (l List) DraftText(filled map[string]string, lang fault.Lang) string {
	notes, ok := draftNotes[lang]
	if !ok {
		notes = draftNotes[fault.EN]
	}
	var b strings.Builder
	b.WriteString(notes[0] + "\n\n")
	for _, d := range l.Draft(filled) {
		v := d.Value
		if v == "" {
			v = "____________"
		}
		b.WriteString(Label(d.Field, lang) + ": " + v + "\n")
	}
	b.WriteString("\n" + notes[1] + "\n")
	if l.ReverseCharge {
		b.WriteString(notes[2] + "\n")
	}
	return b.String()
}
