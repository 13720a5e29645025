package main

import (
	"fmt"
	"strings"

	"suanpan/internal/fault"
)

// words are what the commands say to a person, besides faults: English, Chinese, Portuguese.
var words = map[string][3]string{
	"stopped":         {"Stopped.", "已停止。", "Interrompido."},
	"migrated":        {"The schema is up to date; {n} contracting entities are known.", "数据表已是最新，已知 {n} 个签约主体。", "As tabelas estão em dia; {n} entidades contratantes são conhecidas."},
	"import.line":     {"line {n}", "第 {n} 行", "linha {n}"},
	"import.done":     {"{file}: {facts} facts, {fresh} new, {repeated} known already, {rejected} refused.", "{file}：{facts} 条事实，新增 {fresh}，已有 {repeated}，拒绝 {rejected}。", "{file}: {facts} fatos, {fresh} novos, {repeated} já conhecidos, {rejected} recusados."},
	"import.dry":      {"Dry run: nothing was kept.", "试运行：未保存任何内容。", "Ensaio: nada foi gravado."},
	"import.more":     {"… and {n} more refused lines.", "……另有 {n} 行被拒绝。", "… e mais {n} linhas recusadas."},
	"settle.dry":      {"Dry run: this is what the run would make; nothing was kept.", "试运行：以下为出账预览，未保存。", "Ensaio: isto é o que a execução faria; nada foi gravado."},
	"verify.ok":       {"The ledger is right: {sealed} entries chained, {unsealed} not sealed yet; every record agrees with its account.", "账目正确：已链接 {sealed} 条，未封存 {unsealed} 条；各记录与科目相符。", "O razão está certo: {sealed} lançamentos encadeados, {unsealed} ainda não selados; cada registro confere com sua conta."},
	"clock.demo":      {"The demo's time is {now}.", "演示时间为 {now}。", "A hora da demonstração é {now}."},
	"clock.due":       {"What became due was done: {lines} lines, {reissues} invoices to issue again.", "到期事项已处理：{lines} 行，{reissues} 张发票需重开。", "O que venceu foi feito: {lines} linhas, {reissues} faturas a reemitir."},
	"clock.real":      {"This installation keeps real time: {now}.", "本系统使用真实时间：{now}。", "Esta instalação usa a hora real: {now}."},
	"tick.done":       {"Done what is due: {lines} lines, {reissues} invoices to issue again, {sealed} entries sealed.", "到期事项已处理：{lines} 行，{reissues} 张发票需重开，封存 {sealed} 条。", "Feito o que venceu: {lines} linhas, {reissues} faturas a reemitir, {sealed} lançamentos selados."},
	"work.at":         {"Working, {n} jobs at a time; Ctrl-C stops it.", "正在工作，每次 {n} 个作业，按 Ctrl-C 停止。", "Trabalhando, {n} tarefas por vez; Ctrl-C encerra."},
	"jobs.none":       {"Nothing is due, running or failed.", "没有到期、运行中或失败的任务。", "Nada venceu, roda ou falhou."},
	"jobs.retried":    {"{id} is tried again.", "正在重试 {id}。", "{id} está sendo tentado de novo."},
	"job.waiting":     {"waits", "等待", "espera"},
	"job.running":     {"runs", "运行中", "roda"},
	"job.retried":     {"failed, is retried", "失败，将重试", "falhou, será repetida"},
	"job.failed":      {"failed", "失败", "falhou"},
	"job.done":        {"done", "完成", "concluída"},
	"timer.waits":     {"waits", "等待", "espera"},
	"timer.due":       {"due", "到期", "venceu"},
	"timer.failed":    {"failed", "失败", "falhou"},
	"timer.frozen":    {"frozen", "冻结", "congelado"},
	"t.subject":       {"subject", "对象", "objeto"},
	"t.due":           {"due", "到期", "vence"},
	"user.added":      {"{login} may log in ({duties}).", "{login} 可以登录（{duties}）。", "{login} pode entrar ({duties})."},
	"user.secret":     {"Password, shown this once: {password}", "密码（仅显示一次）：{password}", "Senha, mostrada só agora: {password}"},
	"locked":          {"{entity} {month} is locked: its trial balance never moves again.", "{entity} {month} 已锁定，试算平衡不再变动。", "{entity} {month} está trancado: o balancete não muda mais."},
	"lock.new":        {"{entity} {month}: the lock is proposed; a second person has to confirm it.", "{entity} {month}：已提议锁定，须由第二人确认。", "{entity} {month}: a tranca foi proposta; uma segunda pessoa precisa confirmar."},
	"lock.dropped":    {"{entity} {month}: the proposal to lock is dropped.", "{entity} {month}：锁定提议已放弃。", "{entity} {month}: a proposta de trancar foi descartada."},
	"mail.fetched":    {"{n} new messages taken, judged and answered.", "新收邮件 {n} 封，已审核并回复。", "{n} mensagens novas recebidas, avaliadas e respondidas."},
	"journal.new":     {"Journal {id} is proposed; a second person has to decide.", "分录 {id} 已提交，须由另一人审批。", "O lançamento {id} foi proposto; uma segunda pessoa decide."},
	"journal.set":     {"Journal {id} is {state}.", "分录 {id}：{state}。", "Lançamento {id}: {state}."},
	"setting.new":     {"{key} is to be {value} from {from} on, which is past: a second person has to confirm it.", "{key} 拟自 {from} 起为 {value}，该时间已过，须由第二人确认。", "{key} seria {value} a partir de {from}, que já passou: uma segunda pessoa precisa confirmar."},
	"setting.dropped": {"The proposal for {key} from {from} on is dropped.", "{key} 自 {from} 起的提议已放弃。", "A proposta para {key} a partir de {from} foi descartada."},
	"setting.set":     {"{key} is {value} from {from} on.", "{key} 自 {from} 起为 {value}。", "{key} é {value} a partir de {from}."},
	"serve.at":        {"The console is at {url}; Ctrl-C stops it.", "控制台地址：{url}，按 Ctrl-C 停止。", "O console está em {url}; Ctrl-C encerra."},
	"stub.at":         {"The seller-stub is at {url}; Ctrl-C stops it.", "卖家模拟端地址：{url}，按 Ctrl-C 停止。", "O vendedor de teste está em {url}; Ctrl-C encerra."},
	"check.yes":       {"Accepted: {no}", "接受：{no}", "Aceito: {no}"},
	"check.no":        {"Refused: {no}", "拒绝：{no}", "Recusado: {no}"},
	"check.wait":      {"Waits ({outcome}): {no}", "等待（{outcome}）：{no}", "Aguarda ({outcome}): {no}"},
	"check.figure":    {"  compared {a} {got} with {b} {want}", "  比较 {a} {got} 与 {b} {want}", "  comparado {a} {got} com {b} {want}"},
	"check.missing":   {"  {missing} missing", "  尚缺 {missing}", "  faltam {missing}"},
	"conf.same":       {"the same invoice: {one} and {other}", "同一发票：{one} 与 {other}", "a mesma fatura: {one} e {other}"},
	"conf.differ":     {"reads differently: {one} and {other}: {what}", "读取结果不同：{one} 与 {other}：{what}", "lê-se diferente: {one} e {other}: {what}"},
	"conf.rule":       {"{rule}: found {found} of {broken}, false alarms {false} of {kept}", "{rule}：检出 {found}/{broken}，误报 {false}/{kept}", "{rule}: achados {found} de {broken}, alarmes falsos {false} de {kept}"},
	"conf.unchecked":  {"{rule}: not checked ({broken} broken, {kept} kept)", "{rule}：未检查（违反 {broken}，符合 {kept}）", "{rule}: não verificada ({broken} violam, {kept} cumprem)"},
	"conf.read":       {"read as {what}: {n}", "按 {what} 读取：{n}", "lidos como {what}: {n}"},
	"conf.unread":     {"not read, {what}: {n}", "未读取，{what}：{n}", "não lidos, {what}: {n}"},
	"hint.list":       {"Here that is --list FILE: the list as downloaded, or as export wrote it.", "此处用 --list 文件 指明：下载的清单，或 export 导出的清单。", "Aqui isso é --list ARQUIVO: a lista como foi baixada, ou como export a gravou."},
	"hint.demo":       {"A demo stands in the data folder: add --demo to work on it.", "数据目录中有演示：加上 --demo 即可使用。", "Há uma demonstração na pasta de dados: acrescente --demo para trabalhar nela."},
	"demo.banner":     {"DEMO - every name and figure below is invented.", "演示 - 以下名称与数字均为虚构。", "DEMONSTRAÇÃO - todos os nomes e números abaixo são inventados."},
	"demo.load":       {"loading the month", "载入月份", "carregando o mês"},
	"demo.out":        {"{n} files in {dir}", "{n} 个文件位于 {dir}", "{n} arquivos em {dir}"},
	"demo.logins":     {"Log-ins (password {password}):", "登录账号（密码 {password}）：", "Acessos (senha {password}):"},
	"demo.clock":      {"The demo's time is {now} and stands still; move it with: {name} clock +3d", "演示时间为 {now}，静止不动；用 {name} clock +3d 移动。", "A hora da demonstração é {now} e está parada; mova-a com: {name} clock +3d"},
	"t.new":           {"new bill", "新增账单", "fatura nova"},
	"t.entity":        {"entity", "签约主体", "entidade"},
	"t.name":          {"name", "名称", "nome"},
	"t.merchants":     {"merchants", "商家", "comerciantes"},
	"t.lines":         {"lines billed", "已出账行", "linhas faturadas"},
	"t.held":          {"held", "暂缓", "retidas"},
	"t.why":           {"why", "原因", "por quê"},
	"t.lists":         {"lists", "清单", "listas"},
	"t.amount":        {"amount", "金额", "valor"},
	"t.run":           {"run day", "出账日", "dia da execução"},
	"t.key":           {"key", "键", "chave"},
	"t.value":         {"value", "值", "valor"},
	"t.meaning":       {"meaning", "含义", "significado"},
	"t.kind":          {"kind", "类型", "tipo"},
	"t.count":         {"count", "数量", "quantidade"},
	"t.login":         {"log-in", "账号", "acesso"},
	"t.duty":          {"duty", "职责", "função"},
	"t.accepted":      {"invoice to upload: accepted", "可上传发票：将被接受", "nota para enviar: aceita"},
	"t.refused":       {"refused", "将被拒绝", "recusada"},
	"t.bill":          {"bill", "账单", "fatura"},
	"t.state":         {"state", "状态", "estado"},
	"approve.done":    {"{bills} bills approved; {n} requisitions made, their lists issued.", "已批准 {bills} 张账单，生成 {n} 张申付单并发出清单。", "{bills} faturas aprovadas; {n} requisições criadas, listas emitidas."},
	"approve.back":    {"{bills} bills sent back.", "已驳回 {bills} 张账单。", "{bills} faturas devolvidas."},
	"approve.req":     {"{n} requisitions may be paid.", "{n} 张申付单可付款。", "{n} requisições podem ser pagas."},
	"unsettled":       {"{n} bills withdrawn; run the month again to make them anew.", "已撤回 {n} 张账单，重新出账即可再生成。", "{n} faturas retiradas; execute o mês de novo para refazê-las."},
	"pay.state":       {"Payment {no}: {state}.", "付款 {no}：{state}。", "Pagamento {no}: {state}."},
	"net.from":        {"from", "付方", "de"},
	"net.to":          {"to", "收方", "para"},
	"net.owes":        {"owes", "应付", "deve"},
	"net.waits":       {"owes once credit is repaid", "待客户还款后应付", "deve após o crédito pago"},
	"net.pays":        {"transfer", "划款", "transferência"},
	"net.against":     {"these two may not net: decide", "此二者不得轧差：请决定", "estes não podem compensar: decida"},
	"net.posted":      {"posted", "已过账", "lançado"},
	"why.billed":      {"on bill {bill}, {state}", "已在账单 {bill}，{state}", "na fatura {bill}, {state}"},
	"why.never":       {"will never be billed", "不会出账", "nunca será faturado"},
	"why.unknown":     {"unknown until {codes}", "未知，取决于 {codes}", "desconhecido até {codes}"},
	"why.earliest":    {"earliest run {run}", "最早出账 {run}", "execução mais cedo {run}"},
	"why.since":       {"since {at}", "自 {at}", "desde {at}"},
	"why.until":       {"until {at}", "至 {at}", "até {at}"},
	"why.lifted":      {"(lifted by {who})", "（由 {who} 解除）", "(resolve: {who})"},

	"rules.all":         {"Every country", "所有国家", "Todos os países"},
	"rules.refuses":     {"refuses", "退回", "recusa"},
	"rules.warns":       {"warns", "提示", "avisa"},
	"rules.stated":      {"stated, not tested", "仅陈述，不检查", "declarada, não testada"},
	"rules.alarms":      {"alarms finance", "提醒财务", "alerta o financeiro"},
	"rules.by.law":      {"law", "法律", "lei"},
	"rules.by.contract": {"contract", "合同", "contrato"},
	"rules.by.guidance": {"official guidance", "官方指引", "orientação oficial"},
	"rules.by.weak":     {"weak source", "来源较弱", "fonte fraca"},
	"rules.diff":        {"{n} verdicts judged under both days; {changed} differ.", "已按两日规则判定 {n} 个结论，{changed} 个不同。", "{n} vereditos julgados pelos dois dias; {changed} diferem."},
	"rules.replay":      {"{n} verdicts judged again; {changed} came out differently.", "已重新判定 {n} 个结论，{changed} 个不同。", "{n} vereditos julgados de novo; {changed} saíram diferentes."},
}

// say gives words in the reader's language with their {names} filled.
func (m *Main) say(key string, pairs ...any) string {
	w, ok := words[key]
	if !ok {
		return key
	}
	s := w[0]
	switch m.lang {
	case fault.ZH:
		s = w[1]
	case fault.PT:
		s = w[2]
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return s
}
