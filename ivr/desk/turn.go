package desk

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"infolinia/ivr"
)

// turn is one Step at work: a floor whose entries are copied before they are
// first written to.
type turn struct {
	before Floor
	now    Floor
	w      World
	events []ivr.QueueEvent
	own    map[any]bool // the *Task and *Agent that are copies already
}

func begin(f Floor, w World) *turn {
	u := &turn{before: f, now: f, w: w, own: map[any]bool{}}
	u.now.Tasks = orEmpty(maps.Clone(f.Tasks))
	u.now.Agents = orEmpty(maps.Clone(f.Agents))
	u.now.Queues = orEmpty(maps.Clone(f.Queues))
	return u
}

func orEmpty[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

// result is the floor as it is now. Entries that came out as they were are the old
// ones again.
func (u *turn) result() Floor {
	changed := restore(u.now.Tasks, u.before.Tasks)
	changed = restore(u.now.Agents, u.before.Agents) || changed
	changed = restore(u.now.Queues, u.before.Queues) || changed
	if !changed {
		return u.before
	}
	return u.now
}

func restore[V any](now, before map[string]*V) (changed bool) {
	changed = len(now) != len(before)
	for key, v := range now {
		old := before[key]
		switch {
		case v == old:
		case old != nil && reflect.DeepEqual(v, old):
			now[key] = old
		default:
			changed = true
		}
	}
	return changed
}

// task is the task to write to; nil: there is none.
func (u *turn) task(id string) *Task {
	t := u.now.Tasks[id]
	if t == nil || u.own[t] {
		return t
	}
	c := *t
	c.Offers = slices.Clone(t.Offers)
	if t.Talk != nil {
		talk := *t.Talk
		if talk.Other != nil {
			other := *talk.Other
			talk.Other = &other
		}
		c.Talk = &talk
	}
	u.addTask(&c)
	return &c
}

func (u *turn) addTask(t *Task) {
	u.now.Tasks[t.ID] = t
	u.own[t] = true
}

// agent is the agent to write to; nil: there is none.
func (u *turn) agent(login string) *Agent {
	a := u.now.Agents[login]
	if a == nil || u.own[a] {
		return a
	}
	c := *a
	if a.Owed != nil {
		owed := *a.Owed
		c.Owed = &owed
	}
	u.addAgent(&c)
	return &c
}

func (u *turn) addAgent(a *Agent) {
	u.now.Agents[a.Login] = a
	u.own[a] = true
}

// tasks and agents are what there is, in an order that is always the same.
func (u *turn) tasks() []string  { return u.tasksThat(func(*Task) bool { return true }) }
func (u *turn) agents() []string { return slices.Sorted(maps.Keys(u.now.Agents)) }

// queue is what staff say of a queue. One that has vanished has the values that
// a queue has when nothing is said.
func (w World) queue(name string) (ivr.Queue, bool) {
	q, known := w.Queues[name]
	if !known {
		q.WrapUp = defaultWrapUp
	}
	q.RingTimeout = cmp.Or(max(q.RingTimeout, 0), defaultRing)
	q.MaxMissed = cmp.Or(max(q.MaxMissed, 0), defaultMissed)
	q.CallbackTries = cmp.Or(max(q.CallbackTries, 0), defaultTries)
	q.CallbackDelay = cmp.Or(max(q.CallbackDelay, 0), defaultDelay)
	return q, known
}

// open tells whether a queue serves now. Hours that have vanished are closed.
func (w World) open(q ivr.Queue) bool {
	return q.Hours == "" || w.Hours[q.Hours].Case.Open()
}

// tasksThat are some of the tasks, in the same order. With many who wait, sorting is
// most of what a turn costs.
func (u *turn) tasksThat(fit func(*Task) bool) []string {
	ids := make([]string, 0, len(u.now.Tasks))
	for id, t := range u.now.Tasks {
		if fit(t) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
