package desk

import (
	"time"

	"infolinia/ivr"
)

// pointless ends waits that lead to nothing: the one agent who was meant does not
// come, nobody is there, all have been on a break for long, the queue has closed.
func (u *turn) pointless(id string) {
	t := u.now.Tasks[id]
	if t == nil || t.State != Waiting {
		return
	}
	if t.For != "" && u.unreserved(t) {
		t = u.task(id)
		t.Reserved = noTime
		u.sendBack(t)
	}
	if t.For != "" || t.Kind == KindCallback && !t.Reached {
		return
	}
	why := u.ended(t)
	switch {
	case why == "":
	case t.Kind == KindCallback:
		u.postpone(u.task(id))
	default:
		u.exit(u.task(id), why)
	}
}

// unreserved tells whether the agent a task is kept for will not take it.
func (u *turn) unreserved(t *Task) bool {
	a := u.now.Agents[t.For]
	return a == nil || !a.meant(t) || t.Reserved.IsZero() || u.due(t.Reserved) || a.State != Available && a.State != WrapUp
}

// ended is why a caller waits no longer; empty: he does. Who was talking already
// is not sent away by the closing hour.
func (u *turn) ended(t *Task) string {
	q, known := u.w.queue(t.Queue)
	switch {
	case u.w.Detached: // others may know better who is there
		return ""
	case !known || !u.staffed(t) || u.due(u.now.breakEnds(u.w, t)):
		return ExitUnavailable
	case u.w.open(q) || t.Front:
		return ""
	case q.WhenClosing == ivr.CloseVoicemail:
		return ExitClosed
	case q.WhenClosing == ivr.CloseCallback:
		return ExitClosing
	}
	return ""
}

// staffed tells whether somebody is logged in who could ever take t.
func (u *turn) staffed(t *Task) bool {
	q, _ := u.w.queue(t.Queue)
	for _, a := range u.now.Agents {
		if a.State != Offline && a.may(t) && a.skilled(t, q, never) {
			return true
		}
	}
	return false
}

// breakEnds is when t will have waited as long as it is to while everybody is on
// a break; zero: somebody works.
func (f Floor) breakEnds(w World, t *Task) time.Time {
	q, _ := w.queue(t.Queue)
	from := t.Since
	for _, a := range f.Agents {
		if a.State == Offline || !a.may(t) || !a.skilled(t, q, never) {
			continue
		}
		if a.State != Break {
			return noTime
		}
		if a.Since.After(from) {
			from = a.Since
		}
	}
	if q.MaxBreakWait <= 0 {
		return noTime
	}
	return from.Add(q.MaxBreakWait)
}
