package account

import (
	"context"
	"maps"

	"infolinia/ivr"
)

// remember keeps a session for a time without the store.
func (a *Accounts) remember(s ivr.Session) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known[s.ID] = s
}

// sweep forgets what is over by now.
func (a *Accounts) sweep() {
	a.mu.Lock()
	defer a.mu.Unlock()
	over := func(_ string, s ivr.Session) bool { return a.over(s) }
	maps.DeleteFunc(a.known, over)
	maps.DeleteFunc(a.ended, over)
}

func (a *Accounts) forget(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, id)
}

// fromMemory is a session as this process knows it, while the store does not
// answer; else the store's error.
func (a *Accounts) fromMemory(id string, away error) (ivr.Session, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok := a.known[id]
	if !ok {
		return ivr.Session{}, away
	}
	if a.over(s) {
		delete(a.known, id)
		return ivr.Session{}, ivr.ErrNoSession
	}
	s.Seen = a.Now()
	a.known[id] = s
	return s, nil
}

// endAgain tells whether a session was ended here while the store was away, and
// tells it to the store.
func (a *Accounts) endAgain(ctx context.Context, id string) bool {
	a.mu.Lock()
	s, ok := a.ended[id]
	a.mu.Unlock()
	if !ok {
		return false
	}
	if a.Sessions.EndSession(ctx, s) == nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.ended, id)
	}
	return true
}
