package flowfile

import (
	"maps"
	"slices"

	"infolinia/ivr/flow"
)

func (b *builder) play() flow.Kind {
	return &flow.Play{Prompt: b.say(b.n.get("prompt"), "prompt"), Next: b.to("next")}
}

func (b *builder) notice() flow.Kind {
	b.refers("notice", noticesFile, slices.Collect(maps.Keys(b.content.Notices)))
	return &flow.Notice{Ref: b.n.get("ref").str(), Next: b.to("next")}
}

// refers checks that the node's ref is a name in a file.
func (b *builder) refers(what, file string, known []string) {
	b.known(b.n.get("ref"), what, file, known)
}

func (b *builder) known(n *node, what, file string, known []string) {
	if n.str() == "" || nameText.parse(n.text) != nil || b.broken(callflows+"/"+file) {
		return
	}
	if !slices.Contains(known, n.text) {
		b.errorf(n.at, "%s: there is no %s %q in %s%s", n.name(), what, n.text, file, hint(n.text, known))
	}
}

func (b *builder) schedule() flow.Kind {
	b.refers("hours", hoursFile, slices.Collect(maps.Keys(b.content.Hours)))
	return &flow.Schedule{Ref: b.n.get("ref").str(), Cases: b.cases(nil)}
}

func (b *builder) decision() flow.Kind {
	k := &flow.Decision{}
	for _, e := range b.n.get("cases").items() {
		branch := flow.Branch{When: b.expression(e.get("when"), flow.TypeBool)}
		branch.Goto = b.exit(e.get("goto"), "")
		k.Cases = append(k.Cases, branch)
	}
	k.Else = b.to("else")
	return k
}

// expression compiles an expression of the node; what it reads is read by the
// node.
func (b *builder) expression(n *node, want flow.Type) flow.Expr {
	if n.str() == "" {
		return flow.Expr{}
	}
	e, _, _ := b.compile(n, 0, n.text, b.types, want)
	for _, name := range e.Reads {
		b.s.reads = append(b.s.reads, use{name: name, at: n.at})
	}
	return e
}

func (b *builder) set() flow.Kind {
	k := &flow.Set{}
	var names []string
	for _, e := range b.n.get("vars").items() {
		before := len(b.s.reads)
		assign := flow.Assign{Var: e.key.text, Expr: b.expression(e, flow.TypeAny)}
		// What was set further up in the same node can be read here.
		b.s.reads = slices.Concat(b.s.reads[:before], slices.DeleteFunc(slices.Clone(b.s.reads[before:]), func(u use) bool {
			return slices.Contains(names, u.name)
		}))
		k.Vars = append(k.Vars, assign)
		names = append(names, e.key.text)
	}
	k.Next = b.to("next", names...)
	return k
}

func (b *builder) call() flow.Kind {
	name := b.n.get("flow")
	k := &flow.CallFlow{Flow: name.str()}
	k.Next = b.exit(b.n.get("next"), b.called(name))
	return k
}

// called checks the name of a flow to call; it is empty if there is none.
func (b *builder) called(n *node) string {
	name := n.str()
	if name == "" {
		return ""
	}
	if b.program.Flows[name] == nil {
		if !b.brokenFlow(name) {
			b.errorf(n.at, "%s: there is no flow %q%s", n.name(), name, hint(name, b.flowNames))
		}
		b.s.opaque = true
		if best := nearest(name, b.flowNames); best != "" {
			return best
		}
		return ""
	}
	return name
}

func (b *builder) setOutcome() flow.Kind { return &flow.SetOutcome{Next: b.to("next")} }

func (b *builder) hangup() flow.Kind {
	b.s.ends = true
	return &flow.HangUp{Prompt: b.say(b.n.get("prompt"), "prompt")}
}

func (b *builder) lookup() flow.Kind {
	ref := b.n.get("ref")
	file := b.tree(lookupsFile)
	var known []string
	for _, e := range file.items() {
		known = append(known, e.key.text)
	}
	b.refers("look-up", lookupsFile, known)
	lookup := file.get(ref.str())
	k := &flow.Ask{Ref: ref.str(), Input: b.input(lookup)}
	var mapped []string
	for _, m := range lookup.get("map").items() {
		mapped = append(mapped, m.key.text)
	}
	k.Cases = b.cases(map[string][]string{"found": mapped})
	b.s.reads = append(b.s.reads, b.waiting[ref.str()]...)
	if _, own := k.Cases["error"]; !own {
		b.s.exits = append(b.s.exits, exit{to: "event error.lookup", at: b.s.at, own: true})
	}
	return k
}

// input are the names that a look-up's address needs, from variables.
func (b *builder) input(lookup *node) map[string]string {
	out := map[string]string{}
	n := b.n.get("input")
	for _, e := range n.items() {
		name := e.str()
		if name == "" || nameText.parse(name) != nil {
			continue
		}
		out[e.key.text] = name
		if _, known := b.types[name]; !known {
			if b.brokenFlows() {
				continue
			}
			b.errorf(e.at, "%s: nothing sets a variable %q%s", e.name(), name, hint(name, slices.Collect(maps.Keys(b.types))))
			continue
		}
		b.s.reads = append(b.s.reads, use{name: name, at: e.at, lookup: true})
	}
	for _, m := range urlPart.FindAllStringSubmatch(lookup.get("url").str(), -1) {
		if n.get(m[1]) == nil && nameText.parse(m[1]) == nil {
			b.errorf(n.keyAtOr(b.s.at), "the address of look-up %q needs %q; write input: {%s: VARIABLE}", lookup.key.text, m[1], m[1])
		}
	}
	return out
}
