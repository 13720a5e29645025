package provisioning

import "suanpan/internal/fault"

var (
	_ = fault.Define("PROV-SCENE", "Version {version} of the produce interface has no call for {scene}. Choose another scene, or use version 2.0.", "生产接口 {version} 版没有 {scene} 场景的调用。请选择其他场景或使用 2.0 版。", "A versão {version} da interface de produção não tem chamada para {scene}. Escolha outra cena ou use a versão 2.0.")
	_ = fault.Define("PROV-QUERY", "A query names at most {most} instances. Ask in several calls.", "一次查询最多 {most} 个实例。请分多次查询。", "Uma consulta cita no máximo {most} instâncias. Pergunte em várias chamadas.")
	_ = fault.Define("PROV-ADDRESS", "The address cannot be used ({why}). Give https with a domain name, without login, fragment or a parameter that calls add themselves.", "该地址不可用（{why}）。请使用 https 加域名，不含登录信息、片段及调用自带的参数。", "O endereço não serve ({why}). Informe https com nome de domínio, sem login, fragmento ou parâmetro que a própria chamada acrescenta.")
	_ = fault.Define("PROV-VERSION", "The produce interface has the versions 1.0 and 2.0. Choose one of them.", "生产接口只有 1.0 和 2.0 版。请选择其一。", "A interface de produção tem as versões 1.0 e 2.0. Escolha uma delas.")
	_ = fault.Define("PROV-DELIVERY", "There is no delivery {delivery} with a produce interface. Choose one of the list.", "没有名为 {delivery} 的带生产接口的交付方式。请从列表中选择。", "Não existe a entrega {delivery} com interface de produção. Escolha uma da lista.")
	_ = fault.Define("PROV-KEY", "The key must have 8 to 256 characters without spaces. Copy it from the seller console again.", "密钥须为 8 至 256 个不含空格的字符。请重新从卖家中心复制。", "A chave deve ter de 8 a 256 caracteres sem espaços. Copie-a de novo do console do vendedor.")
	_ = fault.Define("PROV-LOCK", "SUANPAN_KEY must be 32 bytes, in hexadecimal or Base64. Make one with \"openssl rand -hex 32\", or leave it empty.", "SUANPAN_KEY 须为 32 字节的十六进制或 Base64。请用 \"openssl rand -hex 32\" 生成，或留空。", "SUANPAN_KEY deve ter 32 bytes, em hexadecimal ou Base64. Gere com \"openssl rand -hex 32\" ou deixe vazio.")
	_ = fault.Define("PROV-INTERFACE", "No such interface is configured. Look at the list of interfaces and choose one.", "未配置该接口。请查看接口列表后选择。", "Essa interface não está configurada. Veja a lista de interfaces e escolha uma.")
	_ = fault.Define("PROV-CALL", "There is no call {call}. Look at the list of calls.", "没有编号为 {call} 的调用。请查看调用列表。", "Não existe a chamada {call}. Veja a lista de chamadas.")
	_ = fault.Define("PROV-STATE", "The call is {state}, so it cannot become {step} now. Look at it again: somebody else may have acted.", "该调用状态为 {state}，现在不能执行 {step}。请刷新查看，可能已有他人处理。", "A chamada está {state} e não pode passar a {step} agora. Veja de novo: outra pessoa pode ter agido.")
	_ = fault.Define("PROV-REFUNDED", "Order {order} was judged failed and its money goes back, so the call is not started again. The buyer has to order anew.", "订单 {order} 已判定失败并退款，不能重新启动调用。买家须重新下单。", "O pedido {order} foi dado como falho e o dinheiro volta, por isso a chamada não recomeça. O comprador deve pedir de novo.")
	_ = fault.Define("PROV-REASON", "Say in at least 3 characters why it is started again; the reason is kept.", "请用至少 3 个字符说明重新启动的原因，原因会被记录。", "Diga em pelo menos 3 caracteres por que recomeça; o motivo fica registrado.")
	_ = fault.Define("PROV-NOT-ASKED", "Scene {scene} follows from what happens to an order and is not asked for. Ask for one of: {scenes}.", "{scene} 场景由订单事件触发，不能单独请求。可请求：{scenes}。", "A cena {scene} decorre do que acontece com um pedido e não se pede. Peça uma destas: {scenes}.")
	_ = fault.Define("PROV-CHANGED", "Call {call} was asked for with other content. Send the same content, or a new id.", "调用 {call} 已以不同内容请求过。请发送相同内容或使用新编号。", "A chamada {call} foi pedida com outro conteúdo. Envie o mesmo conteúdo ou um novo id.")
)
