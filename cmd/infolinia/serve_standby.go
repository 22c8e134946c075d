package main

import (
	"context"
	"time"

	"infolinia/ivr/store"
)

// lookEvery is how often a slot is looked at: well within store.LookGap.
const lookEvery = 250 * time.Millisecond

// tend serves a slot of this machine whenever it is for us: our own one always,
// another instance's while that is dead or asks to be relieved.
func (d *daemon) tend(ctx context.Context, app string) error {
	relieved := false
	for {
		seen, err := d.turn(ctx, app, relieved)
		if err != nil {
			return nil // ctx has ended
		}
		if relieved, err = d.serve(ctx, app, seen); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// turn waits until a slot is for us, and gives the last sign of life of a holder
// who has died. Nobody takes another's slot unless the store has answered without
// a break for the time of a lease: a store that was away says nothing of who
// lives. Nor does one that has lost its data, until the holder, if he lives, has
// had the time to write his lease again. Who was relieved stands back until
// the other has the lease, or has had the time of one to ask for it.
func (d *daemon) turn(ctx context.Context, app string, relieved bool) (seen int64, err error) {
	w := watch{gap: store.LookGap}
	home := app == d.config.Home()
	for {
		asked := time.Now()
		s, err := w.look(ctx, d.store, d.slotName(app))
		switch {
		case d.drained.Load():
		case relieved && s.Owner == d.owner() && !w.silent(asked, leaseTime):
		case err != nil:
			if home && ctx.Err() == nil {
				d.log.Warn().Err(err).Str("slot", app).Msg("the store does not answer: no call is taken yet")
			}
		case home, s.Known() && (s.Leaving || s.Released || s.Owner == d.owner()):
			return 0, nil
		case w.silent(asked, leaseTime):
			d.log.Error().Str("slot", app).Str("holder", s.Owner).Msg("the instance that held this slot is dead: its calls are taken over")
			return s.Beat, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// watch is what was seen of a slot, by the watcher's own clock. After a pause
// between two looks that is longer than gap, what was seen before counts for
// nothing.
type watch struct {
	gap   time.Duration
	known bool // there was a holder at some time
	beat  int64
	since time.Time // the beat has stood still; zero: nothing is known
	last  time.Time
}

// look looks at the slot once more.
func (w *watch) look(ctx context.Context, st *store.Store, slot string) (store.Standing, error) {
	ctx, cancel := context.WithTimeout(ctx, store.LookGap)
	defer cancel()
	asked := time.Now()
	s, err := st.Look(ctx, slot)
	w.note(asked, time.Now(), s, err)
	return s, err
}

// note takes the answer to a look. A beat that is new may have been written until
// the answer came, so its time counts from there. A slot that was known and is no
// more is watched like a beat: its holder, if he lives, writes it again.
func (w *watch) note(asked, answered time.Time, s store.Standing, err error) {
	w.known = w.known || s.Known()
	if err != nil || !w.known {
		w.since = time.Time{}
		return
	}
	if w.since.IsZero() || s.Beat != w.beat || asked.Sub(w.last) > w.gap {
		w.beat, w.since = s.Beat, answered
	}
	w.last = asked
}

// silent tells that the holder has given no sign of life for so long; for the time
// of a lease means that it has certainly run out.
func (w *watch) silent(at time.Time, long time.Duration) bool {
	return !w.since.IsZero() && at.Sub(w.since) >= long
}
