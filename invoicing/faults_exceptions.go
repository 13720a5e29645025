package invoicing

import (
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Codes of what finance decides about an exception.
const (
	codeExceptionState = "INV-EXCEPTION-STATE"
	codeExceptionDuty  = "INV-EXCEPTION-DUTY"
	codeExceptionNever = "INV-EXCEPTION-NEVER"
	codeExceptionOwn   = "INV-EXCEPTION-OWN"
	codeExceptionStill = "INV-EXCEPTION-STILL"
	codeExceptionNone  = "INV-EXCEPTION-NONE"
	codeUndoOther      = "INV-UNDO-OTHER"
	codeUndoLate       = "INV-UNDO-LATE"
	codeReopen         = "INV-CREDIT-APPROVED"
)

var (
	_ = fault.Define(codeTolerated, "{off} off ({code}) is within the tolerance of {bound} that {entity} takes, so it is taken. Nothing is to be done; {want} is paid.", "相差 {off}（{code}）未超过 {entity} 的容差 {bound}，已予接受。无需处理，将支付 {want}。", "A diferença de {off} ({code}) está dentro da tolerância de {bound} de {entity} e foi aceita. Nada a fazer; paga-se {want}.")
	_ = fault.Define(codeOverridden, "{code} was set aside by two people of finance, who gave a reason. Nothing is to be done.", "{code} 已由两名财务人员说明理由后予以放行。无需处理。", "{code} foi relevado por duas pessoas do financeiro, com motivo. Nada a fazer.")
	_ = fault.Define(codeCreditUnknown, "The credit note names invoice {number}, which is no accepted invoice of requisition {requisition}. Name the invoice that it lowers.", "贷项凭证所指发票 {number} 不是申付单 {requisition} 下已接受的发票。请注明所冲减的发票。", "A nota de crédito cita a fatura {number}, que não é fatura aceita da requisição {requisition}. Cite a fatura que ela reduz.")
	_ = fault.Define(codeCreditMore, "The credit note is over {got}, but only {left} of invoice {number} is left to lower. Correct its amount.", "贷项凭证金额为 {got}，而发票 {number} 仅剩 {left} 可冲减。请更正金额。", "A nota de crédito é de {got}, mas só restam {left} da fatura {number} a reduzir. Corrija o valor.")
	_ = fault.Define(codeCreditPaid, "Invoice {number} is paid already; a credit note can no longer lower it. Ask finance how the money goes back.", "发票 {number} 已付款，不能再以贷项凭证冲减。请联系财务确认退款方式。", "A fatura {number} já foi paga; uma nota de crédito não a reduz mais. Pergunte ao financeiro como devolver o valor.")
	_ = fault.Define(codeCreditTwice, "This credit note was applied before. It counts once; give another one another number.", "该贷项凭证已冲减过，仅计一次。另一张凭证请使用其他号码。", "Esta nota de crédito já foi aplicada. Ela vale uma vez; dê outro número a outra nota.")
	_ = fault.Define(codeExceptionState, "{requisition}, upload {submission}, is {state}; this cannot be done to it now. Look at it again and decide anew.", "{requisition} 第 {submission} 次提交当前为 {state}，不能执行此操作。请重新查看后决定。", "{requisition}, envio {submission}, está {state}; isto não pode ser feito agora. Veja de novo e decida.")
	_ = fault.Define(codeExceptionDuty, "{code} at {entity} is decided by {duty}. Ask somebody with that duty.", "{entity} 的 {code} 须由 {duty} 决定。请联系具有该职责的人员。", "{code} em {entity} é decidido por {duty}. Peça a quem tem essa função.")
	_ = fault.Define(codeExceptionNever, "{code} on {requisition} cannot be overridden: it is law, or the money would be paid twice or to nobody knows what. Let the merchant send again.", "{requisition} 的 {code} 不可放行：属法律规定，或会重复付款、付款对象不明。请商家重新提交。", "{code} em {requisition} não pode ser relevado: é lei, ou se pagaria em dobro ou sem saber o quê. Deixe o comerciante reenviar.")
	_ = fault.Define(codeExceptionOwn, "You sent {requisition} yourself and cannot decide about it. Ask a colleague.", "{requisition} 由您本人提交，不能由您决定。请同事处理。", "Você mesmo enviou {requisition} e não pode decidir. Peça a um colega.")
	_ = fault.Define(codeExceptionStill, "Without the faults set aside, {requisition} is still refused: {codes}. Look at it again and propose anew.", "即使放行所提故障，{requisition} 仍会被退回：{codes}。请重新查看并提议。", "Mesmo sem as falhas relevadas, {requisition} continua recusada: {codes}. Veja de novo e proponha outra vez.")
	_ = fault.Define(codeExceptionNone, "Nothing is chosen. Tick at least one row.", "未选择任何项目。请至少勾选一行。", "Nada foi escolhido. Marque ao menos uma linha.")
	_ = fault.Define(codeUndoOther, "Only who decided can undo it. Ask {who}, or decide anew.", "只有作出决定的人可以撤回。请联系 {who} 或重新决定。", "Só quem decidiu pode desfazer. Peça a {who} ou decida de novo.")
	_ = fault.Define(codeUndoLate, "{requisition} went on since ({state}); the decision cannot be undone any more. Decide anew from where it stands.", "{requisition} 已进入下一步（{state}），决定不能再撤回。请按当前状态重新处理。", "{requisition} já seguiu adiante ({state}); a decisão não pode mais ser desfeita. Decida a partir de onde está.")
	_ = fault.Define(codeReopen, "Requisition {requisition} is approved for payment; a credit note cannot change it now. Ask finance to take the approval back first.", "申付单 {requisition} 已批准付款，暂不能以贷项凭证更改。请先联系财务撤回批准。", "A requisição {requisition} está aprovada para pagamento; uma nota de crédito não a muda agora. Peça antes ao financeiro que retire a aprovação.")

	_ = pg.Constraint("credit_application_once", codeCreditTwice, "credits")
	_ = pg.Constraint("exception_step_two_people", codeTwoPeople, "second")
)
