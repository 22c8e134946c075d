package store

import (
	"context"
	"maps"
	"time"

	"infolinia/ivr"
)

// memoryLogins are the log-ins and attempts of one process.
type memoryLogins struct {
	*memory
	sessions map[string]loggedIn  // by ID
	due      map[string]time.Time // by the limit's name: when it is unused again
}

type loggedIn struct {
	login   string
	state   []byte
	expires time.Time
}

func (m *memoryLogins) openSession(ctx context.Context, login, id string, state []byte, ttl, _ time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	maps.DeleteFunc(m.sessions, func(_ string, l loggedIn) bool { return !l.expires.After(now) })
	m.sessions[id] = loggedIn{login, state, now.Add(ttl)}
	return ctx.Err()
}

func (m *memoryLogins) session(ctx context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l, ok := m.sessions[id]; ok && l.expires.After(m.now()) {
		return l.state, ctx.Err()
	}
	return nil, ctx.Err()
}

func (m *memoryLogins) renewSession(ctx context.Context, id string, state []byte, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.sessions[id]
	if !ok || !l.expires.After(m.now()) {
		return false, ctx.Err()
	}
	m.sessions[id] = loggedIn{l.login, state, m.now().Add(ttl)}
	return true, ctx.Err()
}

func (m *memoryLogins) endSession(ctx context.Context, _, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, id)
	return ctx.Err()
}

func (m *memoryLogins) loggedIn(ctx context.Context, login string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.sessions {
		if l.login == login && l.expires.After(m.now()) {
			return true, ctx.Err()
		}
	}
	return false, ctx.Err()
}

func (m *memoryLogins) endSessions(ctx context.Context, login string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(_ string, l loggedIn) bool { return l.login == login })
	return ctx.Err()
}

func (m *memoryLogins) attempt(ctx context.Context, limits []ivr.Limit) (wait time.Duration, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	maps.DeleteFunc(m.due, func(_ string, due time.Time) bool { return !due.After(now) })
	for _, l := range limits {
		wait = max(wait, m.dueAt(l.Name, now).Add(l.Every-time.Duration(l.Burst)*l.Every).Sub(now))
	}
	if wait > 0 || ctx.Err() != nil {
		return wait, ctx.Err()
	}
	for _, l := range limits {
		m.due[l.Name] = m.dueAt(l.Name, now).Add(l.Every)
	}
	return 0, nil
}

func (m *memoryLogins) giveBack(ctx context.Context, limits []ivr.Limit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	for _, l := range limits {
		m.due[l.Name] = m.dueAt(l.Name, now).Add(-l.Every)
	}
	return ctx.Err()
}

// dueAt is when a limit is unused again, now for one that is.
func (m *memoryLogins) dueAt(name string, now time.Time) time.Time {
	if due := m.due[name]; due.After(now) {
		return due
	}
	return now
}
