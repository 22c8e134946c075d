package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/desk"
)

const (
	// recordsTime is how long a page waits for the records.
	recordsTime = time.Second
	// recordsRest is how long pages leave records alone that did not answer.
	recordsRest = 5 * time.Second
)

// errRecordsRest says that the records did not answer a moment ago.
var errRecordsRest = errors.New("the records did not answer just now")

// pageRecords are the records as pages ask them: a database that is away costs the
// desk what only it knows, and no agent sees a call later for it.
type pageRecords struct {
	mu    sync.Mutex
	until time.Time // they rest
}

// ask asks the records, unless they rest. What do fails with, other than that there
// is no such account, makes them rest.
func (p *pageRecords) ask(ctx context.Context, do func(context.Context) error) error {
	if p.resting() {
		return errRecordsRest
	}
	asking, cancel := context.WithTimeout(ctx, recordsTime)
	defer cancel()
	err := do(asking)
	if err != nil && !errors.Is(err, ivr.ErrNoAccount) && ctx.Err() == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.until = time.Now().Add(recordsRest)
	}
	return err
}

func (p *pageRecords) resting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Before(p.until)
}

// account is an agent's. Who works already is known by name without the records.
func (p *pageRecords) account(ctx context.Context, book accountBook, me *desk.Agent) (account ivr.Account, err error) {
	err = p.ask(ctx, func(ctx context.Context) error {
		account, err = book.Account(ctx, me.Login)
		return err
	})
	if err != nil && !errors.Is(err, ivr.ErrNoAccount) && me.State != desk.Offline {
		account = ivr.Account{Login: me.Login, Name: me.Name}
		if !me.Browser {
			account.Device = strings.TrimPrefix(me.Endpoint, "PJSIP/")
		}
		return account, nil
	}
	return account, err
}

// accountBook is the part of the records that knows agents.
type accountBook interface {
	Account(ctx context.Context, login string) (ivr.Account, error)
}
