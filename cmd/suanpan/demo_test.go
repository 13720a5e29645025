package main

import (
	"bufio"
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"suanpan/cmd/suanpan/demo"
	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

// tamper changes an amount in the ledger behind everybody's back, as only the owner of the tables could.
func tamper(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	tag, err := conn.Exec(t.Context(), `UPDATE `+"ledger"+`_transfer SET amount = amount + 1`)
	if err != nil || tag.RowsAffected() == 0 {
		t.Fatal(tag, err)
	}
}

func TestDemoIsTheSameForTheSameSeed(t *testing.T) {
	t.Parallel()
	results := [2]made{}
	tmp := t.TempDir()
	t.Run("twice", func(t *testing.T) {
		for i, name := range []string{"one", "two"} {
			dir := filepath.Join(tmp, name)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := onFolder(t)
				a := b.ok("demo", "--once", "--seed", "7", "--out", dir)
				b.run("--demo", "verify").wants(t, 0, "The ledger is right")
				results[i] = made{dir, strings.ReplaceAll(a.out, dir, "")}
				if name == "one" {
					tryCheck(t, b, dir)
					tryDrafts(t, b, dir)
					trySamples(t, b, dir)
					b.run("why", "CS1").wants(t, 70, "PG-SCHEMA", "add --demo")
					tryReadme(t, b, dir)
				}
			})
		}
	})
	if !t.Failed() {
		compare(t, results[0], results[1])
	}
}

// made is what one run of the demo left: its documents, and what it said.
type made struct{ dir, out string }

func compare(t *testing.T, x, y made) {
	t.Helper()
	if x.out != y.out {
		t.Errorf("the tables differ:\n%s\n%s", x.out, y.out)
	}
	files := 0
	err := filepath.WalkDir(x.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		name, _ := filepath.Rel(x.dir, path)
		p, err1 := os.ReadFile(path)
		q, err2 := os.ReadFile(filepath.Join(y.dir, name))
		if err1 != nil || err2 != nil || string(p) != string(q) {
			t.Errorf("%s is not the same: %v %v", name, err1, err2)
		}
		return nil
	})
	if err != nil || files < 50 {
		t.Fatal(files, err)
	}
}

// tryCheck judges the invoice that the demo wrote for a list nobody answered: right, without its list, a part, broken.
func tryCheck(t *testing.T, b *bench, dir string) {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(dir, "samples", "invoice-*.xml"))
	if len(found) == 0 {
		t.Fatal("no sample invoice was written")
	}
	no := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), "invoice-"), ".xml")
	check := func(more ...string) answer {
		return b.run(append([]string{"--demo", "check", "--requisition", no, "--list", filepath.Join(dir, "lists", no+".json")}, more...)...)
	}
	check(found[0]).wants(t, 0, "Accepted")
	b.run("--demo", "check", "--requisition", no, found[0]).wants(t, 1, "INV-LIST-ATTACHED", "--list FILE")
	check(filepath.Join(dir, "bills-2026-10.csv")).wants(t, 2, "EINV-")
	check(filepath.Join(dir, "nowhere.xml")).wants(t, 2, "CLI-FILE")
	whole, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(whole), "PayableAmount currencyID=")
	total := string(whole)[at+len(`PayableAmount currencyID="BRL">`):]
	total = total[:strings.Index(total, "<")]
	part := b.write("part.xml", strings.ReplaceAll(string(whole), ">"+total+"<", ">1<"))
	check(part, "--more-follows").wants(t, 3, "INV-INCOMPLETE")
	check(part).wants(t, 1, "INV-TOTAL")
}

