package notices

import "suanpan/internal/fault"

var (
	_ = fault.Define("NOTICE-TYPE", "There is no type of notice \"{type}\". Report this: the program has to know what it tells.", "没有消息类型“{type}”。请报告此问题：程序必须知道所发消息的类型。", "Não existe o tipo de aviso \"{type}\". Relate isto: o programa precisa saber o que avisa.")
	_ = fault.Define("NOTICE-KEY", "A notice needs a key and a merchant or a duty. Report this: the program has to give them.", "消息须有键，以及商家或职责。请报告此问题：程序必须提供。", "Um aviso precisa de chave e de um comerciante ou uma função. Relate isto: o programa precisa informá-los.")
	_ = fault.Define("NOTICE-ADDRESS", "There is no address to send to. Set the merchant's contact or a receiver, then send again.", "没有可发送的地址。请设置商家联系方式或接收人后重新发送。", "Não há endereço para enviar. Informe o contato do comerciante ou um destinatário e envie de novo.")
	_ = fault.Define("NOTICE-NONE", "There is no such delivery that failed. Look at the list: it may be on its way.", "没有这条失败的发送记录。请查看列表：可能正在发送。", "Não existe tal envio que tenha falhado. Veja a lista: pode estar a caminho.")
	_ = fault.Define("NOTICE-URL", "The console's own address is unknown, so no link can be written. Start the program with SUANPAN_URL.", "未知控制台地址，无法生成链接。请设置 SUANPAN_URL 后启动程序。", "O endereço do console é desconhecido e nenhum link pode ser escrito. Inicie o programa com SUANPAN_URL.")
	_ = fault.Define("RECEIVER-ADDRESS", "This is no address for the channel. Write an e-mail address, a phone number with + and country, or an https:// address.", "该地址不适用于此渠道。请填写邮箱、带 + 和国家码的电话，或 https:// 地址。", "Este endereço não serve para o canal. Escreva um e-mail, um telefone com + e país, ou um endereço https://.")
	_ = fault.Define("RECEIVER-CHANNEL", "There is no channel \"{channel}\". Choose e-mail, text message or webhook.", "没有渠道“{channel}”。请选择邮件、短信或 Webhook。", "Não existe o canal \"{channel}\". Escolha e-mail, mensagem de texto ou webhook.")
	_ = fault.Define("RECEIVER-NONE", "There is no such receiver. Look at the list: it may have been removed.", "没有该接收人。请查看列表：可能已删除。", "Não existe tal destinatário. Veja a lista: pode ter sido removido.")
	_ = fault.Define("RECEIVER-LIMIT", "Receivers were changed {n} times today, as often as is allowed. Change them again tomorrow.", "今日接收人变更已达 {n} 次上限，请明日再改。", "Os destinatários já foram alterados {n} vezes hoje, o máximo permitido. Altere-os amanhã.")
	_ = fault.Define("RECEIVER-LINK", "This link is not valid or no longer is. Ask the merchant to add you again.", "链接无效或已过期。请让商家重新添加您。", "Este link não é válido ou já expirou. Peça ao comerciante que o adicione de novo.")
	_ = fault.Define("SMTP-URL", "The mail server's address cannot be used: {why}. Write SUANPAN_SMTP like smtp://user:password@host:587 or smtps://host:465, and SUANPAN_MAIL_FROM like name@example.com.", "邮件服务器地址不可用：{why}。请将 SUANPAN_SMTP 写成 smtp://user:password@host:587 或 smtps://host:465，SUANPAN_MAIL_FROM 写成 name@example.com。", "O endereço do servidor de e-mail não serve: {why}. Escreva SUANPAN_SMTP como smtp://user:password@host:587 ou smtps://host:465, e SUANPAN_MAIL_FROM como name@example.com.")
	_ = fault.Define("SMS-URL", "The text message gateway cannot be used: {why}. SUANPAN_SMS_URL has to be https://, and SUANPAN_SMS_BODY has to contain phone and text, each in double braces.", "短信网关不可用：{why}。SUANPAN_SMS_URL 须为 https://，SUANPAN_SMS_BODY 须包含以双花括号括起的 phone 与 text。", "O gateway de mensagens não serve: {why}. SUANPAN_SMS_URL deve ser https:// e SUANPAN_SMS_BODY deve conter phone e text, cada um entre chaves duplas.")
	_ = fault.Define("WEBHOOK-SIGNATURE", "The signature does not belong to this body, or is older than five minutes. Refuse the request.", "签名与内容不符，或已超过五分钟。请拒绝该请求。", "A assinatura não pertence a este corpo ou tem mais de cinco minutos. Recuse a requisição.")
)
