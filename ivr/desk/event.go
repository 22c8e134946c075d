package desk

import (
	"time"

	"infolinia/ivr"
)

// tell writes down what happened to a task; e holds what belongs to its event.
func (u *turn) tell(t *Task, e ivr.QueueEvent) {
	e.At, e.Task, e.Call, e.Queue = u.w.Now, t.ID, t.Call, t.Queue
	u.events = append(u.events, e)
}

func (u *turn) tellAgent(a *Agent, event, reason string) {
	u.events = append(u.events, ivr.QueueEvent{Event: event, At: u.w.Now, Agent: a.Login, Reason: reason})
}

// waited is the wait that the record tells of.
func (u *turn) waited(t *Task) time.Duration { return max(0, u.w.Now.Sub(t.Queued)) }

// queued begins a stay in a queue: each ENTERQUEUE, and each CALLBACK, is followed
// by exactly one event that ends it. Why is empty for a caller who comes from
// the flow.
func (u *turn) queued(t *Task, why string) {
	t.Queued = u.w.Now
	position, _ := PlaceOf(u.now, u.w, t.ID)
	u.tell(t, ivr.QueueEvent{
		Event: ivr.EnterQueue, Caller: t.Caller.HMAC, Lang: t.Lang, Position: position, Reason: why,
	})
}

// Why a caller is in a queue who did not come from the flow: Reason of an
// ENTERQUEUE, and of the CONNECT after it when that needed no waiting.
const (
	AgainTransferred = "transfer" // somebody sent him on
	AgainReturned    = "returned" // nobody answered where he was sent
	AgainLost        = "lost"     // the agent's phone was lost
)
