package usage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
	"suanpan/orders/metering"
)

// Service has the verbs of usage. Its zero value works; the fields are what other modules lend it.
type Service struct {
	// Delisted tells since when products of a merchant are delisted. Nil: none is.
	Delisted func(ctx context.Context, tx *pg.Tx, merchant string, products []string) (map[string]time.Time, error)
	// LowQuota hears, in the transaction of the collection, that little is left of a package. Nil: nobody does.
	LowQuota func(ctx context.Context, tx *pg.Tx, low LowQuota) error
	// Billed tells which usage lines of a merchant are on a bill. Nil: none are.
	Billed func(ctx context.Context, tx *pg.Tx, merchant string, lines []string) (map[string]bool, error)
}

// LowQuota says that a package's reset window has come to or below the share of its quota that a setting names.
type LowQuota struct {
	Merchant string
	Instance string // the pay-per-use instance it serves
	Deducted metering.Deducted
}

// Abnormal is a record of a call that is not charged (abnormal_usage_data).
type Abnormal struct {
	Index    int // of the record in the call, from 0
	SN       string
	Instance string
	Code     metering.Code
	Why      string
}

// Report takes a seller's records: what is right is kept, what is not is listed and told. It fails only where the call as a whole is refused. The
// transaction is that of batch, since a record's checks read what the seller may not.
func (svc *Service) Report(ctx context.Context, tx *pg.Tx, set *entities.Directory, merchant string, sent []Sent) ([]Abnormal, error) {
	if most := set.Int(entities.KeyUsageMost, entities.Installation, tx.Now); len(sent) > most {
		return nil, fault.New(fault.Invalid, "USG-MANY", "usage_records", fault.Args{"max": most, "got": len(sent)})
	}
	c := call{sent: sent, codes: make([]metering.Code, len(sent)), whys: make([]string, len(sent)), reports: make([]orders.UsageReport, len(sent))}
	for i := range sent {
		c.reports[i], c.codes[i] = sent[i].read()
	}
	if err := c.tooEarly(hours(set, entities.KeyUsageBeginLimit, tx.Now), tx.Now); err != nil {
		return nil, err
	}
	known, err := svc.instances(ctx, tx, set, c.instances())
	if err != nil {
		return nil, err
	}
	lim := Limits{
		MaxAge:  hours(set, entities.KeyUsageMaxAge, tx.Now),
		Running: set.Text(entities.KeyUsageDelisted, entities.Installation, tx.Now) == "running",
	}
	for i := range sent {
		if c.codes[i] == "" {
			inst := known[sent[i].Instance]
			if p := sent[i].Product; p != "" && inst != nil && inst.Product != p {
				inst = nil // there is no such instance of that product
			}
			if c.codes[i], c.whys[i] = Check(c.reports[i], inst, merchant, tx.Now, lim); c.codes[i] != "" {
				c.turned = append(c.turned, i)
			}
		}
	}
	if err := c.forgive(ctx, tx, merchant); err != nil {
		return nil, err
	}
	return c.keep(ctx, tx, merchant)
}

// forgive takes back what was said of records that were kept before: a package that was used up since, say, speaks against no record of before.
func (c *call) forgive(ctx context.Context, tx *pg.Tx, merchant string) error {
	if len(c.turned) == 0 {
		return nil
	}
	again := make([]orders.UsageReport, len(c.turned))
	for j, i := range c.turned {
		again[j] = c.reports[i]
	}
	stands, err := orders.UsageStands(ctx, tx, merchant, again)
	for j, i := range c.turned {
		if err == nil && stands[j] {
			c.codes[i], c.whys[i] = "", ""
		}
	}
	return err
}

// keep writes what is right and lists what is not.
func (c *call) keep(ctx context.Context, tx *pg.Tx, merchant string) ([]Abnormal, error) {
	var good []orders.UsageReport
	var at []int
	for i := range c.sent {
		if c.codes[i] == "" {
			good, at = append(good, c.reports[i]), append(at, i)
		}
	}
	refused, err := c.refused()
	if err != nil {
		return nil, err
	}
	if err := orders.RefuseUsage(ctx, tx, merchant, refused); err != nil {
		return nil, err
	}
	kept, err := orders.KeepUsage(ctx, tx, merchant, good)
	if err != nil {
		return nil, err
	}
	for j, k := range kept {
		c.codes[at[j]], c.whys[at[j]] = k.Code, k.Why
	}
	return c.abnormal(), nil
}

