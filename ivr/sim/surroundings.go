package sim

import (
	"time"

	"infolinia/ivr"
)

// Answer is how a look-up is answered.
type Answer struct {
	After time.Duration
	// Kind is body, error, timeout, notfound or garbage.
	Kind string
	Body any
}

func (a Answer) result(l ivr.StartLookup) (time.Duration, ivr.Input) {
	in := ivr.LookupEnded{ID: l.ID, Code: 200}
	if a.Kind == "timeout" || a.After >= l.Timeout {
		in.Fail = "timeout"
		return l.Timeout, in
	}
	switch a.Kind {
	case "error", "garbage":
		in.Fail = a.Kind
	case "notfound":
		in.NotFound = true
	default:
		in.Body = a.Body
	}
	return a.After, in
}

// Agents says who takes the calls of a queue.
type Agents struct {
	Count int
	// Mood is "" (answers at once), busy, no_answer or reject.
	Mood  string
	Busy  time.Duration
	since time.Time
}

// TransferPlan is how a destination takes a call: answered (with Talk), busy,
// no_answer or failed.
type TransferPlan struct {
	State string
	Talk  time.Duration
}

const (
	defaultTalk = time.Minute
	ringsFor    = 30 * time.Second
)

func (s *Session) agentsOf(queue string) Agents {
	a, ok := s.agents[queue]
	if !ok {
		return Agents{Count: 1, since: s.started}
	}
	return a
}

func (s *Session) enqueue(e ivr.Enqueue) {
	s.queued[e.ID] = e.Queue
	s.offer(e.ID)
}

// setAgents changes who takes calls, for a caller who waits already too.
func (s *Session) setAgents(queue string, a Agents) {
	a.since = s.clock.now
	s.agents[queue] = a
	for id, q := range s.queued {
		if q == queue {
			s.cancel("queue/" + id)
			s.offer(id)
		}
	}
	_ = s.drain()
}

// offer does what the desk would: connect, let wait, or send away.
func (s *Session) offer(id string) {
	a := s.agentsOf(s.queued[id])
	free := a.since.Add(a.Busy)
	switch {
	case a.Count == 0:
		delete(s.queued, id)
		s.deliver(ivr.QueueChanged{ID: id, State: ivr.QueueUnavailable})
	case a.Mood == "no_answer" || a.Mood == "reject":
		s.deliver(ivr.QueueChanged{ID: id, State: ivr.QueueWaiting, Position: 1})
	case a.Mood == "busy" && free.After(s.clock.now):
		s.deliver(ivr.QueueChanged{ID: id, State: ivr.QueueWaiting, Position: 1})
		s.clock.in(free.Sub(s.clock.now), "queue/"+id, func() { s.connect(id); _ = s.drain() })
	default:
		s.connect(id)
	}
}

func (s *Session) connect(id string) {
	delete(s.queued, id)
	s.deliver(ivr.QueueChanged{ID: id, State: ivr.QueueConnected})
	s.later(defaultTalk, "talk/"+id, ivr.QueueChanged{ID: id, State: ivr.QueueEnded})
}

func (s *Session) transfer(e ivr.Transfer) {
	plan, ok := s.transfers[e.To]
	if !ok {
		plan = TransferPlan{State: "answered", Talk: defaultTalk}
	}
	changed := func(state ivr.TransferState) ivr.Input { return ivr.TransferChanged{ID: e.ID, State: state} }
	id := "transfer/" + e.ID
	switch plan.State {
	case "busy":
		s.deliver(changed(ivr.TransferBusy))
	case "failed":
		s.deliver(changed(ivr.TransferFailed))
	case "no_answer":
		s.later(ringsFor, id, changed(ivr.TransferNoAnswer))
	default:
		s.deliver(changed(ivr.TransferAnswered))
		s.later(plan.Talk, id, changed(ivr.TransferEnded))
	}
}
