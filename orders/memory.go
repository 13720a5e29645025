package orders

import (
	"os"
	"runtime/debug"
)

// LoadMemory sets how much memory a process that only loads may take before it collects garbage: nearly all of a load's memory is short-lived, so
// that collecting it rarely saves a third of the processor's time. It asks for at most 150 MiB, whatever the size of the file; GOGC and GOMEMLIMIT
// of the environment go before it.
func LoadMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(150 << 20)
	}
}
