package desk

import (
	"slices"
	"time"
)

// PlaceOf is the place of a waiting task in its queue, 1 is next, and how long it
// may still take, as one of a few coarse bands; 0: unknown, because nobody
// works, nothing was served yet or nobody listens. The wait never grows while the task waits.
// A task that does not wait has no place.
func PlaceOf(f Floor, w World, id string) (position int, wait time.Duration) {
	t := f.Tasks[id]
	if t == nil || !t.unanswered() {
		return 0, 0
	}
	position = 1
	for _, other := range f.Tasks {
		if other.Queue == t.Queue && other.unanswered() && !w.held(other) && w.order(other, t) < 0 {
			position++
		}
	}
	return position, f.expect(t, position)
}

// expect is the band for a place, no longer than what was told before.
func (f Floor) expect(t *Task, position int) time.Duration {
	return f.expectOf(t, position, f.working(t))
}

// expectOf is expect where it is known how many work for t.
func (f Floor) expectOf(t *Task, position, working int) time.Duration {
	lane := f.Queues[t.Queue]
	if lane == nil || lane.Served == 0 || working == 0 || !t.listens() {
		return 0
	}
	wait := coarse(lane.Handling * time.Duration(position) / time.Duration(working))
	if t.Band > 0 {
		wait = min(wait, t.Band)
	}
	return wait
}

// listens tells whether somebody waits for t at a telephone.
func (t *Task) listens() bool { return t.Kind == KindCall || t.Reached }

// working counts the agents who serve t's queue and are not on a break.
func (f Floor) working(t *Task) int {
	n := 0
	for _, a := range f.Agents {
		if a.State != Offline && a.State != Break && a.may(t) {
			n++
		}
	}
	return n
}

// crew is working for the tasks of one queue, which is the same for all at one
// Asterisk.
func (f Floor) crew() func(*Task) int {
	known := map[string]int{}
	return func(t *Task) int {
		n, ok := known[t.Slot]
		if !ok {
			n = f.working(t)
			known[t.Slot] = n
		}
		return n
	}
}

// coarse is the next band upwards, in minutes: a caller who is told ten minutes
// and waits seven is content, the other way round he is not.
func coarse(wait time.Duration) time.Duration {
	for _, minutes := range []int{1, 2, 3, 5, 10, 15, 20, 30, 45} {
		if band := time.Duration(minutes) * time.Minute; wait <= band {
			return band
		}
	}
	return time.Hour
}

// lowerBands remembers for each waiting task the shortest band it came to.
func (u *turn) lowerBands() {
	for _, line := range u.byQueue() {
		crew := u.now.crew()
		for i, t := range line {
			if band := u.now.expectOf(t, i+1, crew(t)); band > 0 && (t.Band == 0 || band < t.Band) {
				u.task(t.ID).Band = band
			}
		}
	}
}

// byQueue are those who wait in each queue, in order.
func (u *turn) byQueue() map[string][]*Task {
	queues := map[string][]*Task{}
	for _, t := range u.now.Tasks {
		if t.unanswered() && !u.w.held(t) {
			queues[t.Queue] = append(queues[t.Queue], t)
		}
	}
	for _, line := range queues {
		slices.SortFunc(line, u.w.order)
	}
	return queues
}
