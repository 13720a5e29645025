package ledger

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// holdMonths keeps months from being locked or run until this transaction ends; it shares the hold with all others that post. A
// transaction that only reads posts nothing and holds nothing up.
const holdMonths = `SELECT pg_advisory_xact_lock_shared(hashtext('ledger_month')) WHERE current_setting('transaction_read_only') = 'off'`

const calendarSQL = `
	SELECT c.version, b.book, b.zone, m.month, m.closes_at, m.run_at IS NOT NULL, m.locked_at IS NOT NULL
	FROM ledger_calendar c LEFT JOIN ledger_book b ON true LEFT JOIN ledger_month m USING (book)`

// zones keeps the zones that were loaded: reading one from the system's files costs more than a posting's hash.
var zones sync.Map

func zoneOf(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, z)
	}
	return z, err
}

// loadCalendar holds the months first and reads them in a second statement, which sees what was locked while the first one waited;
// the two travel together.
func loadCalendar(ctx context.Context, tx *pg.Tx, books []string) (*Calendar, error) {
	b := &pgx.Batch{}
	b.Queue(holdMonths)
	if books == nil {
		b.Queue(calendarSQL)
	} else { // a statement of its own, whose plan is kept: one with an "or" would be planned at every posting
		b.Queue(calendarSQL+` WHERE b.book = ANY($1)`, books)
	}
	br := tx.SendBatch(ctx, b)
	defer func() { _ = br.Close() }()
	if _, err := br.Exec(); err != nil {
		return nil, err
	}
	rows, err := br.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	c := &Calendar{zones: map[string]*time.Location{}, months: map[string]map[period.Month]monthState{}}
	for rows.Next() {
		var book, zone *string
		var month, closes *time.Time
		var ran, locked *bool
		if err := rows.Scan(&c.version, &book, &zone, &month, &closes, &ran, &locked); err != nil {
			return nil, err
		}
		if book == nil { // none is open yet
			continue
		}
		if c.zones[*book] == nil {
			loc, err := zoneOf(*zone)
			if err != nil {
				return nil, err
			}
			c.zones[*book] = loc
			c.months[*book] = map[period.Month]monthState{}
		}
		if month != nil {
			c.months[*book][period.MonthOfDay(*month)] = monthState{*closes, *ran, *locked}
		}
	}
	return c, rows.Err()
}

// heldVersion holds the months and asks for the version of the calendar in a second statement, as loadCalendar does.
func heldVersion(ctx context.Context, tx *pg.Tx) (version int64, err error) {
	b := &pgx.Batch{}
	b.Queue(holdMonths)
	b.Queue(`SELECT version FROM ledger_calendar`)
	br := tx.SendBatch(ctx, b)
	defer func() { _ = br.Close() }()
	if _, err := br.Exec(); err != nil {
		return 0, err
	}
	return version, br.QueryRow().Scan(&version)
}

// insertBooks, like upsertMonths, takes the hold before it changes the calendar's version: whoever changes that after waiting for postings would
// else wait for one that waits for it.
func insertBooks(ctx context.Context, tx *pg.Tx, books []Book) error {
	if _, err := tx.Exec(ctx, holdMonths); err != nil {
		return err
	}
	codes, zones := make([]string, len(books)), make([]string, len(books))
	for i, b := range books {
		codes[i], zones[i] = b.Code, b.Zone
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO ledger_book (book, zone, opened_at) SELECT c, z, $3 FROM unnest($1::text[], $2::text[]) AS t(c, z)
		ON CONFLICT DO NOTHING`, codes, zones, tx.Now)
	return err
}

func upsertMonths(ctx context.Context, tx *pg.Tx, plan []Close) error {
	if _, err := tx.Exec(ctx, holdMonths); err != nil {
		return err
	}
	books, months, closes := make([]string, len(plan)), make([]time.Time, len(plan)), make([]time.Time, len(plan))
	for i, p := range plan {
		books[i], months[i], closes[i] = p.Book, p.Month.FirstDay(), p.ClosesAt
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO ledger_month (book, month, closes_at)
		SELECT b, m, c FROM unnest($1::text[], $2::date[], $3::timestamptz[]) AS t(b, m, c)
		ON CONFLICT (book, month) DO UPDATE SET closes_at = excluded.closes_at
		WHERE ledger_month.run_at IS NULL AND ledger_month.locked_at IS NULL AND ledger_month.closes_at > $4
		  AND ledger_month.closes_at <> excluded.closes_at`, books, months, closes, tx.Now)
	return err
}

func markRun(ctx context.Context, tx *pg.Tx, books []string, m period.Month) error {
	if err := waitForPostings(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO ledger_month (book, month, closes_at, run_at) SELECT b, $2, $3, $3 FROM unnest($1::text[]) AS t(b)
		ON CONFLICT (book, month) DO UPDATE SET run_at = excluded.run_at WHERE ledger_month.run_at IS NULL`, books, m.FirstDay(), tx.Now)
	return err
}

// waitForPostings waits for those under way, which found their months as they were; those that come meanwhile wait for the end of this
// transaction and find what it did.
func waitForPostings(ctx context.Context, tx *pg.Tx) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('ledger_month'))`)
	return err
}

