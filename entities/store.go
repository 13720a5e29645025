package entities

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

const (
	entitiesSQL = `
		SELECT code, name, name_zh, spellings, country, jurisdiction, zone, source,
			p.currencies, p.residents, p.sources
		FROM entity e LEFT JOIN (
			SELECT code, array_agg(currency ORDER BY currency) AS currencies, array_agg(residents ORDER BY currency) AS residents, array_agg(source ORDER BY currency) AS sources
			FROM entity_payout GROUP BY code) p USING (code)
		ORDER BY code`
	calendarDaysSQL = `SELECT calendar, day, kind, name, source FROM calendar_day ORDER BY calendar, day`
	regionsSQL      = `SELECT region, iso, name, entity, source FROM sales_region ORDER BY region`
)

// selectAll reads everything a directory is made of in one round trip.
func selectAll(ctx context.Context, tx *pg.Tx) (es []Entity, ss []Setting, ds []CalendarDay, rs []Region, err error) {
	b := &pgx.Batch{}
	b.Queue(entitiesSQL)
	b.Queue(settingsSQL)
	b.Queue(calendarDaysSQL)
	b.Queue(regionsSQL)
	br := tx.SendBatch(ctx, b)
	defer func() { _ = br.Close() }()
	if es, err = next(br, scanEntity); err != nil {
		return nil, nil, nil, nil, err
	}
	if ss, err = next(br, scanSetting); err != nil {
		return nil, nil, nil, nil, err
	}
	if ds, err = next(br, scanCalendarDay); err != nil {
		return nil, nil, nil, nil, err
	}
	rs, err = next(br, scanRegion)
	return es, ss, ds, rs, err
}

func next[T any](br pgx.BatchResults, scan pgx.RowToFunc[T]) ([]T, error) {
	rows, err := br.Query()
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

func selectEntities(ctx context.Context, tx *pg.Tx) ([]Entity, error) {
	rows, err := tx.Query(ctx, entitiesSQL)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanEntity)
}

func scanEntity(r pgx.CollectableRow) (Entity, error) {
	var e Entity
	var cs, who, src []string
	err := r.Scan(&e.Code, &e.Name, &e.NameZH, &e.Spellings, &e.Country, &e.Jurisdiction, &e.ZoneName, &e.Source, &cs, &who, &src)
	for i := range cs {
		e.Payout = append(e.Payout, Payout{money.Currency(cs[i]), Residents(who[i]), src[i]})
	}
	return e, err
}

func insertEntities(ctx context.Context, tx *pg.Tx, es []Entity) error {
	b := &pgx.Batch{} // a handful of rows
	for _, e := range es {
		b.Queue(`INSERT INTO entity (code, name, name_zh, spellings, country, jurisdiction, zone, source, recorded_at)
			VALUES ($1, $2, $3, coalesce($4::text[], '{}'), $5, $6, $7, $8, $9)`,
			e.Code, e.Name, e.NameZH, e.Spellings, e.Country, e.Jurisdiction, e.ZoneName, e.Source, tx.Now)
		for _, p := range e.Payout {
			b.Queue(`INSERT INTO entity_payout (code, currency, residents, source) VALUES ($1, $2, $3, $4)`,
				e.Code, string(p.Currency), string(p.For), p.Source)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, b).Close()
}

func selectCalendarDays(ctx context.Context, tx *pg.Tx) ([]CalendarDay, error) {
	rows, err := tx.Query(ctx, calendarDaysSQL)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanCalendarDay)
}

func scanCalendarDay(r pgx.CollectableRow) (CalendarDay, error) {
	var c CalendarDay
	var day time.Time
	err := r.Scan(&c.Calendar, &day, &c.Kind, &c.Name, &c.Source)
	c.Day = period.DayOf(day, time.UTC)
	return c, err
}

func insertCalendarDays(ctx context.Context, tx *pg.Tx, ds []CalendarDay) error {
	n := len(ds)
	calendar, day, kind, name, source := make([]string, n), make([]time.Time, n), make([]string, n), make([]string, n), make([]string, n)
	for i, d := range ds {
		calendar[i], day[i], kind[i], name[i], source[i] = d.Calendar, d.Day.UTC(), string(d.Kind), d.Name, d.Source
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO calendar_day (calendar, day, kind, name, source, recorded_at)
		SELECT c, d, k, n, s, $6 FROM unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[]) AS t(c, d, k, n, s)`,
		calendar, day, kind, name, source, tx.Now)
	return err
}

func scanRegion(r pgx.CollectableRow) (Region, error) {
	var x Region
	err := r.Scan(&x.Code, &x.ISO, &x.Name, &x.Entity, &x.Source)
	return x, err
}

func insertRegions(ctx context.Context, tx *pg.Tx, rs []Region) error {
	n := len(rs)
	code, iso, name, entity, source := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, r := range rs {
		code[i], iso[i], name[i], entity[i], source[i] = r.Code, r.ISO, r.Name, r.Entity, r.Source
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO sales_region (region, iso, name, entity, source, recorded_at)
		SELECT c, i, n, e, s, $6 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS t(c, i, n, e, s)`,
		code, iso, name, entity, source, tx.Now)
	return err
}
