package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"infolinia/ivr"
)

const (
	// storeTime is how long the store and the book have to answer for a session.
	storeTime = time.Second
	// readAgain is how old what a session knows of its account may be.
	readAgain = time.Minute
	// readRest is how long a book that did not answer is not asked again for a session.
	readRest = 10 * time.Second
	// seenParts: use of a session is written this many times in its idle time.
	seenParts = 120
)

// Session is the log-in of a token, and counts as its use. The error is
// ivr.ErrNoSession when there is none any more; another one: it cannot be told now.
func (a *Accounts) Session(ctx context.Context, token string) (ivr.Session, error) {
	if len(token) < tokenBytes || len(token) > 4*tokenBytes {
		return ivr.Session{}, ivr.ErrNoSession
	}
	return a.use(ctx, digest(token))
}

// Look is the log-in of a session's ID, for what lasts longer than a request, with
// the errors of Session. It counts as its use too.
func (a *Accounts) Look(ctx context.Context, id string) (ivr.Session, error) { return a.use(ctx, id) }

func (a *Accounts) use(ctx context.Context, id string) (ivr.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if a.endAgain(ctx, id) {
		return ivr.Session{}, ivr.ErrNoSession
	}
	s, err := a.Sessions.Session(ctx, id)
	if err != nil {
		return a.fromMemory(id, err)
	}
	if s == nil {
		a.forget(id)
		return ivr.Session{}, ivr.ErrNoSession
	}
	if a.over(*s) {
		return ivr.Session{}, a.end(ctx, *s)
	}
	return a.renew(ctx, *s)
}

// over tells whether a session's time is up.
func (a *Accounts) over(s ivr.Session) bool {
	now := a.Now()
	return now.Sub(s.Seen) >= a.Idle || !now.Before(s.Until)
}

// renew writes, now and then, that a session is used, and reads whether its account
// still may.
func (a *Accounts) renew(ctx context.Context, s ivr.Session) (ivr.Session, error) {
	now := a.Now()
	old := now.Sub(s.Read) >= readAgain
	if old {
		switch n, err := a.read(ctx, s.Account.Login); {
		case errors.Is(err, ivr.ErrNoAccount), err == nil && (n.Disabled || proof(n) != s.Proof):
			return ivr.Session{}, a.end(ctx, s)
		case err == nil:
			n.Hash = ""
			s.Account, s.Read = n, now
		default:
			s.Read = now.Add(readRest - readAgain)
		}
	}
	if old || now.Sub(s.Seen) >= a.Idle/seenParts {
		s.Seen = now
		there, err := a.Sessions.RenewSession(ctx, s, min(a.Idle, s.Until.Sub(now)))
		if err == nil && !there {
			a.forget(s.ID)
			return ivr.Session{}, ivr.ErrNoSession
		}
	}
	a.remember(s)
	return s, nil
}

// read asks the book, for as long as leaves the store its time.
func (a *Accounts) read(ctx context.Context, login string) (ivr.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime/2)
	defer cancel()
	return a.Book.Account(ctx, login)
}

// end ends a session whose time is up and says so.
func (a *Accounts) end(ctx context.Context, s ivr.Session) error {
	_ = a.LogOut(ctx, s) // it is refused here in any case
	return ivr.ErrNoSession
}

// LogOut ends a log-in, for every instance and every page. Should the store not
// answer, this process knows it as ended and tells it later; the error says that
// others may not know yet.
func (a *Accounts) LogOut(ctx context.Context, s ivr.Session) error {
	err := a.Sessions.EndSession(ctx, s)
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, s.ID)
	if err != nil {
		a.ended[s.ID] = s
		return fmt.Errorf("log out: %w", err)
	}
	return nil
}

// LogOutEverywhere ends all log-ins of an account.
func (a *Accounts) LogOutEverywhere(ctx context.Context, login string) error {
	err := a.Sessions.EndSessions(ctx, login)
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, s := range a.known {
		if s.Account.Login == login {
			delete(a.known, id)
			if err != nil {
				a.ended[id] = s
			}
		}
	}
	if err != nil {
		return fmt.Errorf("log out everywhere: %w", err)
	}
	return nil
}
