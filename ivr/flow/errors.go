package flow

import "infolinia/ivr"

// noInput counts a silence and asks again, or gives up.
func (t *turn) noInput(q question) {
	t.c.Visit.NoInput++
	t.misheard("no_input", t.c.Visit.NoInput, t.manners().NoInput, func(s ivr.Segment, reprompt bool) {
		t.reprompt(q, s, reprompt)
	})
}

// noMatch counts a wrong key, drops what else was keyed, and asks again, or
// gives up.
func (t *turn) noMatch(q question) {
	*t.buffer() = nil
	t.c.Visit.NoMatch++
	t.misheard("no_match", t.c.Visit.NoMatch, t.manners().NoMatch, func(s ivr.Segment, reprompt bool) {
		t.reprompt(q, s, reprompt)
	})
}

func (t *turn) reprompt(q question, s ivr.Segment, reprompt bool) {
	t.disarm(timerKey)
	if reprompt {
		t.say(s, t.segment(q))
		return
	}
	t.say(s)
}

// misheard counts an error of the caller and either leaves by a limit or goes
// on with the error entry that applies.
func (t *turn) misheard(kind string, count int, entries []ErrorEntry, goOn func(s ivr.Segment, reprompt bool)) {
	c, m := t.c, t.manners()
	c.Errors++
	t.note(ivr.Note{Event: kind, Node: c.Node, Count: count})
	switch v := c.Visit; {
	case c.Errors >= t.p.Limits.MaxErrors:
		t.person()
		return
	case v.NoInput >= m.MaxNoInput, v.NoMatch >= m.MaxNoMatch, v.NoInput+v.NoMatch >= m.MaxAttempts:
		t.giveUp()
		return
	}
	segment, reprompt := t.errorSegment(kind, count, entries)
	goOn(segment, reprompt)
}

// person leads to the line's way to a person.
func (t *turn) person() {
	if t.p.MaxExceeded == "" {
		t.internalError("the line names no way to a person")
		return
	}
	t.goTo(t.p.MaxExceeded)
}

// giveUp leaves by the node's own way out for too many errors.
func (t *turn) giveUp() { t.goTo(t.manners().MaxExceeded) }

func (t *turn) errorSegment(kind string, count int, entries []ErrorEntry) (ivr.Segment, bool) {
	t.c.Visit.Timeout = 0
	if len(entries) == 0 {
		return ivr.Segment{Lines: []ivr.Line{t.builtinError(kind)}, BargeIn: true}, true
	}
	e := entries[min(count, len(entries))-1]
	t.c.Visit.Timeout = e.Timeout
	s := ivr.Segment{Lines: lines(e.Prompt), BargeIn: e.BargeIn == nil || *e.BargeIn}
	s.Flush = !s.BargeIn && t.manners().Flush
	return s, e.Reprompt
}

func (t *turn) builtinError(kind string) ivr.Line {
	if t.inPhase(phaseDigits) {
		return phrase(kind + "_collect")
	}
	return phrase(kind)
}
