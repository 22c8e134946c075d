package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"infolinia/ivr"
)

// memoryStream is the stream of events and its one group of consumers.
type memoryStream struct {
	entries []ivr.StreamEvent
	ms      int64 // of the last ID
	n       int
	opened  bool   // there is a group
	given   string // ID of the last entry given out as new
	pending map[string]*keeping
	grown   chan struct{} // closed by the next entry
}

// keeping says who was given an entry, and when.
type keeping struct {
	consumer string
	since    time.Time
}

func newMemoryStream() memoryStream {
	return memoryStream{given: "0-0", pending: map[string]*keeping{}, grown: make(chan struct{})}
}

// add appends an event.
func (s *memoryStream) add(now time.Time, e ivr.StreamEvent) {
	if ms := now.UnixMilli(); ms > s.ms {
		s.ms, s.n = ms, 0
	} else {
		s.n++
	}
	e.ID = fmt.Sprintf("%d-%d", s.ms, s.n)
	s.entries = append(s.entries, e)
	close(s.grown)
	s.grown = make(chan struct{})
}

// addEvents appends the events of a call that are newer than the step last saved.
func (m *memory) addEvents(id string, last uint64, entries []entry) {
	for _, e := range entries {
		if e.seq > last {
			m.events.add(m.now(), ivr.StreamEvent{Call: id, Seq: e.seq, At: e.at.UTC(), Event: e.event, Data: e.note})
		}
	}
}

// reopened is the event of a call that was closed, at step seq, by another machine
// and is not over.
func reopened(r record, seq uint64) ivr.StreamEvent {
	e := ivr.StreamEvent{Call: r.id, Seq: seq, Event: "reopened", Data: []byte(`{"event":"reopened"}`)}
	if len(r.entries) > 0 {
		e.At = r.entries[0].at.UTC()
	}
	return e
}

func (m *memory) openEvents(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events.opened = true
	return ctx.Err()
}

func (m *memory) readEvents(ctx context.Context, consumer string, most int) ([]ivr.StreamEvent, error) {
	wait := time.NewTimer(newEventsWait)
	defer wait.Stop()
	for {
		m.mu.Lock()
		m.events.opened = true
		some, grown := m.events.give(consumer, most, m.now()), m.events.grown
		m.mu.Unlock()
		if len(some) > 0 || ctx.Err() != nil {
			return some, ctx.Err()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-wait.C:
			return nil, nil
		case <-grown:
		}
	}
}

// give is the order of ReadEvents: own, left behind, new.
func (s *memoryStream) give(consumer string, most int, now time.Time) []ivr.StreamEvent {
	for _, wanted := range []func(ivr.StreamEvent) bool{
		func(e ivr.StreamEvent) bool { k := s.pending[e.ID]; return k != nil && k.consumer == consumer },
		func(e ivr.StreamEvent) bool { k := s.pending[e.ID]; return k != nil && now.Sub(k.since) >= claimAfter },
		func(e ivr.StreamEvent) bool { return olderID(s.given, e.ID) },
	} {
		var some []ivr.StreamEvent
		for _, e := range s.entries {
			if len(some) < most && wanted(e) {
				some = append(some, e)
			}
		}
		for _, e := range some {
			s.pending[e.ID] = &keeping{consumer, now}
			if olderID(s.given, e.ID) {
				s.given = e.ID
			}
		}
		if len(some) > 0 {
			return some
		}
	}
	return nil
}

func (m *memory) ackEvents(ctx context.Context, ids []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		delete(m.events.pending, id)
	}
	return ctx.Err()
}

func (m *memory) trimEvents(ctx context.Context, before time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, limit := &m.events, fmt.Sprintf("%d-0", before.UnixMilli())
	first := slices.IndexFunc(s.entries, func(e ivr.StreamEvent) bool {
		open := s.opened && (s.pending[e.ID] != nil || olderID(s.given, e.ID))
		return open || !olderID(e.ID, limit)
	})
	if first < 0 {
		first = len(s.entries)
	}
	s.entries = slices.Clone(s.entries[first:])
	return ctx.Err()
}
