package flow

import (
	"slices"
	"strconv"
	"time"

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
	t.do(ivr.Enqueue{ID: c.Await, Queue: q.Ref})
	t.arm(timerDeadline, serviceDeadline)
}

func (q *QueueUp) on(t *turn, in signal) {
	if in, ok := in.(ivr.QueueChanged); ok {
		q.changed(t, in)
		return
	}
	if e, ok := in.(elapsed); ok && q.elapsed(t, e) {
		return
	}
	switch t.c.Visit.Phase {
	case phaseQueue:
		q.keys(t)
	case phaseDigits:
		t.takeDigits(q.keying(t), in)
	case phaseCallback:
		switch taken, done := t.callbackTaken(q.Ref, in); {
		case taken:
			t.sayAndExit(Prompt{"phrase.callback_taken"}, q.Cases, "left")
		case done:
			t.exit(q.Cases, "failed")
		}
	default:
		if question, ok := t.open(); ok {
			t.hear(question, in)
		}
	}
}

// changed follows what the desk says of the caller's place.
func (q *QueueUp) changed(t *turn, in ivr.QueueChanged) {
	t.disarm(timerDeadline)
	switch in.State {
	case ivr.QueueWaiting:
		q.queued(t)
		q.announce(t, in)
	case ivr.QueueConnected:
		q.queued(t)
		t.dropSpeech()
		t.cancelTimers()
		t.phase(phaseTalk)
		t.do(ivr.MusicOnHold{})
		t.setOutcome(ivr.OutcomeAgent)
		t.note(ivr.Note{Event: "connect", Node: t.c.Node, Queue: q.Ref})
		t.arm(timerDeadline, talkDeadline)
	case ivr.QueueEnded:
		t.c.Await = ""
		t.end("agent")
	default:
		t.c.Await = ""
		if t.c.Visit.Queued {
			t.do(ivr.MusicOnHold{})
		}
		t.exit(q.Cases, string(in.State))
	}
}

// takeBackAnswer undoes the outcome of an answer: who asks for a person did not
// get all he wanted from it.
func (t *turn) takeBackAnswer() {
	if t.c.Answered {
		t.setOutcome("")
	}
}

// queued notes, once, that the caller has a place.
func (q *QueueUp) queued(t *turn) {
	if t.c.Visit.Queued {
		return
	}
	t.c.Visit.Queued = true
	t.note(ivr.Note{Event: "queue", Node: t.c.Node, Queue: q.Ref})
	t.do(ivr.MusicOnHold{On: true})
	queue := t.w.Queues[q.Ref]
	t.arm(timerMaxWait, queue.MaxWait)
	if queue.CallbackAfter > 0 && t.w.Services.Callback {
		t.arm(timerCallback, queue.CallbackAfter)
	}
}

// announce says what the queue announces when the caller's place has changed:
// the place, and the wait as a band.
func (q *QueueUp) announce(t *turn, in ivr.QueueChanged) {
	v := &t.c.Visit
	if in.Position == v.Place || in.Position < 1 || v.Phase != phaseQueue {
		return
	}
	v.Place = in.Position
	announced := t.w.Queues[q.Ref].Announce
	var ls []ivr.Line
	if slices.Contains(announced, "position") {
		ls = append(ls, place(in.Position))
	}
	if in.Wait > 0 && slices.Contains(announced, "wait") {
		wait := phrase("queue_wait")
		wait.Args = map[string]string{"wait": strconv.Itoa(waitBand(in.Wait))}
		ls = append(ls, wait)
	}
	if len(ls) > 0 {
		t.say(ivr.Segment{Lines: ls, BargeIn: true})
	}
}

func place(position int) ivr.Line {
	if position == 1 {
		return phrase("queue_next")
	}
	line := phrase("queue_position")
	line.Args = map[string]string{"position": strconv.Itoa(position)}
	return line
}

// waitBand is an expected wait as minutes of a coarse band, never too short.
func waitBand(wait time.Duration) int {
	minutes := int((wait + time.Minute - 1) / time.Minute)
	for _, band := range []int{2, 5, 10, 15, 20, 30, 45} {
		if minutes <= band {
			return band
		}
	}
	return 60
}

// elapsed tells whether the timer was the queue's own.
func (q *QueueUp) elapsed(t *turn, e elapsed) bool {
	switch e.purpose {
	case timerMaxWait:
		if t.inPhase(phaseQueue) { // who is asking to be called back is let finish
			t.exit(q.Cases, "timeout")
		}
	case timerCallback:
		t.c.Visit.Offered = true
		if t.inPhase(phaseQueue) {
			t.say(ivr.Segment{Lines: []ivr.Line{phrase("queue_callback")}, BargeIn: true})
		}
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

// keys hears the two keys that mean something while waiting.
func (q *QueueUp) keys(t *turn) {
	for _, k := range *t.buffer() {
		switch {
		case k.Digit == "*":
			t.c.Buffer = nil
			t.exit(q.Cases, "left")
			return
		case k.Digit == "1" && t.c.Visit.Offered:
			t.c.Buffer = nil
			q.takeCallback(t)
			return
		}
	}
	t.c.Buffer = nil
}

func (q *QueueUp) takeCallback(t *turn) {
	if t.c.Caller.Known {
		q.leaveForCallback(t, "")
		return
	}
	t.startKeying(q.keying(t))
}

func (q *QueueUp) keying(t *turn) keying {
	return t.numberKeying(func(number string) { q.leaveForCallback(t, number) })
}

func (q *QueueUp) leaveForCallback(t *turn, number string) {
	t.release()
	t.cancelTimers()
	t.requestCallback(q.Ref, number)
}

func (q *QueueUp) question(t *turn) (question, bool) { return t.keyingQuestion(q.keying(t)) }
