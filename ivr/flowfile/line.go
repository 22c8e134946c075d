package flowfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// personDefault is the node that a line's max_exceeded names unless it says
// otherwise.
const personDefault = "agent"

// line builds what line.yaml says.
func (l *loader) line() {
	n := l.tree(lineFile)
	p := l.program
	p.Number, p.Entry = n.get("number").str(), n.get("entry").str()
	p.Languages, p.Default = l.languages, n.get("languages").get("default").str()
	l.checkEntry(n.get("entry"))
	l.lineManners = readManners(standardManners(), n.get("defaults"))
	l.maxExceeded(n)
	l.limits(n.get("limits"))
	l.links(n.get("links"))
	l.events(n.get("events"))
	l.places(n)
}

func (l *loader) checkEntry(n *node) {
	name := n.str()
	if name == "" || l.program.Flows[name] != nil || l.brokenFlow(name) {
		return
	}
	l.errorf(n.at, "entry: there is no flow %q%s", name, hint(name, l.flowNames))
}

// maxExceeded finds the line's way to a person.
func (l *loader) maxExceeded(line *node) {
	if line == nil {
		return
	}
	n := line.get("defaults").get("max_exceeded")
	if n != nil {
		if t, ok := l.lineTarget(n); ok {
			l.program.MaxExceeded = t
		}
		return
	}
	id := l.program.Entry + "." + personDefault
	if l.nodeTrees[id] != nil {
		l.program.MaxExceeded = flow.Target(id)
		return
	}
	if l.program.Flows[l.program.Entry] == nil || !l.asks() {
		return
	}
	at := line.at
	if d := line.get("defaults"); d != nil {
		at = d.keyAt()
	}
	l.errorf(at, "too many errors lead to the node %q, but flow %s has none; add such a node, or name another one: defaults: {max_exceeded: NODE}", personDefault, l.program.Entry)
}

// asks tells whether any node can be answered wrongly: only then is a person
// needed for too many errors.
func (l *loader) asks() bool {
	for _, n := range l.nodeTrees {
		switch n.get("type").str() {
		case "play", "notice", "schedule", "decision", "set", "call", "transfer", "sms", "outcome", "hangup":
		default:
			return true
		}
	}
	return false
}

// lineTarget is a target in line.yaml: a node of the entry flow, or flow.node.
func (l *loader) lineTarget(n *node) (flow.Target, bool) {
	t, ok := l.resolve(n, l.program.Entry)
	if ok && t == flow.Return {
		l.errorf(n.at, "%s: return is refused in line.yaml, for there is nothing to return to; name a node", n.name())
		return "", false
	}
	return t, ok
}

func (l *loader) limits(n *node) {
	p := &l.program.Limits
	*p = flow.Limits{MaxCall: 30 * time.Minute, MaxStepsWithoutInput: 50, MaxRepeats: 3, MaxErrors: 10}
	setDuration(&p.MaxCall, n.get("max_call"))
	setInt(&p.MaxStepsWithoutInput, n.get("max_steps_without_input"))
	setInt(&p.MaxRepeats, n.get("max_repeats"))
	setInt(&p.MaxErrors, n.get("max_errors"))
}

func (l *loader) links(n *node) {
	seen := map[string]position{}
	for i, e := range n.items() {
		dtmf := e.get("dtmf").str()
		link := flow.Link{DTMF: dtmf, Do: e.get("do").str()}
		if before, twice := seen[dtmf]; twice && dtmf != "" {
			l.errorf(e.get("dtmf").at, "two links have the key %q (the first in line %d); change one", dtmf, before.line)
			continue
		}
		seen[dtmf] = e.at
		switch {
		case e.kind != mapping:
			continue
		case e.has("goto") && e.has("do"):
			l.errorf(e.get("do").keyAt(), "the link %q has both goto and do; keep one", dtmf)
		case !e.has("goto") && !e.has("do"):
			l.errorf(e.at, "the link %q leads nowhere; write goto: NODE, do: back or do: repeat", dtmf)
		}
		if e.has("goto") {
			link.Goto, _ = l.lineTarget(e.get("goto"))
		}
		if label := e.get("label"); label != nil {
			link.Prompt = fmt.Sprintf("link.%d", i)
			l.linkReads = append(l.linkReads, l.enumerated(link.Prompt, "option_link", dtmf, label)...)
		}
		l.checkLink(e.get("dtmf"))
		l.program.Links = append(l.program.Links, link)
	}
}

// checkLink warns of a link whose key a question of the engine uses itself.
func (l *loader) checkLink(n *node) {
	for typ, keys := range map[string]string{"confirm": "12", "answer": "123459"} {
		if len(n.str()) != 1 || !strings.Contains(keys, n.text) {
			continue
		}
		for _, node := range l.nodeTrees {
			if node.get("type").str() == typ {
				l.warnf(n.at, "the key %q of this link means something else in every %s; take another key for the link", n.text, typ)
				break
			}
		}
	}
}

// events says where errors lead: where nothing is written, to an apology and
// a person.
func (l *loader) events(n *node) {
	l.program.Events = map[string]flow.Event{}
	for _, fallback := range [][2]string{{"error.lookup", "data_unavailable"}, {"error.internal", "sorry"}} {
		name := fallback[0]
		event := flow.Event{Prompt: flow.Prompt{phrasePrompt(fallback[1])}, Goto: l.program.MaxExceeded}
		s := l.graph.add(&station{id: "event " + name, at: n.keyAtOr(position{callflows + "/" + lineFile, 1, 1}), typ: "event"})
		if e := n.get(name); e != nil {
			s.at = e.keyAt()
			event.Prompt, s.reads = l.prompt(e.get("prompt"), "", "event."+name)
			event.Goto, _ = l.lineTarget(e.get("goto"))
		}
		s.exits = []exit{{to: string(event.Goto), at: s.at, own: true}}
		s.opaque = event.Goto == ""
		l.program.Events[name] = event
	}
}

func (n *node) keyAtOr(at position) position {
	if n == nil {
		return at
	}
	return n.keyAt()
}

// places are the destinations, the boxes and the fallback.
func (l *loader) places(n *node) {
	l.program.Destinations = map[string]string{}
	for _, e := range n.get("destinations").items() {
		l.program.Destinations[e.key.text] = e.str()
	}
	l.program.Titles = map[string]ivr.Texts{}
	for _, e := range n.get("titles").items() {
		if _, known := l.program.Destinations[e.key.text]; !known {
			l.errorf(e.key.at, "titles: there is no destination %q in line.yaml%s", e.key.text, hint(e.key.text, slices.Collect(maps.Keys(l.program.Destinations))))
		}
		l.checkTexts(e, false)
		l.program.Titles[e.key.text] = textsOf(e)
	}
	l.program.Boxes = map[string]string{}
	for _, e := range n.get("boxes").items() {
		l.program.Boxes[e.key.text] = e.get("email").str()
	}
	if f := n.get("fallback"); f.str() != "" {
		l.program.Fallback = f.text
		l.exists(f, "destination", "destinations of line.yaml", slices.Collect(maps.Keys(l.program.Destinations)))
	}
}

// exists reports a name that is not among those known.
func (l *loader) exists(n *node, what, where string, known []string) bool {
	if n == nil || n.kind != text || slices.Contains(known, n.text) || l.noLine() {
		return true
	}
	l.errorf(n.at, "%s: there is no %s %q in the %s%s", n.name(), what, n.text, where, hint(n.text, known))
	return false
}
