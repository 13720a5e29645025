package orders

import (
	"bytes"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders/metering"
)

// shareClock gives each merchant's instant of writing. Its rows are shared until the transaction ends, so no collection is closed meanwhile; and
// what is written counts as later than every collection that is.
func shareClock(ctx context.Context, tx *pg.Tx, us []usageRow) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	var merchants []string
	for i := range us {
		if m := us[i].merchant; out[m].IsZero() {
			out[m] = tx.Now
			merchants = append(merchants, m)
		}
	}
	read := func() (n int, err error) {
		err = each(ctx, tx, `SELECT merchant_id, closed_until FROM usage_clock WHERE merchant_id = ANY($1) AND closed_until > '-infinity'
			UNION ALL SELECT merchant_id, NULL FROM usage_clock WHERE merchant_id = ANY($1) AND closed_until = '-infinity'`, func(r pgx.Rows) error {
			var m string
			var closed *time.Time
			if err := r.Scan(&m, &closed); err != nil {
				return err
			}
			n++
			if closed != nil && !closed.Before(out[m]) {
				out[m] = closed.UTC().Add(time.Microsecond)
			}
			return nil
		}, merchants)
		return n, err
	}
	lock := func() (int64, error) {
		tag, err := tx.Exec(ctx, `SELECT 1 FROM usage_clock WHERE merchant_id = ANY($1) ORDER BY merchant_id, cycle FOR SHARE`, merchants)
		return tag.RowsAffected(), err
	}
	n, err := lock()
	if err != nil {
		return nil, err
	}
	if n < int64(2*len(merchants)) {
		if _, err := tx.Exec(ctx, `INSERT INTO usage_clock (merchant_id, cycle) SELECT m, c FROM unnest($1::text[]) m, unnest(ARRAY['day', 'hour']) c
			ORDER BY 1, 2 ON CONFLICT DO NOTHING`, merchants); err != nil {
			return nil, err
		}
		if _, err := lock(); err != nil {
			return nil, err
		}
	}
	_, err = read()
	return out, err
}

func selectRefusedHashes(ctx context.Context, tx *pg.Tx, us []usageRow) (map[usageKey][]refusedHash, error) {
	merchants, sns := make([]string, len(us)), make([]string, len(us))
	for i := range us {
		merchants[i], sns[i] = us[i].merchant, us[i].SN
	}
	out := map[usageKey][]refusedHash{}
	err := each(ctx, tx, `SELECT r.merchant_id, r.metering_sn, r.hash, r.code, r.why FROM unnest($1::text[], $2::text[]) AS w(m, s)
		JOIN LATERAL (SELECT * FROM usage_refused WHERE merchant_id = w.m AND metering_sn = w.s AND why <> 'PKG-EXCESS' LIMIT 20) r ON true`, func(r pgx.Rows) error {
		var k usageKey
		var h refusedHash
		if err := r.Scan(&k.merchant, &k.sn, &h.hash, &h.code, &h.why); err != nil {
			return err
		}
		out[k] = append(out[k], h)
		return nil
	}, merchants, sns)
	return out, err
}

// usageColumns are records as arrays, one a column: one statement writes them all.
type usageColumns struct {
	merchant, instance, sn, value, pkg    []string
	begin, end, reported, known, recorded []time.Time
	hash                                  [][]byte
}

func (c *usageColumns) add(u *usageRow, recorded time.Time) {
	c.merchant, c.instance, c.sn, c.pkg = append(c.merchant, u.merchant), append(c.instance, u.Instance), append(c.sn, u.SN), append(c.pkg, u.Package)
	c.value, c.begin, c.end = append(c.value, u.Value), append(c.begin, u.begin), append(c.end, u.end)
	c.reported, c.known, c.recorded = append(c.reported, u.reported), append(c.known, u.knownAt), append(c.recorded, recorded)
	c.hash = append(c.hash, u.hash)
}

