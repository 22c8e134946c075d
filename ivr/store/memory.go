package store

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"infolinia/ivr"
)

// memory is the store of one process, gone with it. Expired entries go at the
// next save.
type memory struct {
	mu  sync.Mutex
	now func() time.Time

	slots    map[string]*slotState
	byID     map[string]*callState
	numbers  map[string]numbered
	issued   int64
	key      []byte
	bundles  map[string]kept
	switches map[string]string
	switched int64
	events   memoryStream
}

type slotState struct {
	Lease
	beat              int64
	seen              time.Time
	released, leaving bool
	forgotten         bool
}

type callState struct {
	id      string
	slot    string
	epoch   int64
	seq     uint64
	state   []byte
	ended   bool
	saved   time.Time
	expires time.Time
	path    [][]byte
	closed  *closing // by another machine
}

type numbered struct {
	n       int64
	expires time.Time
}

type kept struct {
	Version
	bundle []byte
}

// NewMemory makes a store that lives and dies with the process.
func NewMemory() *Store { return newMemory(time.Now) }

func newMemory(now func() time.Time) *Store {
	m := &memory{
		now:      now,
		slots:    map[string]*slotState{},
		byID:     map[string]*callState{},
		numbers:  map[string]numbered{},
		bundles:  map[string]kept{},
		switches: map[string]string{},
		events:   newMemoryStream(),
	}
	l := &memoryLogins{memory: m, sessions: map[string]loggedIn{}, due: map[string]time.Time{}}
	return &Store{leases: m, calls: m, reports: m, versions: m, overrides: m, lost: m, health: m, stream: m,
		board: newMemoryBoard(m), drafts: newMemoryDrafts(m), logins: l, attempts: l, pages: &memoryPages{m, map[string]time.Time{}}}
}

func (m *memory) ping(ctx context.Context) error { return ctx.Err() }
func (m *memory) close() error                   { return nil }

func (m *memory) acquire(ctx context.Context, slot, owner string, seen int64) (Lease, time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	epoch, beat, away := now.UnixMilli(), now.UnixMilli(), time.Duration(0)
	if s := m.slots[slot]; s != nil {
		if s.Owner != owner && !s.released && s.beat != seen {
			return Lease{}, 0, &HeldError{Slot: slot, Owner: s.Owner}
		}
		epoch, beat, away = max(epoch, s.Epoch+1), max(beat, s.beat+1), now.Sub(s.seen)
	}
	l := Lease{Slot: slot, Owner: owner, Epoch: epoch}
	m.slots[slot] = &slotState{Lease: l, beat: beat, seen: now}
	return l, away, ctx.Err()
}

func (m *memory) origin(context.Context) string { return "" } // nothing is lost without a word

func (m *memory) renew(ctx context.Context, l Lease, again bool) (fresh bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.slots[l.Slot]
	if fresh = s == nil; fresh && again {
		s = &slotState{Lease: l}
		m.slots[l.Slot] = s
	}
	if s == nil || s.Lease != l || s.released {
		return false, ErrLost
	}
	s.seen, s.forgotten = m.now(), false
	s.beat = max(s.seen.UnixMilli(), s.beat+1)
	return fresh, ctx.Err()
}

func (m *memory) release(ctx context.Context, l Lease) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.slots[l.Slot]; s != nil && s.Lease == l {
		s.released, s.seen = true, m.now()
	}
	return ctx.Err()
}

func (m *memory) save(ctx context.Context, l Lease, r record) (ivr.Saved, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	maps.DeleteFunc(m.byID, func(_ string, c *callState) bool { return !c.expires.After(now) })
	var holder int64
	if s := m.slots[l.Slot]; s != nil {
		holder = s.Epoch
	}
	c := m.byID[r.id]
	if answer := judge(c, holder, l.Epoch, r); answer != ivr.SavedOK {
		return answer, nil
	}
	if c == nil {
		c = &callState{id: r.id}
		m.byID[r.id] = c
	}
	if seq := c.seq; c.reopen() {
		m.events.add(now, reopened(r, seq))
	}
	m.addEvents(r.id, c.seq, r.entries)
	for _, e := range r.entries {
		if e.seq > c.seq {
			c.path = append(c.path, e.line)
		}
	}
	c.path = c.path[max(0, len(c.path)-PathCap):]
	c.slot, c.epoch, c.seq, c.state, c.ended = l.Slot, l.Epoch, r.seq, r.state, r.ended
	c.saved, c.expires = now, now.Add(LiveTTL)
	if c.ended {
		c.expires = now.Add(EndedTTL)
	}
	return ivr.SavedOK, ctx.Err()
}

// judge answers a save as the Redis script does.
func judge(c *callState, holder, epoch int64, r record) ivr.Saved {
	switch {
	case holder > epoch || c != nil && c.epoch > epoch:
		return ivr.SavedFenced
	case c == nil && r.seq > 1 && !(r.whole && holder == epoch):
		return ivr.SavedMissing
	case c == nil:
		return ivr.SavedOK
	case c.closed != nil:
		return c.closed.judge(r)
	case r.seq == c.seq && bytes.Equal(r.state, c.state):
		return ivr.SavedBefore
	case r.seq <= c.seq, r.seq > c.seq+1 && !r.whole:
		return ivr.SavedConflict
	}
	return ivr.SavedOK
}

func (m *memory) load(ctx context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.byID[id]; c != nil && c.expires.After(m.now()) {
		return c.state, ctx.Err()
	}
	return nil, ctx.Err()
}

func (m *memory) live(ctx context.Context, slot string) ([][]byte, error) {
	return m.states(func(c *callState) bool { return !c.ended && (slot == "" || c.slot == slot) }), ctx.Err()
}

func (m *memory) recent(ctx context.Context, limit int) ([][]byte, error) {
	list := m.states(func(c *callState) bool { return c.ended })
	slices.Reverse(list)
	return list[:min(max(limit, 0), len(list))], ctx.Err()
}

// states are those of the calls wanted, the one saved longest ago first.
func (m *memory) states(wanted func(*callState) bool) [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*callState
	for _, c := range m.byID {
		if c.expires.After(m.now()) && wanted(c) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *callState) int {
		return cmp.Or(a.saved.Compare(b.saved), cmp.Compare(a.id, b.id))
	})
	list := make([][]byte, len(found))
	for i, c := range found {
		list[i] = c.state
	}
	return list
}

func (m *memory) path(ctx context.Context, id string) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.byID[id]; c != nil && c.expires.After(m.now()) {
		return slices.Clone(c.path), ctx.Err()
	}
	return nil, ctx.Err()
}
