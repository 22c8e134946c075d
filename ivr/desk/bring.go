package desk

import (
	"context"
	"slices"
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
	if news.State != ivr.QueueWaiting || s.arranged && same(s.in, s.arrangement(g)) {
		s.say(news) // whoever waits has music from his call then, which we would stop
	}
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

func (s *stay) arrangement(g goal) Arrangement {
	a := Arrangement{Task: s.id, Call: s.call, Together: g.wish.Together, Music: g.wish.Music, Ring: g.wish.Ring}
	if len(a.Music) > 0 {
		a.Class = g.class
	}
	return a
}

func same(a, b Arrangement) bool {
	return slices.Equal(a.Together, b.Together) && slices.Equal(a.Music, b.Music) && slices.Equal(a.Ring, b.Ring) && a.Class == b.Class
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

func (s *stay) failed(err error, what string) bool {
	if s.d.life.Err() == nil {
		s.d.metrics.ordersFailed.Inc()
		s.d.log.Warn().Err(err).Str("task", s.id).Msg(what)
	}
	return false
}
