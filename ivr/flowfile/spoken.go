package flowfile

import (
	"maps"
	"slices"
	"time"

	"infolinia/ivr/flow"
)

// length warns of prompts that take too long to say.
func (l *loader) length() {
	long := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(l.spoken)) {
		t := l.spoken[id]
		for lang, text := range t.template {
			if d := flow.Estimate(literal(text.Source)); d > longestPrompt {
				long[id+lang] = true
				l.tooLong(t.at(lang), t.n.name(), d)
			}
		}
	}
	for _, n := range l.tree(noticesFile).items() {
		for _, e := range n.get("text").items() {
			if d := flow.Estimate(literal(e.str())); d > longestPrompt {
				l.tooLong(e.at, n.key.text, d)
			}
		}
	}
	for _, id := range l.graph.order {
		if n := l.program.Nodes[id]; n != nil && n.Kind != nil {
			l.lengthOf(id, said(n.Kind, l.program.Links), long)
		}
	}
}

func (l *loader) tooLong(at position, what string, d time.Duration) {
	l.warnf(at, "%s takes about %d s to say, more than 30 s; callers do not keep that much in mind, so shorten or split it", what, int(d.Seconds()))
}

// said are the prompts that a node speaks in one go.
func said(kind flow.Kind, links []flow.Link) []string {
	switch k := kind.(type) {
	case *flow.Play:
		return k.Prompt
	case *flow.Collect:
		return k.Prompt
	case *flow.Confirm:
		return k.Prompt
	case *flow.Menu:
		out := slices.Clone([]string(k.Prompt))
		if !k.Enumerate {
			return out
		}
		for _, o := range k.Options {
			out = append(out, o.Prompt)
		}
		for _, link := range links {
			if k.Links {
				out = append(out, link.Prompt)
			}
		}
		return out
	}
	return nil
}

// lengthOf warns when only the sum of a node's prompts is too long.
func (l *loader) lengthOf(node string, prompts []string, long map[string]bool) {
	if len(prompts) < 2 {
		return
	}
	for _, lang := range l.languages {
		var sum time.Duration
		for _, id := range prompts {
			if long[id+lang] {
				return
			}
			if text := l.program.Prompts[id][lang]; text.Source != "" {
				sum += flow.Estimate(literal(text.Source))
			}
		}
		if sum > longestPrompt {
			l.tooLong(l.nodeTrees[node].get("prompt").keyAtOr(l.nodeTrees[node].at), "what "+node+" says in "+lang, sum)
			return
		}
	}
}
