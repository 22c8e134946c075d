package desk

import (
	"time"

	"infolinia/ivr"
)

// end ends a talk for good; the agent's wrap-up begins.
func (u *turn) end(t *Task, event string) {
	a := u.agent(t.Agent)
	q, _ := u.w.queue(t.Queue)
	handled := u.tellTalk(t, ivr.QueueEvent{Event: event})
	login := t.Agent
	u.clearAuto(t)
	u.endTask(t, Wrapping)
	t.Agent = login
	u.wrapUp(a, t, handled, q.WrapUp)
}

// tellTalk writes an event that ends the agent's part of a talk.
func (u *turn) tellTalk(t *Task, e ivr.QueueEvent) (handled time.Duration) {
	e.Agent = t.Agent
	e.Talk, e.Hold = t.Talk.lasted(u.w.Now)
	u.tell(t, e)
	return e.Talk + e.Hold
}

// part ends the agent's part of a talk that goes on without him.
func (u *turn) part(t *Task, e ivr.QueueEvent) {
	a := u.agent(t.Agent)
	q, _ := u.w.queue(t.Queue)
	handled := u.tellTalk(t, e)
	u.clearAuto(t)
	t.Agent = ""
	u.wrapUp(a, t, handled, q.WrapUp)
}

// wrapUp gives an agent time to write down what a talk was about.
func (u *turn) wrapUp(a *Agent, t *Task, handled, length time.Duration) {
	a.Idle = u.w.Now
	a.Owed = &Owed{Task: t.ID, Call: t.Call, Queue: t.Queue, Handled: handled, Since: u.w.Now}
	a.Task, a.WrapUntil = t.ID, u.w.Now.Add(length)
	if length <= 0 {
		u.endWrapUp(a, "", "")
		u.free(a)
		return
	}
	u.become(a, WrapUp, "")
}

// endWrapUp ends the time for notes; the agent is to be given another state.
// Without a code the notes are still owed.
func (u *turn) endWrapUp(a *Agent, code, note string) {
	o := a.Owed
	spent := max(0, u.w.Now.Sub(o.Since))
	u.tellWrapUp(a, spent, code, note)
	if o.Handled > 0 {
		u.learn(o.Queue, o.Handled+spent)
	}
	if t := u.task(o.Task); t != nil && t.State == Wrapping && t.Agent == a.Login {
		u.endTask(t, Completed)
	}
	a.Idle, a.WrapUntil = u.w.Now, noTime
	if code != "" {
		a.Owed = nil
	}
}

func (u *turn) tellWrapUp(a *Agent, spent time.Duration, code, note string) {
	u.events = append(u.events, ivr.QueueEvent{
		Event: ivr.WrapUpDone, At: u.w.Now, Task: a.Owed.Task, Call: a.Owed.Call, Queue: a.Owed.Queue, Agent: a.Login,
		Wrap: spent, Code: code, Note: note,
	})
}

// finish takes the code also when the wrap-up's time is over; the time itself was
// written down then.
func (u *turn) finish(in Finish) error {
	a, err := u.loggedIn(in.Agent)
	switch {
	case err != nil:
		return err
	case a.Owed == nil || a.Owed.Task != in.Task:
		return RefusedNoCall
	case in.Code == "":
		return RefusedNoCode
	case a.State == WrapUp:
		u.endWrapUp(a, in.Code, in.Note)
		u.free(a)
	default:
		u.tellWrapUp(a, 0, in.Code, in.Note)
		a.Owed = nil
	}
	return nil
}

func (u *turn) extendWrapUp(in ExtendWrapUp) error {
	a, err := u.loggedIn(in.Agent)
	switch {
	case err != nil:
		return err
	case a.State != WrapUp:
		return RefusedNoCall
	}
	latest := a.Owed.Since.Add(longestWrapUp)
	if until := a.WrapUntil.Add(max(0, in.By)); until.Before(latest) {
		a.WrapUntil = until
	} else if a.WrapUntil.Before(latest) {
		a.WrapUntil = latest
	}
	return nil
}

// learn takes one more talk into the moving average of a queue: a fifth of it, so
// that the last dozen decide.
func (u *turn) learn(queue string, took time.Duration) {
	l := Lane{Name: queue}
	if old := u.now.Queues[queue]; old != nil {
		l = *old
	}
	if l.Served == 0 {
		l.Handling = took
	} else {
		l.Handling += (took - l.Handling) / 5
	}
	l.Served++
	u.now.Queues[queue] = &l
}