// trySamples judges what each merchant that can log in finds to upload: its list is open, takes the one and refuses the other.
func trySamples(t *testing.T, b *bench, dir string) {
	t.Helper()
	merchants := 0
	for _, u := range demo.Users() {
		if u.Merchant == "" {
			continue
		}
		merchants++
		good, err := os.ReadFile(filepath.Join(dir, "samples", u.Login+"-accepted.xml"))
		no := regexp.MustCompile(`REQ-[0-9A-Z-]+`).FindString(string(good))
		if err != nil || no == "" {
			t.Errorf("%s has no sample to upload: %v", u.Login, err)
			continue
		}
		check := func(kind string) answer {
			return b.run("--demo", "check", "--requisition", no, "--list", filepath.Join(dir, "lists", no+".json"), filepath.Join(dir, "samples", u.Login+"-"+kind+".xml"))
		}
		check("accepted").wants(t, 0, "Accepted")
		check("refused").wants(t, 1, "INV-TOTAL")
	}
	if merchants == 0 {
		t.Error("no merchant can log in")
	}
}

// addressSaid reads what a program says until it names its console's address, and gives both.
func addressSaid(t *testing.T, said io.Reader) (url, before string) {
	t.Helper()
	for lines := bufio.NewScanner(said); lines.Scan(); {
		before += lines.Text() + "\n"
		if _, after, ok := strings.Cut(lines.Text(), "http://"); ok {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return "http://" + strings.FieldsFunc(after, func(r rune) bool { return r == ';' || r == ' ' })[0], before
		}
	}
	t.Fatal("no address was printed:", before)
	return "", ""
}

// samplesNamed looks for each merchant's files in the table of log-ins.
func samplesNamed(t *testing.T, table, out string) {
	t.Helper()
	for _, u := range demo.Users() {
		for _, kind := range []string{"accepted", "refused"} {
			if sample := filepath.Join(out, "samples", u.Login+"-"+kind+".xml"); u.Merchant != "" && !strings.Contains(table, sample) {
				t.Errorf("the table does not name %s:\n%s", sample, table)
			}
		}
	}
}

// everybodyGetsIn logs every demo user in; one of the merchants takes its list along.
func everybodyGetsIn(t *testing.T, url string) {
	t.Helper()
	for _, u := range demo.Users() {
		jar, _ := cookiejar.New(nil)
		c := &http.Client{Jar: jar}
		_, form := fetch(t, c, http.MethodGet, url+"/login", "")
		token := regexp.MustCompile(`name="_csrf" value="([^"]+)"`).FindStringSubmatch(form)
		if token == nil {
			t.Fatal("the form has no token:", form)
		}
		code, body := fetch(t, c, http.MethodPost, url+"/login", "_csrf="+neturl.QueryEscape(token[1])+"&login="+u.Login+"&password="+demo.Password)
		if code != http.StatusOK || !strings.Contains(body, u.Name) {
			t.Errorf("%s gets %d", u.Login, code)
		}
		if u.Merchant == "DEMO-BR-01" {
			code, body = fetch(t, c, http.MethodGet, url+"/requisitions/REQ-5861-202610-DEMO-BR-01/list.pdf", "")
			if code != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
				t.Errorf("the list as PDF: %d", code)
			}
		}
	}
}

func TestDemoServesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	b := onFolder(t)
	out := t.TempDir()
	c := b.command("demo", "--out", out, "--addr", "127.0.0.1:0")
	said, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	url, table := addressSaid(t, said)
	samplesNamed(t, table, out)
	page := func() string { return get(t, url+"/login") }
	t.Run("every page says that it is a demo, and when", func(t *testing.T) {
		if s := page(); !strings.Contains(s, "DEMO") || !strings.Contains(s, "2026-11-09") {
			t.Error(s)
		}
	})
	t.Run("everybody gets in and is led to a page of their own", func(t *testing.T) {
		everybodyGetsIn(t, url)
	})
	t.Run("the clock is moved from another command, and what became due is done", func(t *testing.T) {
		b.run("clock", "+7d").wants(t, 0, "2026-11-16")
		if s := page(); !strings.Contains(s, "2026-11-16") {
			t.Error("the page does not follow the clock")
		}
		b.run("clock", "2026-11-10").wants(t, 1, "PG-CLOCK-BACK")
	})
	t.Run("a demo in use is not thrown away", func(t *testing.T) {
		b.run("demo", "--once", "--fresh", "--out", out).wants(t, 1, "DEMO-BUSY")
	})
	t.Run("starting again goes on with what stands, of the same seed only", func(t *testing.T) {
		before := b.ok("--demo", "verify", "--json").out
		b.run("demo", "--once", "--out", out).wants(t, 0)
		if after := b.ok("--demo", "verify", "--json").out; after != before {
			t.Errorf("it loaded something again: %s then %s", before, after)
		}
		b.run("demo", "--once", "--seed", "2", "--out", out).wants(t, 1, "DEMO-SEED")
	})
	t.Run("Ctrl-C stops it cleanly and gives the server back", func(t *testing.T) {
		if err := c.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			t.Error("it did not end cleanly:", err)
		}
		waitFor(t, "the server to stop", func() bool {
			_, err := os.Stat(filepath.Join(b.env[0][len("SUANPAN_DATA="):], "demo", "server.json"))
			return os.IsNotExist(err)
		})
	})
	t.Run("a fresh one forgets the old", func(t *testing.T) {
		b.run("demo", "--once", "--fresh", "--seed", "2", "--out", out).wants(t, 0, "DEMO")
		b.run("clock").wants(t, 0, "2026-11-09")
	})
}

// fetch asks as a browser does, and follows where it is led.
func fetch(t *testing.T, c *http.Client, method, url, form string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "text/html")
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, html.UnescapeString(string(body))
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.StatusCode, err)
	}
	return string(body)
}

func TestARealDatabaseIsNeverMadeADemo(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	b.ok("import", b.write("month.ndjson", month))
	b.run("demo", "--once", "--out", t.TempDir()).wants(t, 1, "DEMO-NOT-EMPTY")
	b.run("demo", "--once", "--fresh", "--out", t.TempDir()).wants(t, 1, "DEMO-FRESH")
	b.run("clock", "+1d").wants(t, 1, "PG-NOT-DEMO")
}

func TestAnEmptyInstallationHoldsNoDemoValue(t *testing.T) {
	t.Parallel()
	b := onDatabase(t)
	conn, err := pgx.Connect(t.Context(), b.env[0][len("DATABASE_URL="):])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(t.Context(), `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		t.Fatal(tables, err)
	}
	var all strings.Builder
	for _, name := range tables {
		var text *string
		if err := conn.QueryRow(t.Context(), `SELECT string_agg(x::text, E'\n') FROM `+name+` x`).Scan(&text); err != nil {
			t.Fatal(err)
		}
		if text != nil {
			all.WriteString(*text)
		}
	}
	if !strings.Contains(all.String(), "5861") {
		t.Fatal("the dump holds nothing: the check sees nothing")
	}
	for _, v := range demo.Values() {
		if strings.Contains(all.String(), v) {
			t.Errorf("%q stands in an empty installation", v)
		}
	}
}

func TestEverySeedIsAMonthThatLoads(t *testing.T) {
	t.Parallel()
	for seed := int64(1); seed <= 6; seed++ {
		db, _ := pgtest.NewAt(t, demo.RunAt)
		err := db.InTx(t.Context(), pg.AsBatch("test"), func(tx *pg.Tx) error { return entities.SeedKnown(t.Context(), tx) })
		if err == nil {
			err = backdateDemo(t.Context(), db)
		}
		if err != nil {
			t.Fatal(err)
		}
		var a, b strings.Builder
		if err := demo.Feed(&a, seed); err != nil {
			t.Fatal(err)
		}
		_ = demo.Feed(&b, seed)
		if a.String() != b.String() {
			t.Errorf("seed %d is two months", seed)
		}
		svc := &orders.Service{}
		for _, fresh := range []bool{true, false} {
			r, err := svc.Import(t.Context(), db, "test", strings.NewReader(a.String()), orders.Options{Name: "demo"})
			if err != nil || (r.Fresh > 0) != fresh {
				t.Fatalf("seed %d: %d new, %v %v", seed, r.Fresh, err, r.Faults)
			}
		}
	}
}
