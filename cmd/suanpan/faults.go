package main

import "suanpan/internal/fault"

var (
	_ = fault.Define("CLI-USAGE", "{why}. See \"{command} --help\".", "{why}。请参阅“{command} --help”。", "{why}. Veja \"{command} --help\".")
	_ = fault.Define("CLI-FILE", "The file cannot be opened or written: {why}. Check its name and rights.", "文件无法打开或写入：{why}。请检查文件名和权限。", "O arquivo não pode ser aberto ou gravado: {why}. Confira o nome e as permissões.")
	_ = fault.Define("CLI-VALUE", "\"{got}\" cannot be read here. Write it like {want}.", "无法识别“{got}”。请按 {want} 的格式填写。", "\"{got}\" não pode ser lido aqui. Escreva como {want}.")
	_ = fault.Define("CLI-INTERNAL", "Something went wrong inside the program: {cause}. Nothing half-done was kept; report this.", "程序内部出错：{cause}。未保留任何未完成的更改，请报告此问题。", "Algo deu errado dentro do programa: {cause}. Nada ficou pela metade; relate isto.")
	_ = fault.Define("CLI-LISTEN", "The address {addr} cannot be listened on: {why}. Choose another with --addr.", "无法监听地址 {addr}：{why}。请用 --addr 选择其他地址。", "Não é possível escutar em {addr}: {why}. Escolha outro com --addr.")
	_ = fault.Define("CLI-DUTY", "{user} does not have the duty {duty}, or is no user here. Name somebody who has it with --as.", "{user} 没有 {duty} 职责，或不是本系统用户。请用 --as 指定有此职责的人员。", "{user} não tem a função {duty}, ou não é usuário aqui. Indique com --as quem a tenha.")
	_ = fault.Define("CLI-EARLY", "The run of {month} is due on {day}; nothing was billed. Run it from that day on, or look ahead with --dry-run.", "{month} 的出账日为 {day}，尚未出账。请在该日之后执行，或用 --dry-run 预览。", "A execução de {month} é em {day}; nada foi faturado. Execute a partir desse dia ou veja antes com --dry-run.")
	_ = fault.Define("DEMO-NOT-EMPTY", "This database holds real data, and a demo would mix invented values into it. Choose another folder with --data, or an empty database.", "该数据库包含真实数据，演示会混入虚构数据。请用 --data 选择其他目录，或使用空数据库。", "Este banco contém dados reais, e uma demonstração misturaria valores inventados. Escolha outra pasta com --data ou um banco vazio.")
	_ = fault.Define("DEMO-SEED", "The demo that stands here was made from seed {have}, not {want}. Go on with --seed {have}, or start anew with --fresh.", "此处的演示由种子 {have} 生成，而非 {want}。请使用 --seed {have} 继续，或用 --fresh 重新开始。", "A demonstração que está aqui veio da semente {have}, não {want}. Continue com --seed {have} ou recomece com --fresh.")
	_ = fault.Define("DEMO-FRESH", "A database that was given by its URL is not emptied. Empty it yourself, or leave --fresh out.", "以 URL 指定的数据库不会被清空。请自行清空，或去掉 --fresh。", "Um banco dado por URL não é esvaziado. Esvazie-o você mesmo ou retire --fresh.")
	_ = fault.Define("DEMO-BUSY", "Another command is using this demo. Stop it first, then start anew.", "另一个命令正在使用该演示。请先停止它再重新开始。", "Outro comando está usando esta demonstração. Pare-o antes de recomeçar.")
)
