package entities

import (
	"context"
	"strings"
	"time"

	"suanpan/internal/audit"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// SaveSetting sets one key from now or a later instant on. Who is the transaction's user where it is not given. The same value
// again is nothing, whoever says it; another value from the same instant is SETTING-CONFLICT. What changes the past is
// SETTING-BACKDATED: that takes two people, see ProposeSettings.
func SaveSetting(ctx context.Context, tx *pg.Tx, s Setting) error {
	return SaveSettings(ctx, tx, []Setting{s})
}

// SaveSettings is SaveSetting for many.
func SaveSettings(ctx context.Context, tx *pg.Tx, ss []Setting) error {
	fresh, err := freshSettings(ctx, tx, ss)
	if err != nil {
		return err
	}
	var fs fault.Faults
	for _, s := range fresh {
		if s.past(tx.Now) {
			fs = append(fs, fault.New(fault.Invalid, "SETTING-BACKDATED", s.Key, fault.Args{"key": s.Key, "from": s.ValidFrom.Format(time.RFC3339)}))
		}
	}
	if err := fs.Err(); err != nil {
		return err
	}
	if err := insertSettings(ctx, tx, fresh); err != nil {
		return err
	}
	return auditSettings(ctx, tx, "setting.set", fresh)
}

// ChangeSetting sets a key from an instant on, in force at once where that instant is not past; else it is proposed, with the
// reason, and false says that a second person has to confirm it.
func ChangeSetting(ctx context.Context, tx *pg.Tx, s Setting) (inForce bool, err error) {
	if !s.past(tx.Now) {
		return true, SaveSetting(ctx, tx, s)
	}
	return false, ProposeSettings(ctx, tx, []Setting{s})
}

// ProposeSettings keeps settings, each with its reason, until a second person confirms them; until then they count for nothing.
// What stands already, or is proposed already with the same value, is not proposed again.
func ProposeSettings(ctx context.Context, tx *pg.Tx, ss []Setting) error {
	fresh, err := freshSettings(ctx, tx, ss)
	if err != nil {
		return err
	}
	open, err := SettingProposals(ctx, tx)
	if err != nil {
		return err
	}
	waiting := map[settingPlace]string{}
	for _, p := range open {
		waiting[p.place()] = p.Value
	}
	var fs fault.Faults
	var list []Setting
	for _, s := range fresh {
		if len([]rune(strings.TrimSpace(s.Reason))) < 10 {
			fs = append(fs, fault.New(fault.Invalid, "SETTING-REASON", s.Key, fault.Args{"key": s.Key}))
		}
		if v, there := waiting[s.place()]; !there {
			list = append(list, s)
		} else if v != s.Value {
			fs = append(fs, fault.New(fault.Conflict, "SETTING-OPEN", s.Key))
		}
	}
	if err := fs.Err(); err != nil {
		return err
	}
	if err := insertSettingProposals(ctx, tx, list); err != nil {
		return err
	}
	return auditSettings(ctx, tx, "setting.proposed", list)
}

// ConfirmSetting puts what somebody else proposed for a key, scope and instant in force, and gives it.
func ConfirmSetting(ctx context.Context, tx *pg.Tx, key string, scope Scope, from time.Time) (Setting, error) {
	s, err := openSettingProposal(ctx, tx, key, scope, from)
	if err != nil {
		return s, err
	}
	if err := auth.DifferentPeople(s.Who, tx.Actor.User); err != nil {
		return s, err
	}
	s.Second = tx.Actor.User
	fresh, err := freshSettings(ctx, tx, []Setting{s}) // another value may have come meanwhile
	if err != nil {
		return s, err
	}
	if err := insertSettings(ctx, tx, fresh); err != nil {
		return s, err
	}
	if err := decideSettingProposal(ctx, tx, s, "confirmed"); err != nil {
		return s, err
	}
	return s, auditSettings(ctx, tx, "setting.backdated", []Setting{s})
}

// DropSetting ends a proposal without putting it in force; either person may.
func DropSetting(ctx context.Context, tx *pg.Tx, key string, scope Scope, from time.Time) error {
	s, err := openSettingProposal(ctx, tx, key, scope, from)
	if err != nil {
		return err
	}
	if err := decideSettingProposal(ctx, tx, s, "dropped"); err != nil {
		return err
	}
	return auditSettings(ctx, tx, "setting.dropped", []Setting{s})
}

// SettingProposals lists the settings that wait for their second person, by key, scope and instant.
func SettingProposals(ctx context.Context, tx *pg.Tx) ([]Setting, error) {
	return selectSettingProposals(ctx, tx)
}

// settingPlace is where at most one value can stand.
type settingPlace struct {
	key   string
	scope Scope
	from  int64
}

func (s Setting) place() settingPlace {
	return settingPlace{s.Key, s.Scope, s.ValidFrom.UnixMicro()}
}

// past tells whether a setting changes what was: it counts from an instant before now.
func (s Setting) past(now time.Time) bool {
	return s.ValidFrom.Truncate(time.Microsecond).Before(now.Truncate(time.Microsecond))
}

// freshSettings checks settings and gives those that do not stand yet, with their person filled in.
func freshSettings(ctx context.Context, tx *pg.Tx, ss []Setting) ([]Setting, error) {
	d, err := Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	values := map[settingPlace]string{}
	for _, scopes := range d.set {
		for _, rows := range scopes {
			for _, r := range rows {
				values[r.place()] = r.Value
			}
		}
	}
	var fs fault.Faults
	var fresh []Setting
	for i, s := range ss {
		if s.Who == "" {
			s.Who = tx.Actor.User
		}
		s.ValidFrom = s.ValidFrom.UTC().Truncate(time.Microsecond)
		bad := CheckSetting(s)
		if s.Scope.Entity != "" {
			bad = append(bad, d.NeedEntity(s.Scope.Entity, "scope")...)
		}
		v, there := values[s.place()]
		switch {
		case len(bad) > 0:
			fs = append(fs, placed(bad, i, len(ss))...)
		case !there:
			values[s.place()] = s.Value
			fresh = append(fresh, s)
		case v != s.Value:
			fs = append(fs, fault.New(fault.Conflict, "SETTING-CONFLICT", s.Key, fault.Args{"key": s.Key}))
		}
	}
	return fresh, fs.Err()
}

func auditSettings(ctx context.Context, tx *pg.Tx, action string, ss []Setting) error {
	for _, s := range ss {
		e := audit.Event{Action: action, Subject: s.Key, Reason: s.Reason, Detail: map[string]any{
			"scope": s.Scope.String(), "from": s.ValidFrom.Format(time.RFC3339), "value": s.Value, "source": s.Source, "setBy": s.Who,
		}}
		if err := audit.Write(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}
