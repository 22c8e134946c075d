package desk

import (
	"context"
	"maps"
	"time"
)

// Took says that a slot is ours, under an epoch: what its tasks' legs are is asked
// of its Asterisk first. It is to be said again whenever its Asterisk was not
// listened to for a while.
func (d *Desk) Took(slot string, epoch int64) {
	d.inbox.post(&job{do: func() {
		d.letGo(slot)
		d.held[slot] = epoch
		d.reconcile(Floor{}, time.Time{})
	}})
}

// Left says that a slot is another's. Nothing more is ordered for it.
func (d *Desk) Left(slot string) { d.inbox.post(&job{do: func() { d.letGo(slot) }}) }

func (d *Desk) letGo(slot string) {
	delete(d.held, slot)
	maps.DeleteFunc(d.stays, func(_ string, s *stay) bool {
		if s.slot == slot {
			s.leave()
		}
		return s.slot == slot
	})
}

// LegChanged takes what happened to a leg of a slot. It never blocks.
func (d *Desk) LegChanged(slot string, e LegEvent) {
	came := time.Now()
	d.inbox.post(&job{do: func() {
		if _, held := d.held[slot]; !held {
			return
		}
		if s := d.stays[e.Task]; s != nil {
			s.hear(e)
		} else if !e.Ended && d.shown.Tasks[e.Task] == nil {
			d.workers.Go(func() { d.dropStray(slot, e.ID) })
			return
		}
		var in Input = LegUp{Task: e.Task, Leg: e.ID}
		if e.Ended {
			in = LegEnded{Task: e.Task, Leg: e.ID, Cause: e.Cause}
		} else if !e.Up {
			return
		}
		d.inbox.post(&job{in: in, slot: slot, came: came})
	}})
}

// dropStray ends a leg whose task is over.
func (d *Desk) dropStray(slot, leg string) {
	phone := d.phone(slot)
	if phone == nil {
		return
	}
	ctx, cancel := context.WithTimeout(d.life, orderTime)
	defer cancel()
	if err := phone.Drop(ctx, leg, false); err != nil {
		d.log.Warn().Err(err).Str("leg", leg).Msg("a leg without a task is not dropped")
	}
}

// publish shows the floor to everybody, unless something that has happened is
// still missing in it, and brings the tasks of our slots to it. cause is when what
// led to it came; zero: another process did.
func (d *Desk) publish(cause time.Time) {
	if d.hidden = d.inbox.redoing(); d.hidden {
		return
	}
	before, f := d.shown, d.now
	d.shown, d.moved = f, true
	d.floor.Store(&f)
	d.metrics.floor.Store(&f)
	d.reconcile(before, cause)
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.heard {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// reconcile gives each task of our slots its goal, where that may have changed.
func (d *Desk) reconcile(before Floor, cause time.Time) {
	f, w := d.shown, d.worldNow()
	for id, t := range f.Tasks {
		if _, ours := d.held[t.Slot]; !ours {
			continue
		}
		s := d.stays[id]
		if s == nil {
			s = newStay(d, t, d.entered[id])
			d.stays[id] = s
		} else if t == before.Tasks[id] && t.State == Waiting {
			continue // what an idle task wishes hangs on itself alone
		}
		if was := before.Tasks[id]; t.unanswered() && (was == nil || !was.unanswered()) {
			s.move(placeOf(f, w, t))
		}
		s.set(t, WishOf(t, f), w.Queues[t.Queue].Music, cause)
	}
	for id, s := range d.stays {
		if t := f.Tasks[id]; t == nil || t.Slot != s.slot {
			s.set(nil, Wish{}, "", cause)
			delete(d.stays, id)
		}
	}
	clear(d.entered)
}

// tellPlaces tells callers who wait where they stand, where that has changed.
func (d *Desk) tellPlaces() {
	if !d.moved {
		return
	}
	d.moved = false
	for id, place := range places(d.shown, d.worldNow()) {
		if s := d.stays[id]; s != nil {
			s.move(place)
		}
	}
}

// worldNow is the world of this moment, as the board would tell the time.
func (d *Desk) worldNow() World {
	now := time.Now().UTC().Round(0)
	w := d.world(now)
	w.Now, w.Detached = now, d.away
	return w
}
