package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"infolinia/ivr"
)

// SlotUse is a slot that live calls are in.
type SlotUse struct {
	Slot string
	Standing
	Calls int
}

type lost interface {
	// uses counts the live calls of each slot that has any.
	uses(ctx context.Context) (map[string]int, error)
	closeLost(ctx context.Context, slot string, beat int64, seq uint64, r record) (bool, error)
}

// Slots are those that live calls are in, and how they stand.
func (s *Store) Slots(ctx context.Context) ([]SlotUse, error) {
	uses, err := s.lost.uses(ctx)
	if err != nil {
		return nil, fmt.Errorf("count calls of slots: %w", err)
	}
	var list []SlotUse
	for _, slot := range slices.Sorted(maps.Keys(uses)) {
		standing, err := s.Look(ctx, slot)
		if err != nil {
			return nil, err
		}
		list = append(list, SlotUse{slot, standing, uses[slot]})
	}
	return list, nil
}

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
