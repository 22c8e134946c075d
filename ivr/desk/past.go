package desk

import (
	"slices"
	"time"
)

const (
	// rememberFor is how long what was brought to the board can be done again, where
	// the board turns out to have lost it. A failover loses a second at most.
	rememberFor = 15 * time.Second
	// remembered is how many changes of the board the desk knows by their numbers.
	remembered = 1000
)

// note remembers which change may have brought a batch to the board.
func note(batch []*job, to int64) {
	for _, j := range batch {
		j.to = append(j.to, to)
	}
}

// forgetPast drops what no board can have lost any more.
func (d *Desk) forgetPast() {
	if d.away {
		return
	}
	old := time.Now().Add(-rememberFor)
	if i := slices.IndexFunc(d.past, func(j *job) bool { return j.came.After(old) }); i > 0 {
		d.past = slices.Delete(d.past, 0, i)
	} else if i < 0 {
		d.past = nil
	}
}

// remember takes the numbers of changes that base has in it.
func (d *Desk) remember(changes ...int64) {
	d.history = append(d.history, changes...)
	d.history = slices.Delete(d.history, 0, max(0, len(d.history)-remembered))
}

// contains tells whether a change is part of base; one before all that are
// remembered must be.
func (d *Desk) contains(change int64) bool {
	return slices.Contains(d.history, change) || len(d.history) == remembered && change < d.history[0]
}
