package desk

import "infolinia/ivr"

// dial calls the resident; the agent is there already, so that nobody who
// answers hears silence.
func (u *turn) dial(t *Task) {
	t.Resident = u.nextLeg(t)
	t.Talk.Mode = TalkDialling
	t.Talk.Until = u.w.Now.Add(outsideRing)
}

func (u *turn) residentUp(t *Task) {
	t.Reached = true
	t.Talk.Since, t.Talk.Until = u.w.Now, noTime
	t.Talk.HeldSince, t.Talk.Held = noTime, 0
	t.Tries++
	u.tell(t, ivr.QueueEvent{Event: ivr.CallbackTried, Agent: t.Agent})
	u.tell(t, ivr.QueueEvent{Event: ivr.QueueConnect, Agent: t.Agent, Wait: u.waited(t)})
	u.setMode(t, TalkCaller)
}

// tried ends a try that reached nobody. There is another one later, unless it was
// the last.
func (u *turn) tried(t *Task, why string) {
	q, _ := u.w.queue(t.Queue)
	t.Tries++
	u.tell(t, ivr.QueueEvent{Event: ivr.CallbackTried, Agent: t.Agent, Reason: why})
	u.endTry(t)
	if t.Tries >= q.CallbackTries {
		u.closeCallback(t, why)
		return
	}
	t.NotBefore = u.w.Now.Add(q.CallbackDelay)
}

// endTry puts a call back where it was before it was tried, and its agent into a
// short wrap-up.
func (u *turn) endTry(t *Task) {
	q, _ := u.w.queue(t.Queue)
	a := u.agent(t.Agent)
	u.clearAuto(t)
	t.State, t.Since, t.Talk, t.Agent, t.Resident = Waiting, u.w.Now, nil, "", ""
	if a != nil {
		u.wrapUp(a, t, 0, min(q.WrapUp, triedWrapUp))
	}
}

// postpone gives up a call back whose resident was there, because nobody can take
// him now: he is called again.
func (u *turn) postpone(t *Task) {
	q, _ := u.w.queue(t.Queue)
	u.rescind(t, CanceledByCaller)
	t.State, t.Since, t.Resident, t.Reached = Waiting, u.w.Now, "", false
	t.NotBefore = u.w.Now.Add(q.CallbackDelay)
}
