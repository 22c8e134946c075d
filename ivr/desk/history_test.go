package desk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
)

// history is a floor with all that has ever happened on it, checked after each step.
type history struct {
	f     Floor
	w     World
	stays map[string]bool // by task: a stay is open
	legs  map[string]bool // by id: of which a leg was ever wished
	bands map[string]time.Duration
	tasks map[string]State // as last seen
	fresh bool             // determinism and immutability are checked as well
	final map[string]bool
}

func newHistory(w World) *history {
	return &history{w: w, stays: map[string]bool{}, legs: map[string]bool{}, bands: map[string]time.Duration{}, tasks: map[string]State{}, final: map[string]bool{}}
}

// step takes an input and says which promise it has broken; empty: none.
func (h *history) step(in Input) string {
	before := encode(h.f, h.fresh)
	next, events, err := Step(h.f, in, h.w)
	if encode(h.f, h.fresh) != before {
		return "the floor was changed in place"
	}
	if err != nil {
		if _, ok := err.(Refusal); !ok || len(events) > 0 || !reflect.DeepEqual(next, h.f) {
			return fmt.Sprintf("%v is no clean refusal", err)
		}
		return ""
	}
	if why := h.repeated(in, before, next, events); why != "" {
		return why
	}
	u := begin(next, h.w)
	if u.mend(); len(u.own) > 0 {
		return "a sound floor was mended"
	}
	old := h.f
	h.f = next
	for _, check := range []string{
		broken(next, h.w), overtaken(old, next, h.w), h.stayed(events), h.moved(next), h.told(next), agentsMoved(old, next),
	} {
		if check != "" {
			return check
		}
	}
	for _, t := range next.Tasks {
		for _, leg := range WishOf(t, next).Legs {
			h.legs[leg.ID] = true
		}
	}
	return ""
}

