package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"suanpan/internal/pg"
)

const (
	kills       = 20 // of the run
	serverKills = 5  // of the database server, among them
)

// TestARunThatIsKilledEndsInTheSameLedger kills a bill run twenty times from outside, in five of them the database server instead, and lets it go on each
// time. In the end every key, transfer, OccurredAt and Period is that of a run nobody disturbed.
func TestARunThatIsKilledEndsInTheSameLedger(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	calm, wild := onFolder(t), onFolder(t)
	feed := calm.write("month.ndjson", killFeed(2400))
	for _, b := range []*bench{calm, wild} {
		b.ok("migrate")
		b.ok("import", feed)
	}
	calm.ok("settle", "--period", "2026-08", "--chunk", "20")
	wild.imported = strings.Fields(wild.ledger())[0]
	hit := 0
	for hit < kills {
		server := hit%(kills/serverKills) == 2
		if wild.killed(rng, server) {
			hit++
			continue
		}
		t.Fatalf("the run ended after %d kills: it is too short to be killed %d times", hit, kills)
	}
	half := wild.ledger()
	wild.ok("settle", "--period", "2026-08", "--chunk", "20")
	wild.ok("verify")
	want, got := calm.ledger(), wild.ledger()
	t.Logf("after the kills %s, at the end %s", half, got)
	if before := strings.Fields(half)[0]; before == strings.Fields(got)[0] || before == wild.imported {
		t.Fatalf("the kills did not fall inside the run: %s transfers before and after", before)
	}
	if want != got {
		t.Fatalf("the ledgers differ: undisturbed %s, killed %s", want, got)
	}
}

// killed starts a run and kills it, or the server under it, after a moment drawn at random. It says false where the run ended first.
func (b *bench) killed(rng *rand.Rand, server bool) bool {
	b.t.Helper()
	c := b.command("settle", "--period", "2026-08", "--chunk", "20")
	if err := c.Start(); err != nil {
		b.t.Fatal(err)
	}
	time.Sleep(time.Duration(60+rng.IntN(140)) * time.Millisecond) // the point of time is what is tested, not waited for
	if server {
		b.killServer()
	} else {
		_ = c.Process.Signal(syscall.SIGKILL)
	}
	err := c.Wait()
	return err != nil
}

// killServer ends PostgreSQL itself, all its processes at once.
func (b *bench) killServer() {
	b.t.Helper()
	raw, err := os.ReadFile(filepath.Join(b.folder(), "pg", "postmaster.pid"))
	if err != nil {
		matches, _ := filepath.Glob(filepath.Join(b.folder(), "*", "postmaster.pid"))
		if len(matches) == 0 {
			matches, _ = filepath.Glob(filepath.Join(b.folder(), "postmaster.pid"))
		}
		if len(matches) == 0 {
			return // it was not up yet
		}
		if raw, err = os.ReadFile(matches[0]); err != nil {
			return
		}
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(raw), "\n", 2)[0]))
	if err != nil {
		b.t.Fatal(err)
	}
	_ = exec.Command("pkill", "-KILL", "-P", strconv.Itoa(pid)).Run()
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

func (b *bench) folder() string {
	for _, e := range b.env {
		if dir, ok := strings.CutPrefix(e, "SUANPAN_DATA="); ok {
			return dir
		}
	}
	b.t.Fatal("no folder")
	return ""
}

// ledger sums up everything posted: a count and a hash over key, period, moment and transfers.
func (b *bench) ledger() string {
	b.t.Helper()
	ctx := context.Background()
	e, err := pg.StartEmbedded(ctx, b.folder())
	if err != nil {
		b.t.Fatal(err)
	}
	defer e.Release()
	db, err := pg.Open(ctx, e.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	defer db.Close()
	h := sha256.New()
	n := 0
	err = db.ReadTx(ctx, pg.AsAuditor("test"), func(tx *pg.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT concat_ws('|', e.merchant_id, e.key, e.period, e.occurred_at, t.n, t.book, t.currency, t.debit, t.credit, trim_scale(t.amount), t.rate)
			FROM ledger_entry e LEFT JOIN ledger_transfer t USING (merchant_id, entry_id) ORDER BY 1`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			_, _ = h.Write([]byte(line + "\n"))
			n++
		}
		return rows.Err()
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return fmt.Sprintf("%d transfers, %x", n, h.Sum(nil))
}

// killFeed is a month long ago of many merchants with two orders each, so that its run takes many transactions.
func killFeed(merchants int) string {
	var f strings.Builder
	f.WriteString(`{"kind":"source","name":"kill","zone":"UTC","history":true}
{"kind":"entity","code":"X1","name":"Example One","country":"SG","zone":"Asia/Singapore","jurisdiction":"none","payoutCurrencies":[{"currencyCode":"EUR"}],"source":"test"}
{"kind":"exchangeRate","from":"USD","to":"EUR","date":"2026-08-31","rate":"0.8571","source":"test"}
`)
	for m := range merchants {
		fmt.Fprintf(&f, `{"kind":"merchant","merchantId":"K%[1]d","name":"Merchant %[1]d","residence":"SG"}
{"kind":"product","merchantId":"K%[1]d","productId":"P","platformFees":[{"rate":"0.15"}]}
{"kind":"certification","merchantId":"K%[1]d","contractingEntity":"X1","currencyCode":"EUR","time":"2026-01-01T00:00:00Z"}
`, m)
		for o := range 2 {
			id := fmt.Sprintf("O%d-%d", m, o)
			fmt.Fprintf(&f, `{"kind":"order","orderId":%[1]q,"orderType":"NEW","createTime":"20260805100000","merchantId":"K%[2]d","buyerInfo":{"customerId":"B"},"orderLine":[{"orderLineId":%[1]q,"chargingMode":"ONE_TIME","productInfo":{"productId":"P"},"amount":"%[3]d.37","taxAmount":"9.11","currencyCode":"USD","contractingEntity":"X1"}]}
{"kind":"payment","orderId":%[1]q,"method":"CASH","collectingEntity":"X1","time":"20260805100100"}
{"kind":"effectiveness","orderId":%[1]q,"time":"20260805100200"}
`, id, m, 100+m%97)
		}
	}
	return f.String()
}
