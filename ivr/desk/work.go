package desk

import (
	"math/rand/v2"
	"time"

	"infolinia/ivr"
)

const (
	// boardTime is how long a change of the board may take; past it the store counts
	// as away.
	boardTime = 250 * time.Millisecond
	// mostTries bounds how often an input is brought to a board that others change.
	mostTries = 200
	// widest is how far a change moves the board's number, at most; farther is how
	// far restoring does, so that it goes past what others may have added meanwhile.
	widest  = 1 << 10
	farther = 1 << 20
)

// memory is what the desk knows of the board, and what it did to it.
type memory struct {
	base    Floor   // as the board was at base.Seq
	asked   bool    // the board has answered once, or was away
	history []int64 // the changes that base has in it, the latest ones
	away    bool    // the store does not answer, or was not read yet
	now     Floor   // base, and what happened while the store was away
	// past are the inputs of this process in their order: all while the store is
	// away, and the latest ones.
	past []*job
	// looking: somebody is asking the board.
	looking bool
	shown   Floor            // as last published
	hidden  bool             // there is something newer
	moved   bool             // since places were told
	entered map[string]bool  // tasks brought in here and not yet published: they have no legs
	held    map[string]int64 // slots and the epochs of their leases
	stays   map[string]*stay // tasks of the slots, by ID
}

// work empties the inbox, and publishes what has come of it.
func (d *Desk) work() {
	for d.asked {
		batch := d.inbox.take()
		if len(batch) == 0 {
			break
		}
		if batch[0].do != nil {
			batch[0].do()
			continue
		}
		d.apply(batch)
	}
	if d.hidden {
		d.publish(time.Time{})
	}
	d.forgetPast()
}

// outcome is what a batch makes of a floor.
type outcome struct {
	floor  Floor
	events []ivr.QueueEvent
	errs   []error // of each job: nil or a Refusal
}

// step takes a batch from a floor on.
func (d *Desk) step(f Floor, batch []*job) outcome {
	w := d.worldNow()
	o := outcome{floor: f}
	for _, j := range batch {
		judged := w
		if j.world != nil {
			judged = *j.world
		} else if d.away {
			j.world = &judged
		}
		next, events, err := Step(o.floor, j.in, judged)
		if err == nil {
			o.floor, o.events = next, append(o.events, events...)
		}
		o.errs = append(o.errs, err)
	}
	return o
}

// apply brings a batch to the board. What could not be settled is put back into
// the inbox, first in line.
func (d *Desk) apply(batch []*job) {
	o := d.step(d.now, batch) // which is base, while the store is there
	c, empty, err := change(d.now, o.floor)
	idle := empty && len(o.events) == 0
	switch {
	case err != nil:
		d.log.Error().Err(err).Msg("the floor cannot be written")
		answer(batch, err)
		return
	case !d.away && d.doubtful(batch, o):
		d.inbox.first(batch)
		d.readAgain()
		return
	case d.away:
		d.settle(batch, o, idle)
		return
	case idle:
		answer(batch, o.errs...)
		return
	}
	c.To, c.Events = c.From+1+rand.Int64N(widest), o.events
	if !d.fence(&c, batch) {
		return
	}
	switch answer, err := d.commit(c); {
	case err != nil:
		d.goAway(err)
		note(batch, c.To)
		d.inbox.first(batch)
	case answer == ivr.SavedOK, answer == ivr.SavedBefore:
		note(batch, c.To)
		o.floor.Seq = c.To
		d.base = o.floor
		d.remember(c.To)
		d.settle(batch, o, false)
	case answer == ivr.SavedFenced:
		d.fenced(c.Slot, batch)
	case answer == ivr.SavedMissing:
		d.inbox.first(batch)
		d.restoreBoard()
	default:
		d.metrics.conflicts.Inc()
		d.again(batch)
	}
}

// settle answers a batch that is done, after everybody can see what came of it. While
// the store is away an input is remembered also when it has changed nothing (idle): the
// board may know what it is about, from a write that was not answered.
func (d *Desk) settle(batch []*job, o outcome, idle bool) {
	before := d.now
	d.now = o.floor
	cause := batch[0].came
	for i, j := range batch {
		if o.errs[i] == nil && (d.away && !idle || !isTick(j.in)) {
			j.redo = false
			if idle {
				j.world = nil // it was not judged by anything
			}
			d.past = append(d.past, j)
		}
		if j.came.Before(cause) {
			cause = j.came
		}
		if id := entering(j.in); id != "" && o.errs[i] == nil && before.Tasks[id] == nil {
			d.entered[id] = true
		}
	}
	if !idle {
		d.publish(cause)
	}
	answer(batch, o.errs...)
}

// answer answers each job with its own error, or all with one.
func answer(batch []*job, errs ...error) {
	for i, j := range batch {
		j.answer(errs[min(i, len(errs)-1)])
	}
}
