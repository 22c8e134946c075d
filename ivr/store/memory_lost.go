package store

import (
	"context"

	"infolinia/ivr"
)

// closing is what another machine wrote over a call.
type closing struct {
	seq   uint64 // of the call before
	lines int    // written to its path
}

// judge answers the save of a holder who is back and knows better.
func (c *closing) judge(r record) ivr.Saved {
	if r.seq < c.seq || r.seq != c.seq+1 && !r.whole {
		return ivr.SavedConflict
	}
	return ivr.SavedOK
}

// reopen takes back what another machine wrote over the call, and tells whether
// one did.
func (c *callState) reopen() bool {
	if c.closed == nil {
		return false
	}
	c.seq = c.closed.seq
	c.path = c.path[:max(0, len(c.path)-c.closed.lines)]
	c.closed = nil
	return true
}

func (m *memory) slotNames(ctx context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for name, s := range m.slots {
		if !s.forgotten {
			names = append(names, name)
		}
	}
	return names, ctx.Err()
}

func (m *memory) forget(ctx context.Context, slot string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.slots[slot]; s != nil {
		s.forgotten = true
	}
	return ctx.Err()
}

func (m *memory) closeLost(ctx context.Context, slot string, beat int64, seq uint64, r record) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var beats int64
	if s := m.slots[slot]; s != nil {
		beats = s.beat
	}
	c := m.byID[r.id]
	if beats != beat || c == nil || c.seq != seq || !c.expires.After(m.now()) {
		return false, ctx.Err()
	}
	m.addEvents(r.id, 0, r.entries)
	for _, e := range r.entries {
		c.path = append(c.path, e.line)
	}
	c.path = c.path[max(0, len(c.path)-PathCap):]
	c.closed = &closing{seq: seq, lines: len(r.entries)}
	c.seq, c.state, c.ended = r.seq, r.state, r.ended
	c.saved, c.expires = m.now(), m.now().Add(LiveTTL)
	return true, ctx.Err()
}
