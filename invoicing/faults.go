package invoicing

import "suanpan/internal/fault"

// Codes of the verdict. A code never changes its meaning; jurisdictions add their own (BR-…), defined in entities.
const (
	codeTotal          = "INV-TOTAL"
	codeAmountDue      = "INV-AMOUNT-DUE"
	codeTaxOnTop       = "INV-TAX-ON-TOP"
	codeReverse        = "INV-REVERSE-CHARGE"
	codeCurrency       = "INV-CURRENCY"
	codeEntity         = "INV-ENTITY"
	codeIssuer         = "INV-ISSUER"
	codeAccount        = "INV-ACCOUNT-NAME"
	codeNoAccount      = "INV-ACCOUNT-MISSING"
	codeListAttached   = "INV-LIST-ATTACHED"
	codeStarred        = "INV-STARRED"
	codeRequisition    = "INV-REQUISITION"
	codeOther          = "INV-OTHER-REQUISITION"
	codeSeveral        = "INV-SEVERAL-REQUISITIONS"
	codePeriodGone     = "INV-PERIOD-MISSING"
	codePeriod         = "INV-PERIOD"
	codeDuplicate      = "INV-DUPLICATE"
	codeLookalike      = "INV-LOOKALIKE"
	codeNumberGone     = "INV-NUMBER-MISSING"
	codeDateGone       = "INV-DATE-MISSING"
	codeBeforeNotice   = "INV-BEFORE-NOTICE"
	codeNoList         = "INV-NO-LIST"
	codeAnswered       = "INV-ANSWERED"
	codeFuture         = "INV-DATED-FUTURE"
	codeCreditNote     = "INV-CREDIT-NOTE"
	codeLate           = "INV-LATE"
	codeIncomplete     = "INV-INCOMPLETE"
	codeEmpty          = "INV-EMPTY"
	codeLateRefused    = "INV-LATE-REFUSED"
	codeIncompleteList = "INV-LIST-INCOMPLETE"
	codeNumberClaimed  = "INV-REQUISITION-USED"
	codeState          = "INV-STATE"
	codeReason         = "INV-REASON"
	codeTwoPeople      = "INV-TWO-PEOPLE"
	codeNotFound       = "INV-NOT-FOUND"
	codeNotLate        = "INV-NOT-LATE"
	codeListChanged    = "INV-LIST-FIXED"
	codePayMonth       = "INV-PAY-MONTH"
	codeFileSize       = "INV-FILE-SIZE"
	codeLateOrder      = "INV-LATE-ORDER"
	codeArithmetic     = "INV-ARITHMETIC"
	codeField          = "INV-FIELD"
	codeTolerated      = "INV-TOLERATED"
	codeOverridden     = "INV-OVERRIDDEN"
	codeCreditUnknown  = "INV-CREDIT-UNKNOWN"
	codeCreditMore     = "INV-CREDIT-MORE"
	codeCreditPaid     = "INV-CREDIT-PAID"
	codeCreditTwice    = "INV-CREDIT-TWICE"
)

