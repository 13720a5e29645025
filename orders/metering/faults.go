package metering

import "suanpan/internal/fault"

// Code is the marketplace's record-level answer to a usage record that it refuses.
type Code string

// The record-level codes of the marketplace's usage interface (008 is not in its list). Those that need the order, the
// product or the resource are given by whoever keeps them; this package gives 003, 004, 005, 010 and 011.
const (
	UnknownInstance   Code = "001"
	BadTimeFormat     Code = "002"
	BadUsage          Code = "003"
	SNMissing         Code = "004"
	SNRepeated        Code = "005"
	ProductDelisted   Code = "006"
	TimeExpired       Code = "007"
	NotThisSeller     Code = "009"
	DuplicateWindow   Code = "010"
	BadTimeRange      Code = "011"
	NotPayPerUse      Code = "012"
	BadResourceStatus Code = "013"
)

var (
	_ = fault.Define("RATING-MODEL", "The price model {model} is not known. Use fixed, step or tier.",
		"计价模式 {model} 未知。请使用 fixed、step 或 tier。",
		"O modelo de preço {model} não é conhecido. Use fixed, step ou tier.")
	_ = fault.Define("RATING-PRICE", "The price is missing, negative, or has more than 12 decimals. Give a plain price of zero or more.",
		"单价缺失、为负数或小数超过 12 位。请填写不小于零的单价。",
		"O preço falta, é negativo ou tem mais de 12 decimais. Informe um preço simples, zero ou maior.")
	_ = fault.Define("RATING-BANDS", "The bands must rise, each up_to above the one before, and only the last one has up_to null. Put them in order.",
		"阶梯区间必须递增:每个 up_to 大于前一个,且只有最后一个为 null。请按顺序填写。",
		"As faixas devem subir, cada up_to acima do anterior, e só a última tem up_to nulo. Coloque-as em ordem.")
	_ = fault.Define("RATING-ACCUMULATE", "A step price accumulates over a month or a day. Set accumulate to month or day.",
		"阶梯(Step)计价须按月或按日累计。请将 accumulate 设为 month 或 day。",
		"Um preço em degraus acumula por mês ou por dia. Defina accumulate como month ou day.")
	_ = fault.Define("RATING-CYCLE", "Usage is billed by the hour or by the day. Set cycle to hour or day, or leave it out.",
		"按需计费周期为小时或天。请将 cycle 设为 hour 或 day，或不填。",
		"O uso é cobrado por hora ou por dia. Defina cycle como hour ou day, ou omita.")
	_ = fault.Define("RATING-PACKAGE", "The package {id} has a quota, reset rule or validity that cannot be used. Give a quota of zero or more, a reset of none, month or year, and an end after the start.",
		"套餐包 {id} 的额度、重置规则或有效期不可用。额度须不小于零,重置为 none、month 或 year,且结束晚于开始。",
		"O pacote {id} tem cota, reinício ou validade inutilizável. Informe cota zero ou maior, reinício none, month ou year, e um fim depois do início.")
	_ = fault.Define("RATING-INSTANCES", "Records of several instances were rated together. Rate each instance on its own.",
		"不同实例的话单被一起计费。请按实例分别计费。",
		"Registros de várias instâncias foram tarifados juntos. Tarife cada instância separadamente.")
	_ = fault.Define("RATING-ZONE", "No time zone was given to rate in. Name the zone of the entity that owes the merchant.",
		"计费缺少时区。请指定欠款签约主体所在的时区。",
		"Falta o fuso horário para tarifar. Indique o fuso da entidade que deve ao comerciante.")
	_ = fault.Define("RATING-RUNS", "The runs must come in the order of their instants. Sort them.",
		"出账批次必须按时间先后排列。请排序后重试。",
		"As execuções devem vir na ordem dos seus instantes. Ordene-as.")
)
