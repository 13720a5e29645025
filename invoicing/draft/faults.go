package draft

import "suanpan/internal/fault"

const (
	codeForm    = "DRAFT-FORM"
	codeDate    = "DRAFT-DATE"
	codeRate    = "DRAFT-RATE"
	codeReverse = "DRAFT-REVERSE-CHARGE"
	codeNumber  = "DRAFT-NUMBER"
	codeGone    = "DRAFT-WITHDRAWN"
)

var (
	_ = fault.Define(codeForm, "There is no draft called \"{got}\". Choose one of: {forms}.", "没有名为“{got}”的样稿。可选：{forms}。", "Não há rascunho chamado \"{got}\". Escolha um destes: {forms}.")
	_ = fault.Define(codeDate, "\"{got}\" is no date. Write year-month-day, such as 2026-11-16, or leave it empty for today.", "“{got}”不是日期。请按 年-月-日 填写，例如 2026-11-16；留空则为今天。", "\"{got}\" não é uma data. Escreva ano-mês-dia, como 2026-11-16, ou deixe vazio para hoje.")
	_ = fault.Define(codeRate, "\"{got}\" is no tax rate. Write a percentage from 0 to below 100, such as 9 or 7.5, or leave it empty where your invoice shows no tax.", "“{got}”不是税率。请填写 0 到 100 以下的百分数，例如 9 或 7.5；发票不列税额时请留空。", "\"{got}\" não é uma alíquota. Escreva uma porcentagem de 0 a menos de 100, como 9 ou 7.5, ou deixe vazio se a fatura não mostra imposto.")
	_ = fault.Define(codeReverse, "This list is under reverse charge: the invoice charges no tax. Leave the rate empty.", "本清单适用反向征税：发票不收税。请将税率留空。", "Esta lista está sob inversão do sujeito passivo: a fatura não cobra imposto. Deixe a alíquota vazia.")
	_ = fault.Define(codeNumber, "\"{got}\" cannot be an invoice number: it holds characters that a file cannot carry, or more than {max}. Write the number as your invoice shows it.", "“{got}”不能作为发票号码：含有文件无法承载的字符，或超过 {max} 个字符。请按发票上的号码填写。", "\"{got}\" não pode ser um número de fatura: tem caracteres que o arquivo não aceita, ou mais de {max}. Escreva o número como está na fatura.")
	_ = fault.Define(codeGone, "List {requisition} was withdrawn: there is nothing to invoice. Its bills come with another list; use that one.", "清单 {requisition} 已撤回，无需开票。其账单将列入另一份清单，请使用新清单。", "A lista {requisition} foi retirada: não há o que faturar. Suas contas virão com outra lista; use essa.")
)
