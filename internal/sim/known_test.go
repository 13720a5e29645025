package sim

import (
	"encoding/json"
	"testing"
	"time"
)

// knownAt is when a line of a history feed became known: as it says, or when it happened; reference data always was.
func knownAt(t *testing.T, line []byte) time.Time {
	t.Helper()
	var f struct {
		Recorded string `json:"recordedAt"`
		Time     string `json:"time"`
		Created  string `json:"createTime"`
		Reported string `json:"record_time"`
		Kind     string `json:"kind"`
	}
	if err := json.Unmarshal(line, &f); err != nil {
		t.Fatal(err)
	}
	switch f.Kind {
	case "entity", "merchant", "product", "certification", "exchangeRate":
		return time.Time{}
	}
	for _, s := range []string{f.Recorded, f.Time, f.Created, f.Reported} {
		if s != "" {
			return at(s)
		}
	}
	t.Fatalf("no time in %s", line)
	return time.Time{}
}
