package invoicing

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// ScanFiles has stored files looked at for viruses, those that have no answer yet, and says of each that may not be read why:
// INV-FILE-VIRUS, INV-FILE-WAITS. Without a scanner it asks nobody. No transaction is open while the scanner works, since it may
// take as long as it likes; an answer is written under the program's own name, which no session of a merchant can do.
func (s *Service) ScanFiles(ctx context.Context, db *pg.DB, merchant string, shas ...string) error {
	var fs fault.Faults
	for _, sha := range shas {
		_, err := s.scanOne(ctx, db, merchant, sha)
		if bad := fault.All(err); len(bad) > 0 {
			fs = append(fs, bad...)
		} else if err != nil {
			return err
		}
	}
	return fs.Err()
}

// scanOne answers true where the scanner was asked in vain.
func (s *Service) scanOne(ctx context.Context, db *pg.DB, merchant, sha string) (silent bool, err error) {
	var f File
	var last scanned
	err = db.ReadTx(ctx, pg.AsBatch("scan"), func(tx *pg.Tx) error {
		var ok bool
		if f, ok, err = selectFile(ctx, tx, merchant, sha); err != nil || !ok {
			return notFoundUnless(err, "file", sha)
		}
		last, err = selectScanned(ctx, tx, merchant, sha)
		return err
	})
	if err != nil || last.ok || s.Antivirus == nil {
		if err == nil {
			err = s.judge(last, f.Name)
		}
		return false, err
	}
	found, err := s.Antivirus.Scan(ctx, f.Content)
	if err != nil {
		if ctx.Err() != nil {
			return true, ctx.Err()
		}
		return true, fault.New(fault.Unavailable, codeWaits, "", fault.Args{"name": f.Name}).Wrap(err)
	}
	last = scanned{Found: found, ok: true}
	if err := db.InTx(ctx, pg.AsBatch("scan"), func(tx *pg.Tx) error { return insertScan(ctx, tx, merchant, sha, found) }); err != nil {
		return false, err
	}
	return false, s.judge(last, f.Name)
}

// scanBatch is how many waiting files are looked up at a time, scanGiveUp after how many without an answer the scanner counts as down.
const (
	scanBatch  = 50
	scanGiveUp = 3
)

// ScanWaiting asks about files that wait for the scanner, oldest first, until enough says so: those that came while it was down, and
// those that were there before it. More is true where others are left. INV-FILE-WAITS where the scanner is down.
func (s *Service) ScanWaiting(ctx context.Context, db *pg.DB, enough func() bool) (more bool, err error) {
	if s.Antivirus == nil {
		return false, nil
	}
	var after fileRef
	for silent := 0; ; {
		var waiting []fileRef
		err := db.ReadTx(ctx, pg.AsBatch("scan"), func(tx *pg.Tx) (err error) {
			waiting, err = selectUnscanned(ctx, tx, after, scanBatch)
			return err
		})
		if err != nil || len(waiting) == 0 {
			return false, err
		}
		for _, w := range waiting {
			if enough() {
				return true, nil
			}
			after = w
			none, err := s.scanOne(ctx, db, w.Merchant, w.SHA256)
			if len(fault.All(err)) == 0 && err != nil {
				return true, err
			}
			if none {
				silent++
			}
			if silent >= scanGiveUp {
				return false, err
			}
		}
	}
}