// call is the state of one call's records.
type call struct {
	sent    []Sent
	reports []orders.UsageReport
	codes   []metering.Code
	whys    []string
	turned  []int // whose form is right and whose content a check refused
}

func (c *call) tooEarly(limit time.Duration, now time.Time) error {
	if limit == 0 {
		return nil
	}
	for i, r := range c.reports {
		if !r.Begin.IsZero() && now.Sub(r.Begin) > limit {
			return fault.New(fault.Invalid, "USG-BEGIN", "usage_records["+strconv.Itoa(i)+"].begin_time", fault.Args{"n": i + 1, "hours": int(limit.Hours())})
		}
	}
	return nil
}

func (c *call) instances() []string {
	seen := map[string]bool{}
	var out []string
	for i := range c.sent {
		if id := c.sent[i].Instance; c.codes[i] == "" && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

func (c *call) refused() ([]orders.RefusedUsage, error) {
	var out []orders.RefusedUsage
	for i := range c.sent {
		if c.codes[i] == "" {
			continue
		}
		r, err := c.sent[i].refused(c.codes[i], c.whys[i])
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (c *call) abnormal() []Abnormal {
	var out []Abnormal
	for i, code := range c.codes {
		if code != "" {
			out = append(out, Abnormal{i, c.sent[i].SN, c.sent[i].Instance, code, c.whys[i]})
		}
	}
	return out
}

// hours reads a setting of hours that may be empty.
func hours(set *entities.Directory, key string, at time.Time) time.Duration {
	if set.Text(key, entities.Installation, at) == "" {
		return 0
	}
	return time.Duration(set.Int(key, entities.Installation, at)) * time.Hour
}

// numbered gives each record of the old interface, which has no number, one made of what it says: sent again it is the same record, and another
// value for the same window meets the first one.
func numbered(sent []Sent) {
	for i := range sent {
		s := &sent[i]
		sum := sha256.Sum256([]byte(s.Instance + "\x00" + s.Begin + "\x00" + s.End + "\x00" + string(s.Value) + "\x00" + s.Package))
		s.SN = "old-" + hex.EncodeToString(sum[:16])
	}
}

// MakeKey gives a merchant a fresh key to sign with; the one before ends at once. The secret is told here and never again.
func (svc *Service) MakeKey(ctx context.Context, tx *pg.Tx, merchant string) (string, error) {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	secret := base64.RawURLEncoding.EncodeToString(b)
	if err := upsertKey(ctx, tx, merchant, secret); err != nil {
		return "", err
	}
	return secret, audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "usage.key.made", Subject: merchant})
}

// EraseKey takes a merchant's key away; none is no fault.
func (svc *Service) EraseKey(ctx context.Context, tx *pg.Tx, merchant string) error {
	if err := deleteKey(ctx, tx, merchant); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "usage.key.erased", Subject: merchant})
}

// States of a resource that the marketplace tells.
const (
	Open     = "open"
	Frozen   = "frozen"
	Released = "released"
)

// SetState notes what was done to an instance, of that merchant where one is named. The same again is nothing; another state at the same moment, or one after the release, is
// USG-STATE.
func (svc *Service) SetState(ctx context.Context, tx *pg.Tx, merchant, instance, state string, at time.Time, why string) error {
	known, err := selectInstances(ctx, tx, []string{instance})
	if err != nil {
		return err
	}
	i := known[instance]
	if i == nil || merchant != "" && i.Merchant != merchant {
		return fault.New(fault.NotFound, "USG-INSTANCE", "instance", fault.Args{"instance": instance})
	}
	if state != Open && state != Frozen && state != Released {
		return fault.New(fault.Invalid, "USG-STATE", "state")
	}
	fresh, stands, err := insertState(ctx, tx, i.Merchant, instance, state, at, why)
	switch {
	case err != nil:
		return err
	case stands != state:
		return fault.New(fault.Conflict, "USG-STATE", "state")
	case !fresh:
		return nil
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: i.Merchant, Action: "usage.instance." + state, Subject: instance, Reason: why, Detail: map[string]any{"at": at}})
}
