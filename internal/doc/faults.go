package doc

import "suanpan/internal/fault"

// The codes of this package.
const (
	CodeFontHan   = "DOC-FONT-HAN"   // warning: no Chinese font was found
	CodeFontThai  = "DOC-FONT-THAI"  // warning: no Thai font was found
	CodeRender    = "DOC-RENDER"     // the PDF library refused or panicked
	CodeGlyphs    = "DOC-GLYPHS"     // too many distinct characters in one document
	CodePages     = "DOC-PAGES"      // too many pages in one document
	CodeQR        = "DOC-QR"         // the text does not fit into a QR code
	CodeRow       = "DOC-ROW"        // a row has another number of cells than there are columns
	CodeValue     = "DOC-VALUE"      // a value does not suit the kind of its column
	CodeSheetName = "DOC-SHEET-NAME" // a sheet name that Excel does not take, or one used twice
)

var _ = fault.Define(CodeFontHan,
	"No font for Chinese was found: Chinese names are written as code points such as U+4E2D. Install fonts-droid-fallback (Debian) or put NotoSansSC-Regular.ttf into the folder named by SUANPAN_FONTS, then start again.",
	"未找到中文字体：中文将以编码（如 U+4E2D）显示。请安装 fonts-droid-fallback（Debian），或将 NotoSansSC-Regular.ttf 放入 SUANPAN_FONTS 指定的目录，然后重新启动。",
	"Nenhuma fonte para chinês foi encontrada: os nomes em chinês aparecem como códigos, por exemplo U+4E2D. Instale fonts-droid-fallback (Debian) ou coloque NotoSansSC-Regular.ttf na pasta indicada por SUANPAN_FONTS e reinicie.")

var _ = fault.Define(CodeFontThai,
	"No font for Thai was found: Thai names are written as code points such as U+0E01. Install fonts-thai-tlwg-ttf (Debian) or put Waree.ttf into the folder named by SUANPAN_FONTS, then start again.",
	"未找到泰文字体：泰文将以编码（如 U+0E01）显示。请安装 fonts-thai-tlwg-ttf（Debian），或将 Waree.ttf 放入 SUANPAN_FONTS 指定的目录，然后重新启动。",
	"Nenhuma fonte para tailandês foi encontrada: os nomes em tailandês aparecem como códigos, por exemplo U+0E01. Instale fonts-thai-tlwg-ttf (Debian) ou coloque Waree.ttf na pasta indicada por SUANPAN_FONTS e reinicie.")

var _ = fault.Define(CodeRender,
	"The document could not be drawn. Nothing was written; take the CSV or Excel form meanwhile and report the document to the engineer.",
	"文档无法生成，未写出任何内容。请先使用 CSV 或 Excel 格式，并将该文档报告给工程师。",
	"O documento não pôde ser gerado; nada foi gravado. Use por ora o formato CSV ou Excel e informe o documento à engenharia.")

var _ = fault.Define(CodeGlyphs,
	"The document uses {count} different characters, more than the {limit} one PDF may have. Split it, or take the CSV or Excel form.",
	"该文档使用了 {count} 个不同字符，超过单个 PDF 允许的 {limit} 个。请拆分文档，或使用 CSV 或 Excel 格式。",
	"O documento usa {count} caracteres diferentes, mais que os {limit} permitidos em um PDF. Divida-o ou use o formato CSV ou Excel.")

var _ = fault.Define(CodePages,
	"The document would have more than {limit} pages. Choose a shorter period, or take the CSV or Excel form.",
	"该文档将超过 {limit} 页。请缩短期间，或使用 CSV 或 Excel 格式。",
	"O documento teria mais de {limit} páginas. Escolha um período menor ou use o formato CSV ou Excel.")

var _ = fault.Define(CodeQR,
	"The text of the QR code is too long ({length} bytes). Shorten it to 1,000 bytes or leave the QR code out.",
	"二维码文本过长（{length} 字节）。请缩短至 1,000 字节以内，或不使用二维码。",
	"O texto do código QR é longo demais ({length} bytes). Reduza-o a 1.000 bytes ou omita o código QR.")

var _ = fault.Define(CodeRow,
	"A row has {got} cells where the table has {want} columns. Give one value for each column, nil for an empty cell.",
	"某一行有 {got} 个单元格，而表格有 {want} 列。请为每列提供一个值，空单元格用空值。",
	"Uma linha tem {got} células e a tabela tem {want} colunas. Informe um valor por coluna, vazio para célula vazia.")

var _ = fault.Define(CodeValue,
	"A value of type {type} does not suit the column “{column}” ({kind}). Give it in the type that the column's kind names.",
	"类型为 {type} 的值不适合列“{column}”（{kind}）。请按该列种类所要求的类型提供。",
	"Um valor do tipo {type} não serve para a coluna “{column}” ({kind}). Informe-o no tipo que a coluna pede.")

var _ = fault.Define(CodeSheetName,
	"The sheet name “{name}” cannot be used: give one to 25 characters without : \\ / ? * [ ] and each name once.",
	"工作表名称“{name}”不可用：请使用 1 至 25 个字符，不含 : \\ / ? * [ ]，且名称不可重复。",
	"O nome de planilha “{name}” não pode ser usado: use de 1 a 25 caracteres sem : \\ / ? * [ ] e cada nome uma só vez.")
