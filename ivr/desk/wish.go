package desk

import (
	"slices"
	"time"
)

// Wish is what the telephone of a task is to look like. It is derived from the
// floor alone, so whoever holds the task's slot, now or after a takeover, brings
// Asterisk to it and nothing is done twice.
type Wish struct {
	// Legs that shall exist; all others of the task are to be dropped.
	Legs []WishedLeg
	// Together hear each other: ids of legs, and TheCaller.
	Together []string
	// Music is heard by these; which it is the queue says.
	Music []string
	// Ring is heard by these: somebody is being called for them.
	Ring []string
}

// TheCaller stands for the channel of the task's live call.
const TheCaller = "caller"

// WishedLeg is a leg that shall exist.
type WishedLeg struct {
	ID string
	// To is whom it leads to: an agent (Endpoint is then set), a destination by
	// name, or a resident's number.
	Endpoint, Destination, Number string
	// Ring is how long it may ring from when it is dialled.
	Ring time.Duration
	// Auto: the phone answers by itself.
	Auto bool
	// Up: it has been answered already.
	Up bool
}

// WishOf is what the telephone of t is to look like. While a caller waits his own
// call sees to what he hears: only legs are wished then.
func WishOf(t *Task, f Floor) Wish {
	var w Wish
	if t == nil {
		return w
	}
	for _, o := range t.Offers {
		w.Legs = append(w.Legs, WishedLeg{ID: o.Leg, Endpoint: f.endpoint(o.Agent), Ring: o.Until.Sub(o.Made), Auto: o.Auto})
	}
	if t.Resident != "" {
		w.Legs = append(w.Legs, WishedLeg{ID: t.Resident, Number: t.Number, Ring: outsideRing, Up: t.Reached})
	}
	switch {
	case t.State == Connected && t.Talk != nil:
		w.talk(t, f)
	case t.unanswered() && t.Reached:
		w.Music = []string{t.Resident}
	}
	return w
}

func (f Floor) endpoint(login string) string {
	if a := f.Agents[login]; a != nil {
		return a.Endpoint
	}
	return ""
}

// caller is what stands for the caller on a bridge.
func (t *Task) caller() string {
	if t.Kind == KindCallback {
		return t.Resident
	}
	return TheCaller
}

func (w *Wish) talk(t *Task, f Floor) {
	talk, other := t.Talk, ""
	if talk.Leg != "" {
		w.Legs = append(w.Legs, WishedLeg{ID: talk.Leg, Endpoint: f.endpoint(t.Agent), Up: true})
	}
	if o := talk.Other; o != nil {
		leg := WishedLeg{ID: o.Leg, Destination: o.To.Destination, Endpoint: f.endpoint(o.Agent), Up: o.Answered}
		if !o.Answered {
			leg.Ring = o.Until.Sub(o.Since)
		} else {
			other = o.Leg
		}
		w.Legs = append(w.Legs, leg)
	}
	w.sound(talk, t.caller(), other)
}

// sound says who hears what; other is a third party who has answered.
func (w *Wish) sound(talk *Talk, caller, other string) {
	switch talk.Mode {
	case TalkBlind:
		w.Ring = some(caller)
	case TalkDialling:
		w.Ring = some(talk.Leg)
	case TalkHold:
		w.Music = some(caller)
	case TalkConsult:
		w.Music = some(caller)
		if other == "" {
			w.Ring = some(talk.Leg)
		} else {
			w.meet(talk.Leg, other)
		}
	case TalkConference:
		w.meet(caller, talk.Leg, other)
	default:
		if talk.External {
			w.meet(caller, other)
			return
		}
		w.meet(caller, talk.Leg)
		w.Music = append(w.Music, some(other)...)
	}
}

// meet puts those who are there together; who is left alone hears music.
func (w *Wish) meet(members ...string) {
	present := some(members...)
	if len(present) < 2 {
		w.Music = append(w.Music, present...)
		return
	}
	w.Together = present
}

func some(members ...string) []string {
	return slices.DeleteFunc(slices.Clone(members), func(m string) bool { return m == "" })
}
