package flow

import "infolinia/ivr"

// offers tells whether 1 means a call back.
func (q *QueueUp) offers(t *turn) bool { return t.c.Visit.Offered && t.w.Services.Callback }

func (q *QueueUp) takeCallback(t *turn) {
	t.disarm(timerAnnounce)
	if t.c.Caller.Known {
		q.askCallback(t, "")
		return
	}
	t.startKeying(q.keying(t))
}

func (q *QueueUp) keying(t *turn) keying {
	return t.numberKeying(func(number string) { q.askCallback(t, number) })
}

func (q *QueueUp) question(t *turn) (question, bool) { return t.keyingQuestion(q.keying(t)) }

// askCallback asks for a call back that keeps the caller's place. Until that is
// taken the place is his, and his time goes on.
func (q *QueueUp) askCallback(t *turn, number string) {
	t.dropSpeech()
	for _, purpose := range []string{timerKey, timerSpeech, timerCallback, timerAnnounce, timerDeadline} {
		t.disarm(purpose)
	}
	q.silence(t)
	t.requestCallback(q.Ref, number, t.c.Visit.Stay.ID)
}

// keepsPlace tells whether the caller is keying a number and waits meanwhile.
func (q *QueueUp) keepsPlace(t *turn) bool {
	return t.c.Visit.Stay.ID != "" && t.c.Await == t.c.Visit.Stay.ID && !t.inPhase(phaseQueue) && !t.talking()
}

// waitOn lets a caller who has keyed no number wait on where he was: whoever gives
// up on the keys, or is led back here for his errors, does not lose his place.
func (q *QueueUp) waitOn(t *turn) {
	c := t.c
	t.note(ivr.Note{Event: "enter", Node: c.Node})
	t.dropSpeech()
	t.disarm(timerKey)
	c.Buffer, c.SecretDigits, c.SecretBuffer = nil, "", nil
	c.Visit = ivr.Visit{Phase: phaseQueue, Place: c.Visit.Place, Queued: true, Offered: c.Visit.Offered, Stay: c.Visit.Stay}
	switch _, waits := c.Timers[timerMaxWait]; {
	case c.Visit.Stay.Closing:
		t.exit(q.Cases, "closed")
	case !waits: // max_wait was let pass for the sake of the number
		t.leaving = ivr.LeftByTimeout
		t.exit(q.Cases, "timeout")
	default:
		q.music(t)
		q.say(t)
	}
}

// closing: the queue closes while the caller waits, and calls back whom it can.
// Who is keying his number already is let finish.
func (q *QueueUp) closing(t *turn) {
	v := &t.c.Visit
	switch {
	case q.keepsPlace(t):
		v.Stay.Closing = true
	case v.Phase != phaseQueue:
	case !t.c.Caller.Known || !t.w.Services.Callback:
		t.exit(q.Cases, "closed")
	default:
		v.Stay.Closing = true
		q.askCallback(t, "")
	}
}

// asked takes the answer to the request. An agent who was quicker than it has the
// caller: see (*turn).queueChanged.
func (q *QueueUp) asked(t *turn, in signal) {
	v := &t.c.Visit
	switch taken, done := t.callbackTaken(q.Ref, in); {
	case taken && v.Stay.Closing:
		v.Stay.ID = ""
		t.sayAndExit(Prompt{"phrase.queue_closing"}, q.Cases, "left")
	case taken:
		v.Stay.ID = ""
		t.sayAndExit(Prompt{"phrase.callback_taken"}, q.Cases, "left")
	case done && t.numberLost():
		t.c.Await = v.Stay.ID
		t.startKeying(q.keying(t))
	case done && v.Stay.Closing:
		t.exit(q.Cases, "closed")
	case done: // to a number that nobody may call: he waits on, and is not offered it again
		t.c.Await, v.Offered, v.Stay.Refused = v.Stay.ID, false, true
		q.waitOn(t)
	}
}

// queueChanged hands over what the desk says of the place the call waits for. A
// call back that was asked for comes too late when an agent has taken the caller
// meanwhile.
func (t *turn) queueChanged(in ivr.QueueChanged) bool {
	if t.inPhase(phaseCallback) && in.State == ivr.QueueConnected && in.ID == t.c.Visit.Stay.ID && t.c.Await != "" {
		t.c.Await = in.ID
	}
	return t.signalOpen(in.ID, in)
}

// Place is the ID of the Enqueue that a call has a place in a queue or a talk by;
// empty: it has none.
func (p *Program) Place(c *ivr.Call) string { return c.Visit.Stay.ID }
