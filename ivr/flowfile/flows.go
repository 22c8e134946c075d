package flowfile

import (
	"maps"
	"path"
	"slices"
	"strings"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// flows builds the program and looks at it as a whole.
func (l *loader) flows() {
	l.program = &flow.Program{
		Flows:   map[string]*flow.Flow{},
		Nodes:   map[string]*flow.Node{},
		Prompts: map[string]flow.Template{},
		Lookups: map[string]*flow.Lookup{},
	}
	l.graph, l.spoken = newGraph(), map[string]spokenText{}
	l.nodeTypes = map[string]nodeType{}
	for _, t := range nodeTypes() {
		l.nodeTypes[t.name] = t
	}
	l.index()
	l.phrases()
	l.variables()
	l.namedPrompts()
	l.lookups()
	l.line()
	for _, name := range l.flowNames {
		l.flow(name)
	}
	l.analyse()
	l.length()
	l.recordings()
}

// index finds all flows and nodes by name.
func (l *loader) index() {
	l.flowTrees, l.nodeTrees = map[string]*node{}, map[string]*node{}
	for _, file := range l.files {
		tree := l.trees[file]
		name := tree.get("flow")
		if nameText.parse(name.str()) != nil {
			continue
		}
		if slices.Contains([]string{"article", "notice", "phrase"}, name.text) {
			l.errorf(name.at, "a flow cannot be called %q, for the ids of its prompts would be those of %ss; choose another name", name.text, name.text)
		}
		if before := l.flowTrees[name.text]; before != nil {
			l.errorf(name.at, "the flow %q is already in %s; give one of them another name", name.text, before.at.file)
			continue
		}
		l.flowTrees[name.text] = tree
		l.flowNames = append(l.flowNames, name.text)
		f := &flow.Flow{Name: name.text}
		for _, n := range tree.get("nodes").items() {
			if nodeName.parse(n.key.text) != nil {
				continue
			}
			id := name.text + "." + n.key.text
			l.nodeTrees[id] = n
			f.Order = append(f.Order, id)
		}
		l.program.Flows[name.text] = f
	}
}

// flow builds the nodes of one flow.
func (l *loader) flow(name string) {
	tree, f := l.flowTrees[name], l.program.Flows[name]
	if start := tree.get("start"); nodeName.parse(start.str()) == nil {
		if t, ok := l.resolve(start, name); ok {
			f.Start = string(t)
		}
	}
	for _, id := range f.Order {
		n := l.nodeTrees[id]
		b := &builder{loader: l, flow: name, id: id, n: n}
		b.s = l.graph.add(&station{id: id, flow: name, at: n.keyAt(), typ: n.get("type").str()})
		typ, known := l.nodeTypes[b.s.typ]
		if !known {
			b.opaque()
			continue
		}
		b.manners = b.mannersOf()
		kind := typ.build(b)
		if incomplete(n, typ.fields) {
			b.s.opaque = true
		}
		l.program.Nodes[id] = &flow.Node{ID: id, Outcome: b.outcome(), Manners: b.manners, Kind: kind}
	}
}

// resolve finds what a target names. It reports one that does not exist, and
// then gives the node that was probably meant, so that one slip is one error.
func (l *loader) resolve(n *node, scope string) (flow.Target, bool) {
	if n == nil || n.kind != text || targetText.parse(n.text) != nil {
		return "", false
	}
	if n.text == string(flow.Return) {
		return flow.Return, true
	}
	flowName, local, qualified := strings.Cut(n.text, ".")
	if !qualified {
		flowName, local = scope, n.text
	}
	id := flowName + "." + local
	if l.nodeTrees[id] != nil {
		return flow.Target(id), true
	}
	f := l.program.Flows[flowName]
	switch {
	case f == nil && (l.brokenFlow(flowName) || !qualified):
		return "", false
	case f == nil:
		l.errorf(n.at, "%s: there is no flow %q for %q%s", n.name(), flowName, n.text, hint(flowName, l.flowNames))
		return "", false
	}
	var names []string
	for _, known := range f.Order {
		names = append(names, strings.TrimPrefix(known, flowName+"."))
	}
	l.errorf(n.at, "%s: there is no node %q in flow %s%s", n.name(), local, flowName, l.targetHint(n.text, local, names, qualified))
	if best := nearest(local, names); best != "" {
		return flow.Target(flowName + "." + best), true
	}
	return "", false
}

func (l *loader) targetHint(written, local string, names []string, qualified bool) string {
	if nearest(local, names) == "" && !qualified {
		if f := l.program.Flows[written]; f != nil {
			return `; a flow is called with {type: call, flow: ` + written + `}, and its nodes are named ` + written + `.NODE`
		}
		for _, id := range slices.Sorted(maps.Keys(l.nodeTrees)) {
			if strings.HasSuffix(id, "."+local) {
				return `; did you mean "` + id + `"?`
			}
		}
	}
	return hint(local, names)
}

// brokenFlow tells whether a flow may be in a file that cannot be read.
func (l *loader) brokenFlow(name string) bool {
	for _, file := range l.files {
		if l.broken(file) && (strings.TrimSuffix(path.Base(file), ".yaml") == name || l.flowTrees[name] == nil) {
			return true
		}
	}
	return false
}

// builder builds one node.
type builder struct {
	*loader
	flow    string
	id      string
	n       *node
	s       *station
	manners flow.Manners
}

// to is the target under a key of the node; it becomes an exit of the node.
func (b *builder) to(key string, sets ...string) flow.Target {
	return b.exit(b.n.get(key), "", sets...)
}

func (b *builder) exit(n *node, call string, sets ...string) flow.Target {
	t, ok := b.resolve(n, b.flow)
	if !ok {
		if n != nil {
			b.s.opaque = true
		}
		if call == "" {
			return ""
		}
	}
	at := b.s.at
	if n != nil {
		at = n.at
	}
	b.s.exits = append(b.s.exits, exit{to: string(t), call: call, sets: sets, at: at, own: true})
	return t
}

// cases are the node's exits by name. sets gives the variables set on each.
func (b *builder) cases(sets map[string][]string) flow.Cases {
	out := flow.Cases{}
	for _, e := range b.n.get("cases").items() {
		if e.key != nil && e.kind == text {
			if t := b.exit(e, "", sets[e.key.text]...); t != "" {
				out[e.key.text] = t
			}
		}
	}
	return out
}

// say reads a prompt of the node; what it reads is read by the node.
func (b *builder) say(n *node, id string) flow.Prompt {
	p, reads := b.prompt(n, b.flow, b.id+"."+id)
	b.s.reads = append(b.s.reads, reads...)
	return p
}

func (b *builder) outcome() ivr.Outcome {
	key := "outcome"
	if b.s.typ == "outcome" {
		key = "set"
	}
	return ivr.Outcome(b.n.get(key).str())
}

// incomplete tells whether something that must be there is missing, which was
// reported with the form.
func incomplete(n *node, fields []field) bool {
	return slices.ContainsFunc(fields, func(f field) bool { return f.need != "" && !n.has(f.key) })
}

// opaque stands for a node of a type that does not exist: it may lead to
// whatever it names.
func (b *builder) opaque() {
	b.s.opaque = true
	var walk func(n *node)
	walk = func(n *node) {
		if n.kind == text && targetText.parse(n.text) == nil {
			id := n.text
			if !strings.Contains(id, ".") {
				id = b.flow + "." + id
			}
			if b.nodeTrees[id] != nil {
				b.s.exits = append(b.s.exits, exit{to: id, at: n.at, own: true})
			}
			if b.program.Flows[n.text] != nil {
				b.s.exits = append(b.s.exits, exit{call: n.text, at: n.at, own: true})
			}
		}
		for _, e := range n.entries {
			walk(e)
		}
	}
	walk(b.n)
}

// peek is a target of the node without a report.
func (b *builder) peek(n *node) (flow.Target, bool) {
	id := n.str()
	if !strings.Contains(id, ".") {
		id = b.flow + "." + id
	}
	return flow.Target(id), b.nodeTrees[id] != nil
}
