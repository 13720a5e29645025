package mailbox

import "suanpan/internal/fault"

var (
	_ = fault.Define("MAIL-URL", "The mailbox's address cannot be used: {why}. Write SUANPAN_IMAP like imaps://user:password@host:993/INBOX.", "邮箱地址不可用：{why}。请将 SUANPAN_IMAP 写成 imaps://user:password@host:993/INBOX。", "O endereço da caixa de correio não serve: {why}. Escreva SUANPAN_IMAP como imaps://user:password@host:993/INBOX.")
	_ = fault.Define("MAIL-NONE", "No mailbox is configured. Set SUANPAN_IMAP like imaps://user:password@host:993/INBOX.", "尚未配置邮箱。请设置 SUANPAN_IMAP，例如 imaps://user:password@host:993/INBOX。", "Nenhuma caixa de correio configurada. Defina SUANPAN_IMAP como imaps://user:password@host:993/INBOX.")
	_ = fault.Define("MAIL-SERVER", "The mailbox {mailbox} cannot be read now: {why}. It is tried again; check the server, the name and the password.", "邮箱 {mailbox} 暂时无法读取：{why}。系统会重试；请检查服务器、用户名和密码。", "A caixa {mailbox} não pode ser lida agora: {why}. Será tentado de novo; confira o servidor, o nome e a senha.")
	_ = fault.Define("MAIL-LARGE", "The message is larger than {max} MB and was not fetched. Ask the sender for smaller files, or for an upload in the console.", "邮件超过 {max} MB，未予收取。请让发件人缩小文件或在控制台上传。", "A mensagem passa de {max} MB e não foi buscada. Peça arquivos menores ao remetente, ou o envio pelo console.")
	_ = fault.Define("MAIL-UNREADABLE", "The message has no readable sender. Open the original and decide.", "邮件没有可识别的发件人。请打开原件处理。", "A mensagem não tem remetente legível. Abra o original e decida.")
	_ = fault.Define("MAIL-AUTOMATIC", "The message was written by a machine; it is not answered.", "该邮件由机器自动生成，不予回复。", "A mensagem foi escrita por uma máquina; não é respondida.")
	_ = fault.Define("MAIL-SENDER", "No merchant has this address. Say whose message it is, or put it aside; the sender was told nothing.", "没有商家使用此地址。请指明邮件属于哪个商家，或予以搁置；未向发件人透露任何信息。", "Nenhum comerciante tem este endereço. Diga de quem é a mensagem, ou deixe-a de lado; nada foi dito ao remetente.")
	_ = fault.Define("MAIL-WHICH", "Several merchants have this address, and the message names a requisition of none or of several. Say whose it is, or put it aside.", "多个商家使用此地址，且邮件未写明或写明了多个商家的申付单。请指明商家或予以搁置。", "Vários comerciantes têm este endereço, e a mensagem indica requisição de nenhum ou de vários. Diga de quem é, ou deixe-a de lado.")
	_ = fault.Define("MAIL-NOTHING", "No invoice that can be read is attached. Attach the electronic invoice itself (XML, or a PDF with the XML inside), or upload it in the console, where it can also be typed.", "邮件未附可读取的发票。请附上电子发票（XML 或内含 XML 的 PDF），或在控制台上传，也可在控制台录入。", "Não há fatura legível anexada. Anexe a própria fatura eletrônica (XML, ou PDF com o XML dentro), ou envie-a pelo console, onde também pode ser digitada.")
	_ = fault.Define("MAIL-MANY", "A message has at most {max} attachments. Send the rest in another message.", "一封邮件最多 {max} 个附件。其余请另发邮件。", "Uma mensagem tem no máximo {max} anexos. Envie o resto em outra.")
	_ = fault.Define("MAIL-STATE", "The message is {state}, so this cannot be done any more. Load the page again.", "邮件状态为 {state}，无法再执行此操作。请刷新页面。", "A mensagem está {state}; isto já não pode ser feito. Recarregue a página.")
	_ = fault.Define("MAIL-MERCHANT", "There is no merchant {merchant}. Check the number.", "没有商家 {merchant}。请核对编号。", "Não existe o comerciante {merchant}. Confira o número.")
	_ = fault.Define("MAIL-ID", "There is no message {id}. Go back to the list.", "没有邮件 {id}。请返回列表。", "Não existe a mensagem {id}. Volte à lista.")
)
