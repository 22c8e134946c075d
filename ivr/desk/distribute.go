package desk

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"infolinia/ivr"
)

// distribute offers those who wait to those who are free, in order. Whoever is kept
// for one agent goes before all others, who have more agents to wait for; when
// that agent gets another of these, he is one of all.
func (u *turn) distribute() {
	for u.hand(true) {
		u.settle()
	}
	u.hand(false)
}

// hand offers those who are kept for one agent, or the others. A caller whom no free
// agent fits does not stand in the way of the next.
func (u *turn) hand(kept bool) (offered bool) {
	if !u.now.anyAvailable() {
		return false
	}
	for _, t := range u.line(kept) {
		q, _ := u.w.queue(t.Queue)
		free := u.fitting(t, q)
		if len(free) == 0 {
			continue
		}
		if q.Strategy != ivr.RingAll {
			free = free[:1]
		}
		t = u.task(t.ID)
		for _, a := range free {
			u.offer(t, u.agent(a.Login))
			offered = true
		}
	}
	return offered
}

func (f Floor) anyAvailable() bool {
	for _, a := range f.Agents {
		if a.State == Available {
			return true
		}
	}
	return false
}

// line is everybody who may be offered now and is kept for one agent, or is not, the
// first first.
func (u *turn) line(kept bool) []*Task {
	var line []*Task
	for _, t := range u.now.Tasks {
		if t.State == Waiting && (t.For != "") == kept && !u.w.held(t) {
			line = append(line, t)
		}
	}
	slices.SortFunc(line, u.w.order)
	return line
}

// order is the order of distribution.
func (w World) order(a, b *Task) int {
	if a == b {
		return 0
	}
	if a.Queue != b.Queue {
		if order := cmp.Compare(w.Queues[b.Queue].Priority, w.Queues[a.Queue].Priority); order != 0 {
			return order
		}
	}
	return cmp.Or(
		-compareBool(a.Front, b.Front),
		a.Entered.Compare(b.Entered),
		strings.Compare(a.ID, b.ID),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// fitting are the free agents who may be offered t, the best first.
func (u *turn) fitting(t *Task, q ivr.Queue) []*Agent {
	waited := max(0, u.w.Now.Sub(t.Entered))
	var free []*Agent
	for a := range maps.Values(u.now.Agents) {
		if a.State == Available && (a.meant(t) || t.For == "" && a.may(t) && a.skilled(t, q, waited)) {
			free = append(free, a)
		}
	}
	slices.SortFunc(free, u.preference(q.Strategy))
	return free
}

// system is the Asterisk a task lives at.
func (t *Task) system() string {
	system, _, _ := strings.Cut(t.Slot, "/")
	return system
}

// may tells whether an agent serves the queue of t and is at its Asterisk.
func (a *Agent) may(t *Task) bool {
	return a.System == t.system() && a.Serves(t.Queue)
}

func (a *Agent) Serves(queue string) bool {
	return len(a.Queues) == 0 || slices.Contains(a.Queues, queue)
}

// meant tells whether a is the one agent that t is kept for.
func (a *Agent) meant(t *Task) bool { return a.Login == t.For && a.System == t.system() }

// never is a wait at which only skills are asked for that never relax.
const never = time.Duration(1<<63 - 1)

// skilled tells whether an agent has what a queue asks for from who has waited so
// long.
func (a *Agent) skilled(t *Task, q ivr.Queue, waited time.Duration) bool {
	for skill, relaxed := range q.Skills {
		if relaxed >= 0 && waited >= relaxed {
			continue
		}
		if skill == ivr.LanguageSkill {
			skill = t.Lang
		}
		if skill != "" && !slices.Contains(a.Skills, skill) {
			return false
		}
	}
	return true
}

// preference is the order in which agents are asked. Who has just missed or
// declined one comes after those who have not, so that nobody's phone rings on
// while a colleague is free.
func (u *turn) preference(s ivr.Strategy) func(a, b *Agent) int {
	today := dayOf(u.w.Now)
	return func(a, b *Agent) int {
		order := cmp.Compare(a.Missed+a.Rejected, b.Missed+b.Rejected)
		switch s {
		case ivr.FewestCalls:
			order = cmp.Or(order, cmp.Compare(a.handledOn(today), b.handledOn(today)))
		case ivr.Linear:
			order = cmp.Or(order, a.LoggedIn.Compare(b.LoggedIn))
		}
		return cmp.Or(order, a.Idle.Compare(b.Idle), strings.Compare(a.Login, b.Login))
	}
}

func (a *Agent) handledOn(day string) int {
	if a.Day != day {
		return 0
	}
	return a.Handled
}
