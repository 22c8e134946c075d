package desk

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
)

// Board is where the floor lives, for all processes of the line.
type Board interface {
	// LoadBoard reads what has changed since a number; all, where the board never
	// stood there.
	LoadBoard(ctx context.Context, since int64) (ivr.BoardState, error)
	// CommitBoard writes when the board stands at c.From. An error says that nothing
	// is known about the write.
	CommitBoard(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error)
	// RestoreBoard writes over a board that stands before c.From.
	RestoreBoard(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error)
}

// Phone orders the Asterisk of one slot. Each order may be repeated.
type Phone interface {
	Ring(ctx context.Context, o LegOrder) error
	// Drop ends a leg; elsewhere: somebody else has answered.
	Drop(ctx context.Context, leg string, elsewhere bool) error
	Arrange(ctx context.Context, a Arrangement) error
	// Number is that of a caller, in the form that Ring takes and that may be kept;
	// the same number gives the same. Empty: withheld.
	Number(ctx context.Context, call string) (string, error)
	// Known tells which of a task's legs are there.
	Known(ctx context.Context, task string, legs []string) (map[string]LegState, error)
}

// LegOrder is a leg to be dialled: exactly one of Endpoint, Destination and Number
// says whom.
type LegOrder struct {
	ID, Task, Call                string
	Endpoint, Destination, Number string
	Ring                          time.Duration // how long it may ring
	Auto                          bool          // the phone answers by itself
	Display                       string        // what a phone shows: the queue
}

// Arrangement is who hears whom in a task: ids of legs, and TheCaller. Whoever is
// not named hears nothing. With nobody named there is no bridge, and the caller is
// the flow's again.
type Arrangement struct {
	Task, Call            string
	Together, Music, Ring []string
	Class                 string // of the music; empty: the default one
}

// LegState is how a leg is.
type LegState string

// The states of a leg that is there.
const (
	LegRings LegState = "ringing"
	LegIsUp  LegState = "up"
)

// LegEvent is what happened to a leg: it was answered, or it has ended.
type LegEvent struct {
	ID, Task string
	Up       bool
	Ended    bool
	Cause    LegCause // with Ended
}

// Needs are what a desk stands on.
type Needs struct {
	Board Board
	// Phone is that of a slot; nil: its Asterisk is not to be ordered now.
	Phone func(slot string) Phone
	// World is what steps may know at a moment; it is asked for each and must answer
	// at once. Detached is not its matter.
	World func(now time.Time) World
	// Tell hands an input to a call of a slot, and never blocks.
	Tell func(slot, call string, in ivr.Input)
	// Metrics count for this desk alone.
	Metrics *Metrics
	Log     zerolog.Logger
}
