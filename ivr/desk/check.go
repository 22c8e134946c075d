package desk

import (
	"context"
	"slices"
)

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