var (
	_ = fault.Define(codeTotal, "The invoices say {got}, the list {requisition} says {want} (difference {difference}). Correct the total, or send the missing invoices together.", "发票合计为 {got}，开票清单 {requisition} 为 {want}，相差 {difference}。请更正发票总金额或一并提交缺少的发票。", "As faturas somam {got} e a lista {requisition} diz {want}: diferença de {difference}. Corrija o total ou envie junto as faturas que faltam.")
	_ = fault.Define(codeAmountDue, "The total is right, but the amount due is {got} and the list {requisition} says {want} (difference {difference}). Leave out the prepayment or rounding, so that {want} is due.", "发票总额正确，但应付金额为 {got}，开票清单 {requisition} 为 {want}，相差 {difference}。请去掉预付款或舍入，使应付金额为 {want}。", "O total está certo, mas o valor devido é {got} e a lista {requisition} diz {want}: diferença de {difference}. Retire o adiantamento ou o arredondamento para que {want} seja devido.")
	_ = fault.Define(codeTaxOnTop, "Tax of {tax} was added on top of {want}. The list's amount contains all tax: issue the invoice so that its total with tax is {want}.", "在 {want} 之上又加了税额 {tax}。清单金额为含税总额：请开具含税总额为 {want} 的发票。", "Foi somado imposto de {tax} a {want}. O valor da lista já contém todo imposto: emita a fatura com total de {want}, imposto incluído.")
	_ = fault.Define(codeReverse, "The list {requisition} is under reverse charge, yet the invoice charges tax of {tax}. Issue it with tax 0 and the note \"reverse charge\".", "开票清单 {requisition} 适用反向征税，但发票含税额 {tax}。请以零税额重新开具并注明 reverse charge。", "A lista {requisition} está sob inversão do sujeito passivo, mas a fatura cobra imposto de {tax}. Emita-a com imposto 0 e a nota \"reverse charge\".")
	_ = fault.Define(codeCurrency, "The invoice is in {got}, the list {requisition} in {want}. Issue it in {want}.", "发票币种为 {got}，开票清单 {requisition} 为 {want}。请以 {want} 重新开具。", "A fatura está em {got} e a lista {requisition} em {want}. Emita-a em {want}.")
	_ = fault.Define(codeEntity, "The invoice is addressed to \"{got}\"; it has to be \"{want}\" ({difference}). Issue it to the entity on the list.", "发票抬头为“{got}”，应为“{want}”（{difference}）。请按清单上的签约主体重新开具。", "A fatura é dirigida a \"{got}\"; deve ser \"{want}\" ({difference}). Emita-a para a entidade que consta na lista.")
	_ = fault.Define(codeIssuer, "The invoice is issued by \"{got}\"; the certified merchant is \"{want}\" ({difference}). Only the certified company can issue it.", "发票开具方为“{got}”，认证的商家为“{want}”（{difference}）。只能由认证公司开具。", "A fatura foi emitida por \"{got}\"; o comerciante certificado é \"{want}\" ({difference}). Só a empresa certificada pode emiti-la.")
	_ = fault.Define(codeAccount, "The bank account is in the name \"{got}\"; it has to be \"{want}\" ({difference}). Name the certified account, or certify the new one first.", "银行账户名为“{got}”，应为“{want}”（{difference}）。请填写认证账户，或先认证新账户。", "A conta bancária está em nome de \"{got}\"; deve ser \"{want}\" ({difference}). Indique a conta certificada ou certifique antes a nova.")
	_ = fault.Define(codeNoAccount, "The invoice names no holder of the bank account. Payment goes to the certified account of \"{want}\"; name it next time.", "发票未注明银行账户名。款项将付至“{want}”的认证账户；下次请注明。", "A fatura não diz o titular da conta. O pagamento vai para a conta certificada de \"{want}\"; indique-a da próxima vez.")
	_ = fault.Define(codeListAttached, "The invoice list {requisition} is not attached. Send the list as issued together with the invoice.", "未附开票清单 {requisition}。请将已签发的清单与发票一并提交。", "A lista {requisition} não está anexada. Envie a lista emitida junto com a fatura.")
	_ = fault.Define(codeStarred, "The field \"{field}\" marked * on the list is blank. Fill it in and send the list again.", "清单上标 * 的“{field}”未填写。请填写后重新提交。", "O campo \"{field}\", marcado com * na lista, está em branco. Preencha-o e envie a lista de novo.")
	_ = fault.Define(codeRequisition, "The invoice does not name its payment requisition. Put {want} in the remarks.", "发票未注明申付单号。请在备注中注明 {want}。", "A fatura não indica a requisição de pagamento. Escreva {want} nas observações.")
	_ = fault.Define(codeOther, "The invoice names requisition {got}, but was sent for {want}. Send it under its own requisition, or correct the number.", "发票注明的申付单号为 {got}，但提交到了 {want}。请在其所属申付单下提交或更正单号。", "A fatura indica a requisição {got}, mas foi enviada para {want}. Envie-a na sua própria requisição ou corrija o número.")
	_ = fault.Define(codeSeveral, "One invoice names several requisitions ({got}). Issue one invoice for each requisition.", "一张发票对应了多个申付单（{got}）。请为每个申付单单独开票。", "Uma fatura indica várias requisições ({got}). Emita uma fatura para cada requisição.")
	_ = fault.Define(codePeriodGone, "The invoice does not name its settlement period. Put {want} in the remarks.", "发票未注明对账期次。请在备注中注明 {want}。", "A fatura não indica o período de liquidação. Escreva {want} nas observações.")
	_ = fault.Define(codePeriod, "The invoice names settlement period {got}; the list {requisition} is for {want}. Correct the period.", "发票的对账期次为 {got}，开票清单 {requisition} 为 {want}。请更正期次。", "A fatura indica o período {got}; a lista {requisition} é de {want}. Corrija o período.")
	_ = fault.Define(codeDuplicate, "Invoice number {number} was used before (requisition {requisition}, {status}). Use a new number; a number may come again only after its first invoice was refused.", "发票号码 {number} 已使用过（申付单 {requisition}，{status}）。请使用新号码；仅在原发票被退回后可再次使用。", "O número {number} já foi usado (requisição {requisition}, {status}). Use outro número; um número só pode voltar depois que a primeira fatura foi recusada.")
	_ = fault.Define(codeLookalike, "Invoice number {number} looks like {other}, which was sent before. If it is the same invoice, withdraw it; if not, nothing is to be done.", "发票号码 {number} 与先前提交的 {other} 相似。如为同一发票请撤回；否则无需处理。", "O número {number} parece com {other}, já enviado. Se for a mesma fatura, retire-a; se não, nada a fazer.")
	_ = fault.Define(codeNumberGone, "The invoice has no number. Give it one and send it again.", "发票没有号码。请填写号码后重新提交。", "A fatura não tem número. Numere-a e envie de novo.")
	_ = fault.Define(codeDateGone, "The invoice has no date. Date it and send it again.", "发票没有日期。请填写日期后重新提交。", "A fatura não tem data. Coloque a data e envie de novo.")
	_ = fault.Define(codeBeforeNotice, "The invoice came at {got}, before the notice of the list {requisition} at {want}. Send it again after the notice.", "发票于 {got} 到达，早于开票清单 {requisition} 的通知时间 {want}。请在收到通知后重新提交。", "A fatura chegou em {got}, antes do aviso da lista {requisition} em {want}. Envie-a de novo depois do aviso.")
	_ = fault.Define(codeNoList, "There is no open list for requisition {requisition}. Check the number; a bill that was carried over has no list, its amount is on the next one.", "申付单 {requisition} 没有待开票的清单。请核对单号；结转的账单没有清单，其金额计入下一期。", "Não há lista aberta para a requisição {requisition}. Confira o número; uma conta transportada não tem lista, seu valor está na próxima.")
	_ = fault.Define(codeAnswered, "The list {requisition} over {want} is answered already by accepted invoices ({numbers}). Do not invoice it twice.", "开票清单 {requisition}（{want}）已由已接受的发票（{numbers}）完成。请勿重复开票。", "A lista {requisition}, de {want}, já foi respondida por faturas aceitas ({numbers}). Não a fature duas vezes.")
	_ = fault.Define(codeFuture, "The invoice is dated {got}, later than the day it arrived ({want}). Date it on or before the day you send it.", "发票日期 {got} 晚于到达日 {want}。日期不得晚于提交日。", "A fatura é datada de {got}, depois do dia em que chegou ({want}). Use uma data até o dia do envio.")
	_ = fault.Define(codeCreditNote, "This document is no invoice ({got}). Send the invoice itself; a credit note does not answer a list.", "该文件不是发票（{got}）。请提交发票本身；贷项凭证不能对应开票清单。", "Este documento não é uma fatura ({got}). Envie a própria fatura; uma nota de crédito não responde a uma lista.")
	_ = fault.Define(codeLate, "The invoice came at {got}; it was due by the end of {want}. It is not refused: finance decides, nothing is to be sent again.", "发票于 {got} 到达，截止日为 {want}。发票未被退回，等待财务决定，无需重新提交。", "A fatura chegou em {got}; o prazo era o fim de {want}. Não foi recusada: o financeiro decide, não é preciso reenviar.")
	_ = fault.Define(codeIncomplete, "{missing} of the list {requisition} over {want} is still missing. Send the invoices that follow.", "开票清单 {requisition}（{want}）尚缺 {missing}。请提交后续发票。", "Faltam {missing} da lista {requisition}, de {want}. Envie as faturas seguintes.")
	_ = fault.Define(codeEmpty, "Nothing was sent. Attach at least one invoice, or type one in.", "未提交任何发票。请至少上传或填写一张发票。", "Nada foi enviado. Anexe ao menos uma fatura ou digite uma.")
	_ = fault.Define(codeLateRefused, "Finance did not take the late invoice: {reason}. Ask finance what to send instead.", "财务未接受逾期发票：{reason}。请向财务确认应提交的内容。", "O financeiro não aceitou a fatura atrasada: {reason}. Pergunte o que enviar.")
	_ = fault.Define(codeIncompleteList, "The list lacks {missing}. Fill it in and issue the list again.", "清单缺少 {missing}。请补全后重新签发。", "Falta {missing} na lista. Preencha e emita a lista de novo.")
	_ = fault.Define(codeNumberClaimed, "Requisition number {requisition} is already used. Take a new number; a withdrawn one is never used again.", "申付单号 {requisition} 已被使用。请使用新单号；已撤回的单号不再使用。", "O número de requisição {requisition} já foi usado. Use outro; um número retirado nunca volta a ser usado.")
	_ = fault.Define(codeState, "Requisition {requisition} is {state} and cannot become {next}. Look at its page and decide again.", "申付单 {requisition} 当前为 {state}，不能变为 {next}。请查看其页面后再操作。", "A requisição {requisition} está {state} e não pode passar a {next}. Veja a página dela e decida de novo.")
	_ = fault.Define(codeReason, "A reason of at least ten letters is needed. Say why.", "须写明理由（不少于十个字符）。请说明原因。", "É preciso um motivo com ao menos dez letras. Diga por quê.")
	_ = fault.Define(codeTwoPeople, "Two different people have to sign this. Ask a second person.", "此操作须由两人签署。请由第二人确认。", "Duas pessoas diferentes precisam assinar. Peça a uma segunda pessoa.")
	_ = fault.Define(codeNotFound, "There is no {what} {id}. Check the number.", "没有 {what} {id}。请核对编号。", "Não há {what} {id}. Confira o número.")
	_ = fault.Define(codeNotLate, "Submission {submission} of {requisition} does not wait for a decision. Look at its page.", "申付单 {requisition} 的第 {submission} 次提交无需决定。请查看其页面。", "O envio {submission} de {requisition} não espera decisão. Veja a página dele.")
	_ = fault.Define(codeListChanged, "The list {requisition} cannot be replaced: invoices for it are already {status}. Refuse or revoke them first.", "开票清单 {requisition} 不能更换：已有发票处于 {status}。请先退回或撤销。", "A lista {requisition} não pode ser trocada: já há faturas em {status}. Recuse-as ou revogue-as antes.")
	_ = fault.Define(codePayMonth, "Invoice {number} is dated {dated} and had to be paid in that month; the payment is of {paid}. Ask the merchant to issue it again.", "发票 {number} 日期为 {dated}，须在当月付款，而付款日为 {paid}。请商家重新开票。", "A fatura {number} é de {dated} e devia ser paga nesse mês; o pagamento é de {paid}. Peça ao comerciante que a emita de novo.")
	_ = fault.Define(codeFileSize, "The file has {size} bytes; at most {max} are taken. Send a smaller file.", "文件大小为 {size} 字节，上限为 {max} 字节。请提交较小的文件。", "O arquivo tem {size} bytes; aceitam-se no máximo {max}. Envie um arquivo menor.")
	_ = fault.Define(codeField, "The list has no field \"{field}\" to fill in. Fill in only the fields that are blank on the list.", "清单没有可填写的字段“{field}”。请只填写清单上的空白字段。", "A lista não tem o campo \"{field}\" para preencher. Preencha só os campos em branco da lista.")
	_ = fault.Define(codeLateOrder, "Submission {submission} of {requisition} came earlier and waits too. Decide it first.", "申付单 {requisition} 的第 {submission} 次提交更早且仍待决定。请先处理。", "O envio {submission} de {requisition} chegou antes e também espera. Decida-o primeiro.")
	_ = fault.Define(codeArithmetic, "The invoice states {stated} as due, but its total less what was prepaid plus rounding is {computed}. Correct the figures.", "发票载明应付 {stated}，但总额减预付加舍入为 {computed}。请更正金额。", "A fatura declara {stated} a pagar, mas o total menos o adiantado mais o arredondamento dá {computed}. Corrija os valores.")
)
