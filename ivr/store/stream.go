package store

import (
	"context"
	"fmt"
	"time"

	"infolinia/ivr"
)

// RecordGroup is the consumer group that writes events into the record.
const RecordGroup = "record"

const (
	// claimAfter is how long a consumer may keep what it was given before another
	// takes it over.
	claimAfter = 30 * time.Second
	// newEventsWait is how long ReadEvents waits for something new.
	newEventsWait = 500 * time.Millisecond
)

type stream interface {
	openEvents(ctx context.Context) error
	readEvents(ctx context.Context, consumer string, most int) ([]ivr.StreamEvent, error)
	ackEvents(ctx context.Context, ids []string) error
	unrecorded(ctx context.Context) (id string, err error)
}

// OpenEvents makes sure that events are kept until they were recorded: from now
// on TrimEvents spares what AckEvents has not been told of. It reaches back to
// all that the stream still holds, and changes nothing when done again.
func (s *Store) OpenEvents(ctx context.Context) error {
	if err := s.stream.openEvents(ctx); err != nil {
		return fmt.Errorf("open events: %w", err)
	}
	return nil
}

// ReadEvents gives events that are to be recorded, at most so many, the oldest
// first: what this consumer was given before and has not acknowledged; else what
// another has kept for 30 s, so it must be dead; else new ones, for which it
// waits half a second. None, without an error, when there are none.
//
// Consumers have different names, which they keep over a restart. Each event goes
// to one of them, but may come more than once, and in no order between two of
// them.
func (s *Store) ReadEvents(ctx context.Context, consumer string, most int) ([]ivr.StreamEvent, error) {
	events, err := s.stream.readEvents(ctx, consumer, most)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return events, nil
}

// AckEvents says that the events of these IDs are recorded.
func (s *Store) AckEvents(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.stream.ackEvents(ctx, ids); err != nil {
		return fmt.Errorf("acknowledge events: %w", err)
	}
	return nil
}
