package store

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"infolinia/ivr"
)

// memoryBoard is the board of one process, or of several in a test. It keeps no
// events: there is no stream.
type memoryBoard struct {
	*memory
	entries map[string][]byte
	changed map[string]int64 // when, also of those that are gone
	log     []int64          // ascending
}

func newMemoryBoard(m *memory) *memoryBoard {
	return &memoryBoard{memory: m, entries: map[string][]byte{}, changed: map[string]int64{}}
}

func (b *memoryBoard) seq() int64 {
	if len(b.log) == 0 {
		return 0
	}
	return b.log[len(b.log)-1]
}

func (b *memoryBoard) load(ctx context.Context, since int64) (ivr.BoardState, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	state := ivr.BoardState{Seq: b.seq(), Entries: map[string][]byte{}}
	if since >= state.Seq && since != 0 {
		return state, ctx.Err()
	}
	if _, known := slices.BinarySearch(b.log, since); !known {
		state.Whole, state.Log = true, slices.Clone(b.log)
		for name, value := range b.entries {
			state.Entries[name] = bytes.Clone(value)
		}
		return state, ctx.Err()
	}
	i, _ := slices.BinarySearch(b.log, since+1)
	state.Log = slices.Clone(b.log[i:])
	for name, at := range b.changed {
		switch value, there := b.entries[name]; {
		case at <= since:
		case there:
			state.Entries[name] = bytes.Clone(value)
		default:
			state.Gone = append(state.Gone, name)
		}
	}
	slices.Sort(state.Gone)
	return state, ctx.Err()
}

func (b *memoryBoard) commit(ctx context.Context, c ivr.BoardCommit, _ [][]byte) (ivr.Saved, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	at := b.seq()
	switch s := b.slots[c.Slot]; {
	case slices.Contains(b.log, c.To):
		return ivr.SavedBefore, nil
	case c.Slot != "" && s != nil && s.Epoch > c.Epoch:
		return ivr.SavedFenced, nil
	case at < c.From:
		return ivr.SavedMissing, nil
	case at > c.From:
		return ivr.SavedConflict, nil
	}
	b.write(c)
	return ivr.SavedOK, nil
}

func (b *memoryBoard) restore(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	switch {
	case slices.Contains(b.log, c.To):
		return ivr.SavedBefore, nil
	case b.seq() >= c.From:
		return ivr.SavedConflict, nil
	}
	b.log = slices.Sorted(slices.Values(c.Log))
	clear(b.entries)
	clear(b.changed)
	c.Delete = nil
	b.write(c)
	return ivr.SavedOK, nil
}

func (b *memoryBoard) write(c ivr.BoardCommit) {
	for name, value := range c.Set {
		b.entries[name], b.changed[name] = bytes.Clone(value), c.To
	}
	for _, name := range c.Delete {
		delete(b.entries, name)
		b.changed[name] = c.To
	}
	b.log = append(b.log, c.To)
	if len(b.log) <= BoardLog {
		return
	}
	b.log = slices.Delete(b.log, 0, len(b.log)-BoardLog)
	maps.DeleteFunc(b.changed, func(name string, at int64) bool {
		_, there := b.entries[name]
		return !there && at <= b.log[0]
	})
}
