package einvoice

import "suanpan/internal/fault"

// What the arithmetic of EN 16931 finds. All are warnings: whether an invoice that does not add up is accepted is not decided here.
var (
	_ = fault.Define("EINV-BR-CO-10", "The lines come to {computed}, their total says {stated} (EN 16931, BR-CO-10). Correct the lines or the total.",
		"各行合计 {computed},行合计字段为 {stated}(EN 16931,BR-CO-10)。请更正行金额或合计。",
		"As linhas somam {computed}, o total delas diz {stated} (EN 16931, BR-CO-10). Corrija as linhas ou o total.")
	_ = fault.Define("EINV-BR-CO-11", "The discounts on the whole invoice come to {computed}, their total says {stated} (EN 16931, BR-CO-11). Correct one of them.",
		"整单折扣合计 {computed},折扣总额为 {stated}(EN 16931,BR-CO-11)。请更正其一。",
		"Os descontos sobre a fatura somam {computed}, o total deles diz {stated} (EN 16931, BR-CO-11). Corrija um deles.")
	_ = fault.Define("EINV-BR-CO-12", "The charges on the whole invoice come to {computed}, their total says {stated} (EN 16931, BR-CO-12). Correct one of them.",
		"整单附加费合计 {computed},附加费总额为 {stated}(EN 16931,BR-CO-12)。请更正其一。",
		"Os encargos sobre a fatura somam {computed}, o total deles diz {stated} (EN 16931, BR-CO-12). Corrija um deles.")
	_ = fault.Define("EINV-BR-CO-13", "Lines less discounts plus charges give {computed} without tax, the invoice says {stated} (EN 16931, BR-CO-13). Correct the total.",
		"行合计减折扣加附加费为不含税 {computed},发票写为 {stated}(EN 16931,BR-CO-13)。请更正合计。",
		"Linhas menos descontos mais encargos dão {computed} sem imposto, a fatura diz {stated} (EN 16931, BR-CO-13). Corrija o total.")
	_ = fault.Define("EINV-BR-CO-14", "The tax of the categories comes to {computed}, the total tax says {stated} (EN 16931, BR-CO-14). Correct one of them.",
		"各税类税额合计 {computed},税额总计为 {stated}(EN 16931,BR-CO-14)。请更正其一。",
		"O imposto por categoria soma {computed}, o imposto total diz {stated} (EN 16931, BR-CO-14). Corrija um deles.")
	_ = fault.Define("EINV-BR-CO-15", "Net amount and tax give {computed}, the total with tax says {stated} (EN 16931, BR-CO-15). Correct the total.",
		"不含税金额加税额为 {computed},含税总额为 {stated}(EN 16931,BR-CO-15)。请更正合计。",
		"Valor líquido mais imposto dão {computed}, o total com imposto diz {stated} (EN 16931, BR-CO-15). Corrija o total.")
	_ = fault.Define("EINV-BR-CO-16", "Total, prepaid, rounding and withheld amounts leave {computed} to pay, the invoice says {stated} (EN 16931, BR-CO-16). Correct the amount due.",
		"含税总额、已付、舍入和代扣计算得应付 {computed},发票写为 {stated}(EN 16931,BR-CO-16)。请更正应付金额。",
		"Total, adiantado, arredondamento e retido deixam {computed} a pagar, a fatura diz {stated} (EN 16931, BR-CO-16). Corrija o valor a pagar.")
	_ = fault.Define("EINV-BR-CO-17", "{rate}% of {base} is {computed} of tax, the category says {stated} (EN 16931, BR-CO-17). Correct the tax or its base.",
		"{base} 的 {rate}% 税额为 {computed},该税类写为 {stated}(EN 16931,BR-CO-17)。请更正税额或计税基础。",
		"{rate}% de {base} são {computed} de imposto, a categoria diz {stated} (EN 16931, BR-CO-17). Corrija o imposto ou a base.")
	_ = fault.Define("EINV-BR-RATE", "Tax category {category} does not go with a rate of {rate}% and a tax of {tax}. Correct the category or the tax.",
		"税类 {category} 与税率 {rate}%、税额 {tax} 不符。请更正税类或税额。",
		"A categoria de imposto {category} não combina com alíquota de {rate}% e imposto de {tax}. Corrija a categoria ou o imposto.")
)
