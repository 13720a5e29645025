package entities

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// listSeparator joins the spellings of one merchant where arrays of arrays are not to be had.
const listSeparator = "\x1f"

// insertMerchants adds what is new and names the merchants that stand with other content. Contact data that was erased is
// not compared.
func insertMerchants(ctx context.Context, tx *pg.Tx, ms []Merchant) ([]string, error) {
	n := len(ms)
	id, name, spell, home, tax := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	who, mail, phone, addr := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, m := range ms {
		id[i], name[i], spell[i], home[i], tax[i] = m.ID, m.Name, strings.Join(m.Spellings, listSeparator), m.Residence, m.TaxID
		who[i], mail[i], phone[i], addr[i] = m.Contact.Name, m.Contact.Email, m.Contact.Phone, m.Contact.Address
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO merchant (merchant_id, name, spellings, residence, tax_id, recorded_at)
		SELECT i, n, string_to_array(s, E'\x1f'), r, t, $6
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS x(i, n, s, r, t)
		ON CONFLICT DO NOTHING`, id, name, spell, home, tax, tx.Now); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO merchant_contact (merchant_id, name, email, phone, address)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`,
		id, who, mail, phone, addr); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT i FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
			AS x(i, n, s, r, t, who, mail, phone, addr)
		JOIN merchant m ON m.merchant_id = i JOIN merchant_contact c ON c.merchant_id = i
		WHERE (m.name, m.spellings, m.residence, m.tax_id) IS DISTINCT FROM (n, string_to_array(s, E'\x1f'), r, t)
			OR (c.erased_at IS NULL AND (c.name, c.email, c.phone, c.address) IS DISTINCT FROM (who, mail, x.phone, addr))
		ORDER BY i`, id, name, spell, home, tax, who, mail, phone, addr)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func updateMerchant(ctx context.Context, tx *pg.Tx, m Merchant) (bool, error) {
	tag, err := tx.Exec(ctx, `
		UPDATE merchant SET name = $2, spellings = coalesce($3::text[], '{}'), residence = $4, tax_id = $5, recorded_at = $6
		WHERE merchant_id = $1`, m.ID, m.Name, m.Spellings, m.Residence, m.TaxID, tx.Now)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `
		UPDATE merchant_contact SET name = $2, email = $3, phone = $4, address = $5 WHERE merchant_id = $1 AND erased_at IS NULL`,
		m.ID, m.Contact.Name, m.Contact.Email, m.Contact.Phone, m.Contact.Address)
	return true, err
}

func eraseMerchant(ctx context.Context, tx *pg.Tx, id string) error {
	if _, err := tx.Exec(ctx, `
		UPDATE merchant_contact SET name = '', email = '', phone = '', address = '', erased_at = $2
		WHERE merchant_id = $1 AND erased_at IS NULL`, id, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE merchant_bank SET account_name = '', account_no = '', bank_name = '', bank_address = '', swift = '', erased_at = $2
		WHERE merchant_id = $1 AND erased_at IS NULL`, id, tx.Now)
	return err
}

