package flow

import (
	"time"

	"infolinia/ivr"
)

// choice is a key, or several, and what it does.
type choice struct {
	dtmf string
	do   func()
}

// question is something the caller answers by choosing: a menu, a yes or no,
// an answer's offer. It is built anew from the state whenever it is needed.
type question struct {
	lines   []ivr.Line
	choices []choice
	links   bool
	silence func() // nil: silence is an error of the caller
	strict  bool   // barge-in as the node says; else always allowed
	repeat  func() // nil: by the rule for repeats
}

// asker is a node that asks, at least in its present phase.
type asker interface {
	question(t *turn) (question, bool)
}

// pose asks from the beginning.
func (t *turn) pose(q question, before ...ivr.Segment) {
	t.disarm(timerKey)
	t.say(append(before, t.segment(q))...)
}

func (t *turn) segment(q question) ivr.Segment {
	m := t.manners()
	s := ivr.Segment{Lines: q.lines, BargeIn: m.BargeIn || !q.strict, Flush: m.Flush}
	if t.c.Visit.Repeats > 1 {
		s.Speed = slower
	}
	return s
}

// slower is the speed from the second repeat on.
const slower = 0.85

// hear takes what comes while a question is open.
func (t *turn) hear(q question, in signal) {
	switch in := in.(type) {
	case said, keys:
		t.choose(q, false)
	case elapsed:
		if in.purpose != timerKey {
			return
		}
		if len(*t.buffer()) > 0 {
			t.choose(q, true)
			return
		}
		if q.silence != nil {
			q.silence()
			return
		}
		t.noInput(q)
	}
}

// choose acts on the first choice in the buffer. Late: no longer one will come.
func (t *turn) choose(q question, late bool) {
	b := t.buffer()
	if len(*b) == 0 {
		t.awaitKey()
		return
	}
	chosen, n, wait := match(*b, t.choices(q))
	switch {
	case wait && !late:
		t.arm(timerKey, t.manners().InterdigitTimeout)
	case n == 0:
		t.noMatch(q)
	default:
		t.disarm(timerKey)
		*b = (*b)[n:]
		chosen.do()
	}
}

func (t *turn) awaitKey() {
	timeout := t.c.Visit.Timeout
	if timeout == 0 {
		timeout = t.manners().Timeout
	}
	t.arm(timerKey, timeout)
}

// choices are the question's own and the links it does not use otherwise.
func (t *turn) choices(q question) []choice {
	if !q.links {
		return q.choices
	}
	own := map[string]bool{}
	for _, c := range q.choices {
		own[c.dtmf] = true
	}
	all := append([]choice(nil), q.choices...)
	for _, l := range t.p.Links {
		if !own[l.DTMF] {
			all = append(all, choice{l.DTMF, func() { t.link(q, l) }})
		}
	}
	return all
}

func (t *turn) link(q question, l Link) {
	switch {
	case l.Do == "back" && t.back():
	case l.Do == "back", l.Do == "repeat":
		if q.repeat != nil {
			q.repeat()
			return
		}
		t.repeat()
	default:
		t.leaving = ivr.LeftByKey
		t.goTo(l.Goto)
	}
}

// repeat asks the node's question again; after limits.max_repeats it asks
// whether the caller wants a person.
func (t *turn) repeat() {
	v := &t.c.Visit
	v.Repeats++
	v.Timeout = 0
	if v.Repeats > t.p.Limits.MaxRepeats {
		v.Held = v.Phase
		t.phase(phaseStillThere)
	}
	t.askAgain()
}

// askAgain poses the open question once more.
func (t *turn) askAgain() {
	if q, ok := t.open(); ok {
		t.pose(q)
	}
}

// open is the question the call waits with, if it does.
func (t *turn) open() (question, bool) {
	switch t.c.Visit.Phase {
	case phaseStillThere:
		return t.stillThere(), true
	case phaseExpired:
		return t.expired(), true
	}
	if a, ok := t.kind().(asker); ok {
		return a.question(t)
	}
	return question{}, false
}

const (
	phaseStillThere = "still_there" // a person, after so many repeats?
	phaseExpired    = "expired"     // a person, as the article is out of date?
)

// stillThere is asked after too many repeats.
func (t *turn) stillThere() question {
	return question{
		lines: []ivr.Line{phrase("still_there_ask")},
		links: true,
		choices: []choice{{"1", t.person}, {"2", func() {
			v := &t.c.Visit
			v.Repeats = 0
			v.Phase, v.Held = v.Held, ""
			t.askAgain()
		}}},
		silence: t.person,
		repeat:  t.askAgain,
	}
}

// lookAway is how long a call may go unheard before an open question is asked
// again: keys of that time are lost.
const lookAway = 2 * time.Second
