package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"strings"
	"testing"

	"suanpan/internal/fault"
)

// month is a small feed of the past: a merchant, two orders that are billed and one that was never paid.
const month = `{"kind":"source","name":"test","zone":"Asia/Shanghai","history":true}
{"kind":"merchant","merchantId":"M1","name":"Ipê Sistemas Ltda","residence":"BR"}
{"kind":"product","merchantId":"M1","productId":"P1","platformFees":[{"rate":"0.15","source":"contract"}]}
{"kind":"certification","merchantId":"M1","contractingEntity":"5861","currencyCode":"BRL","accountName":"Ipê Sistemas Ltda","time":"20240302120000"}
{"kind":"order","orderId":"CS1","orderType":"NEW","createTime":"20241005130000","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS1-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"1000.00","currencyCode":"BRL"}]}
{"kind":"payment","orderId":"CS1","method":"CASH","collectingEntity":"5861","time":"20241005130500"}
{"kind":"effectiveness","orderId":"CS1","time":"20241005130600"}
{"kind":"order","orderId":"CS2","orderType":"NEW","createTime":"20241006130000","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS2-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"50.00","currencyCode":"BRL"}]}
`

const badLine = `{"kind":"payment","orderId":"CS9","method":"CASH","collectingEntity":"5861","time":"20241005130500"}` + "\n"

func TestImport(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	good := b.write("good.ndjson", month)
	t.Run("a dry run keeps nothing", func(t *testing.T) {
		b.run("import", good, "--dry-run").wants(t, 0, "7 new", "Dry run")
		b.run("why", "CS1").wants(t, 1, "WHY-UNKNOWN")
	})
	t.Run("a file with one bad line is refused whole, by number, code and path", func(t *testing.T) {
		bad := b.write("bad.ndjson", month+badLine)
		b.run("import", bad).wants(t, 1, "bad.ndjson line 9 FEED-UNKNOWN-ORDER orderId: Order CS9 was never received", "FEED-REFUSED")
		b.run("why", "CS1").wants(t, 1, "WHY-UNKNOWN")
		var got struct {
			Files []struct {
				Loaded bool
				Lines  []struct {
					Line   int
					Faults []faultJSON
				}
			}
		}
		if code := b.json(&got, "import", bad); code != 1 || len(got.Files) != 1 || got.Files[0].Loaded || len(got.Files[0].Lines) != 1 ||
			got.Files[0].Lines[0].Line != 9 || got.Files[0].Lines[0].Faults[0].Code != "FEED-UNKNOWN-ORDER" || got.Files[0].Lines[0].Faults[0].Path != "orderId" {
			t.Errorf("%d %+v", code, got)
		}
	})
	t.Run("the reader's language is spoken", func(t *testing.T) {
		zh := &bench{t: t, env: append([]string{"LANG=zh_CN.UTF-8"}, b.env...)}
		zh.run("import", b.write("bad.ndjson", month+badLine)).wants(t, 1, "第 9 行", "从未收到订单 CS9")
		b.run("import", "nowhere", "--lang", "pt").wants(t, 2, "CLI-FILE nowhere: O arquivo não pode ser aberto")
	})
	t.Run("keep-going loads the good lines and writes the others as they came", func(t *testing.T) {
		b := onDatabase(t)
		rejects := b.write("rejects", "")
		b.run("import", b.write("bad.ndjson", month+badLine), "--keep-going", "--rejects", rejects).wants(t, 1, "1 refused")
		if got, err := os.ReadFile(rejects); err != nil || string(got) != badLine {
			t.Errorf("rejects: %q %v", got, err)
		}
		b.run("why", "CS1").wants(t, 0, "CS1-1")
		b.run("import", "-", "--rejects", rejects).wants(t, 2, "CLI-USAGE")
	})
	t.Run("gzip on standard input loads, and again changes nothing", func(t *testing.T) {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, _ = w.Write([]byte(month))
		_ = w.Close()
		b.feed(z.String(), "import", "-").wants(t, 0, "7 facts", "7 new", "order", "2")
		b.run("import", good).wants(t, 0, "0 new", "7 known already")
		b.run("import", b.write("other.ndjson", strings.Replace(month, `"1000.00"`, `"1000.01"`, 1))).wants(t, 1, "FEED-CHANGED")
		b.feed("\x1f\x8bnothing packed", "import", "-").wants(t, 2, "FEED-GZIP")
		b.feed(z.String()[:z.Len()/2], "import", "-").wants(t, 2, "FEED-READ")
	})
}

