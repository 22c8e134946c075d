package desk

import "infolinia/ivr"

// otherUp: the third party has answered.
func (u *turn) otherUp(t *Task) {
	o := t.Talk.Other
	o.Answered, o.Since = true, u.w.Now
	if t.Talk.Mode == TalkBlind {
		t.Talk.Mode, t.Talk.External = TalkCaller, true
		t.From = ""
	}
	if a := u.agent(o.Agent); a != nil {
		u.become(a, OnCall, "")
	}
}

// otherGone: the third party's leg has ended.
func (u *turn) otherGone(t *Task, why string) {
	switch {
	case t.Talk.External:
		u.endTask(t, Completed)
	case t.Talk.Mode == TalkBlind:
		u.comeBack(t, why)
	default:
		u.otherEnded(t)
	}
}

// otherEnded lets the third party go; agent and caller are together again.
func (u *turn) otherEnded(t *Task) {
	u.dropOther(t)
	if t.Talk != nil {
		u.setMode(t, TalkCaller)
	}
}

// dropOther lets the third party go.
func (u *turn) dropOther(t *Task) {
	if t.Talk == nil || t.Talk.Other == nil {
		return
	}
	o := t.Talk.Other
	t.Talk.Other = nil
	if a := u.agent(o.Agent); a != nil {
		if o.Answered {
			a.Idle = u.w.Now
		}
		u.free(a)
	}
}

// handOver leaves the caller with a third party who has answered. An agent is
// then the task's own.
func (u *turn) handOver(t *Task) {
	o := t.Talk.Other
	t.Hops++
	u.part(t, ivr.QueueEvent{Event: ivr.AttendedTransfer, To: o.To.name(o.Agent)})
	if o.Agent == "" {
		t.Talk = &Talk{Since: u.w.Now, Mode: TalkCaller, Other: o, External: true}
		return
	}
	t.Agent = o.Agent
	t.Talk = &Talk{Leg: o.Leg, Since: u.w.Now, Mode: TalkCaller}
	u.agent(o.Agent).countCall(u.w.Now)
	u.queued(t, AgainTransferred)
	u.tell(t, ivr.QueueEvent{Event: ivr.QueueConnect, Agent: o.Agent, Reason: AgainTransferred})
}

// name is what the record says of a target; agent is who was found in a queue.
func (to Target) name(agent string) string {
	switch {
	case agent != "":
		return agent
	case to.Queue != "":
		return to.Queue
	}
	return to.Destination
}
