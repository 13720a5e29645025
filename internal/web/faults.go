package web

import "suanpan/internal/fault"

var (
	_ = fault.Define("NOT-FOUND", "There is nothing here. Check the address or go back to the start page.", "此处没有内容。请核对地址或返回首页。", "Não há nada aqui. Verifique o endereço ou volte ao início.")
	_ = fault.Define("METHOD", "This address does not take {method}. Use the page's own buttons or see the API description.", "该地址不支持 {method}。请使用页面按钮或查阅接口说明。", "Este endereço não aceita {method}. Use os botões da página ou veja a descrição da API.")
	_ = fault.Define("LOGIN-NEEDED", "Nobody is logged in. Log in, or send a valid token, and try again.", "尚未登录。请登录或携带有效令牌后重试。", "Ninguém entrou. Entre, ou envie um token válido, e tente de novo.")
	_ = fault.Define("DUTY", "Your duties do not include this. Ask an administrator if they should.", "您的职责不包含此操作。如有需要请联系管理员。", "Suas funções não incluem isto. Peça a um administrador, se for o caso.")
	_ = fault.Define("CSRF", "The form has expired or came from another site. Go back, reload the page and send it again.", "表单已过期或来自其他网站。请返回并刷新页面后重新提交。", "O formulário expirou ou veio de outro site. Volte, recarregue a página e envie de novo.")
	_ = fault.Define("BODY-TOO-LARGE", "What was sent is larger than {max} MB. Send less at once.", "提交内容超过 {max} MB。请减少单次提交的内容。", "O envio passa de {max} MB. Envie menos de uma vez.")
	_ = fault.Define("BAD-INPUT", "The request cannot be read. Check its form and send it again.", "无法读取请求。请检查格式后重新提交。", "O pedido não pode ser lido. Verifique o formato e envie de novo.")
	_ = fault.Define("TIMEOUT", "This took too long and was stopped. Try again, or ask for a smaller part.", "处理超时，已中止。请重试或缩小范围。", "Demorou demais e foi interrompido. Tente de novo ou peça uma parte menor.")
	_ = fault.Define("HTTP", "The request was refused ({status}). Check it and send it again.", "请求被拒绝（{status}）。请检查后重试。", "O pedido foi recusado ({status}). Verifique e envie de novo.")
	_ = fault.Define("INTERNAL", "Something went wrong on our side. Try again; if it stays, tell us the request number {id}.", "系统内部出错。请重试；若仍然出现，请告知请求编号 {id}。", "Algo deu errado do nosso lado. Tente de novo; se persistir, informe o número da solicitação {id}.")
	_ = fault.Define("VALID", "{rule_en} Correct the field and send it again.", "{rule_zh}请更正后重新提交。", "{rule_pt} Corrija o campo e envie de novo.")
)
