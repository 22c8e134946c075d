package desk

import (
	"time"

	"infolinia/ivr"
)

// news is what the call is to know; the zero value is nothing.
func (g goal) news() ivr.QueueChanged {
	t := g.task
	if t == nil || t.Kind != KindCall {
		return ivr.QueueChanged{}
	}
	switch t.State {
	case Waiting, Offered:
		return g.place
	case Connected:
		return ivr.QueueChanged{ID: t.ID, State: ivr.QueueConnected}
	case Wrapping, Completed:
		return ivr.QueueChanged{ID: t.ID, State: ivr.QueueEnded}
	case Exited:
		if state, told := exitNews(t.Exit); told {
			return ivr.QueueChanged{ID: t.ID, State: state}
		}
	}
	return ivr.QueueChanged{}
}

// exitNews is how a flow is told of an exit, unless it asked for it.
func exitNews(exit string) (state ivr.QueueState, told bool) {
	switch exit {
	case ExitLeft, ExitCallback:
		return "", false
	case ExitClosed, ExitFull, ExitUnavailable:
		return ivr.QueueState(exit), true
	case ExitClosing:
		return ivr.QueueCallback, true
	}
	return ivr.QueueFailed, true
}

// over tells whether the task may be forgotten at once. One whose end is news stays
// for a minute, for a call that is restored and asks again; one that is offered a
// call back stays for its place.
func (g goal) over() bool {
	return g.task != nil && g.task.final() && g.task.Exit != ExitClosing && g.news().State == ""
}

// places are what all callers who wait are told.
func places(f Floor, w World) map[string]ivr.QueueChanged {
	told := map[string]ivr.QueueChanged{}
	for _, line := range (&turn{now: f, w: w}).byQueue() {
		crew := f.crew()
		for i, t := range line {
			if t.Kind == KindCall {
				told[t.ID] = waitingAt(t.ID, i+1, f.expectOf(t, i+1, crew(t)))
			}
		}
	}
	return told
}

func waitingAt(id string, position int, wait time.Duration) ivr.QueueChanged {
	return ivr.QueueChanged{ID: id, State: ivr.QueueWaiting, Position: position, Wait: wait}
}

// placeOf is what one caller is told; the zero value: he does not wait.
func placeOf(f Floor, w World, t *Task) ivr.QueueChanged {
	position, wait := PlaceOf(f, w, t.ID)
	if position == 0 || t.Kind != KindCall {
		return ivr.QueueChanged{}
	}
	return waitingAt(t.ID, position, wait)
}
