package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress draws a bar on a terminal and nothing anywhere else.
type progress struct {
	m    *Main
	bar  *progressbar.ProgressBar
	what string
}

func (m *Main) progress() *progress { return &progress{m: m} }

// at moves the bar to done of total; another what begins a new bar. A total of 0 is one that is not known yet.
func (p *progress) at(done, total int64, what string) {
	if p.m.flags.quiet || p.m.flags.json || !isTerminal(p.m.Stderr) {
		return
	}
	if total <= 0 {
		total = -1
	}
	if p.bar == nil || p.what != what || p.bar.GetMax64() != total {
		p.end()
		p.what = what
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.m.Stderr), progressbar.OptionSetDescription(what),
			progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionThrottle(60*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	_ = p.bar.Set64(done)
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}
