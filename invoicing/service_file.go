package invoicing

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// The ways by which files come over the web. Mail is another's word.
const (
	wayPage = "page"
	wayAPI  = "api"
)

// StoreFile keeps a file that came for no requisition that is known. INV-FILE-SIZE over MaxFile.
func (s *Service) StoreFile(ctx context.Context, tx *pg.Tx, merchant, name string, content []byte) (File, error) {
	return s.KeepFile(ctx, tx, merchant, FileUse{Name: name}, content)
}

// KeepFile keeps a file as it came, before anybody reads it, with what it came for: commit it before the file is looked into, so that
// whatever a reader does, the bytes are there. The same bytes are kept once; each further name or requisition adds a use.
// Of the use, the caller gives requisition, name and way. INV-FILE-SIZE over MaxFile.
func (s *Service) KeepFile(ctx context.Context, tx *pg.Tx, merchant string, use FileUse, content []byte) (File, error) {
	if len(content) > MaxFile {
		return File{}, fault.New(fault.TooLarge, codeFileSize, "file", fault.Args{"size": len(content), "max": MaxFile})
	}
	f := newFile(merchant, use.Name, content, tx.Now, tx.Actor.User)
	if err := insertFile(ctx, tx, f); err != nil {
		return f, err
	}
	return f, insertUse(ctx, tx, f, use)
}

// OpenFile gives a stored file by its SHA-256. Merchant may be empty for staff. INV-FILE-VIRUS and INV-FILE-WAITS where it may not be
// handed out.
func (s *Service) OpenFile(ctx context.Context, tx *pg.Tx, merchant, sha string) (File, error) {
	f, ok, err := selectFile(ctx, tx, merchant, sha)
	if err != nil || !ok {
		return File{}, notFoundUnless(err, "file", sha)
	}
	return f, s.allow(ctx, tx, f.Merchant, sha, f.Name)
}

// notFoundUnless is an error that happened, else that there is no such thing.
func notFoundUnless(err error, what, id string) error {
	if err != nil {
		return err
	}
	return notFound(what, web.SafeName(id))
}

// FileUses lists the names under which a file's bytes came and for what, oldest first.
func (s *Service) FileUses(ctx context.Context, tx *pg.Tx, merchant, sha string) ([]FileUse, error) {
	return selectUses(ctx, tx, merchant, sha)
}
