package buyerinvoices

import "suanpan/internal/fault"

var (
	_ = fault.Define("BIN-UNKNOWN", "There is no invoice request {request}. Check its number.", "没有开票申请 {request}。请检查编号。", "Não existe o pedido de fatura {request}. Confira o número.")
	_ = fault.Define("BIN-CHANGED", "Invoice request {request} stands with other content. Use a new number for a new request.", "开票申请 {request} 已存在且内容不同。新的申请请使用新编号。", "O pedido de fatura {request} já existe com outro conteúdo. Use um número novo para um novo pedido.")
	_ = fault.Define("BIN-STANDS", "Invoice request {request} of line {line} stands already. Cancel or return it first.", "订单行 {line} 已有开票申请 {request}。请先撤销或退票。", "O pedido de fatura {request} da linha {line} já existe. Cancele-o ou devolva a fatura antes.")
	_ = fault.Define("BIN-STATE", "{act} does not belong to an invoice that is {state}. Look at the request again.", "发票处于 {state} 状态，不能执行 {act}。请重新查看该申请。", "{act} não cabe numa fatura em {state}. Consulte o pedido de novo.")
	_ = fault.Define("BIN-NUMBER", "An issued invoice has a number. Send invoiceNumber.", "已开具的发票须有号码。请填写 invoiceNumber。", "Uma fatura emitida tem número. Envie invoiceNumber.")
	_ = fault.Define("BIN-REASON", "Cancelling or returning an invoice needs a reason. Write it.", "撤销开票或退票须填写原因。请填写。", "Cancelar ou devolver uma fatura exige um motivo. Escreva-o.")
	_ = fault.Define("BIN-PARCEL", "A paper invoice comes back by parcel. Send its carrier and number, or say that the VAT was deducted and attach proof.", "纸质发票须寄回。请填写物流公司与运单号；如已抵扣认证，请说明并上传附件。", "Uma fatura em papel volta por remessa. Envie transportadora e número, ou diga que o imposto foi deduzido e anexe prova.")
	_ = fault.Define("BIN-PROOF", "Where the VAT was deducted already, attachments take the parcel's place. Attach the proof.", "已抵扣认证的发票须上传附件代替寄回。请上传。", "Se o imposto já foi deduzido, anexos substituem a remessa. Anexe a prova.")
)
