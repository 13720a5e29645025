package identifier

import "suanpan/internal/fault"

const (
	codeEmpty       = "ID-EMPTY"
	codeLength      = "ID-LENGTH"
	codeCharacter   = "ID-CHARACTER"
	codeCheck       = "ID-CHECK"
	codePart        = "ID-PART"
	codeRepeated    = "ID-REPEATED"
	codeGeneric     = "ID-GENERIC"
	codeUnchecked   = "ID-UNCHECKED"
	codeNoRule      = "ID-NO-RULE"
	codeNoIBAN      = "ID-NO-IBAN"
	codeIBANCountry = "ID-IBAN-COUNTRY"
	codeKind        = "ID-KIND"
	codeInside      = "ID-INSIDE"
)

var (
	_ = fault.Define(codeEmpty, "No {name} is given. Enter it as it stands on the original document.", "未填写 {name}。请按原件填写。", "Falta o {name}. Informe-o como consta no documento original.")
	_ = fault.Define(codeLength, "{name}: {got} characters are given, it has {want}. Enter it whole, as it stands on the original document.", "{name}：填写了 {got} 位，应为 {want} 位。请按原件完整填写。", "{name}: foram informados {got} caracteres, são {want}. Informe-o completo, como consta no documento original.")
	_ = fault.Define(codeCharacter, "{name}: character {place} is “{got}”, but {want_en} stands there. Compare it with the original document.", "{name}：第 {place} 位为“{got}”，应为{want_zh}。请与原件核对。", "{name}: o caractere {place} é “{got}”, mas ali vai {want_pt}. Compare com o documento original.")
	_ = fault.Define(codeCheck, "{name}: the check character(s) {got} at place {place} do not fit the others. A character is wrong or two are swapped: compare it with the original document.", "{name}：第 {place} 位起的校验码 {got} 与其余字符不符。有字符填错或颠倒，请与原件核对。", "{name}: o dígito verificador {got} na posição {place} não combina com os outros. Há um caractere errado ou dois trocados: compare com o documento original.")
	_ = fault.Define(codePart, "{name}: “{got}” at place {place} is not possible there; possible: {want}. Compare it with the original document.", "{name}：第 {place} 位起的“{got}”不可能出现；可能的值：{want}。请与原件核对。", "{name}: “{got}” na posição {place} não é possível; possíveis: {want}. Compare com o documento original.")
	_ = fault.Define(codeRepeated, "{name}: one digit throughout is nobody's number. Enter the company's own.", "{name}：同一数字重复，不属于任何公司。请填写公司自己的号码。", "{name}: um só algarismo repetido não é o número de ninguém. Informe o da própria empresa.")
	_ = fault.Define(codeGeneric, "{name} {got} stands for anybody without a number of their own. Enter the company's own number where it has one.", "{name} {got} 为通用号码，代表没有号码者。公司有自己的号码时请填写。", "{name} {got} vale para quem não tem número próprio. Informe o da empresa, se ela tiver.")
	_ = fault.Define(codeUnchecked, "{name}: its form is right; no check digit is known that would tell a mistyped one. Compare it with the original document.", "{name}：格式正确，但没有已知的校验码可发现填错。请与原件核对。", "{name}: a forma está certa; não se conhece dígito verificador que mostre um erro. Compare com o documento original.")
	_ = fault.Define(codeNoRule, "No rule is known here for tax numbers of {country}. It is kept as entered, unchecked: compare it with the original document.", "此处没有 {country} 税号的规则，按填写内容保存，未校验。请与原件核对。", "Não há aqui regra para números fiscais de {country}. Fica como informado, sem conferência: compare com o documento original.")
	_ = fault.Define(codeNoIBAN, "The account number is no IBAN; for others no check is known here. Compare it with the bank's letter.", "该账号不是 IBAN，其他账号没有已知的校验规则。请与银行证明核对。", "O número da conta não é um IBAN; para outros não há conferência aqui. Compare com a carta do banco.")
	_ = fault.Define(codeIBANCountry, "IBAN: the form of accounts in {country} is not known here; only the two check digits were tested. Compare it with the bank's letter.", "IBAN：{country} 的账号格式未知，仅校验了两位校验码。请与银行证明核对。", "IBAN: a forma das contas de {country} não é conhecida aqui; só os dois dígitos verificadores foram conferidos. Compare com a carta do banco.")
	_ = fault.Define(codeKind, "There is no kind of number {kind}. Choose one of: {known}.", "没有号码种类 {kind}。请选择：{known}。", "Não existe o tipo de número {kind}. Escolha um destes: {known}.")
	_ = fault.Define(codeInside, "{name}: the {inner} {got} inside it does not fit its own check digits. Compare it with the original document.", "{name}：其中的 {inner} {got} 与其自身校验码不符。请与原件核对。", "{name}: o {inner} {got} dentro dele não combina com os próprios dígitos verificadores. Compare com o documento original.")
)
