package main

import (
	"context"

	"suanpan/entities"
	"suanpan/internal/pg"
)

// entityCodes lists the contracting entities.
func entityCodes(ctx context.Context, tx *pg.Tx) ([]string, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range dir.Entities() {
		out = append(out, e.Code)
	}
	return out, nil
}
