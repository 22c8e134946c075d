package sim

import (
	"time"

	"infolinia/ivr"
	"infolinia/ivr/hours"
)

// Agents says who takes the calls of a queue.
type Agents struct {
	Count int
	// Mood is "" (answers at once), busy, no_answer, reject, or lost: answers, and
	// his telephone is lost after Busy.
	Mood  string
	Busy  time.Duration
	since time.Time
}

// Ahead are other callers of a queue who came before; each of them is answered
// after Every, or none when that is zero.
type Ahead struct {
	Count int
	Every time.Duration
}

// stay is the caller's stay in a queue, by the ID of its Enqueue.
type stay struct {
	queue   string
	entered time.Time
	talking bool
}

// keptFor is how long a talk whose agent's telephone was lost is kept for him.
const keptFor = 15 * time.Second

func (s *Session) agentsOf(queue string) Agents {
	a, ok := s.agents[queue]
	if !ok {
		return Agents{Count: 1, since: s.started}
	}
	return a
}

// enqueue lets the caller in, or says again where he stands.
func (s *Session) enqueue(e ivr.Enqueue) {
	if s.stays[e.ID] == nil {
		s.stays[e.ID] = &stay{queue: e.Queue, entered: s.clock.now}
		if position, _ := s.place(e.ID); position > s.line.Content.Queues[e.Queue].MaxWaiting {
			s.dismiss(e.ID, ivr.QueueFull)
			return
		}
		s.watchClosing(e.ID)
	}
	s.offer(e.ID)
}

// setAgents changes who takes calls, for a caller who waits already too.
func (s *Session) setAgents(queue string, a Agents) {
	a.since = s.clock.now
	s.agents[queue] = a
	for id, st := range s.stays {
		if st.queue == queue && !st.talking {
			s.offer(id)
		}
	}
	_ = s.drain()
}

// place is where the caller stands and how long he may have to wait; 0: that is
// not known.
func (s *Session) place(id string) (position int, wait time.Duration) {
	st := s.stays[id]
	ahead := s.ahead[st.queue]
	left := ahead.Count
	if ahead.Every > 0 {
		left = max(0, left-int(s.clock.now.Sub(st.entered)/ahead.Every))
	}
	return left + 1, time.Duration(left+1) * ahead.Every
}

// offer does what the desk would: connect, let wait, or send away.
func (s *Session) offer(id string) {
	s.cancel("queue/" + id)
	st := s.stays[id]
	a := s.agentsOf(st.queue)
	position, wait := s.place(id)
	waiting := ivr.QueueChanged{ID: id, State: ivr.QueueWaiting, Position: position, Wait: wait}
	switch every := s.ahead[st.queue].Every; {
	case st.talking:
		s.deliver(ivr.QueueChanged{ID: id, State: ivr.QueueConnected})
	case a.Count == 0:
		s.dismiss(id, ivr.QueueUnavailable)
	case position > 1:
		s.deliver(waiting)
		if every > 0 {
			s.offerAt(id, every-s.clock.now.Sub(st.entered)%every)
		}
	case a.Mood == "no_answer" || a.Mood == "reject":
		s.deliver(waiting)
	case a.Mood == "busy" && a.since.Add(a.Busy).After(s.clock.now):
		s.deliver(waiting)
		s.offerAt(id, a.since.Add(a.Busy).Sub(s.clock.now))
	default:
		s.connect(id, a)
	}
}

func (s *Session) offerAt(id string, after time.Duration) {
	s.clock.in(after, "queue/"+id, func() { s.offer(id); _ = s.drain() })
}

func (s *Session) connect(id string, a Agents) {
	st := s.stays[id]
	st.talking = true
	s.deliver(ivr.QueueChanged{ID: id, State: ivr.QueueConnected})
	if a.Mood != "lost" {
		s.clock.in(defaultTalk, "talk/"+id, func() { s.dismiss(id, ivr.QueueEnded); _ = s.drain() })
		return
	}
	s.clock.in(a.Busy+keptFor, "talk/"+id, func() {
		st.talking = false
		s.setAgents(st.queue, Agents{Count: a.Count, Mood: "no_answer"})
	})
}

// watchClosing does at the end of the queue's hours what the queue says is to be
// done with those who wait.
func (s *Session) watchClosing(id string) {
	queue := s.line.Content.Queues[s.stays[id].queue]
	open, known := s.line.Content.Hours[queue.Hours]
	if !known || queue.WhenClosing == ivr.CloseDrain {
		return
	}
	now := s.clock.now.Add(s.skew)
	for at := now.Truncate(time.Minute).Add(time.Minute); at.Before(now.Add(queue.MaxWait)); at = at.Add(time.Minute) {
		if hours.State(open, at).Case.Open() {
			continue
		}
		s.clock.in(at.Sub(now), "closing/"+id, func() {
			switch st := s.stays[id]; {
			case st == nil || st.talking:
			case queue.WhenClosing == ivr.CloseCallback:
				s.deliver(ivr.QueueChanged{ID: id, State: ivr.QueueCallback})
			default:
				s.dismiss(id, ivr.QueueClosed)
			}
			_ = s.drain()
		})
		return
	}
}

// dismiss ends a stay for good.
func (s *Session) dismiss(id string, state ivr.QueueState) {
	s.leave(id)
	s.deliver(ivr.QueueChanged{ID: id, State: state})
}

func (s *Session) leave(id string) {
	delete(s.stays, id)
	s.clock.cancel(func(i string) bool { return i == "queue/"+id || i == "talk/"+id || i == "closing/"+id })
}

// callback takes a call back, which ends the stay whose place it keeps.
func (s *Session) callback(e ivr.Callback) {
	taken := s.services["callback"]
	if taken {
		s.leave(e.Place)
	}
	s.deliver(ivr.ServiceDone{ID: e.ID, Refused: !taken})
}
