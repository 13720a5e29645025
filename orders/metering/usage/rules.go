package usage

import (
	"time"

	"suanpan/orders"
	"suanpan/orders/metering"
)

// Instance is what decides whether usage of an instance may be reported.
type Instance struct {
	Merchant string
	Line     string
	Product  string
	PerUse   bool      // charging mode is pay-per-use
	Opened   time.Time // effectiveness of its line; zero: never
	Closed   time.Time // released, canceled or not provisioned; zero: not
	Frozen   []Span    // in time order; the last may be open
	Delisted time.Time // of its product; zero: not
	Packages []PackageOf
	Stops    bool // stop-before-excess packages serve it
}

// Span is a time from Since until Until, which is zero where it lasts.
type Span struct{ Since, Until time.Time }

// PackageOf is a package that covers an instance, with what is left of it.
type PackageOf struct {
	metering.Package
	Empty bool // the window that the present is in has nothing left
}

// Limits are the settings that bound a record's age; 0 means that no source gives one and none is kept.
type Limits struct {
	MaxAge  time.Duration // code 007: from the end of the window to the report
	Running bool          // code 006 spares instances that were opened before their product was delisted
}

// Check gives the first code that speaks against a report whose form is right, and a second one that says more, or nothing. Precedence: whose
// instance it is, what it is, its product, its life, its package, its age. Numbers and windows used before are found by writing.
func Check(r orders.UsageReport, i *Instance, merchant string, now time.Time, lim Limits) (metering.Code, string) {
	switch {
	case i == nil:
		return metering.UnknownInstance, ""
	case i.Merchant != merchant:
		return metering.NotThisSeller, ""
	case !i.PerUse:
		return metering.NotPayPerUse, ""
	case i.off(r.End, lim.Running):
		return metering.ProductDelisted, ""
	case r.End.After(now): // it has not happened yet, whatever record_time says
		return metering.BadTimeRange, ""
	case i.Opened.IsZero():
		return metering.BadResourceStatus, WhyUnopened
	case r.Begin.Before(i.Opened), !i.Closed.IsZero() && r.End.After(i.Closed):
		return metering.BadTimeRange, WhyClosed
	}
	for _, f := range i.Frozen {
		if r.End.After(f.Since) && (f.Until.IsZero() || r.Begin.Before(f.Until)) {
			return metering.BadResourceStatus, WhyFrozen
		}
	}
	if why := checkPackage(r, i); why != "" {
		return metering.BadResourceStatus, why
	}
	if lim.MaxAge > 0 && now.Sub(r.End) > lim.MaxAge {
		return metering.TimeExpired, ""
	}
	return "", ""
}

// off tells whether a record that ends at an instant comes too late, its product being delisted by then.
func (i *Instance) off(end time.Time, running bool) bool {
	if i.Delisted.IsZero() || !end.After(i.Delisted) {
		return false
	}
	return !running || i.Opened.IsZero() || !i.Opened.Before(i.Delisted)
}

// checkPackage holds a record against the package it names: one is named where stop-before-excess packages serve the instance, and it covers the
// instance when the window begins.
func checkPackage(r orders.UsageReport, i *Instance) string {
	if r.Package == "" {
		if i.Stops {
			return WhyRelate
		}
		return ""
	}
	for _, p := range i.Packages {
		if p.Instance != r.Package || r.Begin.Before(p.From) || !r.Begin.Before(p.Until) {
			continue
		}
		if p.Stop && p.Empty {
			return WhyUsedUp
		}
		return ""
	}
	return WhyPackage
}
