package desk

import "time"

// nextDue is when the floor changes without any input; zero: never. What
// depends on hours and on skills that relax is not in it.
func nextDue(f Floor, w World) time.Time {
	var next time.Time
	sooner := func(at time.Time) {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	held := map[string]bool{}
	for _, a := range f.Agents {
		sooner(a.WrapUntil)
		held[a.Task] = true
	}
	for id, t := range f.Tasks {
		if t.final() && held[id] {
			continue // stays until the notes about it are written
		}
		t.deadlines(sooner)
		if t.State != Waiting {
			continue
		}
		for _, at := range []time.Time{t.NotBefore, f.breakEnds(w, t)} {
			if at.After(w.Now) {
				sooner(at)
			}
		}
	}
	return next
}

func (t *Task) deadlines(due func(time.Time)) {
	for _, o := range t.Offers {
		due(o.Until)
	}
	switch {
	case t.final():
		due(t.Since.Add(keptFor))
	case t.State == Waiting:
		due(t.Reserved)
	case t.Talk != nil:
		t.Talk.deadlines(due, len(t.Offers) == 0)
	}
}

// deadlines of a talk; a lost one is given up only when nothing rings for it.
func (t *Talk) deadlines(due func(time.Time), quiet bool) {
	due(t.Until)
	if quiet && !t.Lost.IsZero() {
		due(t.Lost.Add(RejoinTime))
	}
	if t.Other != nil && !t.Other.Answered {
		due(t.Other.Until)
	}
}
