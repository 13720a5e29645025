package notices

import (
	"context"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Notice is one thing to be told.
type Notice struct {
	Key      string            // of its cause, made of numbers of the field: list.issued/REQ1/2. The same key is told once
	Type     string            // one of Types
	Merchant string            // whom it concerns, and who is told unless Duty says staff
	Duty     string            // staff with this duty are told instead, such as finance_review
	Args     map[string]string // what fills the words; never personal data

	ToldAt   time.Time // business time; Tell takes it from the transaction
	ReadAt   *time.Time
	Receiver string // for this receiver alone; empty: all who want the type
}

// Tell tells a notice in the transaction of its cause: what is rolled back is not told. A notice whose key stands is not told again, whatever its
// args. It works under every role that may cause something.
func Tell(ctx context.Context, tx *pg.Tx, n Notice) error {
	if _, known := TypeOf(n.Type); !known {
		return fault.New(fault.Internal, "NOTICE-TYPE", n.Key, fault.Args{"type": n.Type})
	}
	if n.Key == "" || n.Merchant == "" && n.Duty == "" {
		return fault.New(fault.Internal, "NOTICE-KEY", n.Key)
	}
	if n.Args == nil {
		n.Args = map[string]string{}
	}
	return insertNotice(ctx, tx, n)
}

// Unread counts what a merchant has not read yet.
func Unread(ctx context.Context, tx *pg.Tx, merchant string) (int, error) {
	return countUnread(ctx, tx, merchant)
}

// Messages are a merchant's notices, the latest first.
func Messages(ctx context.Context, tx *pg.Tx, merchant string, limit, offset int) ([]Notice, error) {
	return selectNotices(ctx, tx, merchant, limit, offset)
}

// MarkRead notes that a merchant has seen everything told until now.
func MarkRead(ctx context.Context, tx *pg.Tx, merchant string) error {
	return markRead(ctx, tx, merchant)
}
