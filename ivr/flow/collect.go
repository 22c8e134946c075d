package flow

import "infolinia/ivr"

func (c *Collect) enter(t *turn) { t.startKeying(c.keying(t)) }

func (c *Collect) keying(t *turn) keying {
	return keying{
		prompt: lines(c.Prompt), min: c.Min, max: c.Max, term: c.TermChar,
		confirm: c.Confirm, sensitive: c.Sensitive,
		done: func(digits string) { c.done(t, digits) },
	}
}

func (c *Collect) on(t *turn, in signal) {
	if t.inPhase(phaseSMS) {
		t.texting(in)
		return
	}
	if t.inPhase(phaseDigits) {
		t.takeDigits(c.keying(t), in)
		return
	}
	t.told(in)
	if q, ok := t.open(); ok {
		t.hear(q, in)
	}
}

func (c *Collect) question(t *turn) (question, bool) {
	if t.inPhase(phaseOffer) {
		return t.offer(c.Offer, c.Next), true
	}
	return t.keyingQuestion(c.keying(t))
}

func (c *Collect) done(t *turn, digits string) {
	if c.Var != "" {
		c.keep(t, digits)
	}
	if !c.ArticleCode {
		t.goTo(c.Next)
		return
	}
	for id, a := range t.w.Articles {
		if a.Code == digits {
			t.tell(id, c.Offer, c.Next)
			return
		}
	}
	t.goTo(c.Cases["unknown"])
}

// keep sets the variable; a sensitive one in memory only.
func (c *Collect) keep(t *turn, digits string) {
	if !c.Sensitive {
		t.set(c.Var, ivr.Text(digits))
		return
	}
	if t.c.Sensitive == nil {
		t.c.Sensitive = map[string]string{}
	}
	if t.c.Collectors == nil {
		t.c.Collectors = map[string]string{}
	}
	t.c.Sensitive[c.Var], t.c.Collectors[c.Var] = digits, t.c.Node
	t.note(ivr.Note{Event: "set", Node: t.c.Node, Var: c.Var, Secret: true})
}

// maxRow is how many not-founds in a row may lead to the same collect.
const maxRow = 3

// rowIsFull counts a not-found that leads to a node, if that is a collect, and
// tells whether it was the last one in a row that is borne.
func (t *turn) rowIsFull(n *Node) bool {
	row := &t.c.Row
	if _, ok := n.Kind.(*Collect); !ok || !row.Open {
		return false
	}
	row.Open = false
	if row.Collect != n.ID {
		row.Collect, row.Count = n.ID, 0
	}
	if row.Count++; row.Count < maxRow {
		return false
	}
	t.c.Row = ivr.Row{}
	return true
}
