package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"infolinia/ivr"
)

// orderTime bounds one order to Asterisk.
const orderTime = 5 * time.Second

// bring orders what is missing to a goal, and tells the call: that it is connected
// before anybody is heard, so that announcements are cut; all else once the
// telephone is as it says. It is false when something failed and is to be repeated.
func (s *stay) bring(g goal) bool {
	news := g.news()
	if g.again {
		s.told = ivr.QueueChanged{}
	}
	if news.State == ivr.QueueConnected {
		s.say(news)
	}
	done := s.order(g)
	s.say(news)
	if done && g.over() && !s.forgot {
		s.forgot = true
		s.d.post(s.slot, Forget{ID: s.id})
	}
	return done
}

func (s *stay) say(news ivr.QueueChanged) {
	if news == s.told || news.State == "" || s.call == "" {
		return
	}
	s.told = news
	s.d.tell(s.slot, s.call, news)
}

// order gives the orders that are missing; false: not all could be given.
func (s *stay) order(g goal) bool {
	if s.checked && s.settled(g) {
		return true
	}
	phone := s.d.phone(s.slot)
	if phone == nil || !s.checked && !s.check(phone, g) {
		return false
	}
	arranged := s.arrange(phone, g)
	dropped := s.drop(phone, g)
	s.ring(phone, g)
	return arranged && dropped
}

// settled tells whether nothing is to be ordered.
func (s *stay) settled(g goal) bool {
	return s.arranged && same(s.in, s.arrangement(g)) && len(s.missing(g)) == 0 && len(s.surplus(g)) == 0
}

// check finds out, after another process held the slot, which legs there are.
func (s *stay) check(phone Phone, g goal) bool {
	ids := candidates(g)
	ctx, cancel := context.WithTimeout(s.d.life, orderTime)
	defer cancel()
	known := map[string]LegState{}
	if len(ids) > 0 {
		var err error
		if known, err = phone.Known(ctx, s.id, ids); err != nil {
			return s.failed(err, "the legs of a task are not known")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, state := range known {
		l := s.leg(id)
		l.there, l.up = !l.over, l.up || state == LegIsUp
	}
	for _, w := range g.wish.Legs {
		switch l := s.leg(w.ID); {
		case w.Up && !l.there && !l.over:
			l.over = true
			s.d.post(s.slot, LegEnded{Task: s.id, Leg: w.ID, Cause: LegLost})
		case !w.Up && l.there && l.up:
			s.d.post(s.slot, LegUp{Task: s.id, Leg: w.ID})
		}
	}
	s.checked = true
	return true
}

func (s *stay) arrangement(g goal) Arrangement {
	return Arrangement{Task: s.id, Call: s.call, Together: g.wish.Together, Music: g.wish.Music, Ring: g.wish.Ring}
}

func same(a, b Arrangement) bool {
	return slices.Equal(a.Together, b.Together) && slices.Equal(a.Music, b.Music) && slices.Equal(a.Ring, b.Ring)
}

func (s *stay) arrange(phone Phone, g goal) bool {
	a := s.arrangement(g)
	if s.arranged && same(a, s.in) || s.outdated(a) {
		return true
	}
	ctx, cancel := context.WithTimeout(s.d.life, orderTime)
	defer cancel()
	if err := phone.Arrange(ctx, a); err != nil {
		s.arranged = false
		return s.failed(err, "not arranged who hears whom")
	}
	s.in, s.arranged = a, true
	return true
}

// outdated tells whether a leg has ended that would be arranged: the next goal
// knows of it.
func (s *stay) outdated(a Arrangement) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(slices.Concat(a.Together, a.Music, a.Ring), func(id string) bool {
		l := s.legs[id]
		return l != nil && l.over
	})
}

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

func (s *stay) failed(err error, what string) bool {
	if s.d.life.Err() == nil {
		s.d.metrics.ordersFailed.Inc()
		s.d.log.Warn().Err(err).Str("task", s.id).Msg(what)
	}
	return false
}

// mostCandidates bounds how many of a task's legs are asked for: those before can
// only be long gone.
const mostCandidates = 40

// candidates are the legs a task may have: those of the goal, and those that
// another process may have left behind.
func candidates(g goal) []string {
	var ids []string
	for _, w := range g.wish.Legs {
		ids = append(ids, w.ID)
	}
	if g.task == nil {
		return ids
	}
	for n := max(1, g.task.Offered-mostCandidates+1); n <= g.task.Offered; n++ {
		if id := legID(g.task.ID, n); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