func TestSettle(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	b.ok("import", b.write("month.ndjson", month))
	type result struct{ Entities []monthRow }
	of := func(r result) monthRow {
		for _, e := range r.Entities {
			if e.Entity == "5861" {
				return e
			}
		}
		t.Fatalf("%+v", r)
		return monthRow{}
	}
	t.Run("a month whose run day has not come waits", func(t *testing.T) {
		b.run("settle", "--period", "2150-01").wants(t, 3, "CLI-EARLY")
	})
	t.Run("a dry run keeps nothing", func(t *testing.T) {
		var r result
		if code := b.json(&r, "settle", "--period", "2024-10", "--dry-run"); code != 0 || of(r).Lines != 1 || of(r).Fresh != 1 || of(r).Held != 1 || of(r).Why["PAYMENT_NOT_COMPLETED"] != 1 {
			t.Errorf("%d %+v", code, r)
		}
		b.run("why", "CS1").wants(t, 0, "earliest run")
	})
	t.Run("what is billed and what is held is told with its reasons, and a second run adds nothing", func(t *testing.T) {
		for fresh := range 2 {
			var r result
			code := b.json(&r, "settle", "--period", "2024-10")
			e := of(r)
			if code != 0 || e.Lines != 1 || e.Held != 1 || e.Why["PAYMENT_NOT_COMPLETED"] != 1 || e.Lists != 1 || e.Fresh != 1-fresh || e.Amounts["BRL"].String() != "850" {
				t.Errorf("run %d: %d %+v", fresh+1, code, e)
			}
		}
		b.run("settle", "--period", "2024-10", "--entity", "5861").wants(t, 0, "BRL 850.00", "PAYMENT_NOT_COMPLETED 1")
		b.run("settle", "--period", "2024-10", "--entity", "9999").wants(t, 1, "SET-ENTITY")
	})
	t.Run("why tells the bill, the reasons, and an id that never came", func(t *testing.T) {
		b.run("why", "CS1-1").wants(t, 0, "on bill 5861-202410-M1-BRL")
		b.run("why", "CS2").wants(t, 0, "unknown until", "PAYMENT_NOT_COMPLETED since", "lifted by customer")
		b.run("why", "CS77").wants(t, 1, "WHY-UNKNOWN")
	})
	t.Run("a merchant without a month is asked for one, and told which have lines", func(t *testing.T) {
		b.run("why", "M1").wants(t, 1, "WHY-MERCHANT", "--period", "2024-10")
		b.run("why", "M1", "--period", "2024-03").wants(t, 1, "WHY-MERCHANT", "2024-10")
		b.run("why", "M1", "--period", "2024-10").wants(t, 0, "CS1-1", "CS2-1")
	})
	t.Run("a currency in which nothing can be netted is refused", func(t *testing.T) {
		b.run("net", "--period", "2024-10", "--post", "ZZZ").wants(t, 1, "NET-CURRENCY", "ZZZ")
		b.run("net", "--period", "2024-10", "--post", "USD").wants(t, 1, "NET-NOTHING", "USD")
	})
	t.Run("a bill is withdrawn with a reason and made again", func(t *testing.T) {
		b.run("unsettle", "5861-202410-M1-BRL").wants(t, 2, "reason")
		b.run("unsettle", "5861-202410-M1-BRL", "--reason", "the rate was typed wrong").wants(t, 0)
		b.run("settle", "--period", "2024-10").wants(t, 0, "BRL 850.00")
	})
	t.Run("who approves does not pay", func(t *testing.T) {
		b.run("approve", "--as", "ana", "--period", "2024-10").wants(t, 0, "REQ-5861-202410-M1")
		b.run("unsettle", "5861-202410-M1-BRL", "--reason", "too late for that").wants(t, 1, "SET-UNSETTLE")
		b.run("approve", "--as", "ana", "--requisition", "REQ-5861-202410-M1").wants(t, 1, "REQ-STATE")
		b.run("pay", "--as", "ana", "REQ-5861-202410-M1", "--value-date", "soon").wants(t, 2, "CLI-VALUE")
	})
	t.Run("the books prove themselves, and a changed amount does not pass", func(t *testing.T) {
		b.run("verify").wants(t, 0, "The ledger is right")
		tamper(t, b.env[0][len("DATABASE_URL="):])
		b.run("verify").wants(t, 1, "LEDGER-VERIFY")
	})
}