func markLocked(ctx context.Context, tx *pg.Tx, book string, m period.Month) error {
	if err := waitForPostings(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO ledger_month (book, month, closes_at, locked_at) VALUES ($1, $2, $3, $3)
		ON CONFLICT (book, month) DO UPDATE SET locked_at = excluded.locked_at WHERE ledger_month.locked_at IS NULL`, book, m.FirstDay(), tx.Now)
	return err
}

const (
	// keysSQL writes the keys that do not stand yet, each with the number of its entry. They come in the one order in which keys are locked. Arrays
	// are read in the select list: as a FROM item each would be copied to a table of its own first.
	keysSQL = `
		INSERT INTO ledger_key (merchant_id, key, hash, entry_id)
		SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::bytea[]), nextval('ledger_entry_id')
		ON CONFLICT (merchant_id, key) DO NOTHING RETURNING merchant_id, key, entry_id`
	entriesSQL = `
		INSERT INTO ledger_entry (merchant_id, entry_id, key, kind, source, book, occurred_at, recorded_at, period, reverses)
		SELECT unnest($1::text[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]), unnest($7::timestamptz[]), $8::timestamptz,
			unnest($9::date[]), nullif(unnest($10::text[]), '')`
	transfersSQL = `
		INSERT INTO ledger_transfer (merchant_id, entry_id, n, book, currency, debit, credit, amount, rate, period, merchant_visible)
		SELECT unnest($1::text[]), unnest($2::bigint[]), unnest($3::int2[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]), unnest($7::text[]),
			unnest($8::text[])::numeric, nullif(unnest($9::text[]), ''), unnest($10::date[]), unnest($11::bool[])`
)

// insertEntries writes the keys first; entries and transfers follow for those that were new. Another transaction sees all of it or nothing.
func insertEntries(ctx context.Context, tx *pg.Tx, list []prepared) ([]Result, error) {
	results := make([]Result, len(list))
	written, err := insertKeys(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	c := newColumns(len(written))
	for i := range list {
		p := &list[i]
		if id, ok := written[keyOf{p.Merchant, p.Key}]; ok && p.asked() {
			results[p.at] = Result{EntryID: id, New: true, Period: p.Period}
			c.add(p, id)
		}
	}
	if len(written) > 0 {
		b := &pgx.Batch{}
		b.Queue(entriesSQL, c.entries(tx.Now)...)
		b.Queue(transfersSQL, c.transfers()...)
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return nil, err
		}
	}
	if len(written) < len(list) {
		if err := fillStanding(ctx, tx, list, results); err != nil {
			return nil, err
		}
	}
	return results, nil
}

type keyOf struct{ merchant, key string }

// asked tells whether an entry takes part in the writing: one that repeats another of its call, or whose month is locked, may only stand already.
func (p *prepared) asked() bool { return p.twin < 0 && p.shut == nil }

// insertKeys gives the numbers of the entries whose keys were new.
func insertKeys(ctx context.Context, tx *pg.Tx, list []prepared) (map[keyOf]int64, error) {
	merchants, keys, sums := make([]string, 0, len(list)), make([]string, 0, len(list)), make([][]byte, 0, len(list))
	for i := range list {
		if p := &list[i]; p.asked() {
			merchants, keys, sums = append(merchants, p.Merchant), append(keys, p.Key), append(sums, p.sum)
		}
	}
	rows, err := tx.Query(ctx, keysSQL, merchants, keys, sums)
	if err != nil {
		return nil, err
	}
	written := make(map[keyOf]int64, len(keys))
	var k keyOf
	var id int64
	_, err = pgx.ForEachRow(rows, []any{&k.merchant, &k.key, &id}, func() error {
		written[k] = id
		return nil
	})
	return written, err
}

// fillStanding answers for entries whose key was there: the first answer where the content is the same, a fault where it is not.
func fillStanding(ctx context.Context, tx *pg.Tx, list []prepared, results []Result) error {
	var merchants, keys []string
	for i := range list {
		if !results[list[i].at].New {
			merchants, keys = append(merchants, list[i].Merchant), append(keys, list[i].Key)
		}
	}
	rows, err := tx.Query(ctx, `
		SELECT k.merchant_id, k.key, k.hash, k.entry_id, e.period
		FROM ledger_key k JOIN ledger_entry e USING (merchant_id, entry_id)
		JOIN unnest($1::text[], $2::text[]) AS t(m, k2) ON k.merchant_id = t.m AND k.key = t.k2`, merchants, keys)
	if err != nil {
		return err
	}
	type row struct {
		hash   []byte
		id     int64
		period time.Time
	}
	found := map[string]row{}
	var m, k string
	var s row
	if _, err = pgx.ForEachRow(rows, []any{&m, &k, &s.hash, &s.id, &s.period}, func() error {
		c := s
		c.hash = append([]byte(nil), s.hash...)
		found[m+"\x00"+k] = c
		return nil
	}); err != nil {
		return err
	}
	var fs fault.Faults
	for i := range list {
		p := &list[i]
		if results[p.at].New {
			continue
		}
		st, ok := found[p.Merchant+"\x00"+p.Key]
		same := ok && string(st.hash) == string(p.sum)
		if !same && p.shut != nil {
			fs = append(fs, p.shut)
			continue
		}
		if !same {
			fs = append(fs, fault.New(fault.Conflict, "LEDGER-KEY-REUSED", p.Key, fault.Args{"key": p.Key}))
			continue
		}
		results[p.at] = Result{EntryID: st.id, Period: period.MonthOfDay(st.period)}
	}
	if len(fs) > 0 {
		return fs
	}
	return nil
}
