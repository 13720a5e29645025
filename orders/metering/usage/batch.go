package usage

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/orders/metering"
)

// Collect does every collection that is due by business time: hourly ones of minute 15, daily ones of 01:00 UTC. Collections that were missed are
// made good as if each had come in its time. It gives the number of charges; repeated it adds nothing, and killed anywhere it goes on where it was.
func (svc *Service) Collect(ctx context.Context, db *pg.DB) (charges int64, err error) {
	for _, cycle := range []string{metering.Hourly, metering.Daily} {
		err := db.InTx(ctx, pg.AsBatch("usage"), func(tx *pg.Tx) error { return closeUntil(ctx, tx, cycle, metering.LastCollection(cycle, tx.Now)) })
		if err != nil {
			return charges, err
		}
		err = db.InTx(ctx, pg.AsBatch("usage"), func(tx *pg.Tx) error {
			n, err := svc.charge(ctx, tx, cycle)
			charges += n
			return err
		})
		if err != nil {
			return charges, err
		}
	}
	return charges, nil
}

// charge charges what is closed and not charged yet.
func (svc *Service) charge(ctx context.Context, tx *pg.Tx, cycle string) (charges int64, err error) {
	if err := alone(ctx, tx, cycle); err != nil {
		return 0, err
	}
	stretches, err := selectStretches(ctx, tx, cycle)
	if err != nil || len(stretches) == 0 {
		return 0, err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return 0, err
	}
	var codes, zones []string
	for _, e := range dir.Entities() {
		codes, zones = append(codes, e.Code), append(zones, dir.Zone(e.Code).String())
	}
	for _, s := range stretches {
		if err := insertMeters(ctx, tx, cycle, s, codes, zones); err != nil {
			return charges, err
		}
		n, err := chargePlain(ctx, tx, cycle, s)
		if err != nil {
			return charges, err
		}
		meters, err := selectCovered(ctx, tx, cycle, s)
		if err != nil {
			return charges, err
		}
		charges += n
		for _, m := range meters {
			n, err := svc.chargeCovered(ctx, tx, dir, cycle, m, s)
			if err != nil {
				return charges, err
			}
			charges += int64(n)
		}
		if err := collectedUntil(ctx, tx, cycle, s); err != nil {
			return charges, err
		}
	}
	return charges, nil
}

// chargeCovered charges an instance that packages serve, record by record.
func (svc *Service) chargeCovered(ctx context.Context, tx *pg.Tx, dir *entities.Directory, cycle string, m meter, s stretch) (int, error) {
	due, err := selectDue(ctx, tx, cycle, m, s)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	zone, err := time.LoadLocation(m.Zone)
	if err != nil {
		return 0, err
	}
	in := metering.Collection{Rating: m.Rating, Zone: zone, Records: due}
	packages, err := selectPackages(ctx, tx, m.Merchant, []string{m.Instance}, dir.Text(entities.KeyPackageAnchor, entities.Installation, tx.Now))
	if err != nil {
		return 0, err
	}
	in.Packages = packages[m.Instance]
	if in.Uses, err = selectUses(ctx, tx, m.Merchant, in.Packages); err != nil {
		return 0, err
	}
	if in.Rated, err = selectRated(ctx, tx, m); err != nil {
		return 0, err
	}
	got, err := metering.Collect(in)
	if err != nil {
		return 0, err
	}
	if err := insertCollected(ctx, tx, m, got); err != nil {
		return 0, err
	}
	if err := listExcess(ctx, tx, m, got.Excess); err != nil {
		return 0, err
	}
	return len(got.Charges), svc.tellLow(ctx, tx, dir, m, got.Deductions)
}

// listExcess lists what stop-before-excess packages did not cover: it is not sold.
func listExcess(ctx context.Context, tx *pg.Tx, m meter, excess []metering.Excess) error {
	out := make([]orders.RefusedUsage, len(excess))
	for i, e := range excess {
		raw, err := json.Marshal(map[string]string{
			"instance_id": m.Instance, "begin_time": e.Record.Begin.Format(timeForm), "end_time": e.Record.End.Format(timeForm), "usage_value": money.Exact(e.Record.Value),
			"metering_sn": e.Record.SN, "relate_pkg_instance": e.Record.Package, "excess": money.Exact(e.Quantity),
		})
		if err != nil {
			return err
		}
		sum := sha256.Sum256(raw)
		out[i] = orders.RefusedUsage{SN: e.Record.SN, Instance: m.Instance, Code: metering.BadResourceStatus, Why: WhyExcess, Record: raw, Hash: sum[:]}
	}
	return orders.RefuseUsage(ctx, tx, m.Merchant, out)
}

// tellLow says, once a window, that little is left of it: when a deduction crosses the share that the setting names.
func (svc *Service) tellLow(ctx context.Context, tx *pg.Tx, dir *entities.Directory, m meter, ds []metering.Deducted) error {
	share := dir.Text(entities.KeyPackageLow, entities.Installation, tx.Now)
	if share == "" || svc.LowQuota == nil {
		return nil
	}
	for _, d := range ds {
		low := d.Quota.Mul(number(share))
		was := d.Quota.Sub(d.Before)
		if was.GreaterThan(low) && !was.Sub(d.Quantity).GreaterThan(low) {
			if err := svc.LowQuota(ctx, tx, LowQuota{m.Merchant, m.Instance, d}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sweep forgets the numbers of calls whose time would be refused anyway. The instant is machine time.
func Sweep(ctx context.Context, tx *pg.Tx, machine time.Time) error {
	set, err := entities.LoadSettings(ctx, tx)
	if err != nil {
		return err
	}
	tolerance := time.Duration(set.Int(entities.KeyUsageTolerance, entities.Installation, tx.Now)) * time.Second
	return deleteNonces(ctx, tx, machine.Add(-2*tolerance-time.Minute))
}
