package templates

// The words of the times that a law gives the buyer to answer.
var (
	_ = notice("answer.due", w{"Time to answer runs out", "答复期限将至", "Prazo de resposta acabando"},
		w{"Answer about invoice {number} by {last}", "请在 {last} 前答复发票 {number}", "Responda sobre a fatura {number} até {last}"},
		w{"Requisition {requisition}: by rule {rule} silence counts as consent after {last}. Answer the tax office and note it under Finance, Answers.", "申付单 {requisition}：按规则 {rule}，{last} 之后沉默视为同意。请向税务机关答复，并在“财务 - 答复”中登记。", "Requisição {requisition}: pela regra {rule} o silêncio vale como aceite depois de {last}. Responda ao fisco e anote em Finanças, Respostas."})
	_ = notice("answer.lapsed", w{"Time to answer ran out", "答复期限已过", "Prazo de resposta esgotado"},
		w{"The time to answer about invoice {number} ran out on {last}", "发票 {number} 的答复期限已于 {last} 届满", "O prazo de resposta sobre a fatura {number} acabou em {last}"},
		w{"Requisition {requisition}: by rule {rule} silence has counted as consent. If you answered in time, note it under Finance, Answers.", "申付单 {requisition}：按规则 {rule}，沉默已视为同意。如已按时答复，请在“财务 - 答复”中登记。", "Requisição {requisition}: pela regra {rule} o silêncio valeu como aceite. Se respondeu a tempo, anote em Finanças, Respostas."})

	_ = Define("finance.answers.title", "Answers", "答复", "Respostas")
	_ = Define("finance.answers.lead", "Some laws give the buyer a few days to answer the tax office; then silence counts as consent. Answer there, and note here what you said.", "有些法律只给购买方几天时间向税务机关答复，逾期沉默视为同意。请在税务机关系统答复，并在此登记。", "Algumas leis dão ao comprador poucos dias para responder ao fisco; depois o silêncio vale como aceite. Responda lá e anote aqui o que disse.")
	_ = Define("finance.answers.none", "No law's time to answer is running.", "目前没有正在计算的法定答复期限。", "Nenhum prazo legal de resposta está correndo.")
	_ = Define("finance.answers.asked", "What is asked", "待答复事项", "O que se pergunta")
	_ = Define("finance.answers.asked.invoice", "the invoice itself", "发票本身", "a própria fatura")
	_ = Define("finance.answers.asked.cancellation", "its cancellation", "作废该发票", "o cancelamento dela")
	_ = Define("finance.answers.last", "Last day", "最后日期", "Último dia")
	_ = Define("finance.answers.rule", "Rule", "规则", "Regra")
	_ = Define("finance.answers.from", "Counted from", "起算日", "Contado de")
	_ = Define("finance.answers.state.open", "running", "计算中", "correndo")
	_ = Define("finance.answers.state.alarm", "runs out soon", "即将届满", "acaba em breve")
	_ = Define("finance.answers.state.lapsed", "ran out", "已届满", "esgotado")
	_ = Define("finance.answers.accept", "Accepted it", "已接受", "Aceita")
	_ = Define("finance.answers.refuse", "Refused it", "已拒绝", "Recusada")
	_ = Define("finance.answers.ask", "Note a cancellation", "登记作废请求", "Anotar um cancelamento")
	_ = Define("finance.answers.ask.lead", "A merchant asked the tax office to cancel an invoice: enter it, and the time to answer is counted.", "商家已向税务机关申请作废发票：请登记，系统将计算答复期限。", "Um comerciante pediu ao fisco o cancelamento de uma fatura: anote, e o prazo de resposta é contado.")
	_ = Define("finance.answers.ask.day", "Asked for on (year-month-day)", "申请日期（年-月-日）", "Pedido em (ano-mês-dia)")
	_ = Define("finance.answers.number", "Invoice number", "发票号码", "Número da fatura")
	_ = Define("finance.answers.do.ask", "Count the time", "开始计算期限", "Contar o prazo")
	_ = Define("finance.done.answered", "Noted for invoice {no}.", "已登记发票 {no}。", "Anotado para a fatura {no}.")
	_ = Define("finance.done.cancellation", "Invoice {no}: answer by {day}.", "发票 {no}：请在 {day} 前答复。", "Fatura {no}: responda até {day}.")
	_ = Define("finance.notice.answers", "{n} legal times to answer run out soon or ran out.", "{n} 项法定答复期限即将届满或已届满。", "{n} prazos legais de resposta acabam em breve ou acabaram.")
)
