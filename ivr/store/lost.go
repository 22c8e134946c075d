package store

import (
	"context"
	"fmt"
	"slices"

	"infolinia/ivr"
)

// KnownSlot is a slot that was held since it was last forgotten.
type KnownSlot struct {
	Slot string
	Standing
}

type lost interface {
	slotNames(ctx context.Context) ([]string, error)
	forget(ctx context.Context, slot string) error
	closeLost(ctx context.Context, slot string, beat int64, seq uint64, r record) (bool, error)
}

// Slots are all that are known, and how they stand.
func (s *Store) Slots(ctx context.Context) ([]KnownSlot, error) {
	names, err := s.lost.slotNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("list slots: %w", err)
	}
	slices.Sort(names)
	var list []KnownSlot
	for _, slot := range names {
		standing, err := s.Look(ctx, slot)
		if err != nil {
			return nil, err
		}
		list = append(list, KnownSlot{slot, standing})
	}
	return list, nil
}

// Forget takes a slot that no call is in any more off the known ones, until its
// holder renews it or somebody takes it.
func (s *Store) Forget(ctx context.Context, slot string) error { return s.lost.forget(ctx, slot) }

// LiveIn are the calls of a slot, held or not, that have not ended; see Live.
func (s *Store) LiveIn(ctx context.Context, slot string) ([]*ivr.Call, error) {
	return decodeAll(s.calls.live(ctx, slot))
}

// CloseLost writes that a call of a slot has ended whose beat has stood still, as
// the caller vows, for so long that its machine must be lost. ended is what call,
// as it was read, came to. It tells whether that was written; it is not when the
// slot beats again, or the call has gone on or was closed by somebody else.
func (s *Store) CloseLost(ctx context.Context, slot string, beat int64, call, ended *ivr.Call, events []ivr.Event) (bool, error) {
	r, err := newRecord(ended, events, true)
	if err != nil {
		return false, err
	}
	closed, err := s.lost.closeLost(ctx, slot, beat, call.Seq, r)
	if err != nil {
		return false, fmt.Errorf("close lost call %s: %w", call.ID, err)
	}
	return closed, nil
}
