package flowfile

import (
	"slices"
	"strings"

	"infolinia/ivr/flow"
)

// traps reports nodes that lead to each other without input and without a way
// out, and nodes from which no person and no end can be reached.
func (l *loader) traps() {
	next := map[string][]*station{}
	all := l.graph.all()
	for _, s := range all {
		for _, e := range s.exits {
			next[s.id] = append(next[s.id], l.graph.successors(l.program, s, e)...)
		}
	}
	looped := map[string]bool{}
	for _, loop := range components(all, next) {
		if !closed(loop, next) {
			continue
		}
		for _, s := range loop {
			looped[s.id] = true
		}
		l.errorf(loop[0].at, "the caller never gets out of %s: they lead to each other without waiting for a key; let one of them lead on", ids(loop))
	}
	l.trapped(all, next, looped)
}

// trapped reports what leads to no person and to no end.
func (l *loader) trapped(all []*station, next map[string][]*station, looped map[string]bool) {
	good := map[string]bool{}
	for changed := true; changed; {
		changed = false
		for _, s := range all {
			if good[s.id] || !l.free(s) && !anyGood(next[s.id], good) {
				continue
			}
			good[s.id], changed = true, true
		}
	}
	for _, s := range all {
		if !good[s.id] && !looped[s.id] && s.flow != "" {
			l.errorf(s.at, "from the node %q neither a person nor an end can be reached; let a way lead to a queue, transfer, callback, voicemail or hangup", s.id)
		}
	}
}

// returned tells whether it is known where a flow returns to.
func (l *loader) returned(name string) bool {
	callers := l.graph.callers(name)
	return len(callers) > 0 && !slices.ContainsFunc(callers, func(e exit) bool { return e.to == "" })
}

func anyGood(stations []*station, good map[string]bool) bool {
	for _, s := range stations {
		if good[s.id] {
			return true
		}
	}
	return false
}

// free tells whether a station itself is a way out, or wrong in a way that was
// reported already.
func (l *loader) free(s *station) bool {
	if s.person || s.ends || s.opaque {
		return true
	}
	for _, e := range s.exits {
		if e.to == string(flow.Return) && !l.returned(s.flow) {
			return true
		}
	}
	return false
}

// closed tells whether a component is a loop without input and a way out.
func closed(loop []*station, next map[string][]*station) bool {
	inside := map[string]bool{}
	for _, s := range loop {
		inside[s.id] = true
	}
	edges := 0
	for _, s := range loop {
		if s.listens || s.person || s.ends || s.opaque || s.flow == "" {
			return false
		}
		for _, t := range next[s.id] {
			if !inside[t.id] {
				return false
			}
			edges++
		}
	}
	return edges > 0
}

func ids(stations []*station) string {
	var out []string
	for _, s := range stations {
		out = append(out, s.id)
	}
	if len(out) > 6 {
		out = append(out[:6], "…")
	}
	return strings.Join(out, ", ")
}

// components are the strongly connected ones (Tarjan), members in the order
// written.
func components(all []*station, next map[string][]*station) [][]*station {
	t := tarjan{next: next, index: map[string]int{}, low: map[string]int{}, on: map[string]bool{}}
	for _, s := range all {
		if t.index[s.id] == 0 {
			t.visit(s)
		}
	}
	order := map[string]int{}
	for i, s := range all {
		order[s.id] = i
	}
	for _, c := range t.found {
		sortBy(c, func(s *station) int { return order[s.id] })
	}
	sortBy(t.found, func(c []*station) int { return order[c[0].id] })
	return t.found
}

type tarjan struct {
	next       map[string][]*station
	index, low map[string]int
	on         map[string]bool
	stack      []*station
	found      [][]*station
}

func (t *tarjan) visit(s *station) {
	t.index[s.id] = len(t.index) + 1
	t.low[s.id] = t.index[s.id]
	t.stack, t.on[s.id] = append(t.stack, s), true
	for _, to := range t.next[s.id] {
		if t.index[to.id] == 0 {
			t.visit(to)
			t.low[s.id] = min(t.low[s.id], t.low[to.id])
		} else if t.on[to.id] {
			t.low[s.id] = min(t.low[s.id], t.index[to.id])
		}
	}
	if t.low[s.id] != t.index[s.id] {
		return
	}
	for i := len(t.stack) - 1; ; i-- {
		t.on[t.stack[i].id] = false
		if t.stack[i] == s {
			t.found = append(t.found, append([]*station(nil), t.stack[i:]...))
			t.stack = t.stack[:i]
			return
		}
	}
}
