package statement

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"suanpan/internal/pg"
	"suanpan/orders"
)

// TestAnOpeningOfEveryControlledAccountTies: what stood on an account when the books moved here is a record like any other, to verify and to the
// workbook.
func TestAnOpeningOfEveryControlledAccountTies(t *testing.T) {
	t.Parallel()
	for account, kind := range tieKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := imported(t)
			var feed strings.Builder
			feed.WriteString(`{"kind":"source","name":"test","zone":"Asia/Shanghai","history":true}` + "\n")
			for i, side := range []string{"credit", "debit"} { // 70 owed less 20
				fmt.Fprintf(&feed, `{"kind":"opening","openingId":"OP-%d","contractingEntity":"5861","merchantId":"M1","account":"%s","side":"%s","amount":"%d.00","currencyCode":"BRL","time":"20260901120000"}`+"\n",
					i, account, side, 70-50*i)
			}
			before := w.tie(kind)
			rep, err := (&orders.Service{}).Import(context.Background(), w.db, "test", bytes.NewReader([]byte(feed.String())), orders.Options{})
			if err != nil {
				t.Fatal(err, rep.Faults)
			}
			after := w.tie(kind)
			same(t, "the records", after.Records.Sub(before.Records), "50")
			same(t, "the ledger", after.Ledger.Sub(before.Ledger), "50")
			same(t, "the difference", after.Difference(), "0")
			w.read(func(ctx context.Context, tx *pg.Tx) error {
				_, err := w.svc.Settlement.Verify(ctx, tx)
				return err
			})
		})
	}
}

// tie is the workbook's line of a kind for the Brazilian book in its currency; nothing where it has none.
func (w *world) tie(kind string) Tie {
	w.t.Helper()
	for _, x := range w.finance(october).Ties {
		if x.Kind == kind && x.Book == "5861" && x.Currency == "BRL" {
			return x
		}
	}
	return Tie{}
}
