package flow

import (
	"slices"

	"infolinia/ivr"
)

// New is the state of a call that has not begun: its first input is Arrived.
func (p *Program) New(id string, caller ivr.Caller) ivr.Call {
	return ivr.Call{Schema: ivr.Schema, ID: id, Version: p.Version, Caller: caller, Lang: p.Default}
}

// Step takes a call through one input. It never fails and never blocks, leaves
// its arguments as they are, and gives the same for the same. The new state is
// to be saved before the effects are performed, in their order.
//
// An input that the call does not wait for changes nothing: the state comes
// back with the same Seq and without effects.
func (p *Program) Step(call ivr.Call, in ivr.Input, w *ivr.World) (ivr.Call, []ivr.Effect) {
	next := call.Clone()
	t := &turn{p: p, w: w, c: &next}
	next.Seq++
	if !t.take(in) {
		return call, nil
	}
	t.run()
	return next, t.effects
}

// signal is what a node takes: an ivr.Input that answers its own effect, or
// one of the following.
type signal any

type (
	said    struct{}                 // all that was to be said is over or was skipped
	keys    struct{}                 // there are keys in the buffer and nothing is being said
	elapsed struct{ purpose string } // a timer of the node
)

// take brings an input into the turn and tells whether the call waited for it.
func (t *turn) take(in ivr.Input) bool {
	if t.c.Ended {
		return false
	}
	switch in := in.(type) {
	case ivr.Arrived:
		return t.arrive(in)
	case ivr.Key:
		return t.key(string(in.Digit))
	case ivr.PlayMark:
		return t.markHeard(in)
	case ivr.PlayEnded:
		return t.playEnded(in)
	case ivr.TimerFired:
		return t.timerFired(in.ID)
	case ivr.HungUp:
		t.hungUp(in)
		return true
	case ivr.Resumed:
		t.resume(in)
		return true
	case ivr.LookupEnded:
		return t.answered(in.ID, in)
	case ivr.RecordEnded:
		return t.answered(in.ID, in)
	case ivr.ReportIssued:
		return t.answered(in.ID, in)
	case ivr.ServiceDone:
		return t.answered(in.ID, in)
	case ivr.QueueChanged:
		return t.queueChanged(in)
	case ivr.TransferChanged:
		return t.signalOpen(in.ID, in)
	}
	return false
}

func (t *turn) arrive(in ivr.Arrived) bool {
	if t.c.Node != "" {
		return false
	}
	t.c.Started = t.w.Now
	if slices.Contains(t.p.Languages, in.Lang) {
		t.c.Lang = in.Lang
	}
	t.do(ivr.Answer{})
	t.note(ivr.Note{Event: "answer", Caller: t.c.Caller.HMAC})
	entry := t.p.Flows[t.p.Entry]
	t.c.Frames = []ivr.Frame{{Flow: entry.Name}}
	t.goTo(Target(entry.Start))
	return true
}

// answered hands over the one answer to the effect the call waits for.
func (t *turn) answered(id string, in signal) bool {
	if !t.signalOpen(id, in) {
		return false
	}
	t.c.Await = ""
	return true
}

func (t *turn) signalOpen(id string, in signal) bool {
	if id == "" || id != t.c.Await {
		return false
	}
	t.signals = append(t.signals, in)
	return true
}

func (t *turn) timerFired(id string) bool {
	for purpose, timer := range t.c.Timers {
		if timer.ID != id {
			continue
		}
		delete(t.c.Timers, purpose)
		switch purpose {
		case timerSpeech: // whoever plays has forgotten us
			return t.playEnded(ivr.PlayEnded{ID: t.c.Speech.ID, Failed: true})
		case timerTerm:
			t.c.DropTerm = nil
		case timerMaxCall:
			t.c.MaxCallOver = true
			t.person()
		default:
			t.signals = append(t.signals, elapsed{purpose})
		}
		return true
	}
	return false
}

// reasonLost is the cause of an end that nobody saw.
const reasonLost = "lost"

func (t *turn) hungUp(in ivr.HungUp) {
	if in.Lost {
		t.reason = reasonLost
	}
	t.leaving = ivr.LeftByHangup
	if v, ok := t.kind().(*Voicemail); ok && v.hungUp(t) {
		return
	}
	t.end("caller")
}

// end closes the call. What is still open in a queue or a transfer is taken
// back first.
func (t *turn) end(by string) {
	c := t.c
	t.release()
	if c.Outcome == "" {
		c.Outcome = ivr.OutcomeAbandoned
	}
	c.Ended, c.Speech, c.Timers, c.Await = true, nil, nil, ""
	c.SecretDigits, c.SecretBuffer, c.Sensitive = "", nil, nil
	t.next, t.signals = "", nil
	t.note(ivr.Note{Event: "end", By: by, Node: c.Node, Outcome: c.Outcome, Reason: t.reason})
	if by != "caller" {
		t.do(ivr.Hangup{})
	}
}

// release takes back what the node has ordered outside the machine.
func (t *turn) release() {
	switch k := t.kind().(type) {
	case *QueueUp:
		k.leave(t)
	case *TransferTo:
		if t.c.Await != "" {
			t.do(ivr.CancelTransfer{ID: t.c.Await})
		}
	}
	t.c.Await = ""
}

// kind is the current node's kind; nil before the first node and for a node
// that the program does not have.
func (t *turn) kind() Kind {
	if n := t.p.Nodes[t.c.Node]; n != nil {
		return n.Kind
	}
	return nil
}
