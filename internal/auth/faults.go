package auth

import (
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

var (
	_ = fault.Define("LOGIN-WRONG", "User name and password do not fit together. Check both and try again.", "用户名或密码不正确。请核对后重试。", "Nome de usuário e senha não conferem. Verifique os dois e tente de novo.")
	_ = fault.Define("LOGIN-WAIT", "Too many attempts. Wait {minutes} min and try again, or ask an administrator.", "尝试次数过多。请等待 {minutes} 分钟后重试，或联系管理员。", "Tentativas demais. Espere {minutes} min e tente de novo, ou fale com a administração.")
	_ = fault.Define("EYES-SAME", "This needs a second person, and you were the first. Ask a colleague to do it.", "此操作须由第二人完成，您已是第一人。请由同事处理。", "Isto exige uma segunda pessoa, e você foi a primeira. Peça a um colega.")
	_ = fault.Define("USER-LOGIN", "User name {login} is not possible. Use 2 to 64 of a–z, 0–9, dot, underscore, hyphen and @.", "用户名 {login} 不可用。请使用 2 至 64 个小写字母、数字、点、下划线、连字符或 @。", "O nome de usuário {login} não é possível. Use de 2 a 64 entre a–z, 0–9, ponto, sublinhado, hífen e @.")
	_ = fault.Define("USER-NAME", "A user needs a name that others recognise. Give one.", "用户须有可识别的姓名。请填写。", "Um usuário precisa de um nome que os outros reconheçam. Informe-o.")
	_ = fault.Define("USER-PASSWORD", "A password has at least {min} characters and at most 256 bytes. Choose another one.", "密码至少 {min} 个字符，最多 256 字节。请重新选择。", "A senha tem ao menos {min} caracteres e no máximo 256 bytes. Escolha outra.")
	_ = fault.Define("USER-DUTY", "There is no duty {duty}. Choose one of the list.", "没有职责 {duty}。请从列表中选择。", "Não existe a função {duty}. Escolha uma da lista.")
	_ = fault.Define("USER-MERCHANT", "A merchant's user has a merchant and that one duty; staff have duties and no merchant. Correct duties or merchant.", "商家用户须指明商家且仅有商家职责；内部人员须有职责且不属于商家。请更正。", "O usuário de um comerciante tem um comerciante e só essa função; a equipe tem funções e nenhum comerciante. Corrija.")
	_ = fault.Define("USER-EXISTS", "User {login} exists already for another merchant. Choose another user name.", "用户 {login} 已属于其他商家。请更换用户名。", "O usuário {login} já existe para outro comerciante. Escolha outro nome.")
	_ = fault.Define("TOKEN-NAME", "A token needs a name of at most 80 characters that says what it is for. Give one.", "令牌须有不超过 80 个字符的名称以说明用途。请填写。", "Um token precisa de um nome de até 80 caracteres que diga para que serve. Informe-o.")
	_ = fault.Define("TOKEN-NONE", "There is no such active token. Reload the page to see the list.", "没有此有效令牌。请刷新页面查看列表。", "Não há esse token ativo. Recarregue a página para ver a lista.")
)

var _ = pg.Constraint("access_user_login", "USER-EXISTS", "login")
