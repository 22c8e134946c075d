package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"infolinia/ivr"
)

// Limits of attempts that fail. An office behind one address has many people.
const (
	loginBurst = 5
	loginEvery = time.Minute
	fromBurst  = 30
	fromEvery  = 20 * time.Second
)

// limits are those that an attempt counts against. Names hold a digest: somebody
// may have typed the password in the wrong field.
func limits(login, from string) []ivr.Limit {
	return []ivr.Limit{
		{Name: "login:" + digest(login), Burst: loginBurst, Every: loginEvery},
		{Name: "from:" + digest(network(from)), Burst: fromBurst, Every: fromEvery},
	}
}

// network is what one customer of a network has: an IPv4 address, or an IPv6 /64.
func network(from string) string {
	a, err := netip.ParseAddr(from)
	if err != nil {
		return from
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, _ := a.Prefix(64) // in range
	return p.String()
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// LogIn lets somebody in who knows the password, from an IP address. The token is
// for the browser's cookie and is kept nowhere else. The error is an
// *[ivr.LogInError] when it is refused; another one: it cannot be told now.
func (a *Accounts) LogIn(ctx context.Context, login, password, from string) (token string, s ivr.Session, err error) {
	login = normal(login)
	counted := limits(login, from)
	wait, err := a.Attempts.Attempt(ctx, counted)
	if err != nil {
		return "", s, fmt.Errorf("log in: %w", err)
	}
	if wait > 0 {
		return "", s, &ivr.LogInError{Why: ivr.TooManyAttempts, Wait: wait}
	}
	n, err := a.prove(ctx, login, password)
	if err != nil {
		return "", s, fmt.Errorf("log in: %w", err)
	}
	token, s = a.fresh(n, from)
	if err := a.Sessions.OpenSession(ctx, s, a.Idle); err != nil {
		return "", ivr.Session{}, fmt.Errorf("log in: %w", err)
	}
	a.sweep()
	a.remember(s)
	_ = a.Attempts.GiveBack(ctx, counted) // else they come back with time
	return token, s, nil
}

// prove gives the account whose password this is.
func (a *Accounts) prove(ctx context.Context, login, password string) (ivr.Account, error) {
	select {
	case a.checking <- struct{}{}:
		defer func() { <-a.checking }()
	case <-ctx.Done():
		return ivr.Account{}, ctx.Err()
	}
	n, err := a.Book.Account(ctx, login)
	if err != nil && !errors.Is(err, ivr.ErrNoAccount) {
		return n, err
	}
	if len(password) > 4*LongestPassword {
		password = ""
	}
	right, outdated := a.Cost.verify(password, n.Hash) // none for who has no account
	switch {
	case !right:
		return n, &ivr.LogInError{Why: ivr.WrongPassword}
	case n.Disabled:
		return n, &ivr.LogInError{Why: ivr.AccountDisabled}
	case outdated:
		n.Hash = a.renewHash(ctx, n, password)
	}
	return n, nil
}

// renewHash writes the hash anew as is usual now, unless the account was changed
// meanwhile, and gives the one that is valid. What fails is tried at the next log-in.
func (a *Accounts) renewHash(ctx context.Context, n ivr.Account, password string) string {
	fresh := a.Cost.Hash(password)
	now, err := a.Book.Account(ctx, n.Login)
	if err != nil || now.Hash != n.Hash {
		return n.Hash
	}
	now.Hash = fresh
	if a.Book.PutAccount(ctx, now) != nil {
		return n.Hash
	}
	return fresh
}

// fresh is a new session with its token.
func (a *Accounts) fresh(n ivr.Account, from string) (string, ivr.Session) {
	secret := make([]byte, tokenBytes)
	_, _ = rand.Read(secret) // never fails: the program ends instead
	token := base64.RawURLEncoding.EncodeToString(secret)
	now := a.Now()
	s := ivr.Session{ID: digest(token), Proof: proof(n), Opened: now, Seen: now, Read: now, Until: now.Add(a.Absolute), From: from, Account: n}
	s.Account.Hash = ""
	return token, s
}

const tokenBytes = 32

// proof changes with the password.
func proof(n ivr.Account) string { return digest("proof " + n.Hash)[:16] }
