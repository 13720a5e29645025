package main

import (
	"context"

	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/notices"
)

// sections part the navigation by what people come for.
var sections = []web.Section{
	{Key: "nav.money", Entries: []string{"nav.home", "m.nav.bills", "m.nav.lists", "m.nav.why", "finance.nav", "ledger.nav"}},
	{Key: "nav.trade", Entries: []string{"orders.nav.mine", "orders.nav", "refunds.nav", "sv.nav", "usage.nav", "usage.nav.all"}},
	{Key: "nav.offer", Entries: []string{"catalog.nav", "catalog.nav.ops", "if.nav"}},
	{Key: "nav.more", Entries: []string{messagesNav, "notices.nav.outbox", "jobs.nav"}},
}

const messagesNav = "notices.nav.messages"

// unread counts the messages that a merchant's users have not read.
func (s *session) unread(ctx context.Context, u *web.User) (map[string]int, error) {
	if u == nil || u.Merchant == "" {
		return nil, nil //nolint:nilnil // nothing waits for others
	}
	var n int
	err := s.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) (err error) {
		n, err = notices.Unread(ctx, tx, u.Merchant)
		return err
	})
	return map[string]int{messagesNav: n}, err
}
