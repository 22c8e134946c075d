package desk

import "infolinia/ivr"

func (u *turn) enter(in Enter) error {
	if u.now.Tasks[in.ID] != nil {
		return nil
	}
	if u.w.Detached {
		return RefusedDetached
	}
	t := &Task{
		ID: in.ID, Kind: KindCall, Call: in.Call, Slot: in.Slot, Queue: in.Queue, Caller: in.Caller, Lang: in.Lang,
		State: Waiting, Since: u.w.Now, Entered: u.w.Now,
	}
	owed := u.owedTo(in.Queue, in.Caller, "")
	if owed != nil && owed.Calling != "" {
		owed = nil // his other call has the place
	}
	barred := u.barred(t, owed != nil)
	u.addTask(t)
	if owed != nil && barred == "" {
		u.standIn(t, u.task(owed.ID))
	}
	u.queued(t, "")
	if barred != "" {
		u.exit(t, barred)
	}
	return nil
}

// barred is why t may not come into its queue; empty: it may. Who has a place kept
// is not turned away because others wait.
func (u *turn) barred(t *Task, kept bool) string {
	q, known := u.w.queue(t.Queue)
	switch {
	case !known:
		return ExitUnavailable
	case !u.w.open(q):
		return ExitClosed
	case !u.staffed(t):
		return ExitUnavailable
	case !kept && q.MaxWaiting > 0 && u.now.waitingIn(t.Queue) >= q.MaxWaiting:
		return ExitFull
	}
	return ""
}

// waitingIn counts the callers in a queue whom nobody has answered.
func (f Floor) waitingIn(queue string) int {
	n := 0
	for _, t := range f.Tasks {
		if t.Queue == queue && t.unanswered() && t.Kind == KindCall {
			n++
		}
	}
	return n
}

func (t *Task) unanswered() bool { return t.State == Waiting || t.State == Offered }

func (t *Task) final() bool {
	return t.State == Completed || t.State == Abandoned || t.State == Exited
}

// leave: the caller, or the flow, is gone. During a talk it does not matter why.
func (u *turn) leave(in Leave) {
	t := u.task(in.ID)
	switch {
	case t == nil || t.Kind != KindCall:
	case t.State == Connected:
		u.callerLeft(t)
	case !t.unanswered():
	case in.Reason == ivr.LeftByHangup:
		u.abandon(t)
	case in.Reason == ivr.LeftByKey:
		u.exit(t, ExitLeft)
	case in.Reason == ivr.LeftByTimeout:
		u.exit(t, ExitTimeout)
	default:
		u.exit(t, ExitFailed)
	}
}

func (u *turn) abandon(t *Task) {
	position, _ := PlaceOf(u.now, u.w, t.ID)
	u.tell(t, ivr.QueueEvent{Event: ivr.QueueAbandon, Position: position, Wait: u.waited(t)})
	u.endTask(t, Abandoned)
}

// exit lets a waiting caller go back into the flow.
func (u *turn) exit(t *Task, why string) {
	position, _ := PlaceOf(u.now, u.w, t.ID)
	e := ivr.QueueEvent{Event: ivr.ExitEmpty, Position: position, Wait: u.waited(t), Reason: why}
	switch why {
	case ExitTimeout:
		e.Event = ivr.ExitWithTimeout
	case ExitLeft, ExitCallback:
		e.Event = ivr.ExitWithKey
	}
	u.tell(t, e)
	t.Exit = why
	u.endTask(t, Exited)
}

// endTask makes a task final: whoever still rang or talked is let go.
func (u *turn) endTask(t *Task, state State) {
	u.rescind(t, CanceledByCaller)
	u.dropOther(t)
	t.State, t.Since, t.Talk, t.Agent = state, u.w.Now, nil, ""
	t.Front, t.For, t.From, t.Resident, t.Reached = false, "", "", "", false
	t.Number = "" // nobody is called any more
	u.release(t)
}

// forget removes a final task, unless an agent still writes notes about it.
func (u *turn) forget(id string) {
	t := u.now.Tasks[id]
	if t == nil || !t.final() {
		return
	}
	for _, a := range u.now.Agents {
		if a.Task == id {
			return
		}
	}
	delete(u.now.Tasks, id)
}
