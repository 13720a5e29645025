package orders

import (
	"time"

	"suanpan/internal/fault"
)

// sourceKind is the first record of every file: whose it is, and in which zone its zone-less times are.
var sourceKind = kindDef{
	name: "source", phase: reference, rank: -1, make: func() record { return &sourceRecord{} },
	id: "name",
	about: "First record of every file: its source, and the zone of times that name none. `history: true` says that facts without recordedAt were known when " +
		"they happened, for files of the past; otherwise they count as known now.",
	example: `{"kind":"source","name":"koogallery-intl","zone":"Asia/Shanghai"}`,
	journal: postsNothing,
}

type sourceRecord struct {
	Head
	Name    string `json:"name"`
	Zone    string `json:"zone"`
	History bool   `json:"history,omitempty"`

	zone *time.Location
}

func (r *sourceRecord) factID() string      { return r.Name }
func (r *sourceRecord) happened() time.Time { return time.Time{} }

func (r *sourceRecord) check(c *checker) {
	c.text("name", &r.Name, true)
	zone, err := time.LoadLocation(r.Zone)
	if err != nil || r.Zone == "" || r.Zone == "Local" {
		c.bad("FEED-ZONE", "zone", fault.Args{"got": r.Zone})
		return
	}
	r.zone = zone
}
