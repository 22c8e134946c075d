package flowfile

import (
	"slices"

	"infolinia/ivr/flow"
)

// reserved are words of the expression language.
var reserved = []string{"and", "contains", "else", "endsWith", "false", "if", "in", "let", "matches", "nil", "not", "or", "startsWith", "true"}

// variables finds every variable that anything sets, and its type.
func (l *loader) variables() {
	l.types, l.sensitive = map[string]flow.Type{}, map[string]position{}
	var sets []*node
	for _, name := range l.flowNames {
		for _, n := range l.flowTrees[name].get("nodes").items() {
			switch n.get("type").str() {
			case "collect":
				l.collected(n)
			case "set":
				sets = append(sets, n.get("vars").items()...)
			case "voicemail":
				l.join("report_seconds", flow.TypeInt)
				if n.get("as").str() == "report" {
					l.join("report_number", flow.TypeText)
				}
			}
		}
	}
	for _, lookup := range l.tree(lookupsFile).items() {
		for _, m := range lookup.get("map").items() {
			l.variable(m.key)
			l.join(m.key.text, mappedType(m))
		}
	}
	for _, e := range sets {
		l.variable(e.key)
	}
	l.infer(sets)
}

func (l *loader) collected(n *node) {
	v := n.get("var")
	if nameText.parse(v.str()) != nil {
		return
	}
	l.variable(v)
	l.join(v.text, flow.TypeText)
	if n.get("sensitive").is("true") {
		l.sensitive[v.text] = v.at
	}
}

// is tells whether a bool or number is written so.
func (n *node) is(written string) bool {
	return n != nil && (n.kind == boolean || n.kind == number) && n.text == written
}

// variable refuses names that a variable cannot have.
func (l *loader) variable(n *node) {
	switch {
	case slices.Contains(flow.HelperNames(), n.text):
		l.errorf(n.at, "a variable cannot be called %q, which is a helper; choose another name, such as %s_value", n.text, n.text)
	case slices.Contains(reserved, n.text):
		l.errorf(n.at, "a variable cannot be called %q, which is a word of the expression language; choose another name", n.text)
	}
}

func mappedType(m *node) flow.Type {
	switch m.get("type").str() {
	case "number":
		return flow.TypeNumber
	case "bool":
		return flow.TypeBool
	case "time":
		return flow.TypeTime
	}
	return flow.TypeText
}

// join notes that a variable may have a type. Different types are any.
func (l *loader) join(name string, t flow.Type) {
	if slices.Contains(flow.HelperNames(), name) || slices.Contains(reserved, name) {
		return // such a name cannot be a variable; it was reported
	}
	before, known := l.types[name]
	switch {
	case !known || before == t:
		l.types[name] = t
	case numeric(before) && numeric(t):
		l.types[name] = flow.TypeNumber
	default:
		l.types[name] = flow.TypeAny
	}
}

func numeric(t flow.Type) bool {
	return t == flow.TypeInt || t == flow.TypeDecimal || t == flow.TypeNumber
}

// infer finds the types of the variables that expressions set. An expression
// counts once all variables it reads have a type; what then has none is any.
func (l *loader) infer(sets []*node) {
	open := map[string]bool{}
	for _, e := range sets {
		if _, known := l.types[e.key.text]; !known {
			open[e.key.text] = true
		}
	}
	for range len(sets) + 1 {
		changed := false
		for _, e := range sets {
			t, ready := l.inferred(e, open)
			if !ready {
				continue
			}
			before := l.types[e.key.text]
			l.join(e.key.text, t)
			delete(open, e.key.text)
			changed = changed || before != l.types[e.key.text]
		}
		if !changed {
			break
		}
	}
	for name := range open {
		l.join(name, flow.TypeAny)
	}
}

func (l *loader) inferred(e *node, open map[string]bool) (flow.Type, bool) {
	vars := map[string]flow.Type{}
	for name, t := range l.types {
		vars[name] = t
	}
	for name := range open {
		if _, known := vars[name]; !known && !slices.Contains(flow.HelperNames(), name) {
			vars[name] = flow.TypeAny
		}
	}
	compiled, t, err := flow.Compile(e.str(), vars, flow.TypeAny)
	if err != nil || slices.ContainsFunc(compiled.Reads, func(r string) bool { return open[r] }) {
		return "", false
	}
	return t, true
}
