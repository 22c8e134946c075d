package flowfile

import (
	"strings"

	"infolinia/ivr/flow"
)

// analyse looks at all flows together.
func (l *loader) analyse() {
	l.returns()
	l.secrets()
	if !l.brokenFlows() { // else what a file that cannot be read leads to is not known
		l.reach()
	}
	l.traps()
	l.assignments()
	l.levels()
	l.pressed()
}

// returns refuses `return` where there is nothing to return to: in the entry
// flow, and in a flow that a target leads into without a call.
func (l *loader) returns() {
	entered := map[string]exit{}
	for _, s := range l.graph.all() {
		for _, e := range s.exits {
			to, _, _ := strings.Cut(e.to, ".")
			if e.call == "" && e.to != string(flow.Return) && to != "" && to != s.flow {
				if _, known := entered[to]; !known {
					entered[to] = e
				}
			}
		}
	}
	reported := map[position]bool{}
	for _, s := range l.graph.all() {
		for _, e := range s.exits {
			if e.to != string(flow.Return) || reported[e.at] {
				continue
			}
			reported[e.at] = true
			if s.flow == l.program.Entry {
				l.errorf(e.at, "return is refused in the entry flow %q, for nothing has called it; name the node to go to", s.flow)
			} else if from, jumped := entered[s.flow]; jumped {
				l.errorf(e.at, "return is refused in flow %q, for the target %q (%s:%d) leads into it without a call; call the flow there, or name the node to go to",
					s.flow, from.to, from.at.file, from.at.line)
			}
		}
	}
}

// secrets refuses to read a sensitive variable where its value could be heard
// or written.
func (l *loader) secrets() {
	for _, s := range l.graph.all() {
		for _, u := range s.reads {
			if from, secret := l.sensitive[u.name]; secret && !u.lookup && !u.confirm {
				l.errorf(u.at, "%q is sensitive (line %d of %s) and may be read only in a look-up's input and in its own confirm; remove it here", u.name, from.line, from.file)
			}
		}
	}
}

// reach reports flows and nodes that no call can come to.
func (l *loader) reach() {
	entry := l.program.Flows[l.program.Entry]
	if entry == nil {
		return
	}
	reached := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		s := l.graph.stations[id]
		if s == nil || reached[id] {
			return
		}
		reached[id] = true
		for _, e := range s.exits {
			if f := l.program.Flows[e.call]; f != nil {
				visit(f.Start)
			}
			visit(e.to)
		}
	}
	for _, root := range l.roots() {
		visit(root)
	}
	for _, name := range l.flowNames {
		l.unreached(name, reached)
	}
}

// roots are where a call can be without another node leading there.
func (l *loader) roots() []string {
	out := []string{l.program.Flows[l.program.Entry].Start, string(l.program.MaxExceeded), "event error.lookup", "event error.internal"}
	for _, link := range l.program.Links {
		out = append(out, string(link.Goto))
	}
	return out
}

func (l *loader) unreached(name string, reached map[string]bool) {
	var lost []*station
	order := l.program.Flows[name].Order
	for _, id := range order {
		if s := l.graph.stations[id]; s != nil && !reached[id] {
			lost = append(lost, s)
		}
	}
	if len(lost) == len(order) && len(order) > 0 {
		at := l.flowTrees[name].get("flow").at
		l.errorf(at, "the flow %q cannot be reached: nothing calls it or leads to one of its nodes; call it or remove it", name)
		return
	}
	for _, s := range lost {
		l.errorf(s.at, "the node %q cannot be reached: nothing leads to it; lead to it or remove it", s.id)
	}
}

// levelsWanted is how many menus deep a caller finds the way.
const levelsWanted = 3

// levels warns of menus that are too many menus away from the start.
func (l *loader) levels() {
	entry := l.program.Flows[l.program.Entry]
	if entry == nil {
		return
	}
	depth := map[string]int{}
	now := []string{entry.Start}
	for level := 0; len(now) > 0; level++ {
		var deeper []string
		for len(now) > 0 {
			id := now[0]
			now = now[1:]
			s := l.graph.stations[id]
			if _, seen := depth[id]; seen || s == nil {
				continue
			}
			if s.menu {
				depth[id] = level + 1
			} else {
				depth[id] = level
			}
			for _, e := range s.exits {
				to := []string{e.to}
				if f := l.program.Flows[e.call]; f != nil {
					to = append(to, f.Start)
				}
				if s.menu {
					deeper = append(deeper, to...)
				} else {
					now = append(now, to...)
				}
			}
		}
		now = deeper
	}
	for _, s := range l.graph.all() {
		if d := depth[s.id]; s.menu && d > levelsWanted {
			l.warnf(s.at, "the menu %q is on level %d of menus; callers get lost beyond %d, so make the tree flatter", s.id, d, levelsWanted)
		}
	}
}
