package flowfile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"infolinia/ivr/flow"
)

func sortBy[T any](s []T, key func(T) int) {
	slices.SortStableFunc(s, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}

// names is a set of variables.
type names map[string]bool

func (n names) with(more []string) names {
	if len(more) == 0 {
		return n
	}
	out := maps.Clone(n)
	for _, name := range more {
		out[name] = true
	}
	return out
}

// assigned finds the variables that are set on every way to a station, through
// calls too. What a called flow sets counts after it on all its ways back.
type assigned struct {
	l      *loader
	before map[string]names // by station; missing: not reached yet
	back   map[string]names // by flow: set when it returns; missing: it never does
	work   []string
}

// assignments reports variables that are read before they are set on some way.
func (l *loader) assignments() {
	entry := l.program.Flows[l.program.Entry]
	if entry == nil {
		return
	}
	a := &assigned{l: l, before: map[string]names{}, back: map[string]names{}}
	a.arrive(entry.Start, names{})
	a.run()
	for _, s := range l.graph.all() {
		set, reached := a.before[s.id]
		if !reached {
			continue
		}
		for _, u := range s.reads {
			if _, known := l.types[u.name]; !known || u.confirm || set[u.name] {
				continue
			}
			l.errorf(u.at, "%q may be read here before it is set%s; set it on every way, or lead elsewhere where it is not set", u.name, a.witness(s, u.name))
		}
	}
}

func (a *assigned) run() {
	for len(a.work) > 0 {
		id := a.work[0]
		a.work = a.work[1:]
		s := a.l.graph.stations[id]
		if s == nil {
			continue
		}
		set := a.before[id]
		for _, e := range s.exits {
			a.leave(s, e, set.with(e.sets))
		}
		// An error or the longest time in the machine may strike anywhere.
		if s.flow != "" {
			a.arrive(string(a.l.program.MaxExceeded), set)
			a.arrive("event error.internal", set)
		}
	}
}

func (a *assigned) leave(s *station, e exit, set names) {
	if f := a.l.program.Flows[e.call]; f != nil {
		a.arrive(f.Start, set)
		returned, does := a.back[e.call]
		if !does {
			return
		}
		set = set.with(slices.Collect(maps.Keys(returned)))
	}
	if e.to != string(flow.Return) {
		a.arrive(e.to, set)
		return
	}
	if before, known := a.back[s.flow]; known && !meet(before, set) {
		return
	} else if !known {
		a.back[s.flow] = maps.Clone(set)
	}
	for _, caller := range a.l.graph.all() {
		if slices.ContainsFunc(caller.exits, func(e exit) bool { return e.call == s.flow }) && a.before[caller.id] != nil {
			a.work = append(a.work, caller.id)
		}
	}
}

// arrive notes that a station is reached with these variables set.
func (a *assigned) arrive(id string, set names) {
	if a.l.graph.stations[id] == nil {
		return
	}
	before, known := a.before[id]
	if !known {
		a.before[id] = maps.Clone(set)
	} else if !meet(before, set) {
		return
	}
	a.work = append(a.work, id)
}

// meet drops from known what is not in set, and tells whether anything went.
func meet(known, set names) bool {
	n := len(known)
	maps.DeleteFunc(known, func(name string, _ bool) bool { return !set[name] })
	return len(known) < n
}

// witness names a way on which the variable is not set.
func (a *assigned) witness(goal *station, variable string) string {
	start := a.l.program.Flows[a.l.program.Entry].Start
	from := map[string]string{start: ""}
	for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
		s := a.l.graph.stations[queue[0]]
		if s == nil {
			continue
		}
		if s == goal {
			return " on the way " + way(from, goal.id)
		}
		for _, e := range s.exits {
			if slices.Contains(e.sets, variable) {
				continue
			}
			to := []string{e.to}
			if f := a.l.program.Flows[e.call]; f != nil {
				to = []string{f.Start}
				if back, does := a.back[e.call]; does && !back[variable] {
					to = append(to, e.to)
				}
			}
			for _, id := range to {
				if _, seen := from[id]; !seen && !a.before[id][variable] {
					from[id] = s.id
					queue = append(queue, id)
				}
			}
		}
	}
	return ""
}

func way(from map[string]string, id string) string {
	var out []string
	for ; id != ""; id = from[id] {
		out = append(out, id)
	}
	slices.Reverse(out)
	if len(out) > 6 {
		out = slices.Concat(out[:2], []string{"…"}, out[len(out)-3:])
	}
	return strings.Join(out, " > ")
}
