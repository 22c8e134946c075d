package flow

import "infolinia/ivr"

func (p *Play) enter(t *turn)    { t.speakThen(p.Prompt, p.Next) }
func (p *Play) on(*turn, signal) {}
func (h *HangUp) on(t *turn, in signal) {
	switch in.(type) {
	case said, keys:
		t.end("line")
	}
}

func (h *HangUp) enter(t *turn) {
	t.say(ivr.Segment{Lines: lines(h.Prompt), BargeIn: t.manners().BargeIn})
}

func (n *Notice) enter(t *turn) {
	notice, ok := t.w.Notices[n.Ref]
	if !ok || !notice.On(t.w.Now) {
		t.goTo(n.Next)
		return
	}
	t.speakThen(Prompt{"notice." + n.Ref}, n.Next)
}

func (n *Notice) on(*turn, signal) {}

// speakThen says a prompt by the manners of the node and goes on; a key that
// breaks in stays in the buffer.
func (t *turn) speakThen(p Prompt, next Target) {
	m := t.manners()
	t.c.Visit.Exit = string(next)
	t.say(ivr.Segment{Lines: lines(p), BargeIn: m.BargeIn, Flush: m.Flush})
}
