package record

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
)

// Stream is where events wait until they are recorded.
type Stream interface {
	// OpenEvents keeps events from now on, until they are acknowledged.
	OpenEvents(ctx context.Context) error
	// ReadEvents gives events to one of several consumers, again and again until
	// they are acknowledged. It waits a moment for new ones.
	ReadEvents(ctx context.Context, consumer string, most int) ([]ivr.StreamEvent, error)
	AckEvents(ctx context.Context, ids []string) error
}

const (
	atOnce    = 200              // events in a transaction
	applyTime = 20 * time.Second // less than after what others take over
	askTime   = 5 * time.Second
	leastRest = 200 * time.Millisecond
	mostRest  = 30 * time.Second
)

// Follower records a line's events as they come. Several may follow the same
// stream into the same records.
type Follower struct {
	Stream   Stream
	Records  *Records
	Consumer string // of all who follow the stream only this one, over restarts
	Log      zerolog.Logger

	mu    sync.Mutex
	since time.Time // it does not work
	err   error
}

// Run records until ctx ends. What cannot be done now stays in the stream, and is
// tried again after a rest.
func (f *Follower) Run(ctx context.Context) {
	for rest := leastRest; ctx.Err() == nil; {
		err := f.Once(ctx)
		f.tell(ctx, err)
		if err == nil {
			rest = leastRest
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
		rest = min(2*rest, mostRest)
	}
}

// Once reads some events, records them, and only then acknowledges them: a crash
// between any two of these brings them again, and again changes nothing. Entries
// that cannot be read are named in the log and not asked for again.
func (f *Follower) Once(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	if err := f.Records.Ping(asking); err != nil {
		// The events are to be kept even while nobody can read them.
		return errors.Join(err, f.Stream.OpenEvents(asking))
	}
	events, err := f.Stream.ReadEvents(asking, f.Consumer, atOnce)
	if err != nil || len(events) == 0 {
		return err
	}
	applying, cancel := context.WithTimeout(ctx, applyTime)
	defer cancel()
	var unreadable *UnreadableError
	switch err := f.Records.Apply(applying, events); {
	case errors.As(err, &unreadable):
		f.Log.Error().Err(err).Msg("events that are none of ours are left out of the record")
	case err != nil:
		return err
	}
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	acking, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	return f.Stream.AckEvents(acking, ids)
}

// tell keeps how it stands, and logs when that changes.
func (f *Follower) tell(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil && f.err == nil:
		f.since = time.Now()
		f.Log.Warn().Err(err).Msg("calls are not recorded now; their events are kept and recorded later")
	case err == nil && f.err != nil:
		f.Log.Info().Time("since", f.since).Msg("calls are recorded again")
	}
	f.err = err
}

// Trouble is why events are not recorded, and since when; nil: they are.
func (f *Follower) Trouble() (since time.Time, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.since, f.err
}
