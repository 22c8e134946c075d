package sim

import (
	"container/heap"
	"time"
)

// clock is virtual time and what is due in it.
type clock struct {
	now   time.Time
	queue appointments
	made  int
}

type appointment struct {
	at    time.Time
	order int    // of two at the same moment the older one comes first
	id    string // to cancel it by
	do    func()
}

// in makes an appointment.
func (c *clock) in(after time.Duration, id string, do func()) {
	c.made++
	heap.Push(&c.queue, appointment{c.now.Add(after), c.made, id, do})
}

// cancel drops all appointments whose id is accepted.
func (c *clock) cancel(drop func(id string) bool) {
	kept := c.queue[:0]
	for _, a := range c.queue {
		if !drop(a.id) {
			kept = append(kept, a)
		}
	}
	c.queue = kept
	heap.Init(&c.queue)
}

// next takes the earliest appointment at or before a moment, or nothing.
func (c *clock) next(until time.Time, inclusive bool) (func(), bool) {
	if len(c.queue) == 0 {
		return nil, false
	}
	first := c.queue[0].at
	if first.After(until) || (!inclusive && !first.Before(until)) {
		return nil, false
	}
	a := heap.Pop(&c.queue).(appointment)
	c.now = a.at
	return a.do, true
}

type appointments []appointment

func (q appointments) Len() int      { return len(q) }
func (q appointments) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q appointments) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].order < q[j].order
	}
	return q[i].at.Before(q[j].at)
}
func (q *appointments) Push(a any) { *q = append(*q, a.(appointment)) }
func (q *appointments) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
