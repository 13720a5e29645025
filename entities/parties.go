package entities

import (
	"context"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// SaveMerchants adds merchants, many at once. The same again is nothing; other content under the same id is
// MERCHANT-CONFLICT. Erased contact data is neither compared nor brought back.
func SaveMerchants(ctx context.Context, tx *pg.Tx, ms []Merchant) error {
	var fs fault.Faults
	for i, m := range ms {
		fs = append(fs, placed(CheckMerchant(m), i, len(ms))...)
	}
	if err := fs.Err(); err != nil || len(ms) == 0 {
		return err
	}
	clash, err := insertMerchants(ctx, tx, ms)
	if err != nil {
		return err
	}
	for _, id := range clash {
		fs = append(fs, fault.New(fault.Conflict, "MERCHANT-CONFLICT", "merchant", fault.Args{"merchant": id}))
	}
	return fs.Err()
}

// CorrectMerchant replaces what is recorded of a merchant; the caller keeps what stood before. MERCHANT-UNKNOWN where there
// is none. Erased contact data stays erased.
func CorrectMerchant(ctx context.Context, tx *pg.Tx, m Merchant) error {
	if err := CheckMerchant(m).Err(); err != nil {
		return err
	}
	found, err := updateMerchant(ctx, tx, m)
	if err == nil && !found {
		return fault.New(fault.NotFound, "MERCHANT-UNKNOWN", "merchant", fault.Args{"merchant": m.ID})
	}
	return err
}

// EraseMerchant empties the contact and bank data of a merchant for good. What it was billed and paid stays.
func EraseMerchant(ctx context.Context, tx *pg.Tx, merchantID string) error {
	return eraseMerchant(ctx, tx, merchantID)
}

// SaveContracts adds contracts. Their entities have to exist.
func SaveContracts(ctx context.Context, tx *pg.Tx, cs []Contract) error {
	return saveBetween(ctx, tx, cs, "contract", func(c Contract) (string, string) { return c.MerchantID, c.Entity },
		func(_ *Directory, _ Merchant, c Contract) fault.Faults {
			if c.From.IsZero() || (!c.Until.IsZero() && c.Until.Before(c.From)) {
				return fault.Faults{fault.New(fault.Invalid, "CONTRACT-DAYS", "from", fault.Args{"merchant": c.MerchantID, "entity": c.Entity})}
			}
			return nil
		}, insertContracts)
}

// Certify adds finished certifications, many at once, after their rules: entity and merchant are known, the currency is open to
// the merchant then, the account is in the company's name. The same again is nothing; other content for the same merchant,
// entity and instant is CERT-CONFLICT. An end that Decertify set does not count as other content.
func Certify(ctx context.Context, tx *pg.Tx, cs []Certification) error {
	return saveBetween(ctx, tx, cs, "certification", func(c Certification) (string, string) { return c.MerchantID, c.Entity },
		func(d *Directory, m Merchant, c Certification) fault.Faults {
			e, ok := d.EntityAt(c.Entity, c.At)
			if !ok || m.ID == "" {
				return nil // that is said already; the rules need both
			}
			return CheckCertification(c, m, e)
		}, insertCertifications)
}

// conflicts are the codes of what stands with other content, by what is saved.
var conflicts = map[string]string{"contract": "CONTRACT-CONFLICT", "certification": "CERT-CONFLICT"}

// saveBetween adds rows that stand between a merchant and an entity: both have to be known, and each row to pass its own check, which gets the
// zero merchant where it is not.
func saveBetween[T any](ctx context.Context, tx *pg.Tx, rows []T, what string, of func(T) (merchant, entity string),
	check func(*Directory, Merchant, T) fault.Faults, insert func(context.Context, *pg.Tx, []T) ([]T, error),
) error {
	if len(rows) == 0 {
		return nil
	}
	d, err := Load(ctx, tx)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i], _ = of(r)
	}
	ms, err := merchantsByID(ctx, tx, ids)
	if err != nil {
		return err
	}
	var fs fault.Faults
	for i, r := range rows {
		merchant, entity := of(r)
		bad := d.NeedEntity(entity, "entity")
		m, known := ms[merchant]
		if !known {
			bad = append(bad, fault.New(fault.NotFound, "MERCHANT-UNKNOWN", "merchant", fault.Args{"merchant": merchant}))
		}
		fs = append(fs, placed(append(bad, check(d, m, r)...), i, len(rows))...)
	}
	if err := fs.Err(); err != nil {
		return err
	}
	clash, err := insert(ctx, tx, rows)
	if err != nil {
		return err
	}
	for _, r := range clash {
		merchant, entity := of(r)
		fs = append(fs, fault.New(fault.Conflict, conflicts[what], what, fault.Args{"merchant": merchant, "entity": entity}))
	}
	return fs.Err()
}

