package settlement_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
	"suanpan/settlement"
)

// TestAMerchantWhoseBillCannotBeMadeIsSetAside: its orders add up to more than the books can hold. The others are billed all the same, before and after
// it, and the run goes on with it when it is called again.
func TestAMerchantWhoseBillCannotBeMadeIsSetAside(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db, _ := pgtest.NewAt(t, time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))
	svc := &settlement.Service{DB: db, Orders: &orders.Service{}}
	var feed strings.Builder
	feed.WriteString(`{"kind":"source","name":"test","zone":"UTC","history":true}
{"kind":"entity","code":"X1","name":"Test","country":"SG","zone":"Asia/Singapore","jurisdiction":"none","payoutCurrencies":[{"currencyCode":"USD"}],"source":"test"}
`)
	n := 0
	order := func(merchant, amount string) {
		n++
		fmt.Fprintf(&feed, `{"kind":"order","orderId":"O%d","orderType":"NEW","createTime":"20261005130000","merchantId":%q,"buyerInfo":{"customerId":"C"},"orderLine":[{"orderLineId":"L%d","chargingMode":"PERIOD","periodType":"year","periodNumber":1,"productInfo":{"productId":"P"},"amount":%q,"currencyCode":"USD","contractingEntity":"X1"}]}
{"kind":"payment","orderId":"O%d","method":"CASH","collectingEntity":"X1","time":"20261005130500","amount":%q}
{"kind":"effectiveness","orderId":"O%d","time":"20261005130600"}
`, n, merchant, n, amount, n, amount, n)
	}
	for _, m := range []string{"A", "B", "C"} {
		fmt.Fprintf(&feed, `{"kind":"merchant","merchantId":%q,"name":"Merchant %s","residence":"SG"}
{"kind":"product","merchantId":%q,"productId":"P","platformFees":[{"rate":"0"}]}
{"kind":"certification","merchantId":%q,"contractingEntity":"X1","time":"2026-01-01T00:00:00Z","currencyCode":"USD","accountName":"Merchant %s","accountNo":"1","bankName":"Bank","swiftCode":"DBSSSGSG"}
`, m, m, m, m, m)
	}
	order("A", "10.00")
	for range 12 {
		order("B", "999999999999999999.99")
	}
	order("C", "20.00")
	rep, err := svc.Orders.Import(ctx, db, "test", strings.NewReader(feed.String()), orders.Options{})
	if err != nil || len(rep.Faults) > 0 {
		t.Fatal(err, rep.Faults)
	}
	for range 2 {
		res, err := svc.Run(ctx, period.MustMonth("2026-10"), settlement.RunOptions{User: "run"})
		if !fault.Has(err, "LEDGER-TOO-MUCH") {
			t.Fatalf("%v", err)
		}
		if len(res.Entities) != 1 || res.Entities[0].Merchants != 2 || len(res.Entities[0].Aside) == 0 {
			t.Errorf("%+v", res.Entities)
		}
	}
	var billed string
	if err := db.InTx(ctx, pg.AsStaff("ana"), func(tx *pg.Tx) error {
		return tx.QueryRow(ctx, `SELECT string_agg(merchant_id, ' ' ORDER BY merchant_id) FROM bill`).Scan(&billed)
	}); err != nil || billed != "A C" {
		t.Errorf("billed %q %v", billed, err)
	}
}
