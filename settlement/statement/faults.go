package statement

import "suanpan/internal/fault"

var (
	_ = fault.Define("STM-ENTITY",
		"There is no contracting entity {entity}. Check the code on the entities page and ask again.",
		"没有签约主体 {entity}。请在签约主体页面核对编码后重试。",
		"Não existe a entidade contratante {entity}. Confira o código na página de entidades e tente de novo.")
	_ = fault.Define("STM-MERCHANT",
		"There is no merchant {merchant}. Check the number; a merchant that was never imported has no statement.",
		"没有商家 {merchant}。请核对商家编号；从未导入的商家没有对账单。",
		"Não existe o comerciante {merchant}. Confira o número; um comerciante nunca importado não tem extrato.")
	_ = fault.Define("STM-MONTH",
		"\"{got}\" is no month. Write year and month, such as 2026-10.",
		"“{got}”不是月份。请按 年-月 填写，例如 2026-10。",
		"\"{got}\" não é um mês. Escreva ano e mês, como 2026-10.")
	_ = fault.Define("STM-FILE",
		"The file {file} could not be written: {why}. Make room or give another folder, then run it again; finished files stay as they are.",
		"无法写入文件 {file}：{why}。请释放空间或指定其他目录后重新运行；已完成的文件保持不变。",
		"O arquivo {file} não pôde ser gravado: {why}. Libere espaço ou indique outra pasta e execute de novo; os arquivos prontos ficam como estão.")
	_ = fault.Define("STM-LANG",
		"There are no documents in the language {lang}. Choose en, zh or pt.",
		"没有语言为 {lang} 的文档。请选择 en、zh 或 pt。",
		"Não há documentos no idioma {lang}. Escolha en, zh ou pt.")
)
