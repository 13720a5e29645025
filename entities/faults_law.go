package entities

import "suanpan/internal/fault"

// What is said of a rule that an invoice breaks: the rule itself, what stands on the invoice, and what to do.
const (
	mendEN = "{rule_en} On the invoice: {got}. Correct it and send the invoice again."
	mendZH = "{rule_zh}发票上为：{got}。请更正后重新提交。"
	mendPT = "{rule_pt} Na fatura: {got}. Corrija e envie a fatura de novo."

	lookEN = "{rule_en} On the invoice: {got}. It is not refused for this; correct the next one, or tell finance why the rule does not concern you."
	lookZH = "{rule_zh}发票上为：{got}。不因此退回；请在下次更正，如规则不适用请告知财务。"
	lookPT = "{rule_pt} Na fatura: {got}. Não é recusada por isso; corrija a próxima ou diga ao financeiro por que a regra não se aplica."
)

var (
	_ = fault.Define("LAW-TAX-ID", "The seller's tax number {number} does not have the form of {country}. Check it; registers hold exceptions, so nothing is refused for it.", "销售方税号 {number} 不符合 {country} 的格式。请核对；登记册存在例外，不因此退回。", "O número fiscal do vendedor, {number}, não tem a forma de {country}. Verifique; há exceções nos registros, e nada se recusa por isso.")
	_ = fault.Define("LAW-TAX-RATE", "Tax is charged at {rate} %; the rates known for {country} on that day are {known} %. Check the rate.", "适用税率为 {rate} %；{country} 当日已知税率为 {known} %。请核对税率。", "O imposto é cobrado a {rate} %; as alíquotas conhecidas de {country} nesse dia são {known} %. Verifique a alíquota.")
	_ = fault.Define("IE-SELLER-VAT", mendEN, mendZH, mendPT)
	_ = fault.Define("IE-RC-CUSTOMER-VAT", mendEN, mendZH, mendPT)
	_ = fault.Define("IE-RC-NOTATION", mendEN, mendZH, mendPT)
	_ = fault.Define("MX-UUID", mendEN, mendZH, mendPT)
	_ = fault.Define("MX-CFDI-40", mendEN, mendZH, mendPT)
	_ = fault.Define("SA-SELLER-VAT", mendEN, mendZH, mendPT)
	_ = fault.Define("TH-TAX-INVOICE", mendEN, mendZH, mendPT)
	_ = fault.Define("AR-LETTER", lookEN, lookZH, lookPT)
	_ = fault.Define("AR-C-NO-VAT", lookEN, lookZH, lookPT)
	_ = fault.Define("AR-CUIT", lookEN, lookZH, lookPT)
	_ = fault.Define("BR-XML", lookEN, lookZH, lookPT)
	_ = fault.Define("BR-NO-CREDIT-NOTE", lookEN, lookZH, lookPT)
	_ = fault.Define("BR-ACCESS-KEY", lookEN, lookZH, lookPT)
	_ = fault.Define("CL-DTE", lookEN, lookZH, lookPT)
	_ = fault.Define("CL-EXEMPT", lookEN, lookZH, lookPT)
	_ = fault.Define("CL-REFERENCE", lookEN, lookZH, lookPT)
	_ = fault.Define("LAW-DECIMALS", lookEN, lookZH, lookPT)
	_ = fault.Define("LAW-WITHHOLDING", lookEN, lookZH, lookPT)
	_ = fault.Define("IE-RC-NO-VAT", lookEN, lookZH, lookPT)
	_ = fault.Define("IE-EUR-VAT", lookEN, lookZH, lookPT)
	_ = fault.Define("IE-15-DAYS", lookEN, lookZH, lookPT)
	_ = fault.Define("MX-CFDI", lookEN, lookZH, lookPT)
	_ = fault.Define("MX-RECEIVER", lookEN, lookZH, lookPT)
	_ = fault.Define("MX-NO-NEGATIVE", lookEN, lookZH, lookPT)
	_ = fault.Define("MX-TYPE", lookEN, lookZH, lookPT)
	_ = fault.Define("PE-NUMBER", lookEN, lookZH, lookPT)
	_ = fault.Define("SA-TAX-CURRENCY", lookEN, lookZH, lookPT)
	_ = fault.Define("SA-ADDRESS", lookEN, lookZH, lookPT)
	_ = fault.Define("SA-NOTE-REASON", lookEN, lookZH, lookPT)
	_ = fault.Define("SA-ARABIC", lookEN, lookZH, lookPT)
	_ = fault.Define("SG-TAX-INVOICE", lookEN, lookZH, lookPT)
	_ = fault.Define("SG-UNREGISTERED", lookEN, lookZH, lookPT)
	_ = fault.Define("SG-CUSTOMER", lookEN, lookZH, lookPT)
	_ = fault.Define("SG-SELLER-ADDRESS", lookEN, lookZH, lookPT)
	_ = fault.Define("SG-SGD-TOTALS", lookEN, lookZH, lookPT)
	_ = fault.Define("SG-30-DAYS", lookEN, lookZH, lookPT)
	_ = fault.Define("TH-TITLE", lookEN, lookZH, lookPT)
	_ = fault.Define("TH-BRANCH", lookEN, lookZH, lookPT)
	_ = fault.Define("TH-THAI", lookEN, lookZH, lookPT)
	_ = fault.Define("TH-THB-TOTALS", lookEN, lookZH, lookPT)
	_ = fault.Define("TR-NUMBER", lookEN, lookZH, lookPT)
	_ = fault.Define("TR-UUID", lookEN, lookZH, lookPT)
	_ = fault.Define("TR-RATE", lookEN, lookZH, lookPT)
	_ = fault.Define("ZA-TITLE", lookEN, lookZH, lookPT)
	_ = fault.Define("ZA-SELLER-VAT", lookEN, lookZH, lookPT)
	_ = fault.Define("ZA-FULL", lookEN, lookZH, lookPT)
	_ = fault.Define("ZA-21-DAYS", lookEN, lookZH, lookPT)
	_ = fault.Define("ZA-ZAR-TOTALS", lookEN, lookZH, lookPT)
)