func selectMerchants(ctx context.Context, tx *pg.Tx, ids []string) ([]Merchant, error) {
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, m.name, spellings, residence, tax_id, c.name, email, phone, address
		FROM merchant m JOIN merchant_contact c USING (merchant_id)
		`+ofMerchants(ids)+` ORDER BY merchant_id`, args(ids)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Merchant, error) {
		var m Merchant
		err := r.Scan(&m.ID, &m.Name, &m.Spellings, &m.Residence, &m.TaxID, &m.Contact.Name, &m.Contact.Email, &m.Contact.Phone, &m.Contact.Address)
		return m, err
	})
}

// insertContracts adds what is new and gives back those that stand with other content.
func insertContracts(ctx context.Context, tx *pg.Tx, cs []Contract) ([]Contract, error) {
	n := len(cs)
	id, entity, number, source := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	from, until := make([]time.Time, n), make([]*time.Time, n)
	for i, c := range cs {
		id[i], entity[i], number[i], source[i], from[i] = c.MerchantID, c.Entity, c.Number, c.Source, c.From.UTC()
		if !c.Until.IsZero() {
			u := c.Until.UTC()
			until[i] = &u
		}
	}
	const given = `unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::text[], $6::text[]) WITH ORDINALITY AS x(i, e, f, u, n, s, o)`
	if _, err := tx.Exec(ctx, `
		INSERT INTO contract (merchant_id, entity, valid_from, valid_until, number, source, recorded_at)
		SELECT i, e, f, u, n, s, $7 FROM `+given+` ON CONFLICT DO NOTHING`, id, entity, from, until, number, source, tx.Now); err != nil {
		return nil, err
	}
	return clashing(ctx, tx, cs, `
		SELECT o FROM `+given+` JOIN contract c ON (c.merchant_id, c.entity, c.valid_from) = (i, e, f)
		WHERE (c.valid_until, c.number, c.source) IS DISTINCT FROM (u, n, s) ORDER BY o`, id, entity, from, until, number, source)
}

func selectContracts(ctx context.Context, tx *pg.Tx, ids []string) ([]Contract, error) {
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, entity, valid_from, valid_until, number, source FROM contract
		`+ofMerchants(ids)+` ORDER BY merchant_id, entity, valid_from`, args(ids)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Contract, error) {
		var c Contract
		var from time.Time
		var until *time.Time
		err := r.Scan(&c.MerchantID, &c.Entity, &from, &until, &c.Number, &c.Source)
		c.From = period.DayOf(from, time.UTC)
		if until != nil {
			c.Until = period.DayOf(*until, time.UTC)
		}
		return c, err
	})
}

// bankID names an account by the certification it came with, so that nothing of the account itself is in a key.
func bankID(c Certification) string {
	return c.Entity + "/" + c.At.UTC().Format("20060102T150405.000000Z")
}

// insertCertifications adds what is new and gives back those that stand with other content.
func insertCertifications(ctx context.Context, tx *pg.Tx, cs []Certification) ([]Certification, error) {
	n := len(cs)
	id, entity, currency, bank, source := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	from, until := make([]time.Time, n), make([]*time.Time, n)
	name, no, bankName, addr, swift := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, c := range cs {
		id[i], entity[i], currency[i], bank[i], source[i], from[i] = c.MerchantID, c.Entity, string(c.Currency), bankID(c), c.Source, c.At
		if !c.Until.IsZero() {
			until[i] = &c.Until
		}
		name[i], no[i], bankName[i], addr[i], swift[i] = c.Bank.AccountName, c.Bank.AccountNo, c.Bank.BankName, c.Bank.BankAddress, c.Bank.Swift
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO merchant_bank (merchant_id, bank_id, account_name, account_no, bank_name, bank_address, swift)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) ON CONFLICT DO NOTHING`,
		id, bank, name, no, bankName, addr, swift); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO certification (merchant_id, entity, certified_at, certified_until, currency, bank_id, source, recorded_at)
		SELECT *, $8 FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
		ON CONFLICT DO NOTHING`, id, entity, from, until, currency, bank, source, tx.Now); err != nil {
		return nil, err
	}
	return clashing(ctx, tx, cs, `
		SELECT o FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
			WITH ORDINALITY AS x(i, e, f, u, c, s, an, no, bn, ba, sw, o)
		JOIN certification k ON (k.merchant_id, k.entity, k.certified_at) = (i, e, f)
		JOIN merchant_bank b USING (merchant_id, bank_id)
		WHERE (k.currency, k.source) IS DISTINCT FROM (c, s) OR (u IS NOT NULL AND k.certified_until IS DISTINCT FROM u)
			OR (b.erased_at IS NULL AND (b.account_name, b.account_no, b.bank_name, b.bank_address, b.swift) IS DISTINCT FROM (an, no, bn, ba, sw))
		ORDER BY o`, id, entity, from, until, currency, source, name, no, bankName, addr, swift)
}

