package entities

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

func scanSetting(r pgx.CollectableRow) (Setting, error) {
	var s Setting
	var scope string
	err := r.Scan(&s.Key, &scope, &s.ValidFrom, &s.Value, &s.Source, &s.Who, &s.Reason, &s.Second)
	s.Scope, s.ValidFrom = parseScope(scope), s.ValidFrom.UTC()
	return s, err
}

const settingsSQL = `SELECT key, scope, valid_from, value, source, set_by, reason, coalesce(confirmed_by, '') FROM setting ORDER BY key, scope, valid_from`

func selectSettings(ctx context.Context, tx *pg.Tx) ([]Setting, error) {
	rows, err := tx.Query(ctx, settingsSQL)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanSetting)
}

func insertSettings(ctx context.Context, tx *pg.Tx, ss []Setting) error {
	c := columnsOf(ss)
	_, err := tx.Exec(ctx, `
		INSERT INTO setting (key, scope, valid_from, value, source, set_by, reason, confirmed_by, recorded_at)
		SELECT k, c, f, v, s, w, r, nullif(b, ''), $9
		FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) AS t(k, c, f, v, s, w, r, b)`,
		c.key, c.scope, c.from, c.value, c.source, c.who, c.reason, c.second, tx.Now)
	return err
}

type settingColumns struct {
	key, scope, value, source, who, reason, second []string
	from                                           []time.Time
}

func columnsOf(ss []Setting) (c settingColumns) {
	for _, s := range ss {
		c.key, c.scope, c.from = append(c.key, s.Key), append(c.scope, s.Scope.String()), append(c.from, s.ValidFrom)
		c.value, c.source, c.who = append(c.value, s.Value), append(c.source, s.Source), append(c.who, s.Who)
		c.reason, c.second = append(c.reason, s.Reason), append(c.second, s.Second)
	}
	return c
}

const proposalSQL = `SELECT key, scope, valid_from, value, source, proposed_by, reason, '' FROM setting_proposal WHERE state = 'open' `

func selectSettingProposals(ctx context.Context, tx *pg.Tx) ([]Setting, error) {
	rows, err := tx.Query(ctx, proposalSQL+`ORDER BY key, scope, valid_from`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanSetting)
}

// openSettingProposal locks the proposal that waits for its second person.
func openSettingProposal(ctx context.Context, tx *pg.Tx, key string, scope Scope, from time.Time) (Setting, error) {
	rows, err := tx.Query(ctx, proposalSQL+`AND key = $1 AND scope = $2 AND valid_from = $3 FOR UPDATE`, key, scope.String(), from)
	if err != nil {
		return Setting{}, err
	}
	s, err := pgx.CollectExactlyOneRow(rows, scanSetting)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, fault.New(fault.NotFound, "SETTING-NONE", key, fault.Args{"key": key, "from": from.UTC().Format(time.RFC3339)})
	}
	return s, err
}

func insertSettingProposals(ctx context.Context, tx *pg.Tx, ss []Setting) error {
	c := columnsOf(ss)
	_, err := tx.Exec(ctx, `
		INSERT INTO setting_proposal (key, scope, valid_from, n, value, source, proposed_by, reason, proposed_at)
		SELECT k, c, f, 1 + (SELECT count(*) FROM setting_proposal p WHERE p.key = k AND p.scope = c AND p.valid_from = f), v, s, w, r, $8
		FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[]) AS t(k, c, f, v, s, w, r)`,
		c.key, c.scope, c.from, c.value, c.source, c.who, c.reason, tx.Now)
	return err
}

func decideSettingProposal(ctx context.Context, tx *pg.Tx, s Setting, state string) error {
	_, err := tx.Exec(ctx, `UPDATE setting_proposal SET state = $4, decided_by = $5, decided_at = $6 WHERE key = $1 AND scope = $2 AND valid_from = $3 AND state = 'open'`,
		s.Key, s.Scope.String(), s.ValidFrom, state, tx.Actor.User, tx.Now)
	return err
}

var _ = pg.Constraint("setting_proposal_open", "SETTING-OPEN", "key")
