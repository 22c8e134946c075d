package flowfile

import (
	"fmt"
	"maps"
	"slices"

	"infolinia/ivr/flow"
)

// namedPrompt is a prompt that others refer to.
type namedPrompt struct {
	flow  string // empty: of the line
	at    position
	reads []use
}

// namedPrompts compiles the line's and the flows' named prompts.
func (l *loader) namedPrompts() {
	l.named = map[string]namedPrompt{}
	l.namePrompts("", l.tree(lineFile).get("prompts"))
	for _, name := range l.flowNames {
		l.namePrompts(name, l.flowTrees[name].get("prompts"))
	}
}

func (l *loader) namePrompts(flowName string, prompts *node) {
	for _, e := range prompts.items() {
		if nameText.parse(e.key.text) != nil || e.kind != mapping {
			continue
		}
		if before, twice := l.named[e.key.text]; twice {
			l.errorf(e.key.at, "the prompt %q is already in %s, line %d; give it another name, or keep one of them in line.yaml for all flows",
				e.key.text, before.at.file, before.at.line)
			continue
		}
		_, reads := l.addText(e.key.text, e)
		l.named[e.key.text] = namedPrompt{flowName, e.key.at, reads}
	}
}

// addText compiles a text into the program under an id.
func (l *loader) addText(id string, n *node) (flow.Template, []use) {
	l.checkTexts(n, true)
	template, reads := l.compileTexts(n, l.types)
	l.program.Prompts[id] = template
	l.keepText(id, n, template)
	return template, reads
}

// prompt reads a prompt: inline texts get the id, and id.2, id.3 … where there
// are several. An absent one is empty.
func (l *loader) prompt(n *node, scope, id string) (flow.Prompt, []use) {
	if n == nil {
		return nil, nil
	}
	entries := []*node{n}
	if n.kind == list {
		entries = n.entries
	}
	var p flow.Prompt
	var reads []use
	inline := 0
	for _, e := range entries {
		switch e.kind {
		case mapping:
			inline++
			own := id
			if inline > 1 {
				own = fmt.Sprintf("%s.%d", id, inline)
			}
			_, more := l.addText(own, e)
			p, reads = append(p, own), append(reads, more...)
		case text:
			name, more := l.promptNamed(e, scope)
			if name != "" {
				p, reads = append(p, name), append(reads, more...)
			}
		}
	}
	return p, reads
}

// promptNamed finds a prompt by its name: the flow's, the line's, then the
// engine's phrases.
func (l *loader) promptNamed(n *node, scope string) (string, []use) {
	named, there := l.named[n.text]
	if there && (named.flow == "" || named.flow == scope) {
		reads := make([]use, len(named.reads))
		for i, r := range named.reads {
			reads[i] = use{name: r.name, at: n.at}
		}
		return n.text, reads
	}
	if id := phrasePrompt(n.text); l.program.Prompts[id] != nil {
		return id, nil
	}
	switch {
	case nameText.parse(n.text) != nil || l.noLine(): // reported otherwise
	case there:
		l.errorf(n.at, "%s: the prompt %q belongs to flow %s; move it to the prompts of line.yaml to use it here", n.name(), n.text, named.flow)
	default:
		known := slices.Collect(maps.Keys(l.named))
		l.errorf(n.at, "%s: there is no prompt %q%s; define it under prompts, or write the text itself: {pl: …}", n.name(), n.text, hint(n.text, append(known, phraseNames()...)))
	}
	return "", nil
}
