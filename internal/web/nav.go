package web

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Section is a part of the main navigation under a heading of its own.
type Section struct {
	Key     string   // of the heading's word
	Entries []string // keys of routes' Nav: those stand here, in this order
}

// NavPart is a section as the layout shows it, to one user.
type NavPart struct {
	Key   string // empty: no heading
	Items []NavItem
}

// NavItem is one entry of the main navigation as the layout shows it.
type NavItem struct {
	Key, Href      string
	Current, Exact bool // Current: this page or one below it; Exact: this page
	Count          int  // of what waits there and was not seen; 0: nothing
}

// headingsFrom is how many entries need headings: fewer are found at a glance.
const headingsFrom = 6

// navFor lists what a user may go to by sections. Entries of no section come first, without a heading.
func (s *Server) navFor(ctx context.Context, u *User, path string) []NavPart {
	if u == nil {
		return nil
	}
	place, turn := map[string]int{}, map[string]int{} // place 0: no section
	for i, x := range s.opt.Sections {
		for j, key := range x.Entries {
			place[key], turn[key] = i+1, j
		}
	}
	counts := s.counts(ctx, u)
	parts, n := make([]NavPart, len(s.opt.Sections)+1), 0
	for _, r := range s.routes {
		if r.Nav == "" || allowed(u, r.Duties) != nil {
			continue
		}
		exact := path == r.Path
		below := r.Path != "/" && strings.HasPrefix(path, r.Path+"/")
		p := &parts[place[r.Nav]]
		p.Items = append(p.Items, NavItem{Key: r.Nav, Href: r.Path, Current: exact || below, Exact: exact, Count: counts[r.Nav]})
		n++
	}
	var out []NavPart
	for i, p := range parts {
		slices.SortStableFunc(p.Items, func(a, b NavItem) int { return cmp.Compare(turn[a.Key], turn[b.Key]) })
		switch {
		case len(p.Items) == 0:
			continue
		case n < headingsFrom && len(out) > 0:
			out[0].Items = append(out[0].Items, p.Items...)
			continue
		case n >= headingsFrom && i > 0:
			p.Key = s.opt.Sections[i-1].Key
		}
		out = append(out, p)
	}
	return out
}

// counts never keeps a page from being shown.
func (s *Server) counts(ctx context.Context, u *User) map[string]int {
	if s.opt.Counts == nil {
		return nil
	}
	m, err := s.opt.Counts(ctx, u)
	if err != nil {
		s.log.Warn("what waits could not be counted", "error", err)
	}
	return m
}
