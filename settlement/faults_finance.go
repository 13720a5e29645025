package settlement

import "suanpan/internal/fault"

var (
	_ = fault.Define("SET-BULK", "Choose at least one and at most {max} at once. Narrow the list by entity or month.", "一次至少选择一项，最多 {max} 项。请按签约主体或月份缩小范围。", "Escolha ao menos um e no máximo {max} por vez. Restrinja a lista por entidade ou mês.")
	_ = fault.Define("SET-DAY", "Write the day as 2026-11-18.", "请按 2026-11-18 的格式填写日期。", "Escreva o dia como 2026-11-18.")
	_ = fault.Define("SET-AMOUNT", "Write the amount as a plain decimal, such as 7104.47.", "请以普通小数填写金额，例如 7104.47。", "Escreva o valor como decimal simples, por exemplo 7104.47.")
	_ = fault.Define("SET-REFERENCE", "Write the bank's own reference of the line.", "请填写银行流水的编号。", "Escreva a referência do banco para a linha.")
	_ = fault.Define("LATE-OWN", "You sent this yourself; a colleague has to decide on it.", "该提交由您本人发送，须由同事决定。", "Você mesmo enviou isto; um colega precisa decidir.")
	_ = fault.Define("EXC-AMOUNT", "\"{got}\" needs a currency and plain digits. Choose the currency and write the amount as 7104.47.", "“{got}”须配合币种并只写数字。请选择币种，金额写成 7104.47。", "\"{got}\" precisa de moeda e só algarismos. Escolha a moeda e escreva o valor como 7104.47.")
	_ = fault.Define("EXC-DAYS", "\"{got}\" is no number of days. Write a whole number, such as 7.", "“{got}”不是天数。请填写整数，例如 7。", "\"{got}\" não é número de dias. Escreva um inteiro, como 7.")
)
