package entities

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Load reads the directory once: everything in it is as of this transaction.
func Load(ctx context.Context, tx *pg.Tx) (*Directory, error) {
	es, ss, ds, rs, err := selectAll(ctx, tx)
	if err != nil {
		return nil, err
	}
	return NewDirectory(es, ss, ds, rs), nil
}

// LoadSettings reads the settings alone: for what is asked often and concerns no entity.
func LoadSettings(ctx context.Context, tx *pg.Tx) (*Directory, error) {
	ss, err := selectSettings(ctx, tx)
	if err != nil {
		return nil, err
	}
	return NewDirectory(nil, ss, nil, nil), nil
}

// SeedKnown adds the entities and regions that public sources name and that are not there yet. Rows that stand are left as
// they are, whoever wrote them.
func SeedKnown(ctx context.Context, tx *pg.Tx) error {
	d, err := Load(ctx, tx)
	if err != nil {
		return err
	}
	var es []Entity
	for _, e := range Known() {
		if _, there := d.entities[e.Code]; !there && e.Code != "" {
			es = append(es, e)
		}
	}
	if err := insertEntities(ctx, tx, es); err != nil {
		return err
	}
	var rs []Region
	for _, r := range KnownRegions() {
		if _, there := d.regions[r.Code]; !there {
			rs = append(rs, r)
		}
	}
	return insertRegions(ctx, tx, rs)
}

// SaveEntities adds entities. The same entity again is nothing; another content under the same code is ENTITY-CONFLICT.
func SaveEntities(ctx context.Context, tx *pg.Tx, es []Entity) error {
	stand, err := selectEntities(ctx, tx)
	if err != nil {
		return err
	}
	es = slices.Clone(es)
	for i := range es { // the order in which currencies are listed says nothing
		es[i].Payout = slices.Clone(es[i].Payout)
		slices.SortFunc(es[i].Payout, func(a, b Payout) int { return strings.Compare(string(a.Currency), string(b.Currency)) })
	}
	fresh, fs := news(stand, es, func(e Entity) string { return e.Code }, CheckEntity, func(e Entity) *fault.Fault {
		return fault.New(fault.Conflict, "ENTITY-CONFLICT", "code", fault.Args{"entity": e.Code})
	})
	if err := fs.Err(); err != nil {
		return err
	}
	return insertEntities(ctx, tx, fresh)
}

// SaveRegions adds sales regions. Their entities have to exist.
func SaveRegions(ctx context.Context, tx *pg.Tx, rs []Region) error {
	d, err := Load(ctx, tx)
	if err != nil {
		return err
	}
	stand := make([]Region, 0, len(d.regions))
	for _, r := range d.regions {
		stand = append(stand, r)
	}
	check := func(r Region) fault.Faults { return append(CheckRegion(r), d.NeedEntity(r.Entity, "entity")...) }
	fresh, fs := news(stand, rs, func(r Region) string { return r.Code }, check, func(r Region) *fault.Fault {
		return fault.New(fault.Conflict, "REGION-CONFLICT", "region", fault.Args{"region": r.Code})
	})
	if err := fs.Err(); err != nil {
		return err
	}
	return insertRegions(ctx, tx, fresh)
}

// SaveCalendarDays adds rows of calendars.
func SaveCalendarDays(ctx context.Context, tx *pg.Tx, ds []CalendarDay) error {
	stand, err := selectCalendarDays(ctx, tx)
	if err != nil {
		return err
	}
	key := func(c CalendarDay) string { return c.Calendar + "/" + c.Day.String() }
	fresh, fs := news(stand, ds, key, CheckCalendarDay, func(c CalendarDay) *fault.Fault {
		return fault.New(fault.Conflict, "CALENDAR-CONFLICT", "day", fault.Args{"calendar": c.Calendar, "day": c.Day})
	})
	if err := fs.Err(); err != nil {
		return err
	}
	return insertCalendarDays(ctx, tx, fresh)
}

// news sorts rows of a small table into those that are new and faults: what a rule says, and other content under a key that
// stands (or came earlier in the same call).
func news[T any](stand, rows []T, key func(T) string, check func(T) fault.Faults, conflict func(T) *fault.Fault) ([]T, fault.Faults) {
	known := make(map[string]T, len(stand)+len(rows))
	for _, r := range stand {
		known[key(r)] = r
	}
	var fresh []T
	var fs fault.Faults
	for i, r := range rows {
		old, there := known[key(r)]
		bad := check(r)
		switch {
		case len(bad) > 0:
			fs = append(fs, placed(bad, i, len(rows))...)
		case !there:
			known[key(r)] = r
			fresh = append(fresh, r)
		case !sameRow(old, r):
			fs = append(fs, placed(fault.Faults{conflict(r)}, i, len(rows))...)
		}
	}
	return fresh, fs
}

// sameRow compares two rows, where an empty list is as good as none.
func sameRow(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		f, g := x.Field(i), y.Field(i)
		if f.Kind() == reflect.Slice && f.Len() == 0 && g.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(f.Interface(), g.Interface()) {
			return false
		}
	}
	return true
}

// placed puts the index of a row before the paths of its faults where there are several rows.
func placed(fs fault.Faults, i, of int) fault.Faults {
	if of < 2 {
		return fs
	}
	for _, f := range fs {
		p := fmt.Sprintf("[%d]", i)
		if f.Path != "" {
			p += "." + f.Path
		}
		f.Path = p
	}
	return fs
}
