package flow

import "infolinia/ivr"

const phaseDialling = "dialling"

func (x *TransferTo) enter(t *turn) {
	t.c.Buffer = nil
	t.takeBackAnswer()
	t.inMachine(false)
	t.phase(phaseDialling)
	t.c.Await = t.id("transfer")
	t.note(ivr.Note{Event: "transfer", Node: t.c.Node, To: x.To})
	t.do(ivr.Transfer{ID: t.c.Await, To: x.To, Number: t.p.Destinations[x.To]})
	t.arm(timerDeadline, dialDeadline)
}

func (x *TransferTo) on(t *turn, in signal) {
	switch in := in.(type) {
	case ivr.TransferChanged:
		x.changed(t, in.State)
	case elapsed:
		if t.inPhase(phaseTalk) {
			t.end("line")
			return
		}
		t.exit(x.Cases, "failed")
	case keys:
		t.c.Buffer = nil
	}
}

func (x *TransferTo) changed(t *turn, state ivr.TransferState) {
	switch state {
	case ivr.TransferAnswered:
		t.phase(phaseTalk)
		t.setOutcome(ivr.OutcomeTransferred)
		t.arm(timerDeadline, talkDeadline)
	case ivr.TransferEnded:
		t.c.Await = ""
		t.end("agent")
	default:
		t.c.Await = ""
		t.exit(x.Cases, string(state))
	}
}
