package main

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/store"
)

// switches are what staff turned with notice, close and open, as last read
// from the store.
type switches struct {
	store *store.Store
	log   zerolog.Logger

	mu       sync.RWMutex
	list     []store.Override
	revision int64
}

// overlay puts the switches over the content of the files.
func (s *switches) overlay(c ivr.Content, now time.Time) ivr.Content {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.list) == 0 {
		return c
	}
	return store.Overlay(c, s.list, now)
}

// run reads the switches each second when one was turned, until ctx ends.
func (s *switches) run(ctx context.Context) {
	every(ctx, time.Second, func() {
		attempt, cancel := context.WithTimeout(ctx, time.Second)
		revision, err := s.store.OverridesRevision(attempt)
		cancel()
		s.mu.RLock()
		same := revision == s.revision
		s.mu.RUnlock()
		if err == nil && !same {
			s.read(ctx)
		}
	})
}

// read takes over all switches; without the store the last ones stay.
func (s *switches) read(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	list, revision, err := s.store.Overrides(ctx)
	if err != nil {
		s.log.Warn().Err(err).Msg("switches of notices and hours are not read")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list, s.revision = list, revision
}
