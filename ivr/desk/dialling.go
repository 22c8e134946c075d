package desk

import (
	"context"
	"sync"
	"time"
)

// surplus are the legs that are to be dropped.
func (s *stay) surplus(g goal) (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.legs {
		if l.there && !g.wish.has(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *stay) drop(phone Phone, g goal) bool {
	done := true
	for _, id := range s.surplus(g) {
		s.mu.Lock()
		l := s.leg(id)
		elsewhere := l.offer && !l.up && g.task != nil && g.task.answered()
		s.mu.Unlock()
		ctx, cancel := context.WithTimeout(s.d.life, orderTime)
		err := phone.Drop(ctx, id, elsewhere)
		cancel()
		if err != nil {
			done = s.failed(err, "a leg is not dropped")
			continue
		}
		s.mu.Lock()
		l.there, l.over = false, true
		s.mu.Unlock()
	}
	return done
}

// answered: by one agent, so that others who rang for it missed nothing.
func (t *Task) answered() bool {
	return t.State == Connected || t.State == Wrapping || t.State == Completed
}

// missing are the legs that are to be dialled.
func (s *stay) missing(g goal) (legs []WishedLeg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range g.wish.Legs {
		if l := s.leg(w.ID); !w.Up && !l.there && !l.over {
			legs = append(legs, w)
		}
	}
	return legs
}

// ring dials all legs at once. One that fails has ended.
func (s *stay) ring(phone Phone, g goal) {
	var all sync.WaitGroup
	for _, w := range s.missing(g) {
		made, offered := g.offered(w.ID)
		s.mu.Lock()
		l := s.leg(w.ID)
		l.there, l.offer = true, offered
		s.mu.Unlock()
		if offered && !w.Auto {
			s.d.metrics.offered(g.cause, made)
		}
		all.Go(func() {
			ctx, cancel := context.WithTimeout(s.d.life, orderTime)
			defer cancel()
			err := phone.Ring(ctx, LegOrder{
				ID: w.ID, Task: s.id, Call: s.call, Endpoint: w.Endpoint, Destination: w.Destination, Number: w.Number,
				Ring: w.Ring, Auto: w.Auto, Display: g.task.Queue,
			})
			if err == nil {
				return
			}
			s.failed(err, "a leg is not dialled")
			s.mu.Lock()
			l.over = true // whether it is there is not known: it is dropped with the wish
			s.mu.Unlock()
			s.d.post(s.slot, LegEnded{Task: s.id, Leg: w.ID, Cause: LegFailed})
		})
	}
	all.Wait()
}

// offered tells whether a leg is an offer's, and when that was made.
func (g goal) offered(leg string) (made time.Time, offered bool) {
	for _, o := range g.task.Offers {
		if o.Leg == leg {
			return o.Made, true
		}
	}
	return time.Time{}, false
}
