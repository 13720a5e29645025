package templates

// notice gives a type of notice its name, subject and body, each in English, Chinese and Portuguese.
func notice(typ string, name, subject, body [3]string) bool {
	for part, w := range map[string][3]string{"name": name, "subject": subject, "body": body} {
		Define("notice."+typ+"."+part, w[0], w[1], w[2])
	}
	return true
}

type w = [3]string

var (
	_ = notice("merchant.reviewed", w{"Merchant information reviewed", "商家信息审核", "Dados do comerciante analisados"},
		w{"Your merchant information was reviewed", "您的商家信息已审核", "Seus dados foram analisados"},
		w{"The result is: {result}. See the console for what to do next.", "审核结果：{result}。后续操作请查看控制台。", "O resultado é: {result}. Veja no console o que fazer."})
	_ = notice("customer.cleared", w{"Closed customer cleared", "清理销户客户信息", "Cliente encerrado removido"},
		w{"The data of a closed customer is cleared", "已清理销户客户信息", "Os dados de um cliente encerrado foram removidos"},
		w{"Customer {customer} closed the account; release what you keep for it.", "客户 {customer} 已销户，请释放相应资源。", "O cliente {customer} encerrou a conta; libere o que mantém para ele."})
	_ = notice("product.reviewed", w{"Product reviewed", "发布商品审核", "Produto analisado"},
		w{"Your product {product} was reviewed", "您的商品 {product} 已审核", "Seu produto {product} foi analisado"},
		w{"The result is: {result}. See your applications.", "审核结果：{result}。请查看我的申请。", "O resultado é: {result}. Veja suas solicitações."})
	_ = notice("supervision.terminated", w{"Service ended for being overdue", "服务监管超期自动退订", "Serviço encerrado por atraso"},
		w{"Order {order} was unsubscribed automatically", "订单 {order} 已自动退订", "O pedido {order} foi cancelado automaticamente"},
		w{"The supervised service was overdue, so the system unsubscribed it.", "服务监管超期，系统已自动执行退订。", "O serviço supervisionado passou do prazo e o sistema o cancelou."})
	_ = notice("subscription.renewed", w{"Subscription renewed", "包周期商品续费", "Assinatura renovada"},
		w{"Order {order} was renewed", "订单 {order} 已续费", "O pedido {order} foi renovado"},
		w{"The customer renewed the subscription; extend what you provide.", "用户已续费，请延长服务。", "O cliente renovou a assinatura; prolongue o que fornece."})
	_ = notice("interface.failed", w{"Interface failing", "接口异常", "Interface com falha"},
		w{"Your interface failed for {product}", "{product} 的接口异常", "Sua interface falhou para {product}"},
		w{"{reason}. Repair it soon: customers wait.", "{reason}。请尽快修复，用户正在等待。", "{reason}. Corrija logo: clientes esperam."})
	_ = notice("provisioning.failed", w{"Provisioning failed", "资源开通失败", "Provisionamento falhou"},
		w{"Order {order} could not be provisioned", "订单 {order} 开通失败", "O pedido {order} não pôde ser provisionado"},
		w{"{reason}. Provision it by hand or repair the interface.", "{reason}。请手动开通或修复接口。", "{reason}. Provisione manualmente ou corrija a interface."})
	_ = notice("refund.requested", w{"Refund requested", "退订申请", "Reembolso solicitado"},
		w{"A refund was requested for order {order}", "订单 {order} 提交了退订申请", "Um reembolso foi pedido para o pedido {order}"},
		w{"Decide on it in the console before its deadline.", "请在期限前于控制台处理。", "Decida no console antes do prazo."})
	_ = notice("buyerinvoice.requested", w{"Invoice requested by a buyer", "商品开票申请", "Fatura pedida por comprador"},
		w{"A buyer asks for an invoice for order {order}", "用户申请订单 {order} 的发票", "Um comprador pede fatura do pedido {order}"},
		w{"Issue it and enter its number in the console.", "请开具并在控制台登记发票号码。", "Emita-a e registre o número no console."})
	_ = notice("ticket.opened", w{"Customer asks", "用户提单咨询", "Cliente pergunta"},
		w{"A customer asks about {product}", "用户咨询商品 {product}", "Um cliente pergunta sobre {product}"},
		w{"Answer ticket {ticket}.", "请回复工单 {ticket}。", "Responda ao chamado {ticket}."})
	_ = notice("supervision.long", w{"Long supervision", "服务监管超过 180 天", "Supervisão longa"},
		w{"Order {order} is under supervision for more than 180 days", "订单 {order} 服务监管已超过 180 天", "O pedido {order} está em supervisão há mais de 180 dias"},
		w{"Bring it to acceptance or agree with the customer.", "请推进验收或与用户协商。", "Leve-o à aceitação ou combine com o cliente."})
	_ = notice("package.low", w{"Package nearly used up", "套餐包余量不足", "Pacote quase esgotado"},
		w{"Little is left of the package of instance {instance}", "实例 {instance} 的套餐包余量不足", "Resta pouco do pacote da instância {instance}"},
		w{"{left} of {quota} are left until {until} (UTC). Remind the customer to buy another package in time.", "截至 {until}（UTC）剩余 {left}，总额度 {quota}。请提醒用户及时续购套餐包。", "Restam {left} de {quota} até {until} (UTC). Lembre o cliente de comprar outro pacote a tempo."})
	_ = notice("stock.empty", w{"Out of stock", "库存为零", "Sem estoque"},
		w{"{product} is out of stock", "{product} 库存为零", "{product} está sem estoque"},
		w{"Nobody can order it until you add stock.", "补充库存前用户无法下单。", "Ninguém pode comprá-lo até repor o estoque."})
	_ = notice("demand.closed", w{"Demand closed", "需求自动关闭", "Demanda encerrada"},
		w{"Demand {demand} was closed", "需求 {demand} 已关闭", "A demanda {demand} foi encerrada"},
		w{"Nobody picked it up in five days.", "五天内无人受理。", "Ninguém a assumiu em cinco dias."})
	_ = notice("list.issued", w{"Invoice list issued", "开票清单", "Lista de faturamento emitida"},
		w{"Invoice list {requisition}: {amount}", "开票清单 {requisition}：{amount}", "Lista de faturamento {requisition}: {amount}"},
		w{"Send the invoice to contracting entity {entity}, exactly for {amount}. The list with every line is in the console.", "请向签约主体 {entity} 开具金额为 {amount} 的发票，明细见控制台。", "Envie a fatura à entidade contratante {entity}, exatamente de {amount}. A lista com cada linha está no console."})
	_ = notice("invoice.accepted", w{"Invoice accepted", "发票已接受", "Fatura aceita"},
		w{"Your invoice for {requisition} is accepted", "申付单 {requisition} 的发票已接受", "Sua fatura de {requisition} foi aceita"},
		w{"{amount} can now be approved for payment.", "{amount} 可进入付款审批。", "{amount} já pode ser aprovado para pagamento."})
	_ = notice("invoice.refused", w{"Invoice refused", "发票被拒绝", "Fatura recusada"},
		w{"Your invoice for {requisition} is refused", "申付单 {requisition} 的发票被拒绝", "Sua fatura de {requisition} foi recusada"},
		w{"What is wrong: {codes}. The console says for each what to do.", "问题：{codes}。各项处理办法见控制台。", "O que está errado: {codes}. O console diz o que fazer em cada caso."})
	_ = notice("invoice.waiting", w{"Invoice waits", "发票待处理", "Fatura aguarda"},
		w{"Your invoice for {requisition} is not accepted yet", "申付单 {requisition} 的发票尚未接受", "Sua fatura de {requisition} ainda não foi aceita"},
		w{"It waits: {codes}. The console says for what.", "等待原因：{codes}，详见控制台。", "Ela aguarda: {codes}. O console diz o quê."})
	_ = notice("invoice.revoked", w{"Acceptance undone", "接受已撤销", "Aceite desfeito"},
		w{"The acceptance of {requisition} was undone", "申付单 {requisition} 的接受已撤销", "O aceite de {requisition} foi desfeito"},
		w{"See the console for the reason and send a corrected invoice.", "原因见控制台，请重新提交更正后的发票。", "Veja o motivo no console e envie uma fatura corrigida."})
	_ = notice("invoice.reissue", w{"Invoice to issue again", "发票须重开", "Fatura a reemitir"},
		w{"Issue your invoice for {requisition} again", "请重开申付单 {requisition} 的发票", "Reemita sua fatura de {requisition}"},
		w{"The law lets these no longer be paid: {numbers}. Cancel them and send new ones.", "依法下列发票不能再付款：{numbers}。请作废并重新开具。", "A lei não permite mais pagar estas: {numbers}. Cancele-as e envie novas."})
	_ = notice("payment.recorded", w{"Payment recorded", "付款已登记", "Pagamento registrado"},
		w{"{requisition} is paid: {amount}", "申付单 {requisition} 已付款：{amount}", "{requisition} foi paga: {amount}"},
		w{"The value date is {day}. The bank may take some days.", "起息日为 {day}，银行到账可能需数日。", "A data-valor é {day}. O banco pode levar alguns dias."})
	_ = notice("receiver.confirm", w{"Confirm to receive notices", "确认接收通知", "Confirme para receber avisos"},
		w{"Please confirm that you want notices", "请确认接收通知", "Confirme que deseja receber avisos"},
		w{"Somebody asked that notices of the marketplace be sent to you. If you want them, confirm within three days: {link}", "有人请求将云商店通知发送给您。如需接收，请在三天内确认：{link}", "Alguém pediu que avisos do marketplace sejam enviados a você. Se os quiser, confirme em três dias: {link}"})
)