// insertUsageRecords writes the fresh ones of us, which are in the order of the key, and notes in out what stands already. Of two with one window
// the first is written, within the statement too.
func insertUsageRecords(ctx context.Context, tx *pg.Tx, us []usageRow, fresh []int, recorded map[string]time.Time, out []UsageKept) error {
	if len(fresh) == 0 {
		return nil
	}
	var c usageColumns
	for _, i := range fresh {
		c.add(&us[i], recorded[us[i].merchant])
	}
	mine := make(map[usageKey]bool, len(fresh))
	err := each(ctx, tx, `
		INSERT INTO usage_record (merchant_id, instance_id, begin_at, end_at, metering_sn, value, package_instance, reported_at, known_at, recorded_at, hash)
		SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[]::numeric[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::bytea[])
		ON CONFLICT DO NOTHING RETURNING merchant_id, metering_sn`, func(r pgx.Rows) error {
		var k usageKey
		err := r.Scan(&k.merchant, &k.sn)
		mine[k] = true
		return err
	}, c.merchant, c.instance, c.begin, c.end, c.sn, c.value, c.pkg, c.reported, c.known, c.recorded, c.hash)
	if err != nil || len(mine) == len(fresh) {
		return err
	}
	stands, err := selectUsageHashes(ctx, tx, &c)
	if err != nil {
		return err
	}
	for _, i := range fresh {
		u := &us[i]
		k := usageKey{u.merchant, u.SN}
		hash, known := stands[k]
		switch {
		case !known:
			out[i].Code = metering.DuplicateWindow
		case !bytes.Equal(hash, u.hash):
			out[i].Code = metering.SNRepeated
		case !mine[k]:
			out[i].Repeated = true
		}
	}
	return nil
}

// selectUsageHashes gives what stands under the numbers.
func selectUsageHashes(ctx context.Context, tx *pg.Tx, c *usageColumns) (map[usageKey][]byte, error) {
	stands := map[usageKey][]byte{}
	err := each(ctx, tx, `SELECT u.merchant_id, u.metering_sn, u.hash FROM unnest($1::text[], $2::text[]) AS w(m, s)
		JOIN LATERAL (SELECT * FROM usage_record WHERE merchant_id = w.m AND metering_sn = w.s LIMIT 1) u ON true`, func(r pgx.Rows) error {
		var k usageKey
		var h []byte
		err := r.Scan(&k.merchant, &k.sn, &h)
		stands[k] = h
		return err
	}, c.merchant, c.sn)
	return stands, err
}

func insertRefused(ctx context.Context, tx *pg.Tx, merchant string, rs []RefusedUsage) error {
	if len(rs) == 0 {
		return nil
	}
	n := len(rs)
	sn, instance, code, why, record, hash := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([][]byte, n)
	for i, r := range rs {
		sn[i], instance[i], code[i], why[i], record[i], hash[i] = r.SN, r.Instance, string(r.Code), r.Why, string(r.Record), r.Hash
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO usage_refused (merchant_id, metering_sn, instance_id, code, why, record, hash, recorded_at)
		SELECT $1, s, i, c, w, r, h, $8 FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]::jsonb[], $7::bytea[]) AS t(s, i, c, w, r, h)
		ORDER BY s, h ON CONFLICT DO NOTHING`, merchant, sn, instance, code, why, record, hash, tx.Now)
	return err
}

// metered is what collections charged of an instance in one month, heard of at one instant.
type metered struct {
	cycle    period.Month
	heard    time.Time
	quantity string
	amount   string
}

// selectMetered gives the charges of an instance that were made before an instant.
func selectMetered(ctx context.Context, tx *pg.Tx, merchant, instance string, before time.Time) ([]metered, error) {
	var out []metered
	err := each(ctx, tx, `SELECT month, greatest(collected_at, recorded_at), sum(quantity)::text, sum(amount)::text FROM metered_charge
		WHERE merchant_id = $1 AND instance_id = $2 AND collected_at < $3 AND recorded_at < $3 GROUP BY 1, 2 ORDER BY 1, 2`, func(r pgx.Rows) error {
		var m metered
		var month time.Time
		err := r.Scan(&month, &m.heard, &m.quantity, &m.amount)
		m.cycle, m.heard = period.MonthOfDay(month), m.heard.UTC()
		out = append(out, m)
		return err
	}, merchant, instance, before)
	return out, err
}

// add sums a charge into a usage line.
func (u *UsageLine) add(m metered) {
	u.Gross = u.Gross.Add(money.MustParse(m.amount))
	u.Quantity = u.Quantity.Add(money.MustParse(m.quantity))
	u.KnownAt = latest(u.KnownAt, m.heard)
}
