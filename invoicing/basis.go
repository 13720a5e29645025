package invoicing

import (
	"slices"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Basis is what a verdict was judged on, as it is kept: everything of the input that Judge looked at and that is not kept elsewhere
// unchanged. Invoices stand in their own rows, lists in theirs.
type Basis struct {
	Requisition  string                `json:"requisition"` // it was sent for; empty where only the invoices said so
	ReceivedAt   time.Time             `json:"receivedAt"`
	RulesOn      period.Day            `json:"rulesOn"`
	ListAttached bool                  `json:"listAttached"`
	MoreFollows  bool                  `json:"moreFollows"`
	StarredBlank []string              `json:"starredBlank,omitempty"`
	LateAllowed  bool                  `json:"lateAllowed,omitempty"`
	Lists        []ListRef             `json:"lists"`
	Positions    []int                 `json:"positions"` // of the invoices judged, in their submission
	History      []Earlier             `json:"history,omitempty"`
	Name         string                `json:"name,omitempty"` // of the merchant, as certified then
	Spellings    []string              `json:"spellings,omitempty"`
	Grounds      map[string]keptGround `json:"grounds"`
	Settings     Settings              `json:"settings"`
	Fiscal       map[string]FiscalHold `json:"fiscal,omitempty"`
	Answered     map[string]bool       `json:"answered,omitempty"`
	Overridden   map[string]bool       `json:"overridden,omitempty"`
	Findings     [][]finding           `json:"findings,omitempty"` // of each invoice's reader
}

// finding is what a reader had to say of an invoice, as it is kept.
type finding struct {
	Code string     `json:"code"`
	Path string     `json:"path,omitempty"`
	Args fault.Args `json:"args,omitempty"`
}

// ListRef names a version of a list.
type ListRef struct {
	Requisition string `json:"requisition"`
	Version     int    `json:"version"`
}

// keptGround is a ground as it is kept: the law by its id, the zone by its name.
type keptGround struct {
	Name        string                 `json:"name"` // of the entity
	Spellings   []string               `json:"spellings,omitempty"`
	Country     string                 `json:"country"`
	ZoneName    string                 `json:"entityZone"`
	Law         string                 `json:"law,omitempty"`
	Zone        string                 `json:"zone,omitempty"`
	LastDay     int                    `json:"lastDay,omitempty"`
	DueMonths   int                    `json:"dueMonths,omitempty"`
	Withholding []entities.Withholding `json:"withholding,omitempty"`
}

// lean is the input without what cannot change the verdict: lists that nothing names, and earlier invoices of other numbers and lists.
func (in Input) lean() Input {
	j := newJudgement(in)
	keys, numbers := map[string]bool{}, map[string]bool{}
	named := true
	for _, i := range in.Upload.Invoices {
		own := i.named()
		named = named && len(own) > 0
		for _, k := range own {
			keys[k] = true
		}
		numbers[NumberKey(i.Number)] = true
	}
	if sent := RequisitionKey(in.Upload.Requisition); sent != "" {
		keys[sent], named = true, true
	}
	out := in
	if named { // otherwise the only list it can be meant for is sought among all
		out.Lists = nil
		for _, l := range in.Lists {
			if keys[RequisitionKey(l.Requisition)] {
				out.Lists = append(out.Lists, l)
			}
		}
	}
	aimed := map[string]bool{}
	for _, l := range j.targets {
		aimed[RequisitionKey(l.Requisition)] = true
	}
	out.History = nil
	for _, e := range in.History {
		if aimed[RequisitionKey(e.Requisition)] || numbers[NumberKey(e.Number)] || in.resembles(e.Number) {
			e.Invoice.Evidence, e.Invoice.Known, e.Invoice.Particulars = nil, nil, nil
			out.History = append(out.History, e)
		}
	}
	out.Grounds = map[string]Ground{}
	for _, l := range out.Lists {
		if g, ok := in.Grounds[l.Entity]; ok {
			out.Grounds[l.Entity] = g
		}
	}
	return out
}

// resembles tells whether a person may take the number for one of those sent.
func (in Input) resembles(number string) bool {
	return slices.ContainsFunc(in.Upload.Invoices, func(i Invoice) bool {
		return lookAlike(i.Number, number) || i.Credits != "" && lookAlike(i.Credits, number)
	})
}

// rulesOn is the day whose rules count for an upload: that of its receipt, where the entity of the first list is; zero without a list.
func (in Input) rulesOn() period.Day {
	targets := newJudgement(in).targets
	if len(targets) == 0 {
		return period.Day{}
	}
	return period.DayOf(in.Upload.ReceivedAt, in.Grounds[targets[0].Entity].zone())
}

// basis is what is kept of an input, whose invoices stand at some positions of their submission.
func (in Input) basis(positions []int) Basis {
	in = in.lean()
	b := Basis{
		Requisition: in.Upload.Requisition, ReceivedAt: in.Upload.ReceivedAt, RulesOn: in.RulesOn, ListAttached: in.Upload.ListAttached,
		MoreFollows: in.Upload.MoreWillFollow, StarredBlank: in.Upload.StarredBlank, LateAllowed: in.LateAllowed, History: in.History, Positions: positions,
		Name: in.Merchant.Name, Spellings: in.Merchant.Spellings, Grounds: map[string]keptGround{}, Settings: in.Settings,
		Fiscal: in.Fiscal, Answered: in.Answered, Overridden: in.Overridden,
	}
	for n, i := range in.Upload.Invoices {
		for _, f := range i.Findings {
			if b.Findings == nil {
				b.Findings = make([][]finding, len(in.Upload.Invoices))
			}
			b.Findings[n] = append(b.Findings[n], finding{f.Code, f.Path, f.Args})
		}
	}
	for _, l := range in.Lists {
		b.Lists = append(b.Lists, ListRef{l.Requisition, l.Version})
	}
	for code, g := range in.Grounds {
		k := keptGround{
			Name: g.Entity.Name, Spellings: g.Entity.Spellings, Country: g.Entity.Country, ZoneName: g.Entity.ZoneName, LastDay: g.LastDay,
			DueMonths: g.DueMonths, Withholding: g.Withholding,
		}
		if g.Law != nil {
			k.Law = g.Law.ID
		}
		if g.Zone != nil {
			k.Zone = g.Zone.String()
		}
		b.Grounds[code] = k
	}
	return b
}

// input is what Judge looked at, with the lists and invoices that were kept elsewhere.
func (b Basis) input(merchant string, lists []List, invoices []Invoice) Input {
	for n, fs := range b.Findings {
		if n < len(invoices) {
			for _, f := range fs {
				invoices[n].Findings = append(invoices[n].Findings, fault.Warning(f.Code, f.Path, f.Args))
			}
		}
	}
	in := Input{
		Fiscal: b.Fiscal, Answered: b.Answered, Overridden: b.Overridden,
		Lists: lists, History: b.History, RulesOn: b.RulesOn, LateAllowed: b.LateAllowed, Settings: b.Settings, Grounds: map[string]Ground{},
		Merchant: entities.Merchant{ID: merchant, Name: b.Name, Spellings: b.Spellings},
		Upload: Upload{
			Requisition: b.Requisition, ReceivedAt: b.ReceivedAt, ListAttached: b.ListAttached, MoreWillFollow: b.MoreFollows,
			StarredBlank: b.StarredBlank, Invoices: invoices,
		},
	}
	for code, k := range b.Grounds {
		g := Ground{
			Entity:  entities.Entity{Code: code, Name: k.Name, Spellings: k.Spellings, Country: k.Country, Jurisdiction: k.Law, ZoneName: k.ZoneName},
			LastDay: k.LastDay, DueMonths: k.DueMonths, Withholding: k.Withholding,
		}
		g.Law, _ = entities.JurisdictionByID(k.Law)
		if z, err := time.LoadLocation(k.Zone); err == nil && k.Zone != "" {
			g.Zone = z
		}
		in.Grounds[code] = g
	}
	return in
}

// Result is a verdict in short: what judging the same again has to give.
type Result struct {
	Outcome  Outcome       `json:"outcome"`
	Complete bool          `json:"complete"`
	Faults   []string      `json:"faults,omitempty"` // code and place
	Holds    []string      `json:"holds,omitempty"`
	Warnings []string      `json:"warnings,omitempty"`
	Invoices []Status      `json:"invoices,omitempty"`
	Missing  *money.Amount `json:"missing,omitempty"`
}

// ResultOf shortens a verdict.
func ResultOf(v Verdict) Result {
	short := func(fs fault.Faults) (out []string) {
		for _, f := range fs {
			out = append(out, f.Code+" "+f.Path)
		}
		return out
	}
	r := Result{
		Outcome: v.Outcome, Complete: v.Complete, Faults: short(v.Faults), Holds: short(v.Holds), Warnings: short(v.Warnings), Missing: v.Missing,
	}
	for _, i := range v.Invoices {
		r.Invoices = append(r.Invoices, i.Status)
	}
	return r
}

// Same tells whether two results say the same.
func (r Result) Same(o Result) bool {
	missing := (r.Missing == nil) == (o.Missing == nil)
	if missing && r.Missing != nil {
		missing = r.Missing.Currency == o.Missing.Currency && r.Missing.Value.Equal(o.Missing.Value)
	}
	return missing && r.Outcome == o.Outcome && r.Complete == o.Complete && slices.Equal(r.Faults, o.Faults) && slices.Equal(r.Holds, o.Holds) &&
		slices.Equal(r.Warnings, o.Warnings) && slices.Equal(r.Invoices, o.Invoices)
}
