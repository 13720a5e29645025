package ledger_test

import (
	"os"
	"strconv"
	"time"
)

// benchSeconds is how long a timed benchmark runs: ten seconds, or what SECONDS says.
func benchSeconds() time.Duration {
	if n, err := strconv.Atoi(os.Getenv("SECONDS")); err == nil {
		return time.Duration(n) * time.Second
	}
	return 10 * time.Second
}
