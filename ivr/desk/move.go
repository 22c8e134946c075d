package desk

import "infolinia/ivr"

// slotLost ends what went down with a slot. Who was called back and talked there has
// had his call; who was still to be reached is called from another slot.
func (u *turn) slotLost(in Lost) {
	if in.To == "" || in.To == in.Slot {
		return
	}
	for _, id := range u.tasksThat(func(t *Task) bool { return t.Slot == in.Slot && !t.final() }) {
		t := u.task(id)
		if t.Kind == KindCall {
			u.leave(Leave{ID: id, Reason: ivr.LeftByHangup})
			continue
		}
		u.unlink(t)
		if t.State == Waiting {
			t.Slot = in.To
		}
	}
}

// unlink ends what a call back has of legs.
func (u *turn) unlink(t *Task) {
	switch {
	case t.State == Connected && t.Reached:
		u.callerLeft(t)
	case t.State == Connected:
		u.endTry(t)
	case t.unanswered() && t.Reached:
		u.postpone(t)
	case t.State == Offered:
		u.rescind(t, CanceledByAgent)
		t.State, t.Since = Waiting, u.w.Now
	}
	if t.State == Waiting {
		t.For, t.From, t.Reserved = "", "", noTime
	}
}
