package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"infolinia/ivr"
)

// Book keeps the accounts. Account and RemoveAccount fail with ivr.ErrNoAccount
// when there is none of the login.
type Book interface {
	Account(ctx context.Context, login string) (ivr.Account, error)
	Accounts(ctx context.Context) ([]ivr.Account, error)
	PutAccount(ctx context.Context, a ivr.Account) error
	RemoveAccount(ctx context.Context, login string) error
}

// Sessions keeps log-ins for all instances.
type Sessions interface {
	OpenSession(ctx context.Context, s ivr.Session, ttl time.Duration) error
	Session(ctx context.Context, id string) (*ivr.Session, error) // nil: none
	// RenewSession answers false when the session has ended.
	RenewSession(ctx context.Context, s ivr.Session, ttl time.Duration) (bool, error)
	EndSession(ctx context.Context, s ivr.Session) error
	EndSessions(ctx context.Context, login string) error
}

// Attempts counts for all instances.
type Attempts interface {
	// Attempt counts one against all limits, or none and says how long to wait.
	Attempt(ctx context.Context, limits []ivr.Limit) (wait time.Duration, err error)
	GiveBack(ctx context.Context, limits []ivr.Limit) error
}

// Settings of accounts. What is zero has its usual value.
type Settings struct {
	Book     Book
	Sessions Sessions
	Attempts Attempts
	// Idle is how long a log-in lasts unused, Absolute how long it lasts at all:
	// 30 min and 12 h.
	Idle, Absolute time.Duration
	Cost           Cost
	Now            func() time.Time
}

// Accounts are those of the line. They may be used by several goroutines.
type Accounts struct {
	Settings
	checking chan struct{} // holds one: a log-in takes a core, and the calls need the others

	mu    sync.Mutex
	known map[string]ivr.Session // as this process last saw them, by ID
	ended map[string]ivr.Session // that the store could not be told of
}

// New are the accounts of a book.
func New(s Settings) *Accounts {
	if s.Idle <= 0 {
		s.Idle = 30 * time.Minute
	}
	if s.Absolute <= 0 {
		s.Absolute = 12 * time.Hour
	}
	if s.Cost == (Cost{}) {
		s.Cost = UsualCost()
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	return &Accounts{Settings: s, checking: make(chan struct{}, 1), known: map[string]ivr.Session{}, ended: map[string]ivr.Session{}}
}

var (
	// ErrExists says that the login is somebody's.
	ErrExists = errors.New("there is an account of this login")
	// ErrStillIn says that an account was changed, but its log-ins could not be ended
	// at once: they end within a minute of the store's return.
	ErrStillIn = errors.New("log-ins go on until the store is back")
)

// Add makes an account. The errors are for whoever makes it, or ErrExists.
func (a *Accounts) Add(ctx context.Context, n ivr.Account, password string) error {
	n.Login = normal(n.Login)
	if err := errors.Join(Check(n), CheckPassword(n, password)); err != nil {
		return err
	}
	switch _, err := a.Book.Account(ctx, n.Login); {
	case err == nil:
		return fmt.Errorf("add %s: %w", n.Login, ErrExists)
	case !errors.Is(err, ivr.ErrNoAccount):
		return err
	}
	n.Hash, n.Changed = a.Cost.Hash(password), a.Now()
	return a.Book.PutAccount(ctx, n)
}

// Change changes what an account is and may do; its log-ins follow within a
// minute. The error is ivr.ErrNoAccount when there is none.
func (a *Accounts) Change(ctx context.Context, login string, change func(*ivr.Account)) error {
	n, err := a.Book.Account(ctx, normal(login))
	if err != nil {
		return err
	}
	login, hash := n.Login, n.Hash
	change(&n)
	n.Login, n.Hash, n.Changed = login, hash, a.Now()
	if err := Check(n); err != nil {
		return err
	}
	return a.Book.PutAccount(ctx, n)
}

// throwOut ends the log-ins of an account that was changed.
func (a *Accounts) throwOut(ctx context.Context, login string) error {
	if err := a.LogOutEverywhere(ctx, login); err != nil {
		return fmt.Errorf("%w: %w", ErrStillIn, err)
	}
	return nil
}

// SetPassword gives an account a new password and ends its log-ins. This error and
// those of the two below may be ErrStillIn.
func (a *Accounts) SetPassword(ctx context.Context, login, password string) error {
	n, err := a.Book.Account(ctx, normal(login))
	if err != nil {
		return err
	}
	if err := CheckPassword(n, password); err != nil {
		return err
	}
	n.Hash, n.Changed = a.Cost.Hash(password), a.Now()
	if err := a.Book.PutAccount(ctx, n); err != nil {
		return err
	}
	return a.throwOut(ctx, n.Login)
}

// SetDisabled keeps an account from logging in, and ends its log-ins, or lets it
// log in again.
func (a *Accounts) SetDisabled(ctx context.Context, login string, disabled bool) error {
	err := a.Change(ctx, login, func(n *ivr.Account) { n.Disabled = disabled })
	if err != nil || !disabled {
		return err
	}
	return a.throwOut(ctx, normal(login))
}

// Remove deletes an account and ends its log-ins.
func (a *Accounts) Remove(ctx context.Context, login string) error {
	if err := a.Book.RemoveAccount(ctx, normal(login)); err != nil {
		return err
	}
	return a.throwOut(ctx, normal(login))
}
