package settlement

import "suanpan/internal/fault"

var (
	_ = fault.Define("BILL-STATE", "A bill in state {from} cannot go to {to}. Reload it and choose what its state allows.", "账单状态为 {from}，不能变为 {to}。请刷新后按其状态操作。", "Uma fatura no estado {from} não pode ir para {to}. Recarregue e escolha o que o estado permite.")
	_ = fault.Define("BILL-UNKNOWN", "There is no bill {bill}. Check the number.", "没有账单 {bill}。请核对编号。", "Não há fatura {bill}. Verifique o número.")
	_ = fault.Define("BILL-PAID-OUTSIDE", "For bill {bill} {paid} was paid outside the product already. Leave it, or correct the payout first.", "账单 {bill} 已在系统外支付 {paid}。请勿再申付，或先更正该付款。", "A fatura {bill} já teve {paid} pagos fora do produto. Deixe-a ou corrija antes o pagamento.")
	_ = fault.Define("SET-REASON", "Say why, in at least five letters.", "请说明原因（至少五个字符）。", "Diga o motivo, com ao menos cinco letras.")
	_ = fault.Define("SET-ENTITY", "There is no contracting entity {entity}. Check the code.", "没有签约主体 {entity}。请核对编码。", "Não há entidade contratante {entity}. Verifique o código.")
	_ = fault.Define("SET-MERCHANT", "Merchant {merchant} is not known. Load its record first.", "商家 {merchant} 未知。请先加载其记录。", "O comerciante {merchant} não é conhecido. Carregue antes o registro.")
	_ = fault.Define("SET-DRY", "A dry run keeps nothing. Run it without --dry-run to keep its result.", "试运行不保存任何内容。去掉 --dry-run 以保存结果。", "Um ensaio não grava nada. Execute sem --dry-run para gravar.")
	_ = fault.Define("SET-UNSETTLE", "Bill {bill} is in state {state}; only before its approval begins can it be withdrawn. The next cycle's difference mends it.", "账单 {bill} 状态为 {state}；只有会签开始前才能撤回。差额将在下一账期调整。", "A fatura {bill} está em {state}; só antes da aprovação pode ser retirada. A diferença entra no próximo ciclo.")
	_ = fault.Define("SET-UNSETTLE-CARRIED", "What bill {bill} carried is on bill {later}. Withdraw that one first.", "账单 {bill} 的结转已计入账单 {later}。请先撤回后者。", "O saldo da fatura {bill} está na fatura {later}. Retire-a primeiro.")
	_ = fault.Define("REQ-UNKNOWN", "There is no requisition {requisition}. Check the number.", "没有申付单 {requisition}。请核对编号。", "Não há requisição {requisition}. Verifique o número.")
	_ = fault.Define("REQ-STATE", "Requisition {requisition} is {state}; this needs {want}. Reload it and take the step that is due.", "申付单 {requisition} 状态为 {state}，此操作需要 {want}。请刷新并执行应做的步骤。", "A requisição {requisition} está {state}; isto exige {want}. Recarregue e faça o passo devido.")
	_ = fault.Define("PAY-SAME-PERSON", "{user} approved this; somebody else has to record the payment.", "{user} 已审批此单；付款须由他人登记。", "{user} aprovou isto; outra pessoa deve registrar o pagamento.")
	_ = fault.Define("PAY-UNKNOWN", "There is no payment {payment}. Check the number.", "没有付款 {payment}。请核对编号。", "Não há pagamento {payment}. Verifique o número.")
	_ = fault.Define("PAY-DATE", "{date} cannot be the day of this payment; it lies between {first}, when the requisition was made, and {last}. Correct the date.", "{date} 不可能是此笔付款的日期；应在申付单生成日 {first} 与 {last} 之间。请更正日期。", "{date} não pode ser o dia deste pagamento; ele fica entre {first}, quando a requisição foi feita, e {last}. Corrija a data.")
	_ = fault.Define("PAY-STATE", "Payment {payment} is {state} already. Reload it.", "付款 {payment} 已为 {state}。请刷新。", "O pagamento {payment} já está {state}. Recarregue.")
	_ = fault.Define("PAY-AMOUNT", "The bank line says {bank}, the payment {want}. Ask the bank for the missing or extra amount before tying them.", "银行流水为 {bank}，付款为 {want}。请先向银行核实差额。", "A linha do banco diz {bank}, o pagamento {want}. Esclareça a diferença com o banco antes de ligar.")
	_ = fault.Define("PAY-BANK-MONTH", "Payment {payment} was recorded for {recorded}, the bank paid on {bank}, in another month than the invoice's. Return the payment and ask for a new invoice.", "付款 {payment} 登记为 {recorded}，银行于 {bank} 付款，与发票月份不同。请退回付款并要求重新开票。", "O pagamento {payment} foi registrado para {recorded}, o banco pagou em {bank}, outro mês que o da nota. Devolva o pagamento e peça nova nota.")
	_ = fault.Define("PAY-BANK-USED", "This bank line is tied to a payment already. Choose another line.", "该银行流水已对应其他付款。请选择其他流水。", "Esta linha do banco já está ligada a um pagamento. Escolha outra.")
	_ = fault.Define("NET-DONE", "Month {month} is netted in {currency} already. What came later is netted with the next month.", "{month} 的 {currency} 已轧差。之后的款项计入下月轧差。", "O mês {month} já foi compensado em {currency}. O que veio depois entra no próximo mês.")
	_ = fault.Define("NET-CURRENCY", "There is no currency {currency}. Write an ISO 4217 code, such as USD.", "没有币种 {currency}。请填写 ISO 4217 代码，例如 USD。", "Não há moeda {currency}. Escreva um código ISO 4217, como USD.")
	_ = fault.Define("NET-NOTHING", "Nothing is open in {currency} that could be netted for {month}. See what is open with: suanpan net --period {month}", "{month} 没有可轧差的 {currency} 款项。可用 suanpan net --period {month} 查看未清款项。", "Não há nada em aberto em {currency} a compensar em {month}. Veja o que está em aberto com: suanpan net --period {month}")
	_ = fault.Define("WHY-MERCHANT", "{id} is a merchant: give a month that has lines (--period 2026-10, on the page the month). The latest: {months}.", "{id} 是商家：请给出有订单行的月份（--period 2026-10，网页上为月份）。最近的月份：{months}。", "{id} é um comerciante: dê um mês que tenha linhas (--period 2026-10, na página o mês). Os últimos: {months}.")
	_ = fault.Define("WHY-UNKNOWN", "{id} was never received. Check the number, or ask the marketplace whether it was sent.", "从未收到 {id}。请核对编号，或向云商店确认是否已发送。", "{id} nunca foi recebido. Verifique o número ou pergunte ao marketplace se foi enviado.")
)
