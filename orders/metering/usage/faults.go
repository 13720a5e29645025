package usage

import (
	"suanpan/internal/fault"
	"suanpan/orders/metering"
)

// Call-level codes of the marketplace's usage interface.
const (
	Success      = "MKT.0000"
	SystemError  = "MKT.0999"
	Illegal      = "MKT.0150" // 401: signature, time or number of the call
	NoAuthority  = "MKT.0151" // 401: no token, or not a seller's
	InvalidUsage = "MKT.9002" // 500: the body is no list of records
	TooMany      = "MKT.9003" // 500
	BeginLimit   = "MKT.9004" // 500: a record begins before the limit
)

// Codes that say what a record-level code leaves open.
const (
	WhyRelate   = "PKG-RELATE"
	WhyPackage  = "PKG-UNKNOWN"
	WhyUsedUp   = "PKG-USED-UP"
	WhyExcess   = "PKG-EXCESS"
	WhyFrozen   = "RES-FROZEN"
	WhyUnopened = "RES-UNOPENED"
	WhyClosed   = "RES-CLOSED"
)

var (
	_ = fault.Define("USG-TOKEN", "No seller's token came with the call. Send the token of a user of the merchant as Authorization: Bearer.", "请求未携带商家令牌。请以 Authorization: Bearer 发送商家用户的令牌。", "A chamada não traz o token de um vendedor. Envie o token de um usuário do comerciante em Authorization: Bearer.")
	_ = fault.Define("USG-KEY", "There is no key to sign with yet. Make one on the page Usage.", "尚无签名密钥。请在“用量”页面生成。", "Ainda não há chave para assinar. Crie uma na página Uso.")
	_ = fault.Define("USG-TS", "The header ts must be the present time in milliseconds, at most {seconds} seconds off. Check the clock and sign again.", "请求头 ts 须为当前毫秒时间，误差不超过 {seconds} 秒。请校准时钟并重新签名。", "O cabeçalho ts deve ser a hora atual em milissegundos, com no máximo {seconds} segundos de diferença. Acerte o relógio e assine de novo.")
	_ = fault.Define("USG-NONCE", "The header nonce is missing, longer than 64 characters or was used before. Draw a new random one and sign again.", "请求头 nonce 缺失、超过 64 个字符或已使用过。请重新生成随机数并签名。", "O cabeçalho nonce falta, passa de 64 caracteres ou já foi usado. Sorteie outro e assine de novo.")
	_ = fault.Define("USG-SIGNATURE", "The signature does not fit. Sign ts, nonce and the body as sent or with its keys sorted, with your present key.", "签名不匹配。请用当前密钥对 ts、nonce 及原始或按键排序的请求体签名。", "A assinatura não confere. Assine ts, nonce e o corpo como enviado ou com as chaves ordenadas, com sua chave atual.")
	_ = fault.Define("USG-BODY", "The body is no list usage_records: {why}. Send at least one record.", "请求体不是 usage_records 列表：{why}。请至少发送一条话单。", "O corpo não é uma lista usage_records: {why}. Envie ao menos um registro.")
	_ = fault.Define("USG-MANY", "A call has at most {max} records, this one {got}. Send them in parts.", "一次最多 {max} 条话单，本次 {got} 条。请分批发送。", "Uma chamada tem no máximo {max} registros, esta tem {got}. Envie em partes.")
	_ = fault.Define("USG-BEGIN", "Record {n} begins more than {hours} hours ago, which is no longer taken. Take it out and ask operations.", "第 {n} 条话单的开始时间早于 {hours} 小时前，不再受理。请移除并联系运营。", "O registro {n} começa há mais de {hours} horas e já não é aceito. Retire-o e fale com a operação.")
	_ = fault.Define("USG-INSTANCE", "Instance {instance} is not known. Check its number.", "实例 {instance} 不存在。请核对编号。", "A instância {instance} não é conhecida. Verifique o número.")
	_ = fault.Define("USG-STATE", "An instance is open, frozen or released, and once released it stays so. Check the state and its time.", "实例状态为 open、frozen 或 released，释放后不可变更。请核对状态与时间。", "Uma instância está open, frozen ou released; liberada, não muda mais. Verifique o estado e a hora.")
	_ = fault.Define("USG-FILTER", "There is no state {got}. Choose one of the list.", "没有状态 {got}。请从列表中选择。", "Não há estado {got}. Escolha um da lista.")

	_ = fault.Define(WhyRelate, "This instance is served by stop-before-excess packages. Name the package in relate_pkg_instance and report again.", "该实例使用用完即停套餐包。请在 relate_pkg_instance 中填写套餐包实例后重新上报。", "Esta instância usa pacotes que param ao fim da cota. Indique o pacote em relate_pkg_instance e informe de novo.")
	_ = fault.Define(WhyPackage, "The package named in relate_pkg_instance does not cover this instance at that time. Name one that does and report again.", "relate_pkg_instance 所填套餐包在该时间不适用于此实例。请填写正确的套餐包后重新上报。", "O pacote em relate_pkg_instance não cobre esta instância nessa hora. Indique outro e informe de novo.")
	_ = fault.Define(WhyUsedUp, "The package's quota is used up. The customer has to buy another; report what it covers.", "套餐包额度已用完。客户须再次购买；请上报新套餐包可抵扣的用量。", "A cota do pacote acabou. O cliente precisa comprar outro; informe o que ele cobre.")
	_ = fault.Define(WhyExcess, "Part of this record exceeds its package and is not sold. The rest was deducted; nothing is to be done unless another package covers it.", "该话单有部分超出套餐包额度，不予计费，其余已抵扣。除非另有套餐包覆盖，否则无需处理。", "Parte deste registro excede o pacote e não é vendida; o resto foi abatido. Nada a fazer, salvo se outro pacote o cobrir.")
	_ = fault.Define(WhyFrozen, "The resource was frozen during this window. Correct the window, or ask operations.", "该时段内资源处于冻结状态。请更正时间或联系运营。", "O recurso estava congelado nessa janela. Corrija a janela ou fale com a operação.")
	_ = fault.Define(WhyUnopened, "The resource was never opened. Tell its provisioning first, then report again.", "资源尚未开通。请先上报开通再重新上报话单。", "O recurso nunca foi aberto. Informe antes a entrega e depois o registro.")
	_ = fault.Define(WhyClosed, "The window lies outside the life of the resource. Correct the times and report again.", "时间窗口不在资源有效期内。请更正时间后重新上报。", "A janela está fora da vida do recurso. Corrija os horários e informe de novo.")
)

