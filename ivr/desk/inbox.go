package desk

import (
	"slices"
	"sync"
	"time"
)

// job is an input on its way to the board, or something the desk itself has to do
// in its turn.
type job struct {
	in   Input
	slot string // whose lease must be ours; empty: any process may
	came time.Time
	// world is what it was judged by while the store was away, also when it is done
	// again.
	world *World
	// to are the changes that may have brought it to the board.
	to    []int64
	redo  bool // it was done before, and the board does not have it
	tries int
	sure  bool       // a refusal of it is final
	done  chan error // nil: nobody waits
	do    func()     // instead of an input
}

func (j *job) answer(err error) {
	if j.done != nil {
		j.done <- err
		j.done = nil
	}
}

// inbox is what waits for the desk, in order. ready is signalled when something
// is there.
type inbox struct {
	mu    sync.Mutex
	jobs  []*job
	ready chan struct{}
}

func newInbox() *inbox { return &inbox{ready: make(chan struct{}, 1)} }

func (b *inbox) post(j *job) {
	b.mu.Lock()
	b.jobs = append(b.jobs, j)
	b.mu.Unlock()
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// first puts jobs before all others.
func (b *inbox) first(jobs []*job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs = slices.Concat(jobs, b.jobs)
}

// mostAtOnce bounds how many inputs one change of the board carries.
const mostAtOnce = 64

// take gives the next jobs that can go together: inputs of one slot, and those of
// none. Something to do goes alone.
func (b *inbox) take() []*job {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, slot := 0, ""
	for ; n < min(len(b.jobs), mostAtOnce); n++ {
		j := b.jobs[n]
		if j.do != nil {
			n = max(n, 1)
			break
		}
		if j.slot != "" && slot != "" && j.slot != slot || j.redo != b.jobs[0].redo {
			break
		}
		if j.slot != "" {
			slot = j.slot
		}
	}
	batch := slices.Clone(b.jobs[:n])
	b.jobs = slices.Delete(b.jobs, 0, n)
	return batch
}

// redoing tells whether something that was done before comes next.
func (b *inbox) redoing() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.jobs) > 0 && b.jobs[0].redo
}

func isTick(in Input) bool { _, tick := in.(Tick); return tick }

// entering is the task an input brings in.
func entering(in Input) string {
	switch in := in.(type) {
	case Enter:
		return in.ID
	case AskCallback:
		return in.ID
	}
	return ""
}
