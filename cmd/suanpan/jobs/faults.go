package jobs

import "suanpan/internal/fault"

var (
	_ = fault.Define("JOB-NONE", "There is no job {id}. Look at the list: finished jobs are cleared away.", "没有任务 {id}。请查看列表：已完成的任务会被清除。", "Não existe a tarefa {id}. Veja a lista: tarefas concluídas são removidas.")
	_ = fault.Define("JOB-TWIN", "Job {id} need not be retried: a newer one does the same work already.", "任务 {id} 无需重试：已有较新的任务执行相同工作。", "A tarefa {id} não precisa ser repetida: uma mais nova já faz o mesmo trabalho.")
	_ = fault.Define("JOB-WORK", "This program does not know the work \"{what}\". Update the program on every machine that works.", "本程序不认识工作“{what}”。请更新所有工作机器上的程序。", "Este programa não conhece o trabalho \"{what}\". Atualize o programa em todas as máquinas que trabalham.")
)
