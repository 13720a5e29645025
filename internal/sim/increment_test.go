package sim

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

// TestChineseIncrement runs the accountant's table of the Chinese incremental share through a real month: 150万 → 145.5万.
func TestChineseIncrement(t *testing.T) {
	t.Parallel()
	for _, tb := range neutral.Tables(string(testdata(t, "figures.md"))) {
		if tb.Name != "china" {
			continue
		}
		var feed strings.Builder
		feed.WriteString(`{"kind":"source","name":"cn","zone":"Asia/Shanghai","history":true}
{"kind":"entity","code":"CN01","name":"Example China","country":"CN","zone":"Asia/Shanghai","jurisdiction":"none","payoutCurrencies":[{"currencyCode":"CNY"}],"source":"test"}
`)
		for i, row := range tb.Rows {
			m := fmt.Sprintf("C%d", i)
			fee := money.MustParse(tb.Figure(row, "fee %")).Shift(-2)
			fmt.Fprintf(&feed, `{"kind":"merchant","merchantId":%[1]q,"name":"Merchant %[1]s","residence":"CN"}
{"kind":"certification","merchantId":%[1]q,"contractingEntity":"CN01","currencyCode":"CNY","time":"2026-01-01T00:00:00Z"}
{"kind":"product","merchantId":%[1]q,"productId":"P","platformFees":[{"rate":%[3]q,"policy":"cn_increment"}]}
{"kind":"order","orderId":"O-%[1]s","orderType":"NEW","createTime":"20261005100000","merchantId":%[1]q,"buyerInfo":{"customerId":"B"},"orderLine":[{"orderLineId":"O-%[1]s","chargingMode":"ONE_TIME","productInfo":{"productId":"P"},"amount":%[2]q,"currencyCode":"CNY","contractingEntity":"CN01"}]}
{"kind":"payment","orderId":"O-%[1]s","method":"CASH","collectingEntity":"CN01","time":"20261005100100"}
{"kind":"effectiveness","orderId":"O-%[1]s","time":"20261005100200"}
`, m, tb.Figure(row, "sales"), fee.String())
		}
		mo := load(t, []byte(feed.String()), at("2026-11-10T00:00:00Z"))
		mo.run(period.MustMonth("2026-10"))
		for i, row := range tb.Rows {
			var got string
			mo.read(func(tx *pg.Tx) error {
				return tx.QueryRow(context.Background(), `SELECT settlement::text FROM bill_fx WHERE merchant_id = $1`, fmt.Sprintf("C%d", i)).Scan(&got)
			})
			mo.same("china "+tb.Cell(row, "sales"), got, tb.Figure(row, "settlement"))
		}
		mo.verify()
		return
	}
	t.Fatal("no table of the Chinese increment")
}
