package desk

import (
	"fmt"
	"time"

	"infolinia/ivr"
)

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

// nextLeg is the id of one more leg of a task.
func (u *turn) nextLeg(t *Task) string {
	t.Offered++
	return legID(t.ID, t.Offered)
}

func legID(task string, n int) string { return fmt.Sprintf("%s-%d", task, n) }

// offer lets an agent's phone ring for a task.
func (u *turn) offer(t *Task, a *Agent) {
	q, _ := u.w.queue(t.Queue)
	t.Offers = append(t.Offers, Offer{
		Agent: a.Login, Leg: u.nextLeg(t), Made: u.w.Now, Until: u.w.Now.Add(q.RingTimeout),
	})
	if t.State != Offered {
		t.State, t.Since = Offered, u.w.Now
	}
	a.Task = t.ID
	u.become(a, Ringing, "")
}

// accept connects the agent who answered first; the others are let go.
func (u *turn) accept(t *Task, o Offer) {
	a := u.agent(o.Agent)
	u.removeOffer(t, o)
	u.rescind(t, CanceledElsewhere)
	t.State, t.Since, t.Agent = Connected, u.w.Now, a.Login
	t.Talk = &Talk{Leg: o.Leg, Since: u.w.Now, Mode: TalkCaller}
	t.Front, t.For, t.From, t.Reserved, t.Band = false, "", "", noTime, 0
	a.Missed, a.Rejected = 0, 0
	a.countCall(u.w.Now)
	u.become(a, OnCall, "")
	if t.Kind == KindCallback && !t.Reached {
		u.dial(t)
		return
	}
	u.tell(t, ivr.QueueEvent{
		Event: ivr.QueueConnect, Agent: a.Login, Wait: u.waited(t), Ring: u.w.Now.Sub(o.Made),
	})
}

func (a *Agent) countCall(now time.Time) {
	if day := dayOf(now); a.Day != day {
		a.Day, a.Handled = day, 0
	}
	a.Handled++
}

func dayOf(now time.Time) string { return now.In(ivr.Warsaw()).Format(time.DateOnly) }

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

// removeOffer leaves the old slice as it is: somebody may be going through it.
func (u *turn) removeOffer(t *Task, gone Offer) {
	var left []Offer
	for _, o := range t.Offers {
		if o.Leg != gone.Leg {
			left = append(left, o)
		}
	}
	t.Offers = left
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
