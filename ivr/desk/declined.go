package desk

import "infolinia/ivr"

// Why a ringing phone fell silent without being its agent's miss: Reason of a
// RINGCANCELED.
const (
	CanceledByCaller  = "caller"             // gone, or he takes a call back
	CanceledElsewhere = "answered_elsewhere" // another agent was faster
	CanceledByAgent   = "agent"              // the page is gone, logged off, or another one
)

// Why an offer was not taken: Reason of a RINGNOANSWER.
const (
	MissedNoAnswer = "no_answer"
	MissedFailed   = "failed" // the phone could not be reached
	MissedRejected = "rejected"
)

// missed returns an offer that was not taken; the task keeps its place.
func (u *turn) missed(t *Task, o Offer, why string) {
	a := u.agent(o.Agent)
	q, _ := u.w.queue(t.Queue)
	u.removeOffer(t, o)
	u.tell(t, ivr.QueueEvent{Event: ivr.RingNoAnswer, Agent: a.Login, Ring: u.w.Now.Sub(o.Made), Reason: why})
	if why == MissedRejected {
		a.Rejected++
	} else {
		a.Missed++
	}
	if max(a.Missed, a.Rejected) >= q.MaxMissed {
		u.sendAway(a, BreakMissed)
	} else {
		u.free(a)
	}
	u.unoffered(t)
}

// rescind takes back the offers still open.
func (u *turn) rescind(t *Task, why string) {
	for len(t.Offers) > 0 {
		o := t.Offers[0]
		u.removeOffer(t, o)
		if o.Auto {
			continue
		}
		a := u.agent(o.Agent)
		u.tellCanceled(t, o, why)
		u.free(a)
	}
}

func (u *turn) tellCanceled(t *Task, o Offer, why string) {
	u.tell(t, ivr.QueueEvent{Event: ivr.RingCanceled, Agent: o.Agent, Ring: u.w.Now.Sub(o.Made), Reason: why})
}

// withdraw ends what rings at an agent who can no longer answer. The agent is to
// be given another state.
func (u *turn) withdraw(a *Agent) {
	t := u.task(a.Task)
	a.Task = ""
	if t == nil {
		return
	}
	if t.Talk != nil && t.Talk.Other != nil && t.Talk.Other.Agent == a.Login {
		t.Talk.Other = nil
		u.setMode(t, TalkCaller)
		return
	}
	for _, o := range t.Offers {
		if o.Agent == a.Login {
			u.removeOffer(t, o)
			u.tellCanceled(t, o, CanceledByAgent)
			break
		}
	}
	u.unoffered(t)
}

func (u *turn) reject(in Reject) error {
	a, err := u.loggedIn(in.Agent)
	if err != nil {
		return err
	}
	t := u.task(a.Task)
	if a.State != Ringing || t == nil {
		return RefusedNoCall
	}
	for _, o := range t.Offers {
		if o.Agent == a.Login {
			u.missed(t, o, MissedRejected)
			return nil
		}
	}
	u.otherEnded(t)
	return nil
}

// unoffered: when nobody rings any more the task waits again, or returns to who
// transferred it.
func (u *turn) unoffered(t *Task) {
	if t.State != Offered || len(t.Offers) > 0 {
		return
	}
	t.State, t.Since = Waiting, u.w.Now
	if t.For != "" {
		u.sendBack(t)
	}
}
