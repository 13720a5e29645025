package pg

import "suanpan/internal/fault"

var (
	_ = fault.Define("PG-TEXT", "The text holds a character that cannot be stored. Remove it and try again.", "文本含有无法存储的字符。请删除后重试。", "O texto contém um caractere que não pode ser guardado. Retire-o e tente de novo.")
	_ = fault.Define("PG-URL",
		"The database address cannot be read. Give it as postgres://user:password@host:port/database.",
		"无法识别数据库地址。请写成 postgres://用户:密码@主机:端口/数据库。",
		"O endereço do banco de dados não pode ser lido. Informe-o como postgres://usuário:senha@servidor:porta/banco.")
	_ = fault.Define("PG-DOWN",
		"The database does not answer just now. Nothing was lost; try again in a moment.",
		"数据库暂时没有响应。数据没有丢失，请稍后重试。",
		"O banco de dados não responde no momento. Nada se perdeu; tente de novo daqui a pouco.")
	_ = fault.Define("PG-LOGIN",
		"The database refuses this login or does not exist. Check the user, password and database name in the address.",
		"数据库拒绝登录，或该数据库不存在。请检查地址中的用户、密码和数据库名。",
		"O banco de dados recusa este acesso ou não existe. Confira usuário, senha e nome do banco no endereço.")
	_ = fault.Define("PG-BUSY",
		"Somebody else was changing the same thing at the same moment. Nothing was changed; try again.",
		"其他人正在同时修改同一内容。本次没有任何更改，请重试。",
		"Outra pessoa alterava a mesma coisa no mesmo instante. Nada foi alterado; tente de novo.")
	_ = fault.Define("PG-SCHEMA",
		"The database is empty. Start the service once, or run the migration, so that its tables are laid out.",
		"数据库是空的。请先启动一次服务或执行迁移，以建立数据表。",
		"O banco de dados está vazio. Inicie o serviço uma vez, ou execute a migração, para criar as tabelas.")
	_ = fault.Define("PG-UNIQUE",
		"This already exists ({constraint}). Look at what stands and change your entry.",
		"该内容已存在（{constraint}）。请查看现有记录后修改。",
		"Isto já existe ({constraint}). Veja o que está registrado e altere o que enviou.")
	_ = fault.Define("PG-REFERENCE",
		"This refers to something that does not exist, or that is still in use ({constraint}). Enter that first.",
		"引用的内容不存在，或仍在使用中（{constraint}）。请先录入该内容。",
		"Isto se refere a algo que não existe ou que ainda está em uso ({constraint}). Cadastre-o primeiro.")
	_ = fault.Define("PG-CHECK",
		"A value is not allowed here ({constraint}). Correct it and send it again.",
		"某个值不符合要求（{constraint}）。请更正后重新提交。",
		"Um valor não é permitido aqui ({constraint}). Corrija-o e envie de novo.")
	_ = fault.Define("PG-DENIED",
		"You may not do this. Ask somebody whose duty it is.",
		"您无权进行此操作。请联系负责该事项的人员。",
		"Você não pode fazer isto. Peça a quem tem essa atribuição.")
	_ = fault.Define("PG-ACTOR",
		"A transaction was begun for nobody ({role}). Report this: the program has to say who acts.",
		"事务未指明操作者（{role}）。请报告此问题：程序必须说明由谁操作。",
		"Uma transação foi iniciada sem autor ({role}). Relate isto: o programa precisa dizer quem age.")
	_ = fault.Define("PG-NOT-DEMO",
		"The clock can be moved only in a demo. This installation keeps real time; make a demo in another folder.",
		"只有演示环境可以调整时间。本系统使用真实时间，请在其他目录建立演示环境。",
		"O relógio só pode ser movido numa demonstração. Esta instalação usa a hora real; crie uma demonstração em outra pasta.")
	_ = fault.Define("PG-CLOCK-BACK",
		"The demo's clock stands at {now} and only moves forward. Choose a later time, or start a new demo.",
		"演示时间现为 {now}，只能向前调整。请选择更晚的时间，或新建演示环境。",
		"O relógio da demonstração está em {now} e só anda para a frente. Escolha uma hora posterior ou crie outra demonstração.")
	_ = fault.Define("PG-DEMO-TWICE",
		"This installation is a demo already. Move its clock, or start a new demo in another folder.",
		"本系统已经是演示环境。请调整其时间，或在其他目录新建演示环境。",
		"Esta instalação já é uma demonstração. Mova o relógio dela ou crie outra em outra pasta.")
	_ = fault.Define("PG-MISSING",
		"No PostgreSQL 15 or later was found. Install it (Debian: apt-get install postgresql; macOS: brew install postgresql@17), or set PG_BIN to the folder that holds initdb and postgres.",
		"未找到 PostgreSQL 15 或更高版本。请安装（Debian：apt-get install postgresql；macOS：brew install postgresql@17），或将 PG_BIN 设为 initdb 和 postgres 所在目录。",
		"Não foi encontrado PostgreSQL 15 ou posterior. Instale-o (Debian: apt-get install postgresql; macOS: brew install postgresql@17) ou aponte PG_BIN para a pasta que contém initdb e postgres.")
	_ = fault.Define("PG-VERSION",
		"The data in {dir} was written by PostgreSQL {have}, but only {found} is here. Install PostgreSQL {have}, or set PG_BIN to its bin folder; to move to {found}, dump the data with {have} and load it into a new folder.",
		"{dir} 中的数据由 PostgreSQL {have} 写入，但本机只有 {found}。请安装 PostgreSQL {have}，或将 PG_BIN 设为其 bin 目录；如要升级到 {found}，请先用 {have} 导出数据，再导入新目录。",
		"Os dados em {dir} foram gravados pelo PostgreSQL {have}, mas aqui só há o {found}. Instale o PostgreSQL {have} ou aponte PG_BIN para a pasta bin dele; para passar ao {found}, exporte os dados com o {have} e carregue-os numa pasta nova.")
	_ = fault.Define("PG-FOLDER",
		"The data folder {dir} cannot be used. Check who owns it and that its parent folders may be entered, or choose another folder.",
		"无法使用数据目录 {dir}。请检查其所有者以及上级目录是否可进入，或选择其他目录。",
		"A pasta de dados {dir} não pode ser usada. Confira de quem ela é e se as pastas acima podem ser abertas, ou escolha outra pasta.")
	_ = fault.Define("PG-START",
		"PostgreSQL could not be started; nothing was lost. The reason stands at the end of {log}; remove it and try again.",
		"PostgreSQL 无法启动，数据没有丢失。原因见 {log} 末尾，请排除后重试。",
		"O PostgreSQL não pôde ser iniciado; nada se perdeu. O motivo está no fim de {log}; resolva-o e tente de novo.")
)
