package einvoice

import "suanpan/internal/fault"

var (
	_ = fault.Define("EINV-EMPTY", "The file is empty. Send the invoice again.", "文件为空。请重新上传发票。", "O arquivo está vazio. Envie a fatura de novo.")
	_ = fault.Define("EINV-TOO-LARGE", "The file is larger than {limit} MiB. Send the invoice alone, without large attachments.",
		"文件超过 {limit} MiB。请只上传发票本身,不带大附件。",
		"O arquivo tem mais de {limit} MiB. Envie só a fatura, sem anexos grandes.")
	_ = fault.Define("EINV-TOO-DEEP", "The XML is nested deeper than {depth} or has more than {elements} elements. Send an ordinary invoice.",
		"XML 嵌套超过 {depth} 层或元素超过 {elements} 个。请上传正常的发票文件。",
		"O XML tem mais de {depth} níveis ou mais de {elements} elementos. Envie uma fatura comum.")
	_ = fault.Define("EINV-ENCODING", "The file's bytes are not {encoding}, or that encoding is not known. Save the invoice as UTF-8 and send it again.",
		"文件内容不是 {encoding} 编码,或该编码不受支持。请将发票保存为 UTF-8 后重新上传。",
		"Os bytes do arquivo não são {encoding}, ou essa codificação não é conhecida. Salve a fatura em UTF-8 e envie de novo.")
	_ = fault.Define("EINV-DTD", "The XML has a document type declaration, which could draw in other files. Remove the DOCTYPE and send it again.",
		"XML 含有文档类型声明(DOCTYPE),可能引入外部文件。请删除后重新上传。",
		"O XML tem uma declaração de tipo (DOCTYPE), que poderia puxar outros arquivos. Remova-a e envie de novo.")
	_ = fault.Define("EINV-XML", "The XML is not well formed (line {line}). Export the invoice again from your billing system.",
		"XML 格式不正确(第 {line} 行)。请从开票系统重新导出发票。",
		"O XML está malformado (linha {line}). Exporte a fatura de novo do seu sistema.")
	_ = fault.Define("EINV-TRUNCATED", "The file ends in the middle (line {line}). Send the whole file again.",
		"文件不完整,在中途结束(第 {line} 行)。请重新上传完整文件。",
		"O arquivo termina no meio (linha {line}). Envie o arquivo inteiro de novo.")
	_ = fault.Define("EINV-UNKNOWN", "This is no electronic invoice that can be read (found: {root}). Send UBL, CII, a Factur-X PDF, CFDI, NF-e, NFS-e or FatturaPA, or type the invoice's values.",
		"这不是可读取的电子发票(内容:{root})。请上传 UBL、CII、Factur-X PDF、CFDI、NF-e、NFS-e 或 FatturaPA,或手工录入发票内容。",
		"Isto não é uma fatura eletrônica que se possa ler (encontrado: {root}). Envie UBL, CII, PDF Factur-X, CFDI, NF-e, NFS-e ou FatturaPA, ou digite os valores da fatura.")
	_ = fault.Define("EINV-NOT-READ-YET", "This is {format}, which is not read yet. Type the invoice's values and attach the file.",
		"这是 {format},目前尚不支持读取。请手工录入发票内容并附上文件。",
		"Isto é {format}, que ainda não é lido. Digite os valores da fatura e anexe o arquivo.")
	_ = fault.Define("EINV-TOO-OLD", "The format is too old ({format}). Send its present version, or type the invoice's values.",
		"格式过旧({format})。请使用该格式的现行版本,或手工录入发票内容。",
		"O formato é antigo demais ({format}). Envie a versão atual dele, ou digite os valores da fatura.")
	_ = fault.Define("EINV-PDF", "The PDF is damaged and its attachments cannot be read. Create it again and send it.",
		"PDF 已损坏,无法读取其附件。请重新生成后上传。",
		"O PDF está danificado e seus anexos não podem ser lidos. Gere-o de novo e envie.")
	_ = fault.Define("EINV-PDF-LOCKED", "The PDF is encrypted. Send it without a password.", "PDF 已加密。请上传未加密的文件。", "O PDF está criptografado. Envie-o sem senha.")
	_ = fault.Define("EINV-PDF-NO-XML", "The PDF carries no electronic invoice. Type the invoice's values and attach the PDF, or send the XML.",
		"PDF 中没有电子发票数据。请手工录入发票内容并附上 PDF,或上传 XML。",
		"O PDF não traz uma fatura eletrônica. Digite os valores da fatura e anexe o PDF, ou envie o XML.")
	_ = fault.Define("EINV-PDF-SEVERAL", "The PDF carries two different invoices ({one} and {other}). Send one PDF for each invoice.",
		"PDF 中有两张不同的发票({one} 与 {other})。请每张发票上传一个 PDF。",
		"O PDF traz duas faturas diferentes ({one} e {other}). Envie um PDF para cada fatura.")
	_ = fault.Define("EINV-UNREADABLE", "The file could not be read. Export the invoice again, or type its values and attach the file.",
		"无法读取该文件。请重新导出发票,或手工录入并附上文件。",
		"Não foi possível ler o arquivo. Exporte a fatura de novo, ou digite os valores e anexe o arquivo.")
	_ = fault.Define("EINV-MISSING", "The invoice does not say its {field}. Add it at the place named and send the invoice again.",
		"发票缺少 {field}。请在所示位置补充后重新上传。",
		"A fatura não informa {field}. Preencha no lugar indicado e envie a fatura de novo.")
	_ = fault.Define("EINV-REPEATED", "The invoice says its {field} twice and differently: {one} and {other}. Leave the right one and send it again.",
		"发票中 {field} 出现两次且不一致:{one} 与 {other}。请保留正确的一个后重新上传。",
		"A fatura informa {field} duas vezes e diferente: {one} e {other}. Deixe o certo e envie de novo.")
	_ = fault.Define("EINV-AMOUNT", "{value} is no plain amount such as 1130.00. Correct it and send the invoice again.",
		"{value} 不是规范金额(如 1130.00)。请更正后重新上传。",
		"{value} não é um valor simples como 1130.00. Corrija e envie a fatura de novo.")
	_ = fault.Define("EINV-DATE", "{value} is no date that this format allows. Correct it and send the invoice again.",
		"{value} 不是该格式允许的日期。请更正后重新上传。",
		"{value} não é uma data permitida neste formato. Corrija e envie a fatura de novo.")
	_ = fault.Define("EINV-CURRENCY", "The {field} is in {currency}, the invoice in {document}. Give it in the invoice's currency.",
		"{field} 的币种为 {currency},而发票币种为 {document}。请使用发票币种。",
		"{field} está em {currency} e a fatura em {document}. Informe na moeda da fatura.")
	_ = fault.Define("EINV-CURRENCY-UNKNOWN", "{currency} is no ISO 4217 currency. Correct it and send the invoice again.",
		"{currency} 不是 ISO 4217 币种代码。请更正后重新上传。",
		"{currency} não é uma moeda ISO 4217. Corrija e envie a fatura de novo.")
	_ = fault.Define("EINV-READERS", "The {field} can be understood in two ways: {one} or {other}. Export the invoice again, or type its values.",
		"{field} 有两种理解:{one} 或 {other}。请重新导出发票,或手工录入。",
		"{field} pode ser entendido de duas maneiras: {one} ou {other}. Exporte a fatura de novo, ou digite os valores.")
	_ = fault.Define("EINV-ONE-READER", "The invoice is written in an unusual way and was read by one reader alone. Look at the figures before you send it.",
		"发票写法不常见,仅由一个读取器读取。提交前请核对金额。",
		"A fatura está escrita de modo incomum e foi lida por um só leitor. Confira os valores antes de enviar.")
	_ = fault.Define("EINV-NO-INVOICE", "This is a document of type {type}, which asks nobody for money. Send the invoice.",
		"该文件类型为 {type},不是要求付款的发票。请上传发票。",
		"Este documento é do tipo {type}, que não cobra nada de ninguém. Envie a fatura.")
	_ = fault.Define("EINV-NOT-STAMPED", "The document does not carry its authorisation ({stamp}) and may have no legal effect. Send the authorised file.",
		"该文件没有税务授权标记({stamp}),可能不具法律效力。请上传已授权的文件。",
		"O documento não traz a sua autorização ({stamp}) e pode não ter efeito legal. Envie o arquivo autorizado.")
	_ = fault.Define("EINV-FISCAL-ID", "{value} is no {kind}. Export the authorised document again and send it unchanged.",
		"{value} 不是有效的 {kind}。请重新导出已授权的文件,原样上传。",
		"{value} não é {kind}. Exporte de novo o documento autorizado e envie-o sem alterações.")
	_ = fault.Define("EINV-KEY-OTHER", "The access key was made for another document: its {field} is {one}, the document says {other}. Check that the file is the authorised one.",
		"访问密钥与文件不符:密钥中 {field} 为 {one},文件为 {other}。请确认这是已授权的文件。",
		"A chave de acesso é de outro documento: {field} é {one} na chave e {other} no documento. Confira se o arquivo é o autorizado.")
	_ = fault.Define("EINV-TEST-RUN", "The document was issued in the tax authority's test environment and has no legal effect. Send the one from production.",
		"该文件在税务机关的测试环境中开具,不具法律效力。请上传正式环境开具的文件。",
		"O documento foi emitido no ambiente de homologação e não tem valor fiscal. Envie o emitido em produção.")
	_ = fault.Define("EINV-SEVERAL", "The file carries {count} invoices. Send one file for each invoice.",
		"文件中有 {count} 张发票。请每张发票上传一个文件。",
		"O arquivo traz {count} faturas. Envie um arquivo para cada fatura.")
	_ = fault.Define("EINV-PDF-HINTS", "The page seems to say: number {number}, date {issueDate}, amount due {payable} {currency}. This is a hint and not taken over: compare it with the page and type the values.",
		"页面上的文字似乎为:号码 {number},日期 {issueDate},应付金额 {payable} {currency}。仅供参考,不会自动采用;请与页面核对后录入。",
		"A página parece dizer: número {number}, data {issueDate}, valor a pagar {payable} {currency}. É só uma sugestão: compare com a página e digite os valores.")
	_ = fault.Define("EINV-PICTURE", "This is a picture ({type}), which is kept but not read. Type the invoice's values; the picture goes with them.",
		"这是图片({type}),系统会保存但不识别其内容。请手工录入发票内容,图片随附。",
		"Isto é uma imagem ({type}), que é guardada mas não lida. Digite os valores da fatura; a imagem vai junto.")
	_ = fault.Define("EINV-SIGNED", "This is a signed envelope ({type}), whose content is not read. Send the XML inside it, or type the invoice's values.",
		"这是签名封装文件({type}),其内容无法读取。请上传其中的 XML,或手工录入发票内容。",
		"Isto é um envelope assinado ({type}), cujo conteúdo não é lido. Envie o XML que está nele, ou digite os valores da fatura.")
)
