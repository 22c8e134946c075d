package flowfile

import (
	"net/http"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// lookupTimeout is how long a look-up that does not say otherwise may take.
const lookupTimeout = 4 * time.Second

// lookups compiles the named look-ups. Their expressions see the answer only.
func (l *loader) lookups() {
	l.waiting = map[string][]use{}
	for _, n := range l.tree(lookupsFile).items() {
		if n.kind != mapping || nameText.parse(n.key.text) != nil {
			continue
		}
		name := n.key.text
		k := &flow.Lookup{
			Lookup:  ivr.Lookup{Name: name, URL: n.get("url").str(), Headers: map[string]string{}, Timeout: lookupTimeout},
			Waiting: flow.Prompt{phrasePrompt("one_moment")},
		}
		setDuration(&k.Timeout, n.get("timeout"))
		for _, h := range n.get("headers").items() {
			k.Headers[http.CanonicalHeaderKey(h.key.text)] = h.str()
		}
		if w := n.get("waiting"); w != nil {
			k.Waiting, l.waiting[name] = l.prompt(w, "", "lookup."+name+".waiting")
		}
		l.checkURL(n.get("url"))
		l.answer(n, k)
		l.program.Lookups[name] = k
	}
}

// answer compiles what a look-up makes of its answer.
func (l *loader) answer(n *node, k *flow.Lookup) {
	env := map[string]flow.Type{"body": flow.TypeAny, "code": flow.TypeInt}
	found, at := "code != 404", n.get("found")
	if at.str() != "" {
		found = at.text
	} else {
		at = n
	}
	k.Found, _, _ = l.compile(at, 0, found, env, flow.TypeBool)
	for _, m := range n.get("map").items() {
		e, kind := m, "text"
		if m.kind == mapping {
			e = m.get("expr")
			if t := m.get("type").str(); t != "" {
				kind = t
			}
		}
		if e.str() == "" {
			continue
		}
		compiled, t, _ := l.compile(e, 0, e.text, env, flow.TypeAny)
		if !mappable(t, kind) {
			l.errorf(e.at, "%s: %q gives %s, which is no %s; change the expression or its type", m.name(), e.text, t, kind)
		}
		k.Map = append(k.Map, flow.Mapping{Var: m.key.text, Expr: compiled, Type: kind})
	}
}

// mappable tells whether a value of a type may be taken for another kind.
func mappable(t flow.Type, kind string) bool {
	switch {
	case t == flow.TypeAny:
		return true
	case kind == "number":
		return numeric(t) || t == flow.TypeText
	case kind == "bool":
		return t == flow.TypeBool
	case kind == "time":
		return t == flow.TypeText || t == flow.TypeTime
	}
	return t != flow.TypeList
}

// checkURL looks at the {{ name }} parts of an address.
func (l *loader) checkURL(n *node) {
	for _, m := range urlPart.FindAllStringSubmatchIndex(n.str(), -1) {
		if part := n.text[m[2]:m[3]]; nameText.parse(part) != nil {
			l.errorf(n.inside(m[0]), "url: {{ %s }} must be a name that the look-up node's input gives, such as {{ number }}", part)
		}
	}
}
