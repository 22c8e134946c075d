package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/store"
)

// A machine whose slot's beat has stood still for lostAfter is taken for lost: a
// restart and an upgrade take less, and most machines boot faster.
const (
	lostAfter = 2 * time.Minute
	lostLook  = 10 * time.Second
)

// lostMachines closes the calls of machines that are gone, so that each has an
// end with a cause. It takes nothing from a machine that only cannot be seen: see
// store.CloseLost.
type lostMachines struct {
	system string // this machine's own name, the first part of its slots'
	store  lostStore
	end    func(ivr.Call) (ivr.Call, []ivr.Event, error)
	leave  func(context.Context, ivr.LeaveQueue) error // the queue that a lost call was in
	log    zerolog.Logger

	watches map[string]*watch // by slot
}

func (d *daemon) lostMachines() *lostMachines {
	return &lostMachines{
		system: d.config.Asterisk.SystemName, store: d.store, log: d.log,
		end:   func(c ivr.Call) (ivr.Call, []ivr.Event, error) { return call.Lost(d.publisher, c) },
		leave: func(ctx context.Context, l ivr.LeaveQueue) error { return d.desk.LeaveQueue(ctx, l.ID, l.Reason) },
	}
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
		if strings.HasPrefix(s.Slot, m.system+"/") {
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
		if err := m.store.Forget(ctx, s.Slot); err != nil {
			log.Warn().Err(err).Msg("a machine that is gone is watched on")
		}
	}
	if closed > 0 {
		log.Warn().Int("calls", closed).Msg("the machine is lost: its calls are closed")
	}
}
