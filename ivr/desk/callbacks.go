package desk

import (
	"cmp"
	"slices"

	"infolinia/ivr"
)

// Why a call back was closed without a talk, beside what an agent says.
const (
	ClosedCalledAgain = "called_again" // the resident has called himself
	ClosedBusy        = "busy"         // tried as often as the queue says; the last answer
	ClosedNoAnswer    = "no_answer"
	ClosedFailed      = "failed"
	ClosedByAgent     = "agent" // who hung up before anybody answered
)

func (u *turn) askCallback(in AskCallback) error {
	if u.now.Tasks[in.ID] != nil {
		return nil
	}
	place := u.task(in.Place)
	switch _, known := u.w.Queues[in.Queue]; {
	case u.w.Detached:
		return RefusedDetached
	case !known:
		return RefusedTargetClosed
	case in.Number == "":
		return RefusedUnknownTarget
	case place != nil && place.State == Connected:
		return RefusedOnCall
	}
	t := u.owedTo(in.Queue, in.Caller, in.Number)
	if t == nil {
		t = &Task{
			ID: in.ID, Kind: KindCallback, Slot: in.Slot, Queue: in.Queue, Caller: in.Caller, Lang: in.Lang,
			State: Waiting, Since: u.w.Now, Entered: u.w.Now, Queued: u.w.Now,
		}
		u.addTask(t)
		u.tell(t, ivr.QueueEvent{Event: ivr.CallbackAsked, Caller: t.Caller.HMAC, Lang: t.Lang})
	}
	t = u.task(t.ID)
	t.Number = in.Number
	if place == nil || place.Kind != KindCall || !place.unanswered() && place.State != Exited {
		return nil
	}
	if place.Entered.Before(t.Entered) {
		t.Entered = place.Entered
	}
	if place.unanswered() {
		u.exit(place, ExitCallback)
	}
	return nil
}

// owedTo finds the call back that is owed to a resident in a queue and has not
// reached him yet. Read it only.
func (u *turn) owedTo(queue string, caller ivr.Caller, number string) *Task {
	for _, id := range u.tasks() {
		t := u.now.Tasks[id]
		if t.Kind != KindCallback || t.Queue != queue || t.final() || t.State == Wrapping || t.Reached {
			continue
		}
		if caller.HMAC != "" && t.Caller.HMAC == caller.HMAC || number != "" && t.Number == number {
			return t
		}
	}
	return nil
}

func (u *turn) dropCallback(in CloseCallback) error {
	a, err := u.loggedIn(in.Agent)
	t := u.task(in.Task)
	switch {
	case err != nil:
		return err
	case t == nil || t.Kind != KindCallback || t.Reached || t.final() || t.State == Wrapping:
		return RefusedNoCall
	case t.Agent != "" && t.Agent != a.Login:
		return RefusedTargetBusy
	case in.Reason == "":
		return RefusedNoCode
	}
	u.closeCallback(t, in.Reason)
	return nil
}

// closeCallback ends a call back that has not reached the resident.
func (u *turn) closeCallback(t *Task, why string) {
	if t.State == Connected {
		u.endTry(t)
	}
	u.tell(t, ivr.QueueEvent{Event: ivr.CallbackClosed, Wait: u.waited(t), Reason: cmp.Or(why, ClosedFailed)})
	t.Exit = why
	u.endTask(t, Exited)
}

// held tells whether a call back may not be tried now.
func (w World) held(t *Task) bool {
	if t.Kind != KindCallback || t.Reached {
		return false
	}
	if t.Calling != "" {
		return true
	}
	q, known := w.queue(t.Queue)
	return !known || !w.open(q) || w.Now.Before(t.NotBefore)
}

// Callbacks are the call backs owed, in the order in which they will be made.
func Callbacks(f Floor, w World) []*Task {
	var owed []*Task
	for _, t := range f.Tasks {
		if t.Kind == KindCallback && !t.final() && t.State != Wrapping {
			owed = append(owed, t)
		}
	}
	slices.SortFunc(owed, w.order)
	return owed
}