// Decertify ends, from an instant on, the certification that is in force then. CERT-NONE where none is.
func Decertify(ctx context.Context, tx *pg.Tx, merchantID, entity string, from time.Time) error {
	cs, err := Certifications(ctx, tx, []string{merchantID})
	if err != nil {
		return err
	}
	none := fault.New(fault.NotFound, "CERT-NONE", "certification", fault.Args{"merchant": merchantID, "entity": entity})
	c, ok := CertifiedAt(cs, entity, from)
	if !ok {
		for _, c := range cs { // said twice
			if c.Entity == entity && c.Until.Equal(from) {
				return nil
			}
		}
		return none
	}
	if !from.After(c.At) {
		return fault.New(fault.Invalid, "CERT-UNTIL", "until", fault.Args{"merchant": merchantID, "entity": entity})
	}
	return endCertification(ctx, tx, c, from)
}

// Merchants reads merchants by id; nil stands for all that the transaction may see. By id.
func Merchants(ctx context.Context, tx *pg.Tx, ids []string) ([]Merchant, error) {
	return selectMerchants(ctx, tx, ids)
}

// Certifications reads the certifications of merchants with their bank data; nil stands for all. By merchant, entity, time.
func Certifications(ctx context.Context, tx *pg.Tx, merchantIDs []string) ([]Certification, error) {
	return selectCertifications(ctx, tx, merchantIDs)
}

// MerchantsByEmail lists the merchants whose contact has an e-mail address; its case does not matter. For staff and batch alone.
func MerchantsByEmail(ctx context.Context, tx *pg.Tx, email string) ([]Merchant, error) {
	ids, err := selectByEmail(ctx, tx, email)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return selectMerchants(ctx, tx, ids)
}

// Contracts reads the contracts of merchants; nil stands for all.
func Contracts(ctx context.Context, tx *pg.Tx, merchantIDs []string) ([]Contract, error) {
	return selectContracts(ctx, tx, merchantIDs)
}

// SaveRates adds exchange rates, many at once. The same again is nothing; another figure for the same place is RATE-CONFLICT.
func SaveRates(ctx context.Context, tx *pg.Tx, rs []Rate) error {
	if len(rs) == 0 {
		return nil
	}
	known := map[string]bool{"": true}
	es, err := selectEntities(ctx, tx)
	if err != nil {
		return err
	}
	for _, e := range es {
		known[e.Code] = true
	}
	var fs fault.Faults
	for i, r := range rs {
		bad := CheckRate(r)
		if !known[r.Entity] {
			bad = append(bad, fault.New(fault.NotFound, "ENTITY-UNKNOWN", "entity", fault.Args{"entity": r.Entity}))
		}
		fs = append(fs, placed(bad, i, len(rs))...)
	}
	if err := fs.Err(); err != nil {
		return err
	}
	clash, err := insertRates(ctx, tx, rs)
	if err != nil {
		return err
	}
	for _, r := range clash {
		fs = append(fs, fault.New(fault.Conflict, "RATE-CONFLICT", "rate", fault.Args{"rate": r.Key()}))
	}
	return fs.Err()
}

// RatesBetween reads all rates of the days from first to last, both included. A month's run needs its last day and the
// look-back before it.
func RatesBetween(ctx context.Context, tx *pg.Tx, first, last period.Day) (Rates, error) {
	rows, err := selectRates(ctx, tx, first, last)
	return NewRates(rows), err
}

func merchantsByID(ctx context.Context, tx *pg.Tx, ids []string) (map[string]Merchant, error) {
	ms, err := selectMerchants(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Merchant, len(ms))
	for _, m := range ms {
		out[m.ID] = m
	}
	return out, nil
}