func TestACorrectionOfABilledOrderIsALineOfTheNextBill(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	b.ok("import", b.write("month.ndjson", month))
	b.ok("settle", "--period", "2024-10")
	lines := strings.Split(month, "\n")
	b.ok("import", b.write("late.ndjson", lines[0]+"\n"+`{"kind":"correction","correctionId":"CR-1","reason":"the price was wrong","time":"20241112100000","fact":`+
		strings.Replace(lines[4], `"1000.00"`, `"1100.00"`, 1)+"}\n"))
	b.run("settle", "--period", "2024-11").wants(t, 0, "BRL 85.00")
	b.run("settle", "--period", "2024-10").wants(t, 0, "BRL 850.00")
	b.run("verify").wants(t, 0, "The ledger is right")
}

func TestOffice(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	b.ok("import", b.write("month.ndjson", month))
	t.Run("the clock of real time is shown and never moved", func(t *testing.T) {
		b.run("clock").wants(t, 0, "keeps real time")
		b.run("clock", "+3d").wants(t, 1, "PG-NOT-DEMO")
		b.run("clock", "tomorrow").wants(t, 2, "CLI-VALUE")
	})
	t.Run("a journal is posted by a second person alone", func(t *testing.T) {
		j := b.write("j.json", `{"id":"J-1","book":"5861","period":"2024-10","occurredAt":"2024-10-31T12:00:00Z","reason":"bank charge of October",
			"transfers":[{"book":"5861","currency":"BRL","debit":"customer_clearing","credit":"bank","amount":"12.50"}]}`)
		stranger := b.write("m9.json", `{"id":"J-9","book":"5861","merchant":"M9","period":"2024-10","occurredAt":"2024-10-31T12:00:00Z","reason":"bank charge of October",
			"transfers":[{"currency":"BRL","debit":"customer_clearing","credit":"bank","amount":"12.505"}]}`)
		b.run("journal", "propose", "--as", "ana", stranger).wants(t, 1, "LEDGER-MERCHANT", "M9", "JOURNAL-MINOR-UNIT")
		kept := b.write("kept.json", `{"id":"J-8","book":"5861","period":"2024-10","occurredAt":"2024-10-31T12:00:00Z","reason":"bank charge of October",
			"transfers":[{"currency":"BRL","debit":"merchant_payable","credit":"bank","amount":"12.50"},{"currency":"BRL","debit":"adjustments","credit":"bank","amount":"1e3"}]}`)
		b.run("journal", "propose", "--as", "ana", kept).wants(t, 1, "LEDGER-KEPT", "LEDGER-AMOUNT-FORM")
		b.run("journal", "propose", "--as", "ana", j).wants(t, 0, "second person")
		b.run("journal", "approve", "--as", "ana", "J-1").wants(t, 1, "JOURNAL-SAME-PERSON")
		b.run("journal", "approve", "--as", "li", "J-1").wants(t, 0, "approved")
		b.run("journal", "list").wants(t, 0, "J-1", "ana", "li")
	})
	t.Run("a user's password comes from standard input or is shown once", func(t *testing.T) {
		b.feed("a long enough word\n", "user", "add", "ana", "--name", "Ana", "--duty", "finance_review", "--password-stdin").wants(t, 0, "ana may log in")
		b.run("user", "add", "li", "--name", "Li", "--duty", "finance_pay").wants(t, 0, "Password")
		b.run("user", "add", "m1", "--name", "M", "--duty", "merchant").wants(t, 1, "USER-MERCHANT")
	})
	t.Run("what is due is done", func(t *testing.T) {
		b.run("tick").wants(t, 0, "Done what is due")
		b.run("net", "--period", "2024-10").wants(t, 0)
		b.run("export", "--period", "2024-10", "--out", t.TempDir()).wants(t, 0, "files in")
	})
	t.Run("rules are listed, and tried on what was", func(t *testing.T) {
		b.run("rules", "cl", "--lang", "pt").wants(t, 0, "CL-8-DAYS", "alerta o financeiro", "lei: Law 19.983")
		b.run("rules", "xx").wants(t, 2, "CLI-VALUE", "BR CL HK")
		b.run("rules", "diff", "2024-10-31", "soon").wants(t, 2, "CLI-VALUE")
		b.run("rules", "diff", "2024-10-31", "2024-12-31", "--period", "2024-10", "--entity", "5861").wants(t, 0, "0 verdicts judged under both days; 0 differ")
		b.run("rules", "replay", "--period", "October").wants(t, 2, "CLI-VALUE")
		b.run("rules", "replay").wants(t, 0, "0 verdicts judged again")
	})
	t.Run("wrong usage ends with 2, a lost database with 70", func(t *testing.T) {
		b.run("foo").wants(t, 2, "CLI-USAGE")
		b.run("settle").wants(t, 2, "period")
		b.run("migrate", "--database", "nonsense://").wants(t, 2, "PG-URL")
		b.run("migrate", "--database", "postgres://x:y@127.0.0.1:1/z?connect_timeout=2").wants(t, 70, "PG-DOWN")
		var got struct{ Faults []faultJSON }
		if code := b.json(&got, "why", "CS77"); code != 1 || len(got.Faults) != 1 || got.Faults[0].Code != "WHY-UNKNOWN" || got.Faults[0].Kind != fault.NotFound {
			t.Errorf("%d %+v", code, got)
		}
	})
}

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	m := &Main{Env: func(string) string { return "" }}
	for _, c := range m.root().Commands() {
		if c.Hidden {
			continue
		}
		if c.Short == "" || (c.RunE == nil && c.Run == nil) || (c.Long == "" && c.Name() != "version" && c.Name() != "user") {
			t.Errorf("%s says too little of itself", c.Name())
		}
	}
	for key, w := range words {
		for i, s := range w {
			if s == "" || strings.Count(s, "{") != strings.Count(w[0], "{") {
				t.Errorf("the words %q lack something in %s", key, fault.Langs[i])
			}
		}
	}
}

// TestWhoDecidesAboutMoneyIsWhoMay: where there are users, the command line knows them by their log-in however it is typed, and asks their duties.
func TestWhoDecidesAboutMoneyIsWhoMay(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	b.run("approve", "--as", "anybody", "--period", "2024-10").wants(t, 0) // no users yet: nobody can be told from anybody
	for login, duty := range map[string]string{"ana": "finance_review", "mei": "finance_pay"} {
		b.feed("a long password of mine\n", "user", "add", login, "--name", login, "--duty", duty).wants(t, 0)
	}
	b.run("approve", "--as", " ANA ", "--period", "2024-10").wants(t, 0)
	b.run("approve", "--as", "mei", "--period", "2024-10").wants(t, 1, "CLI-DUTY")
	b.run("approve", "--as", "stranger", "--period", "2024-10").wants(t, 1, "CLI-DUTY")
	b.run("pay", "--as", "ana", "REQ-1", "--value-date", "2024-11-20").wants(t, 1, "CLI-DUTY")
	b.run("net", "--as", "ana", "--period", "2024-10", "--post", "USD").wants(t, 1, "CLI-DUTY")
	b.run("net", "--as", "ana", "--period", "2024-10").wants(t, 0)
}
