package catalog

import (
	"context"
	"sort"
	"strings"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// SetRegions chooses where a product is sold. A region whose entity the merchant has not signed and certified with is refused with what to do; one where
// orders still renew by themselves cannot go. Every fault is given at once, and nothing changes where there is one.
func (s *Service) SetRegions(ctx context.Context, tx *pg.Tx, merchant, product string, want []string) error {
	if _, err := s.Product(ctx, tx, merchant, product); err != nil {
		return err
	}
	have, err := selectRegions(ctx, tx, merchant, product)
	if err != nil {
		return err
	}
	added, gone := without(want, have), without(have, want)
	uncovered, err := s.uncovered(ctx, tx, merchant, added)
	if err != nil {
		return err
	}
	fs := regionFaults(Seller{Regions: []string{""}, Uncovered: uncovered})
	for _, r := range gone {
		if s.Renewing == nil {
			break
		}
		running, err := s.Renewing(ctx, tx, merchant, product, []string{r})
		if err != nil {
			return err
		}
		if len(running) > 0 {
			fs = append(fs, fault.New(fault.Conflict, "REG-RENEWING", "regions", fault.Args{"region": r, "orders": strings.Join(running, ", ")}))
		}
	}
	if err := fs.Err(); err != nil {
		return err
	}
	if err := updateRegions(ctx, tx, merchant, product, added, gone); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "product.regions", Subject: product, Detail: map[string]any{"added": added, "removed": gone}})
}

func without(list, other []string) []string {
	drop := map[string]bool{}
	for _, o := range other {
		drop[o] = true
	}
	out := []string{}
	for _, x := range list {
		if !drop[x] {
			out, drop[x] = append(out, x), true
		}
	}
	sort.Strings(out)
	return out
}

// uncovered are the regions whose contracting entity the merchant has no running contract or certification with. An unknown region is a fault.
func (s *Service) uncovered(ctx context.Context, tx *pg.Tx, merchant string, regions []string) ([]string, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	certs, err := entities.Certifications(ctx, tx, []string{merchant})
	if err != nil {
		return nil, err
	}
	contracts, err := entities.Contracts(ctx, tx, []string{merchant})
	if err != nil {
		return nil, err
	}
	var fs fault.Faults
	var out []string
	for _, r := range regions {
		code, err := dir.RegionEntity(r)
		if err != nil {
			fs = append(fs, bad("REG-UNKNOWN", "regions", fault.Args{"region": r}))
			continue
		}
		_, certified := entities.CertifiedAt(certs, code, tx.Now)
		signed := len(contracts) == 0 && certified // where contracts are kept elsewhere, being certified says that one was signed
		today := period.DayOf(tx.Now, dir.Zone(code))
		for _, c := range contracts {
			signed = signed || c.Entity == code && !c.From.After(today) && (c.Until.IsZero() || !c.Until.Before(today))
		}
		if !certified || !signed {
			out = append(out, r)
		}
	}
	return out, fs.Err()
}
