package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"infolinia/ivr"
)

type logins interface {
	openSession(ctx context.Context, login, id string, state []byte, ttl, longest time.Duration) error
	session(ctx context.Context, id string) ([]byte, error) // nil: none
	// renewSession tells whether there was one to renew.
	renewSession(ctx context.Context, id string, state []byte, ttl time.Duration) (bool, error)
	loggedIn(ctx context.Context, login string) (bool, error)
	logouts
}

type logouts interface {
	endSession(ctx context.Context, login, id string) error
	endSessions(ctx context.Context, login string) error
}

type attempts interface {
	attempt(ctx context.Context, limits []ivr.Limit) (wait time.Duration, err error)
	giveBack(ctx context.Context, limits []ivr.Limit) error
}

// OpenSession keeps a log-in for ttl after its last renewal. It replaces none: its
// ID is new.
func (s *Store) OpenSession(ctx context.Context, n ivr.Session, ttl time.Duration) error {
	state, err := json.Marshal(n)
	if err == nil {
		longest := max(ttl, n.Until.Sub(n.Opened))
		err = s.logins.openSession(ctx, n.Account.Login, n.ID, state, ttl, longest)
	}
	if err != nil {
		return fmt.Errorf("open session of %s: %w", n.Account.Login, err)
	}
	return nil
}

// Session reads a log-in by its ID; nil without an error when there is none.
func (s *Store) Session(ctx context.Context, id string) (*ivr.Session, error) {
	state, err := s.logins.session(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read session: %w", err)
	}
	if state == nil {
		return nil, nil
	}
	n := new(ivr.Session)
	if err := json.Unmarshal(state, n); err != nil {
		return nil, fmt.Errorf("read session: %w", err)
	}
	return n, nil
}

// RenewSession writes how a log-in stands and keeps it for ttl from now. False:
// it has ended, and stays so.
func (s *Store) RenewSession(ctx context.Context, n ivr.Session, ttl time.Duration) (bool, error) {
	state, err := json.Marshal(n)
	if err != nil {
		return false, fmt.Errorf("renew session of %s: %w", n.Account.Login, err)
	}
	there, err := s.logins.renewSession(ctx, n.ID, state, ttl)
	if err != nil {
		return false, fmt.Errorf("renew session of %s: %w", n.Account.Login, err)
	}
	return there, nil
}

// EndSession ends a log-in for all instances; one that has ended is no error.
func (s *Store) EndSession(ctx context.Context, n ivr.Session) error {
	if err := s.logins.endSession(ctx, n.Account.Login, n.ID); err != nil {
		return fmt.Errorf("end session of %s: %w", n.Account.Login, err)
	}
	return nil
}

// EndSessions ends every log-in of an account.
func (s *Store) EndSessions(ctx context.Context, login string) error {
	if err := s.logins.endSessions(ctx, login); err != nil {
		return fmt.Errorf("end sessions of %s: %w", login, err)
	}
	return nil
}

// LoggedIn tells whether an account has a log-in that goes on.
func (s *Store) LoggedIn(ctx context.Context, login string) (bool, error) {
	in, err := s.logins.loggedIn(ctx, login)
	if err != nil {
		return false, fmt.Errorf("look for log-ins of %s: %w", login, err)
	}
	return in, nil
}

// Attempt counts one attempt against every limit. Where one of them is used up it
// counts none and tells how long it is until all of them allow one, at least 1 ms.
func (s *Store) Attempt(ctx context.Context, limits []ivr.Limit) (wait time.Duration, err error) {
	if wait, err = s.attempts.attempt(ctx, limits); err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	return wait, nil
}

// GiveBack takes back an attempt that was counted.
func (s *Store) GiveBack(ctx context.Context, limits []ivr.Limit) error {
	if err := s.attempts.giveBack(ctx, limits); err != nil {
		return fmt.Errorf("give back attempt: %w", err)
	}
	return nil
}
