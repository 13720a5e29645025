package main

import (
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress draws one bar on a terminal and nothing anywhere else. Parts of the work may go on side by side: the bar is their sum.
type progress struct {
	m     *Main
	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	parts map[string][2]int64 // done and total of each
}

func (m *Main) progress() *progress { return &progress{m: m, parts: map[string][2]int64{}} }

// at says how far a part has come. A total of 0 is one that is not known yet.
func (p *progress) at(done, total int64, part string) {
	if p.m.flags.quiet || p.m.flags.json || !isTerminal(p.m.Stderr) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parts[part] = [2]int64{done, total}
	var sum [2]int64
	known := true
	for _, x := range p.parts {
		sum[0], sum[1] = sum[0]+x[0], sum[1]+x[1]
		known = known && x[1] > 0
	}
	if !known {
		sum[1] = -1
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(sum[1], progressbar.OptionSetWriter(p.m.Stderr), progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(60*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	p.bar.Describe(strings.Join(sortedKeys(p.parts), " "))
	if p.bar.GetMax64() != sum[1] {
		p.bar.ChangeMax64(sum[1])
	}
	_ = p.bar.Set64(sum[0])
}

// end clears the bar away, so that what is printed next stands on a line of its own.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}