func encode(f Floor, really bool) string {
	if !really {
		return ""
	}
	b, err := json.Marshal(f)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func decode(s string) Floor {
	var f Floor
	if err := json.Unmarshal([]byte(s), &f); err != nil {
		panic(err)
	}
	return f
}

// crash is what a process that died leaves: the saved floor.
func (h *history) crash() { h.f = decode(encode(h.f, true)) }

// repeated: a saved floor gives the same, and nothing is left to be done at once.
func (h *history) repeated(in Input, before string, next Floor, events []ivr.QueueEvent) string {
	if !h.fresh {
		return ""
	}
	again, told, _ := Step(decode(before), in, h.w)
	if encode(again, true) != encode(next, true) || fmt.Sprint(told) != fmt.Sprint(events) {
		return "the same step gave something else"
	}
	if later, told, _ := Step(next, Tick{}, h.w); encode(later, true) != encode(next, true) || len(told) > 0 {
		return fmt.Sprintf("a tick at the same moment found something to do: %v", told)
	}
	if strings.Contains(fmt.Sprint(events), "600100") {
		return "a number is in an event"
	}
	for _, t := range next.Tasks {
		if t.Number != "" && (t.final() || t.State == Wrapping) {
			return "a number is kept that nobody is called at"
		}
	}
	return ""
}

// ends are the events that end a stay.
func ends(event string) bool {
	return slices.Contains([]string{
		ivr.CompleteAgent, ivr.CompleteCaller, ivr.QueueAbandon, ivr.ExitWithTimeout, ivr.ExitWithKey, ivr.ExitEmpty,
		ivr.BlindTransfer, ivr.AttendedTransfer, ivr.CallbackClosed,
	}, event)
}

// stayed: each stay ends exactly once, and whoever is final has none open.
func (h *history) stayed(events []ivr.QueueEvent) string {
	for _, e := range events {
		switch {
		case e.Event == ivr.EnterQueue || e.Event == ivr.CallbackAsked:
			if h.stays[e.Task] {
				return fmt.Sprintf("%s entered twice", e.Task)
			}
			h.stays[e.Task] = true
		case ends(e.Event):
			if !h.stays[e.Task] {
				return fmt.Sprintf("%s: %s ends a stay that was over", e.Task, e.Event)
			}
			h.stays[e.Task] = false
		case e.Event == ivr.QueueConnect && !h.stays[e.Task]:
			return fmt.Sprintf("%s was connected without being there", e.Task)
		}
		if e.Wait < 0 || e.Talk < 0 || e.Hold < 0 || e.Ring < 0 || e.Wrap < 0 || e.Position < 0 {
			return fmt.Sprintf("a figure is negative: %+v", e)
		}
	}
	return ""
}

// moved: tasks go only where the drawn machine lets them, and none vanishes before
// its end.
func (h *history) moved(f Floor) string {
	next := map[string]State{}
	for id, t := range f.Tasks {
		next[id] = t.State
		h.final[id] = t.final()
		if (t.final() || t.State == Wrapping) && h.stays[id] {
			return fmt.Sprintf("%s is %s and its stay is open", id, t.State)
		}
		was, known := h.tasks[id]
		if known && was != t.State && slices.Contains([]State{Completed, Abandoned, Exited}, was) {
			return fmt.Sprintf("%s went from %s to %s", id, was, t.State)
		}
		if known && was == Wrapping && t.State != Wrapping && t.State != Completed {
			return fmt.Sprintf("%s went from wrapping to %s", id, t.State)
		}
	}
	for id := range h.tasks {
		if _, there := next[id]; !there && !h.final[id] {
			return fmt.Sprintf("%s was lost", id)
		}
	}
	h.tasks = next
	return ""
}

// told: what a waiting caller is told never grows.
func (h *history) told(f Floor) string {
	for id, t := range f.Tasks {
		key := fmt.Sprint(id, t.Queue, t.Queued, t.Hops)
		position, wait := PlaceOf(f, h.w, id)
		if wait < 0 || t.unanswered() != (position > 0) {
			return fmt.Sprintf("%s is at %d for %s", id, position, wait)
		}
		if last := h.bands[key]; last > 0 && wait > last {
			return fmt.Sprintf("%s was told %s, now %s", id, last, wait)
		}
		if wait > 0 {
			h.bands[key] = wait
		}
	}
	return ""
}

// overtaken: nobody was offered an agent whom one before him could have had.
func overtaken(old, f Floor, w World) string {
	for id, t := range f.Tasks {
		if t.For != "" {
			continue
		}
		for _, o := range t.Offers {
			if was := old.Tasks[id]; o.Auto || was != nil && slices.Contains(was.Offers, o) {
				continue
			}
			for first, other := range f.Tasks {
				held := other.Kind == KindCallback && !other.Reached && (other.Calling != "" || w.Now.Before(other.NotBefore) || !isOpen(w, other.Queue))
				if other.State == Waiting && !held && earlier(other, t, w) && fits(f.Agents[o.Agent], other, w) {
					return fmt.Sprintf("%s was offered %s before %s", id, o.Agent, first)
				}
			}
		}
	}
	return ""
}

func earlier(a, b *Task, w World) bool {
	switch p, q := w.Queues[a.Queue].Priority, w.Queues[b.Queue].Priority; {
	case p != q:
		return p > q
	case a.Front != b.Front:
		return a.Front
	}
	return a.Entered.Before(b.Entered)
}

// agentsMoved: nobody who was on a break or away is offered anything, and nobody
// comes into a talk but by an offer.
func agentsMoved(old, f Floor) string {
	for login, a := range f.Agents {
		was := old.Agents[login]
		if was == nil {
			continue
		}
		if a.State == OnCall && was.State != OnCall && (was.State != Ringing || was.Task != a.Task) {
			return fmt.Sprintf("%s went from %s into a talk", login, was.State)
		}
		if a.State == WrapUp && was.State != OnCall && was.State != WrapUp {
			return fmt.Sprintf("%s went from %s into a wrap-up", login, was.State)
		}
	}
	return ""
}
