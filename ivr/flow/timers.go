package flow

import (
	"maps"
	"slices"
	"time"

	"infolinia/ivr"
)

// The purposes a timer can have. A call has at most one of each.
const (
	timerKey      = "key"      // the caller's next key is awaited
	timerSpeech   = "speech"   // a prompt must have ended long ago
	timerMaxCall  = "max_call" // limits.max_call
	timerTerm     = "term"     // a term char is no longer dropped as the next key
	timerWaiting  = "waiting"  // a look-up takes so long that something is said
	timerDeadline = "deadline" // an effect must have been answered long ago
	timerMaxWait  = "max_wait" // in a queue
	timerCallback = "callback" // a call back is offered from now on
	timerAnnounce = "announce" // who waits in a queue is spoken to
)

// deadlines of effects, beyond what they should take.
const (
	serviceDeadline = 15 * time.Second
	lookupGrace     = 3 * time.Second
	recordGrace     = 15 * time.Second
	dialDeadline    = 75 * time.Second
	talkDeadline    = 4 * time.Hour
	hangupGrace     = 5 * time.Second
)

// minOnResume is the least that is left of a timer after a time away: what the
// caller did meanwhile may not have reached us yet.
const minOnResume = 2 * time.Second

func (t *turn) arm(purpose string, after time.Duration) {
	t.disarm(purpose)
	if t.c.Timers == nil {
		t.c.Timers = map[string]ivr.Timer{}
	}
	timer := ivr.Timer{ID: t.id(purpose), After: after, Due: t.w.Now.Add(after)}
	t.c.Timers[purpose] = timer
	t.do(ivr.SetTimer{ID: timer.ID, After: after})
}

func (t *turn) disarm(purpose string) {
	if timer, ok := t.c.Timers[purpose]; ok {
		delete(t.c.Timers, purpose)
		t.do(ivr.CancelTimer{ID: timer.ID})
	}
}

// cancelTimers takes back all timers of the node; the others outlive it.
func (t *turn) cancelTimers() {
	for _, purpose := range slices.Sorted(maps.Keys(t.c.Timers)) {
		if purpose != timerMaxCall && purpose != timerTerm {
			t.disarm(purpose)
		}
	}
}

// rearm orders all timers anew with what was left of them.
func (t *turn) rearm(away time.Duration) {
	least := minOnResume
	if away == 0 {
		least = 0
	}
	for _, purpose := range slices.Sorted(maps.Keys(t.c.Timers)) {
		timer := t.c.Timers[purpose]
		left := timer.Due.Sub(t.w.Now)
		left = min(max(left, least), timer.After)
		timer.Due = t.w.Now.Add(left)
		t.c.Timers[purpose] = timer
		t.do(ivr.SetTimer{ID: timer.ID, After: left})
	}
}
