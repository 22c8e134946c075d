package flow

import (
	"slices"

	"infolinia/ivr"
)

// resume takes a restored call up again. What still runs is waited for; what
// has ended unseen is made up for.
func (t *turn) resume(in ivr.Resumed) {
	c := t.c
	t.note(ivr.Note{Event: "resume", Node: c.Node})
	if c.Node == "" {
		t.arrive(ivr.Arrived{})
		return
	}
	t.stopAgain()
	if c.Left.ID != "" {
		t.do(c.Left)
	}
	if t.secretLost() {
		return
	}
	t.rearm(in.Away)
	quiet := c.Speech == nil && c.Await == ""
	if c.Speech != nil && slices.Contains(in.Gone, c.Speech.ID) {
		t.disarm(timerSpeech)
		t.sayNext()
	}
	if c.Await != "" { // also under a prompt: a look-up is asked while the caller hears to wait
		t.reorder(slices.Contains(in.Gone, c.Await))
	}
	if quiet && in.Away > lookAway {
		t.askAgain()
	}
}

// secretLost enters the collect afresh whose keys only memory held.
func (t *turn) secretLost() bool {
	switch k := t.kind().(type) {
	case *Collect:
		if t.secret() {
			t.goTo(Target(t.c.Node))
			return true
		}
	case *CallBack, *QueueUp:
		if t.secret() {
			t.startKeying(k.(keyer).keying(t))
		}
	case *Ask:
		if node := k.lostInput(t); node != "" {
			t.goTo(Target(node))
			return true
		}
	}
	return false
}

// reorder repeats an order that went down with the process and does no harm
// twice, and closes one that has ended meanwhile.
func (t *turn) reorder(gone bool) {
	switch k := t.kind().(type) {
	case *Ask:
		if l := t.p.Lookups[k.Ref]; l != nil {
			t.do(k.order(t, l))
		}
	case *Voicemail:
		switch {
		case t.inPhase(phaseReport):
			t.do(ivr.IssueReport{ID: t.c.Await})
		case gone: // nothing was recorded: the tone comes again
			t.c.Await = ""
			t.disarm(timerDeadline)
			t.phase(phaseGreet)
			t.say(beep())
		}
	case *QueueUp:
		k.again(t)
	case *CallBack:
		if t.inPhase(phaseCallback) {
			t.callbackAgain(k.Queue, "")
		}
	case *TransferTo:
		if gone {
			state := ivr.TransferFailed
			if t.inPhase(phaseTalk) {
				state = ivr.TransferEnded
			}
			k.changed(t, state)
		}
	}
}
