package desk

import (
	"reflect"
	"slices"
	"sync"
	"time"

	"infolinia/ivr"
)

// stay is one task as the process that holds its slot serves it: what Asterisk and
// the call are to be brought to, and how far they are. At most one goroutine works
// on it, for the newest goal only, so that a slow order holds up no other task.
type stay struct {
	d              *Desk
	id, slot, call string

	mu sync.Mutex
	goal
	revised  bool // there is a newer goal than the one worked on
	running  bool
	retrying bool // in a moment
	left     bool // the slot is another's
	legs     map[string]*leg

	// Only of the goroutine that works.
	checked  bool // it is known which legs there are
	arranged bool // in is what was ordered
	in       Arrangement
	told     ivr.QueueChanged
	forgot   bool
}

// goal is what a stay is to be brought to.
type goal struct {
	task  *Task // nil: it is over
	wish  Wish
	class string           // of the queue's music
	place ivr.QueueChanged // of a caller who waits
	cause time.Time        // when what led to it came; zero: another process did
	again bool             // the call asks where it stands
}

// leg is what is known of a leg as long as its task lives.
type leg struct {
	there bool // it was ordered, or found
	over  bool // it has ended or failed: it is never dialled again
	up    bool
	offer bool
}

// newStay begins a stay; checked: it can have no legs that we do not know.
func newStay(d *Desk, t *Task, checked bool) *stay {
	return &stay{d: d, id: t.ID, slot: t.Slot, call: t.Call, checked: checked, arranged: checked, legs: map[string]*leg{}}
}

func (s *stay) set(t *Task, w Wish, class string, cause time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t == s.task && t != nil && reflect.DeepEqual(w, s.wish) {
		return
	}
	s.task, s.wish, s.class, s.cause = t, w, class, cause
	s.start()
}

// move says where a caller stands who waits.
func (s *stay) move(place ivr.QueueChanged) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if place == s.place {
		return
	}
	s.place = place
	if s.task != nil { // else the goal follows
		s.start()
	}
}

// sayAgain tells the call once more where it stands.
func (s *stay) sayAgain(place ivr.QueueChanged) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.place, s.again = place, true
	s.start()
}

// hear takes what happened to a leg: one that has ended is not dialled again,
// whatever the goal still says.
func (s *stay) hear(e LegEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.leg(e.ID)
	l.up = l.up || e.Up
	l.there, l.over = !e.Ended, l.over || e.Ended
	if !s.wish.has(e.ID) {
		s.start()
	}
}

// leave ends all work on it.
func (s *stay) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = true
}

// start needs s.mu, and is called by the goroutine that runs the desk.
func (s *stay) start() {
	s.revised = true
	if s.running || s.left {
		return
	}
	s.running = true
	s.d.workers.Go(s.run)
}

// retryPause is between two tries of orders that fail.
const retryPause = 500 * time.Millisecond

func (s *stay) run() {
	for {
		g, more := s.next()
		if !more {
			return
		}
		if !s.bring(g) {
			s.retryLater()
		}
	}
}

// retryLater starts the work once more after a pause, however often it fails till then.
func (s *stay) retryLater() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.retrying {
		return
	}
	s.retrying = true
	time.AfterFunc(retryPause, func() {
		s.d.inbox.post(&job{do: func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.retrying = false
			s.start()
		}})
	})
}

func (s *stay) next() (goal, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.revised || s.left || s.d.life.Err() != nil {
		s.running = false
		return goal{}, false
	}
	g := s.goal
	s.revised, s.again = false, false
	return g, true
}

// leg needs s.mu.
func (s *stay) leg(id string) *leg {
	l := s.legs[id]
	if l == nil {
		l = &leg{}
		s.legs[id] = l
	}
	return l
}

func (w Wish) has(leg string) bool {
	return slices.ContainsFunc(w.Legs, func(l WishedLeg) bool { return l.ID == leg })
}
