package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr/config"
	"infolinia/ivr/store"
)

// How long a slot is ours without a sign of life, and how often we give one.
const (
	leaseTime  = 6 * time.Second
	leaseRenew = 2 * time.Second
)

// slotKeeper holds the slot of the line that this process serves. Saves are
// those of store.Slot.
type slotKeeper struct {
	*store.Slot
	name string // the slot's, and that of its Stasis application
	log  zerolog.Logger
}

// takeSlot waits until the slot is free. A process that died on this machine
// held it under the same name, so its successor has it at once.
func takeSlot(ctx context.Context, s *store.Store, name string, log zerolog.Logger) (*slotKeeper, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("name of this machine: %w", err)
	}
	for {
		attempt, cancel := context.WithTimeout(ctx, leaseRenew)
		slot, err := s.Acquire(attempt, name, host+"/"+name, leaseTime)
		cancel()
		if err == nil {
			return &slotKeeper{slot, name, log}, nil
		}
		log.Warn().Err(err).Str("slot", name).Msg("the slot is not ours yet")
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// run renews the lease until ctx ends. Without the store the lease is ours as
// long as nobody else can take it either.
func (k *slotKeeper) run(ctx context.Context) error {
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		attempt, cancel := context.WithTimeout(ctx, leaseRenew)
		err := k.Renew(attempt, leaseTime)
		cancel()
		switch {
		case errors.Is(err, store.ErrLost):
			return fmt.Errorf("slot %s: %w", k.name, err)
		case err != nil && ctx.Err() == nil:
			k.log.Warn().Err(err).Msg("the lease is not renewed: the store is away")
		}
	}
}

// ours tells whether this process may order: while its lease is certain or,
// when the store does not answer, while its websocket is.
func (d *daemon) ours() bool {
	return d.slot.Held() || d.slot.Unanswered() && d.phone.Proven() < leaseTime
}

// release lets another process have the slot. The calls in it stay: whoever
// takes the slot takes them up.
func (k *slotKeeper) release() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := k.Release(ctx); err != nil {
		k.log.Warn().Err(err).Msg("the slot is not released; it will be free in a few seconds")
	}
}

// openStore makes the store that the settings name; it connects when it is
// used.
func openStore(c *config.Config) (*store.Store, error) {
	s, err := storeSettings(c)
	if err != nil {
		return nil, err
	}
	return store.OpenRedis(s), nil
}