func endCertification(ctx context.Context, tx *pg.Tx, c Certification, until time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE certification SET certified_until = $4 WHERE merchant_id = $1 AND entity = $2 AND certified_at = $3`,
		c.MerchantID, c.Entity, c.At, until)
	return err
}

func selectCertifications(ctx context.Context, tx *pg.Tx, ids []string) ([]Certification, error) {
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, entity, currency, certified_at, certified_until, source, account_name, account_no, bank_name, bank_address, swift
		FROM certification JOIN merchant_bank USING (merchant_id, bank_id)
		`+ofMerchants(ids)+` ORDER BY merchant_id, entity, certified_at`, args(ids)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Certification, error) {
		var c Certification
		var until *time.Time
		b := &c.Bank
		err := r.Scan(&c.MerchantID, &c.Entity, &c.Currency, &c.At, &until, &c.Source, &b.AccountName, &b.AccountNo, &b.BankName, &b.BankAddress, &b.Swift)
		c.At = c.At.UTC()
		if until != nil {
			c.Until = until.UTC()
		}
		return c, err
	})
}

// insertRates adds what is new and gives back those that stand with another figure or source.
func insertRates(ctx context.Context, tx *pg.Tx, rs []Rate) ([]Rate, error) {
	n := len(rs)
	entity, base, quote, rate, source := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	on := make([]time.Time, n)
	for i, r := range rs {
		entity[i], base[i], quote[i], on[i], rate[i], source[i] = r.Entity, string(r.Base), string(r.Quote), r.On.UTC(), r.Rate.String(), r.Source
	}
	const given = `unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::text[], $6::text[]) WITH ORDINALITY AS x(e, b, q, d, r, s, o)`
	if _, err := tx.Exec(ctx, `
		INSERT INTO fx_rate (entity, base, quote, on_date, rate, source, recorded_at)
		SELECT e, b, q, d, r::numeric, s, $7 FROM `+given+` ON CONFLICT DO NOTHING`, entity, base, quote, on, rate, source, tx.Now); err != nil {
		return nil, err
	}
	return clashing(ctx, tx, rs, `
		SELECT o FROM `+given+` JOIN fx_rate f ON (f.entity, f.base, f.quote, f.on_date) = (e, b, q, d)
		WHERE (f.rate, f.source) IS DISTINCT FROM (r::numeric, s) ORDER BY o`, entity, base, quote, on, rate, source)
}

func selectRates(ctx context.Context, tx *pg.Tx, first, last period.Day) ([]Rate, error) {
	rows, err := tx.Query(ctx, `
		SELECT entity, base, quote, on_date, rate::text, source FROM fx_rate WHERE on_date BETWEEN $1 AND $2
		ORDER BY entity, base, quote, on_date`, first.UTC(), last.UTC())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Rate, error) {
		var x Rate
		var on time.Time
		var rate string
		if err := r.Scan(&x.Entity, &x.Base, &x.Quote, &on, &rate, &x.Source); err != nil {
			return x, err
		}
		x.On = period.DayOf(on, time.UTC)
		d, err := money.Parse(rate)
		x.Rate = d
		return x, err
	})
}

// clashing runs a query that answers with the places (from 1) of given rows, and gives those rows.
func clashing[T any](ctx context.Context, tx *pg.Tx, given []T, query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	at, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	out := make([]T, len(at))
	for i, o := range at {
		out[i] = given[o-1]
	}
	return out, err
}

// ofMerchants narrows a reading to some merchants; nil stands for all. It is one statement or the other: one with an "or" is planned for neither, and
// compares every row with every merchant.
func ofMerchants(ids []string) string {
	if ids == nil {
		return ""
	}
	return `WHERE merchant_id IN (SELECT unnest($1::text[]))`
}

func args(ids []string) []any {
	if ids == nil {
		return nil
	}
	return []any{ids}
}

func selectByEmail(ctx context.Context, tx *pg.Tx, email string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id FROM merchant_contact WHERE lower(email) = lower($1) AND email <> '' ORDER BY 1`, email)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
