package ledger

import "suanpan/internal/fault"

var (
	_ = fault.Define("LEDGER-INCOMPLETE", "The entry lacks a merchant, key, kind, book or time. Fill them and send it again.", "分录缺少商家、键、类型、账簿或时间。请补全后重新提交。", "O lançamento não tem comerciante, chave, tipo, livro ou data. Preencha e envie de novo.")
	_ = fault.Define("LEDGER-AMOUNT", "A transfer moves a positive amount, not {amount}. Swap debit and credit instead.", "转移金额必须为正数，不能是 {amount}。请改为对调借贷方。", "Uma transferência move um valor positivo, não {amount}. Troque débito e crédito.")
	_ = fault.Define("LEDGER-ACCOUNT", "Account {debit} or {credit} is not in the chart. Use an account of the chart, with a party only where it asks for one.", "科目 {debit} 或 {credit} 不在科目表中。请使用科目表中的科目。", "A conta {debit} ou {credit} não está no plano. Use uma conta do plano de contas.")
	_ = fault.Define("LEDGER-SAME-ACCOUNT", "Debit and credit are both {account}. Name two different accounts.", "借方与贷方同为 {account}。请使用两个不同的科目。", "Débito e crédito são ambos {account}. Indique duas contas diferentes.")
	_ = fault.Define("LEDGER-CURRENCY", "{currency} is no ISO 4217 currency. Correct the code.", "{currency} 不是 ISO 4217 币种。请更正代码。", "{currency} não é uma moeda ISO 4217. Corrija o código.")
	_ = fault.Define("LEDGER-FX-RATE", "A transfer over FX clearing has to name its rate, such as USD/BRL@2026-10-31=5.5, one of its own currency. Add the rate's row.", "经汇兑清算的转移必须注明汇率（例如 USD/BRL@2026-10-31=5.5），且须包含该币种。请补充汇率记录。", "Uma transferência pela compensação cambial precisa indicar a taxa, como USD/BRL@2026-10-31=5.5, que inclua a sua moeda. Acrescente a linha da taxa.")
	_ = fault.Define("LEDGER-FX-AMOUNT", "Over FX clearing, {rate} gives {want}, not {got}. Post both currencies in the same entry, at eight decimals, and the rest to rounding.", "经汇兑清算，按 {rate} 应为 {want}，而不是 {got}。请在同一分录中记两种币种（八位小数），差额记入尾差科目。", "Pela compensação cambial, {rate} dá {want}, e não {got}. Lance as duas moedas no mesmo lançamento, com oito casas, e o resto em arredondamento.")
	_ = fault.Define("LEDGER-MIRROR", "Due-to and due-from do not mirror each other ({pair} differs by {amount}). Post both sides in the same entry.", "应付与应收实体往来不对应（{pair} 相差 {amount}）。请在同一分录中记两边。", "Os saldos entre entidades não se espelham ({pair} difere em {amount}). Lance os dois lados no mesmo lançamento.")
	_ = fault.Define("LEDGER-BOOK", "There is no book {book}. Open it first.", "账簿 {book} 不存在。请先建立。", "O livro {book} não existe. Abra-o primeiro.")
	_ = fault.Define("LEDGER-KEY-REUSED", "Key {key} was posted before with other content. Use a new key, or send exactly the first content again.", "键 {key} 已用于其他内容。请使用新键或原样重发。", "A chave {key} já foi usada com outro conteúdo. Use outra chave ou reenvie o conteúdo original.")
	_ = fault.Define("LEDGER-MONTH-LOCKED", "Month {month} of book {book} is locked. Post into an open month.", "账簿 {book} 的 {month} 账期已锁定。请记入开放的账期。", "O mês {month} do livro {book} está fechado. Lance num mês aberto.")
	_ = fault.Define("LEDGER-NO-ENTRY", "There is no entry {key} to reverse. Check the key.", "没有可冲销的分录 {key}。请核对键。", "Não há lançamento {key} para estornar. Verifique a chave.")
	_ = fault.Define("LEDGER-REVERSE-HIDDEN", "Entry {key} also moves money on accounts that you do not see, so you cannot reverse it. Ask finance to do it.", "分录 {key} 还涉及您无权查看的科目，您不能冲销。请联系财务处理。", "O lançamento {key} também movimenta contas que você não vê; por isso não pode estorná-lo. Peça ao financeiro.")
	_ = fault.Define("LEDGER-REVERSAL-KEY", "A key that begins with reversal/ belongs to the reversal of the entry it names. Use another key.", "以 reversal/ 开头的键属于其所指分录的冲销。请使用其他键。", "Uma chave que começa com reversal/ pertence ao estorno do lançamento que indica. Use outra chave.")
	_ = fault.Define("LEDGER-TOO-MUCH", "A transfer moves less than 10^18. Correct the amount.", "单笔转移金额须小于 10^18。请更正金额。", "Uma transferência movimenta menos de 10^18. Corrija o valor.")
	_ = fault.Define("LEDGER-VERIFY", "The ledger does not verify: {what}. Stop posting and compare with a backup.", "账本校验失败：{what}。请停止记账并与备份比对。", "O razão não confere: {what}. Pare de lançar e compare com uma cópia de segurança.")
	_ = fault.Define("JOURNAL-REASON", "A journal needs a reason of at least ten letters. Say why it is made.", "手工分录须写明理由（不少于十个字符）。请说明原因。", "Um lançamento manual precisa de um motivo com ao menos dez letras. Diga por quê.")
	_ = fault.Define("JOURNAL-SAME-PERSON", "The person who wrote a journal cannot approve it. Ask a second person.", "手工分录的制单人不能自行审批。请由第二人审批。", "Quem fez o lançamento manual não pode aprová-lo. Peça a uma segunda pessoa.")
	_ = fault.Define("JOURNAL-STATE", "Journal {id} is {state}; only a proposed one can be decided.", "手工分录 {id} 状态为 {state}，只有待审批的可以处理。请刷新页面。", "O lançamento {id} está {state}; só um proposto pode ser decidido. Atualize a página.")
)
