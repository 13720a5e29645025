package provisioning

import "time"

// Policy says how often a call is tried and what follows when none of the tries did it.
type Policy struct {
	Tries  int           // the first one included
	Every  time.Duration // business time from one to the next
	Refund bool          // after the last one: the order is judged failed and its money goes back; otherwise it waits for a person
	Source string
}

// rule is a row of the table of repeats. Empty means any. Of the time a source gives either the number of tries or the span stands here; where it
// gives no pause, that of the setting interface_retry_minutes is taken.
type rule struct {
	scenes   []Scene
	version  Version
	delivery Delivery
	tries    int
	span     time.Duration
	every    time.Duration
	refund   bool
	source   string
}

var updates = []Scene{TrialToFormal, Renewal, RenewalRefund, RenewalChange}

// rules are the repeats by scene, version and delivery; the first that fits counts.
var rules = []rule{
	{scenes: []Scene{Create}, delivery: Licence, span: 2 * time.Hour, every: 2 * time.Minute, refund: true, source: "access guide, online licence: 2 hours, every 2 minutes (the page also says 3 hours)"},
	{scenes: []Scene{Create}, delivery: Access, span: 3 * time.Hour, every: time.Hour, source: "delivery access: 3 hours, once an hour; stops without a refund"},
	{scenes: []Scene{Create}, span: 3 * time.Hour, every: time.Hour, refund: true, source: "access guide: 3 hours, once an hour; then refunded"},
	{scenes: []Scene{Acceptance}, span: 3 * time.Hour, every: time.Hour, source: "delivery access: 3 hours, once an hour; stops without a refund"},
	{scenes: []Scene{Upgrade}, span: 3 * time.Hour, refund: true, source: "access guide: upgrade 3 hours; then refunded"},
	{scenes: updates, delivery: LicenceCode, tries: 60, every: 2 * time.Minute, source: "authorisation code 2.0: 60 tries, one in 2 minutes"},
	{scenes: updates, delivery: Licence, span: 2 * time.Hour, every: 2 * time.Minute, source: "access guide, online licence: 2 hours"},
	{scenes: updates, version: V2, tries: 1, source: "access guide 2.0: an update is called once"},
	{scenes: updates, span: time.Hour, source: "access guide 1.0: renewal 1 hour"},
	{scenes: []Scene{Expire}, delivery: LicenceCode, tries: 60, every: 2 * time.Minute, source: "authorisation code 2.0, expired and not renewed: 60 tries, one in 2 minutes"},
	{scenes: []Scene{Expire}, delivery: Licence, span: 2 * time.Hour, every: 2 * time.Minute, source: "access guide, online licence: 2 hours"},
	{scenes: []Scene{Expire}, span: time.Hour, source: "access guide: expiry 1 hour (another page: one call)"},
	{scenes: []Scene{Freeze, Unfreeze}, delivery: Licence, span: 2 * time.Hour, every: 2 * time.Minute, source: "access guide, online licence: 2 hours"},
	{scenes: []Scene{Freeze, Unfreeze}, span: time.Hour, source: "result page: freeze and unfreeze 1 hour"},
	{scenes: []Scene{LicenceGet}, span: 2 * time.Hour, every: 2 * time.Minute, source: "access guide, online licence: 2 hours, every 2 minutes"},
	{scenes: []Scene{Release}, span: time.Hour, source: "result page: release 1 hour"},
}

// Repeats are the settings the table of repeats leaves open.
type Repeats struct {
	Every      time.Duration // interface_retry_minutes: where no source gives a pause
	Poll       time.Duration // interface_poll_minutes: after "still processing"
	ExpireOnce bool          // interface_expiry: an expiry is called once
	Millis     bool          // interface_timestamp
}

// PolicyOf finds how a call is repeated.
func PolicyOf(s Scene, v Version, d Delivery, r Repeats) Policy {
	for _, x := range rules {
		if !contains(x.scenes, s) || x.version != "" && x.version != v || x.delivery != "" && x.delivery != d {
			continue
		}
		p := Policy{Tries: x.tries, Every: x.every, Refund: x.refund, Source: x.source}
		if p.Every == 0 {
			p.Every = r.Every
		}
		if p.Tries == 0 {
			p.Tries = int(x.span/p.Every) + 1 // the last one stands at the end of the span
		}
		if s == Expire && x.delivery == "" && r.ExpireOnce {
			p.Tries = 1
		}
		return p
	}
	return Policy{Tries: 1, Every: r.Every}
}

// Span is the time from the first try to the last.
func (p Policy) Span() time.Duration { return time.Duration(p.Tries-1) * p.Every }

func contains(list []Scene, s Scene) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
