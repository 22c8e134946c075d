package flow

import "infolinia/ivr"

const phaseCallback = "callback" // the service was asked

// The shortest and the longest telephone number: a Polish subscriber's, and
// what ITU-T E.164 allows.
const minNumber, maxNumber = 9, 15

func (c *CallBack) enter(t *turn) {
	t.c.Buffer = nil
	switch {
	case !t.w.Services.Callback:
		t.exit(c.Cases, "refused")
	case t.c.Caller.Known:
		t.requestCallback(c.Queue, "", "")
	default:
		t.startKeying(c.keying(t))
	}
}

func (c *CallBack) keying(t *turn) keying {
	return t.numberKeying(func(number string) { t.requestCallback(c.Queue, number, "") })
}

// numberKeying asks for a telephone number and reads it back.
func (t *turn) numberKeying(done func(number string)) keying {
	return keying{
		prompt: []ivr.Line{phrase("callback_number")}, min: minNumber, max: maxNumber, term: "#",
		confirm: &ConfirmDigits{SayAs: "digits"}, sensitive: true, done: done,
	}
}

// requestCallback asks for a call back: to the caller's own number when number is
// empty, at the place of an Enqueue when there is one.
func (t *turn) requestCallback(queue, number, place string) {
	t.phase(phaseCallback)
	t.c.Await = t.id("callback")
	t.do(ivr.Callback{ID: t.c.Await, Queue: queue, Number: number, Place: place})
	t.arm(timerDeadline, serviceDeadline)
}

// callbackAgain asks once more, by the same ID. Of a number that was keyed nothing
// is left after a crash: a desk that has taken the request knows it.
func (t *turn) callbackAgain(queue, place string) {
	number := ""
	if !t.c.Caller.Known {
		number = t.c.SecretDigits
	}
	t.do(ivr.Callback{ID: t.c.Await, Queue: queue, Number: number, Place: place})
}

// numberLost tells whether the number that was keyed went down with a process: it
// is keyed again.
func (t *turn) numberLost() bool { return !t.c.Caller.Known && t.c.SecretDigits == "" }

// callbackTaken tells whether the service has taken the call back; done is
// false while it has not answered.
func (t *turn) callbackTaken(queue string, in signal) (taken, done bool) {
	switch in := in.(type) {
	case ivr.ServiceDone:
		t.disarm(timerDeadline)
		if in.Refused {
			return false, true
		}
		t.note(ivr.Note{Event: "callback", Node: t.c.Node, Queue: queue})
		t.setOutcome(ivr.OutcomeCallback)
		return true, true
	case elapsed:
		if in.purpose == timerDeadline {
			t.c.Await = ""
			return false, true
		}
	}
	return false, false
}

func (c *CallBack) on(t *turn, in signal) {
	switch t.c.Visit.Phase {
	case phaseCallback:
		switch taken, done := t.callbackTaken(c.Queue, in); {
		case taken:
			t.goTo(c.Next)
		case done && t.numberLost():
			t.startKeying(c.keying(t))
		case done:
			t.exit(c.Cases, "refused")
		}
	case phaseDigits:
		t.takeDigits(c.keying(t), in)
	default:
		if q, ok := t.open(); ok {
			t.hear(q, in)
		}
	}
}

func (c *CallBack) question(t *turn) (question, bool) { return t.keyingQuestion(c.keying(t)) }

// keyingQuestion is the question a keying is at.
func (t *turn) keyingQuestion(k keying) (question, bool) {
	switch t.c.Visit.Phase {
	case phaseDigits:
		return k.ask(), true
	case phaseConfirm:
		return t.confirmDigits(k), true
	}
	return question{}, false
}
