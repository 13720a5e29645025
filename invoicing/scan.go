package invoicing

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

const (
	codeVirus = "INV-FILE-VIRUS"
	codeWaits = "INV-FILE-WAITS"
)

var (
	_ = fault.Define(codeVirus, "The virus scanner found {found} in {name}. The file is kept as evidence and is neither read nor handed out. Clean the computer it comes from and send the invoice again.",
		"病毒扫描在 {name} 中发现 {found}。该文件仅作为证据保存，不会被读取或下载。请清理来源计算机后重新提交发票。",
		"O antivírus encontrou {found} em {name}. O arquivo fica guardado como prova e não é lido nem entregue. Limpe o computador de origem e envie a fatura de novo.")
	_ = fault.Define(codeWaits, "The virus scanner does not answer, so {name} waits unread. It is kept and scanned as soon as the scanner answers: send the form again in a few minutes, without attaching the file once more.",
		"病毒扫描程序无响应，{name} 暂未读取。文件已保存，待扫描程序恢复后即进行扫描：请几分钟后重新提交，无需再次上传该文件。",
		"O antivírus não responde, por isso {name} espera sem ser lido. O arquivo está guardado e será examinado assim que o antivírus responder: envie o formulário de novo em alguns minutos, sem anexar o arquivo outra vez.")
)

// Scanner looks for viruses. An error means that nobody knows, and is never taken for "clean".
type Scanner interface {
	Scan(ctx context.Context, content []byte) (found string, err error)
}

// scanned is the last thing a scanner said of a file; before it said anything, ok is false.
type scanned struct {
	Found string // its name of what it found; empty: clean
	ok    bool
}

// allow lets a file be read or handed out. INV-FILE-VIRUS for one that a scanner refused, for ever; INV-FILE-WAITS for one that a
// scanner, where there is one, has not answered about.
func (s *Service) allow(ctx context.Context, tx *pg.Tx, merchant, sha, name string) error {
	last, err := selectScanned(ctx, tx, merchant, sha)
	if err != nil {
		return err
	}
	return s.judge(last, name)
}

func (s *Service) judge(last scanned, name string) error {
	switch {
	case last.Found != "":
		return fault.New(fault.Forbidden, codeVirus, "", fault.Args{"name": name, "found": last.Found})
	case !last.ok && s.Antivirus != nil:
		return fault.New(fault.Unavailable, codeWaits, "", fault.Args{"name": name})
	}
	return nil
}

// Inspect asks the scanner about bytes that are kept elsewhere, such as an attachment inside a kept mail, before they are read.
// INV-FILE-VIRUS, INV-FILE-WAITS; nil without a scanner.
func (s *Service) Inspect(ctx context.Context, name string, content []byte) error {
	if s.Antivirus == nil {
		return nil
	}
	found, err := s.Antivirus.Scan(ctx, content)
	if err != nil {
		return fault.New(fault.Unavailable, codeWaits, "", fault.Args{"name": name}).Wrap(err)
	}
	return s.judge(scanned{Found: found, ok: true}, name)
}
