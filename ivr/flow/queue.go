package flow

import (
	"infolinia/ivr"
)

const phaseQueue = "queue" // waiting for an agent

func (q *QueueUp) enter(t *turn) {
	c := t.c
	c.Buffer = nil
	t.takeBackAnswer()
	queue, known := t.w.Queues[q.Ref]
	switch {
	case !known:
		t.exit(q.Cases, "unavailable")
		return
	case queue.Hours != "" && !t.w.Hours[queue.Hours].Case.Open():
		t.exit(q.Cases, "closed")
		return
	case !t.w.Services.Queue:
		t.exit(q.Cases, "unavailable")
		return
	}
	t.inMachine(false)
	t.phase(phaseQueue)
	c.Await = t.id("queue")
	c.Visit.Stay.ID = c.Await
	t.do(ivr.Enqueue{ID: c.Await, Queue: q.Ref})
	t.arm(timerDeadline, serviceDeadline)
}

func (q *QueueUp) on(t *turn, in signal) {
	switch in := in.(type) {
	case ivr.QueueChanged:
		q.changed(t, in)
		return
	case elapsed:
		if q.elapsed(t, in) {
			return
		}
	}
	switch t.c.Visit.Phase {
	case phaseQueue:
		q.waits(t, in)
	case phaseDigits:
		t.takeDigits(q.keying(t), in)
	case phaseCallback:
		q.asked(t, in)
	default:
		if question, ok := t.open(); ok {
			t.hear(question, in)
		}
	}
}

// changed follows what the desk says of the caller's place.
func (q *QueueUp) changed(t *turn, in ivr.QueueChanged) {
	switch in.State {
	case ivr.QueueWaiting:
		q.waiting(t, in)
	case ivr.QueueConnected:
		q.connected(t)
	case ivr.QueueEnded:
		q.connected(t) // if nobody saw that
		t.c.Await, t.c.Visit.Stay.ID = "", ""
		t.end("agent")
	case ivr.QueueCallback:
		q.closing(t)
	default:
		t.c.Await = ""
		if in.State != ivr.QueueFailed { // then nobody knows whether he is in the queue
			q.silence(t)
			t.c.Visit.Stay.ID = ""
		}
		t.exit(q.Cases, string(in.State))
	}
}

// waiting: the caller has a place, for the first time, at another position, or
// again because his agent is gone.
func (q *QueueUp) waiting(t *turn, in ivr.QueueChanged) {
	v := &t.c.Visit
	t.disarm(timerDeadline)
	if t.talking() {
		t.phase(phaseQueue)
		v.Queued, v.Offered, v.Place, v.Stay = false, false, 0, ivr.Stay{ID: v.Stay.ID, Back: true}
	}
	if !v.Queued {
		q.noteQueued(t)
		q.music(t)
		t.arm(timerMaxWait, t.w.Queues[q.Ref].MaxWait)
		if after := t.w.Queues[q.Ref].CallbackAfter; after > 0 && t.w.Services.Callback {
			t.arm(timerCallback, after)
		}
	}
	q.moved(t, in)
}

// noteQueued notes that the caller has a place.
func (q *QueueUp) noteQueued(t *turn) {
	t.c.Visit.Queued = true
	t.note(ivr.Note{Event: "queue", Node: t.c.Node, Queue: q.Ref})
}

// connected cuts what is being said: the caller talks with an agent. Hearing of
// it again, after a restore, changes nothing.
func (q *QueueUp) connected(t *turn) {
	if t.talking() {
		return
	}
	if t.c.Visit.Queued {
		q.silence(t)
	} else {
		q.noteQueued(t)
	}
	t.dropSpeech()
	t.cancelTimers()
	t.phase(phaseTalk)
	t.setOutcome(ivr.OutcomeAgent)
	t.note(ivr.Note{Event: "connect", Node: t.c.Node, Queue: q.Ref})
	t.arm(timerDeadline, talkDeadline)
}

func (q *QueueUp) music(t *turn) {
	t.do(ivr.MusicOnHold{On: true, Class: t.w.Queues[q.Ref].Music})
}

// silence ends the music of who waits. In a talk there is none of ours.
func (q *QueueUp) silence(t *turn) {
	if t.c.Visit.Queued && !t.talking() && !t.inPhase(phaseCallback) {
		t.do(ivr.MusicOnHold{})
	}
}

// takeBackAnswer undoes the outcome of an answer: who asks for a person did not
// get all he wanted from it.
func (t *turn) takeBackAnswer() {
	if t.c.Answered {
		t.setOutcome("")
	}
}

// elapsed tells whether the timer was the queue's own.
func (q *QueueUp) elapsed(t *turn, e elapsed) bool {
	switch e.purpose {
	case timerMaxWait:
		if t.inPhase(phaseQueue) { // who is asking to be called back is let finish
			t.leaving = ivr.LeftByTimeout
			t.exit(q.Cases, "timeout")
		}
	case timerCallback:
		t.c.Visit.Offered = true
		q.announce(t)
	case timerAnnounce:
		q.played(t)
	case timerDeadline:
		switch t.c.Visit.Phase {
		case phaseTalk:
			t.end("line")
		case phaseCallback:
			return false
		default:
			t.exit(q.Cases, "failed")
		}
	default:
		return false
	}
	return true
}

// waits takes the end of an announcement, and the two keys that mean something
// while waiting.
func (q *QueueUp) waits(t *turn, in signal) {
	if _, pressed := in.(keys); pressed {
		for _, k := range *t.buffer() {
			switch {
			case k.Digit == "*":
				t.c.Buffer = nil
				t.leaving = ivr.LeftByKey
				t.exit(q.Cases, "left")
				return
			case k.Digit == "1" && q.offers(t):
				t.c.Buffer = nil
				q.takeCallback(t)
				return
			}
		}
		t.c.Buffer = nil
	}
	q.said(t)
}

// again asks the desk where the caller stands, or for the call back, once more.
func (q *QueueUp) again(t *turn) {
	if t.inPhase(phaseCallback) {
		t.callbackAgain(q.Ref, t.c.Visit.Stay.ID)
		return
	}
	if t.c.Visit.Queued && !t.talking() {
		q.music(t)
	}
	t.do(ivr.Enqueue{ID: t.c.Await, Queue: q.Ref})
}

// leave takes the caller out of the queue or the talk, if he is in one.
func (q *QueueUp) leave(t *turn) {
	v := &t.c.Visit
	if v.Stay.ID == "" {
		return
	}
	if t.leaving == "" {
		t.leaving = ivr.LeftForFailure
	}
	t.c.Left = ivr.LeaveQueue{ID: v.Stay.ID, Reason: t.leaving}
	v.Stay.ID = ""
	t.do(t.c.Left)
	if t.leaving != ivr.LeftByHangup {
		q.silence(t)
	}
}
