package provisioning

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

func upsertInterface(ctx context.Context, tx *pg.Tx, i Interface) error {
	_, err := tx.Exec(ctx, `INSERT INTO seller_interface (merchant_id, product_id, delivery, address, version, acceptance, set_at, set_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (merchant_id, product_id, delivery) DO UPDATE SET
			address = excluded.address, version = excluded.version, acceptance = excluded.acceptance, set_at = excluded.set_at, set_by = excluded.set_by`,
		i.Merchant, i.Product, string(i.Delivery), i.Address, string(i.Version), i.Acceptance, i.SetAt, i.SetBy)
	return err
}

// replaceKey erases the key that stood and writes the new one: who writes keys may not read them, so nothing is updated.
func replaceKey(ctx context.Context, tx *pg.Tx, i Interface, by string, sealed []byte) error {
	if _, err := tx.Exec(ctx, `DELETE FROM seller_key WHERE merchant_id = $1 AND product_id = $2 AND delivery = $3`, i.Merchant, i.Product, string(i.Delivery)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO seller_key (merchant_id, product_id, delivery, sealed_by, secret, set_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		i.Merchant, i.Product, string(i.Delivery), by, sealed, tx.Now)
	return err
}

func deleteInterface(ctx context.Context, tx *pg.Tx, i Interface) (int64, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM seller_key WHERE merchant_id = $1 AND product_id = $2 AND delivery = $3`, i.Merchant, i.Product, string(i.Delivery)); err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, `DELETE FROM seller_interface WHERE merchant_id = $1 AND product_id = $2 AND delivery = $3`, i.Merchant, i.Product, string(i.Delivery))
	return tag.RowsAffected(), err
}

// selectInterfaces lists interfaces of some merchants; none named means all that may be seen.
func selectInterfaces(ctx context.Context, tx *pg.Tx, merchants []string) ([]Interface, error) {
	rows, err := tx.Query(ctx, `SELECT i.merchant_id, i.product_id, i.delivery, i.address, i.version, i.acceptance, i.set_at, i.set_by,
			k.set_at IS NOT NULL, coalesce(k.sealed_by, '') <> ''
		FROM seller_interface i LEFT JOIN seller_key k USING (merchant_id, product_id, delivery)
		WHERE cardinality($1::text[]) = 0 OR i.merchant_id = ANY ($1) ORDER BY i.merchant_id, i.product_id, i.delivery`, append([]string{}, merchants...))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Interface, error) {
		var i Interface
		err := r.Scan(&i.Merchant, &i.Product, &i.Delivery, &i.Address, &i.Version, &i.Acceptance, &i.SetAt, &i.SetBy, &i.HasKey, &i.Sealed)
		return i, err
	})
}

// selectKeys reads the keys of some merchants, as batch alone may.
func selectKeys(ctx context.Context, tx *pg.Tx, merchants []string, open func(place, by string, sealed []byte)) error {
	rows, err := tx.Query(ctx, `SELECT merchant_id, product_id, delivery, sealed_by, secret FROM seller_key WHERE merchant_id = ANY ($1)`, merchants)
	if err != nil {
		return err
	}
	var i Interface
	var by string
	var sealed []byte
	_, err = pgx.ForEachRow(rows, []any{&i.Merchant, &i.Product, &i.Delivery, &by, &sealed}, func() error {
		open(i.place(), by, sealed)
		return nil
	})
	return err
}

func countFailed(ctx context.Context, tx *pg.Tx, merchant, product string, from, to time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(DISTINCT order_id) FROM interface_call
		WHERE merchant_id = $1 AND given_up_at >= $2 AND given_up_at < $3 AND order_id <> '' AND ($4 = '' OR product_id = $4)`, merchant, from, to, product).Scan(&n)
	return n, err
}
