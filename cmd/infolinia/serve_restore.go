package main

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/call"
	"infolinia/ivr/store"
)

// tidy deletes what processes that died have said in calls that are over.
func (d *daemon) tidy(ctx context.Context) {
	calls, err := d.store.Live(ctx)
	if err != nil {
		d.log.Error().Err(err).Msg("not all saved calls can be read: speech of ended calls stays for now")
	} else if err := d.speaker.ForgetAllBut(callIDs(calls)); err != nil {
		d.log.Warn().Err(err).Msg("speech of ended calls is not deleted")
	}
}

// restore gives a line the calls that the last holder of its slot has left. It
// returns them, and those that have ended lately.
func (d *daemon) restore(ctx context.Context, log zerolog.Logger, slot *store.Slot, line *call.Line) ([]*ivr.Call, error) {
	calls, err := liveIn(ctx, log, slot)
	if err != nil {
		return nil, err
	}
	ended, err := d.store.Recent(ctx, 1000)
	if err != nil {
		log.Error().Err(err).Msg("ended calls cannot be read")
	}
	if len(calls) > 0 {
		log.Info().Int("calls", len(calls)).Dur("away", slot.Away).Msg("taking up the calls of the last process")
	}
	all := append(calls, ended...)
	line.Restore(all, slot.Away)
	return all, nil
}

// liveIn reads the calls of a slot. A store that does not answer is asked again
// until ctx ends: callers whose calls are not known would be sent away.
func liveIn(ctx context.Context, log zerolog.Logger, slot *store.Slot) ([]*ivr.Call, error) {
	for {
		calls, err := slot.Live(ctx)
		if err != nil {
			log.Error().Err(err).Msg("not all saved calls can be read")
		}
		if err == nil || calls != nil {
			return calls, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

func callIDs(calls []*ivr.Call) []string {
	ids := make([]string, len(calls))
	for i, c := range calls {
		ids[i] = c.ID
	}
	return ids
}
