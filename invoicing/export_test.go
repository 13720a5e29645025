package invoicing

import (
	"context"
	"encoding/json"

	"suanpan/internal/pg"
	"suanpan/ledger"
)

// WithoutPosting lets acceptances go unposted while fn runs: the same business transactions, without the ledger.
func WithoutPosting(fn func()) {
	through := post
	defer func() { post = through }()
	post = func(_ context.Context, _ *pg.Tx, entries ...ledger.Entry) ([]ledger.Result, error) {
		return make([]ledger.Result, len(entries)), nil
	}
	fn()
}

// Kept is an input after it was written down and read again, as a verdict that is given once more finds it.
func Kept(in Input) (Input, error) {
	positions := make([]int, len(in.Upload.Invoices))
	for n := range positions {
		positions[n] = n
	}
	raw, err := json.Marshal(in.basis(positions))
	if err != nil {
		return in, err
	}
	var b Basis
	if err := json.Unmarshal(raw, &b); err != nil {
		return in, err
	}
	at := map[ListRef]List{}
	for _, l := range in.Lists {
		at[ListRef{l.Requisition, l.Version}] = l
	}
	var lists []List
	for _, r := range b.Lists {
		lists = append(lists, at[r])
	}
	return b.input(in.Merchant.ID, lists, in.Upload.Invoices), nil
}

// InsertScan writes a scanner's answer with whatever rights the transaction has.
var InsertScan = insertScan
