package flow

import "infolinia/ivr"

func (m *Menu) enter(t *turn) {
	t.c.Row = ivr.Row{} // choosing anew ends a row of not-founds
	t.keepOnTrail()
	t.askAgain()
}

func (m *Menu) on(t *turn, in signal) {
	if q, ok := t.open(); ok {
		t.hear(q, in)
	}
}

func (m *Menu) question(t *turn) (question, bool) {
	q := question{lines: m.lines(t), links: true, strict: true}
	for _, o := range m.Options {
		q.choices = append(q.choices, choice{o.DTMF, func() { t.followOption(o) }})
	}
	return q, true
}

func (m *Menu) lines(t *turn) []ivr.Line {
	ls := lines(m.Prompt)
	if !m.Enumerate {
		return ls
	}
	for _, o := range m.Options {
		if o.Prompt != "" {
			ls = append(ls, ivr.Line{Prompt: o.Prompt})
		}
	}
	if m.Links {
		for _, l := range t.p.Links {
			if l.Prompt != "" {
				ls = append(ls, ivr.Line{Prompt: l.Prompt})
			}
		}
	}
	return ls
}

// followOption follows an option.
func (t *turn) followOption(o Option) {
	if o.SetLanguage != "" {
		t.c.Lang = o.SetLanguage
	}
	if o.Call != "" {
		t.call(o.Call, o.Goto)
		return
	}
	t.goTo(o.Goto)
}

// Choice is what the option with this key is about, in words for staff; nil: the
// node has no such option, or its author gave it no label.
func (p *Program) Choice(node, key string) ivr.Texts {
	n := p.Nodes[node]
	if n == nil {
		return nil
	}
	menu, ok := n.Kind.(*Menu)
	if !ok {
		return nil
	}
	for _, o := range menu.Options {
		if o.DTMF == key {
			return o.Label
		}
	}
	return nil
}
