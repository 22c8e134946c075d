package store

import (
	"context"
	"encoding/json"
	"fmt"

	"infolinia/ivr"
)

// BoardLog is how many changes the board remembers: whoever stands further back
// is given it whole.
const BoardLog = 1000

type board interface {
	load(ctx context.Context, since int64) (ivr.BoardState, error)
	commit(ctx context.Context, c ivr.BoardCommit, events [][]byte) (ivr.Saved, error)
	restore(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error)
}

// LoadBoard reads what has changed on the board since a number it stood at. It is
// whole where the board has never stood there, as after a loss of data, or too long
// ago, and for 0. A board that stands before since gives no entries: it has lost
// some.
func (s *Store) LoadBoard(ctx context.Context, since int64) (ivr.BoardState, error) {
	state, err := s.board.load(ctx, since)
	if err != nil {
		return ivr.BoardState{}, fmt.Errorf("read the board: %w", err)
	}
	return state, nil
}

// CommitBoard changes the board where it stands at c.From. The answers: SavedOK;
// SavedBefore when this very change is part of it already; SavedConflict when
// others have changed it; SavedMissing when it stands before From, so that data
// were lost; SavedFenced when the slot is another's by now. An error says that
// nothing is known about the write.
func (s *Store) CommitBoard(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error) {
	events := make([][]byte, len(c.Events))
	for i, e := range c.Events {
		var err error
		if events[i], err = json.Marshal(e); err != nil {
			return "", fmt.Errorf("write event %s: %w", e.Event, err)
		}
	}
	answer, err := s.board.commit(ctx, c, events)
	if err != nil {
		return "", fmt.Errorf("change the board: %w", err)
	}
	return answer, nil
}

// RestoreBoard writes all entries of c over a board that stands before c.From,
// because it has lost data; it then stands at c.To, and knows the numbers of c.Log. SavedConflict: it has lost
// nothing, or somebody else has restored it.
func (s *Store) RestoreBoard(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error) {
	answer, err := s.board.restore(ctx, c)
	if err != nil {
		return "", fmt.Errorf("restore the board: %w", err)
	}
	return answer, nil
}
