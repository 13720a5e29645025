package main

import (
	"bufio"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
	"suanpan/orders/provisioning"
)

// TestASellerIsCalledByTheProgram lets the program provide a paid order through a seller-stub that runs as a process of its own.
func TestASellerIsCalledByTheProgram(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.New(t)
	b := &bench{t: t, env: []string{"DATABASE_URL=" + pgtest.URL(db), "SUANPAN_KEY=" + strings.Repeat("0a", 32)}}
	b.ok("migrate")
	if err := db.SetDemo(ctx, time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	stub := b.command("seller-stub", "--addr", "127.0.0.1:0", "--fail", "1")
	said, err := stub.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := stub.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	url := regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if err != nil || url == "" {
		t.Fatalf("it says %q %v", line, err)
	}
	lock, err := provisioning.ReadLock(strings.Repeat("0a", 32))
	if err != nil {
		t.Fatal(err)
	}
	svc := &provisioning.Service{Orders: &orders.Service{}, Lock: lock}
	err = db.InTx(ctx, pg.AsMerchant("M1", "seller"), func(tx *pg.Tx) error {
		return svc.Configure(ctx, tx, provisioning.Interface{Merchant: "M1", Delivery: provisioning.SaaS, Address: url, Version: provisioning.V2}, stubKey, true)
	})
	if err != nil {
		t.Fatal(err)
	}
	b.ok("import", b.write("paid.ndjson", `{"kind":"source","name":"test","zone":"UTC"}
{"kind":"merchant","merchantId":"M1","name":"Ipê Sistemas Ltda","residence":"BR"}
{"kind":"product","merchantId":"M1","productId":"P1","platformFees":[{"rate":"0.15","source":"contract"}]}
{"kind":"order","orderId":"CS1","orderType":"NEW","createTime":"20261005073000","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS1-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"1000.00","currencyCode":"BRL"}]}
{"kind":"payment","orderId":"CS1","method":"CASH","collectingEntity":"5861","time":"20261005073500"}
`))
	b.run("tick", "--json").wants(t, 0, `"calls": 1`)
	b.run("clock", "+59m", "--json").wants(t, 0, `"calls": 0`)
	b.run("clock", "+1m", "--json").wants(t, 0, `"calls": 1`)
	b.run("why", "CS1").wants(t, 0, "CS1-1")
	var calls, events int
	err = db.ReadTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error {
		return tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM interface_call WHERE state = 'succeeded' AND made = 2), (SELECT count(*) FROM line_event WHERE kind = 'effective')`).Scan(&calls, &events)
	})
	if err != nil || calls != 1 || events != 1 {
		t.Errorf("%d calls succeeded, %d lines in effect, %v", calls, events, err)
	}
	if err := stub.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = stub.Wait()
	if code := stub.ProcessState.ExitCode(); code != 0 && code != 130 {
		t.Errorf("Ctrl-C ends it with %d", code)
	}
	b.env = append(b.env, "SUANPAN_KEY=short")
	b.run("tick").wants(t, 1, "PROV-LOCK")
	b.run("seller-stub", "--fail", "-1").wants(t, 2, "CLI-VALUE")
}