// recordSays are the texts of record-level codes, each a fault of its own so that pages, answers and exports say the same.
var recordSays = map[metering.Code]string{
	metering.UnknownInstance: "SDR-001", metering.BadTimeFormat: "SDR-002", metering.BadUsage: "SDR-003", metering.SNMissing: "SDR-004", metering.SNRepeated: "SDR-005",
	metering.ProductDelisted: "SDR-006", metering.TimeExpired: "SDR-007", metering.NotThisSeller: "SDR-009", metering.DuplicateWindow: "SDR-010",
	metering.BadTimeRange: "SDR-011", metering.NotPayPerUse: "SDR-012", metering.BadResourceStatus: "SDR-013",
}

var (
	_ = fault.Define("SDR-001", "No such instance was ever ordered. Report again with the instance id of the pay-per-use order.", "实例不存在。请使用按需订单返回的实例 ID 重新上报。", "Essa instância nunca foi pedida. Informe de novo com o id da instância do pedido por uso.")
	_ = fault.Define("SDR-002", "A time is not in the form yyyyMMdd'T'HHmmss'Z' (UTC). Correct it and report again under a new number.", "时间格式须为 yyyyMMdd'T'HHmmss'Z'（UTC）。请更正后以新流水号重新上报。", "Um horário não está na forma yyyyMMdd'T'HHmmss'Z' (UTC). Corrija e informe de novo com outro número.")
	_ = fault.Define("SDR-003", "The usage must be above 0 with at most 4 decimals. Correct it and report again under a new number.", "用量须大于 0 且最多 4 位小数。请更正后以新流水号重新上报。", "O uso deve ser maior que 0, com no máximo 4 decimais. Corrija e informe de novo com outro número.")
	_ = fault.Define("SDR-004", "metering_sn is missing or longer than 64 characters. Give each record a number of its own and report again.", "metering_sn 缺失或超过 64 个字符。请为每条话单指定唯一流水号并重新上报。", "Falta metering_sn ou passa de 64 caracteres. Dê um número próprio a cada registro e informe de novo.")
	_ = fault.Define("SDR-005", "This metering_sn was used before with other content. Report again under a new number.", "该 metering_sn 已用于其他内容。请以新流水号重新上报。", "Este metering_sn já foi usado com outro conteúdo. Informe de novo com outro número.")
	_ = fault.Define("SDR-006", "The product is delisted, so usage from then on is not taken. Ask operations.", "商品已下架，其后的用量不予受理。请联系运营。", "O produto foi retirado; o uso a partir daí não é aceito. Fale com a operação.")
	_ = fault.Define("SDR-007", "The record is older than is still taken. Ask operations.", "话单已超过受理时限。请联系运营。", "O registro é mais antigo do que se aceita. Fale com a operação.")
	_ = fault.Define("SDR-009", "The instance belongs to another seller. Check the instance id and report again under a new number.", "该实例不属于本商家。请核对实例 ID 后以新流水号重新上报。", "A instância é de outro vendedor. Verifique o id e informe de novo com outro número.")
	_ = fault.Define("SDR-010", "Usage of this instance and window was reported before; the first record counts. Report only what is missing, with a window of its own.", "该实例在同一时间窗口已有话单，以首条为准。如有遗漏请以不同窗口上报。", "O uso desta instância nesta janela já foi informado; vale o primeiro registro. Informe só o que falta, em outra janela.")
	_ = fault.Define("SDR-011", "The window must lie within the life of the resource, begin before it ends and end before it is reported. Correct it and report again under a new number.", "时间窗口须在资源有效期内，且开始不晚于结束、结束不晚于上报。请更正后以新流水号重新上报。", "A janela deve estar dentro da vida do recurso, começar antes de terminar e terminar antes do informe. Corrija e informe de novo com outro número.")
	_ = fault.Define("SDR-012", "This is no pay-per-use instance. Send the id of the pay-per-use order, never a package's.", "该实例不是按需资源。请使用按需订单的实例 ID，不得使用套餐包实例。", "Esta não é uma instância por uso. Envie o id do pedido por uso, nunca o de um pacote.")
	_ = fault.Define("SDR-013", "The resource was not in a state to be used. See the remark; report again once it is right.", "资源状态异常。请参阅备注，更正后重新上报。", "O recurso não estava em estado de uso. Veja a observação e informe de novo quando estiver certo.")
)
