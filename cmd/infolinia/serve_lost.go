package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/desk"
	"infolinia/ivr/store"
)

// A machine whose slot's beat has stood still for lostAfter is taken for lost: a
// restart and an upgrade take less, and most machines boot faster.
const (
	lostAfter = 2 * time.Minute
	lostLook  = 10 * time.Second
)

// lostMachines closes the calls of machines that are gone, so that each has an
// end with a cause, and takes over the call backs they owe. It takes no call from a
// machine that only cannot be seen: see store.CloseLost.
type lostMachines struct {
	ours  func(slot string) bool // slots that instances of this machine serve
	store lostStore
	end   func(ivr.Call) (ivr.Call, []ivr.Event, error)
	leave func(context.Context, ivr.LeaveQueue) error  // the queue that a lost call was in
	adopt func(ctx context.Context, slot string) error // what a lost slot owes
	log   zerolog.Logger

	watches map[string]*watch // by slot
}

func (d *daemon) lostMachines() *lostMachines {
	return &lostMachines{
		ours: d.serves, store: d.store, log: d.log,
		end: func(c ivr.Call) (ivr.Call, []ivr.Event, error) { return call.Lost(d.publisher, c) },
		leave: func(ctx context.Context, l ivr.LeaveQueue) error { // whoever held the slot
			return d.desk.Do(ctx, desk.Leave{ID: l.ID, Reason: l.Reason})
		},
		adopt: d.adopt,
	}
}

// serves tells whether a slot is one of this machine's. One that its settings name
// no longer is as lost as another machine's.
func (d *daemon) serves(slot string) bool {
	return slices.ContainsFunc(d.config.ARI.Apps, func(app string) bool { return d.slotName(app) == slot })
}

// errNoSlot says that this process holds no slot, so that another one is to see to
// what a lost one owes.
var errNoSlot = errors.New("no slot is held here")

// adopt lets a slot of ours go on with the call backs of one that is lost.
func (d *daemon) adopt(ctx context.Context, lost string) error {
	for _, t := range d.tenancies() {
		if to := d.slotName(t.app); t.held() != nil && to != lost {
			return d.desk.Do(ctx, desk.Lost{Slot: lost, To: to})
		}
	}
	return errNoSlot
}

type lostStore interface {
	Slots(context.Context) ([]store.KnownSlot, error)
	Forget(ctx context.Context, slot string) error
	LiveIn(ctx context.Context, slot string) ([]*ivr.Call, error)
	CloseLost(ctx context.Context, slot string, beat int64, call, ended *ivr.Call, events []ivr.Event) (bool, error)
}

// run looks after other machines until ctx ends.
func (m *lostMachines) run(ctx context.Context) { every(ctx, lostLook, func() { m.look(ctx) }) }

// look closes the calls of slots whose beat has stood still at every look for
// lostAfter. A look that is not answered begins that time anew, as does a pause in
// which nobody looked: while the store was away no lease could be renewed.
func (m *lostMachines) look(ctx context.Context) {
	attempt, cancel := context.WithTimeout(ctx, lostLook/2)
	defer cancel()
	asked := time.Now()
	slots, err := m.store.Slots(attempt)
	watched := m.watches
	m.watches = map[string]*watch{}
	if err != nil {
		return
	}
	answered := time.Now()
	for _, s := range slots {
		if m.ours(s.Slot) {
			continue
		}
		w := watched[s.Slot]
		if w == nil {
			w = &watch{gap: 3 * lostLook}
		}
		m.watches[s.Slot] = w
		if w.note(asked, answered, s.Standing, nil); w.silent(asked, lostAfter) {
			m.close(attempt, s)
		}
	}
}

// close closes the calls of a lost machine; when none is left there is nothing to
// watch any more.
func (m *lostMachines) close(ctx context.Context, s store.KnownSlot) {
	log := m.log.With().Str("slot", s.Slot).Logger()
	calls, err := m.store.LiveIn(ctx, s.Slot)
	if err != nil {
		log.Error().Err(err).Msg("not all calls of a lost machine can be read")
	}
	closed := 0
	for _, c := range calls {
		ended, events, err := m.end(*c)
		if err == nil {
			var written bool
			written, err = m.store.CloseLost(ctx, s.Slot, s.Beat, c, &ended, events)
			if written {
				closed++
			}
			if written && ended.Left.ID != "" {
				err = m.leave(ctx, ended.Left)
			}
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			log.Error().Err(err).Str("call", c.ID).Msg("a call of a lost machine is not closed")
		}
	}
	if err == nil && closed == len(calls) {
		err := m.adopt(ctx, s.Slot)
		if err == nil {
			err = m.store.Forget(ctx, s.Slot)
		}
		if err != nil && !errors.Is(err, errNoSlot) {
			log.Warn().Err(err).Msg("a machine that is gone is watched on")
		}
	}
	if closed > 0 {
		log.Warn().Int("calls", closed).Msg("the machine is lost: its calls are closed")
	}
}
