package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/store"
)

const (
	hall  = "m/one" // a slot
	annex = "m/two"
)

// office is a house with agents, one store, one Asterisk and some processes. It
// lives in virtual time.
type office struct {
	t     *testing.T
	store *flaky
	phone *exchange

	mu     sync.Mutex
	told   map[string][]ivr.QueueChanged
	served []ivr.ServiceDone
	queues map[string]ivr.Queue
}

func open(t *testing.T) *office {
	o := &office{
		t: t, store: &flaky{Store: store.NewMemory()}, told: map[string][]ivr.QueueChanged{},
		queues: map[string]ivr.Queue{
			"office": {Name: "office", Strategy: ivr.LongestIdle, MaxWaiting: 30, RingTimeout: 20 * time.Second, MaxMissed: 2, WrapUp: 30 * time.Second},
			"all":    {Name: "all", Strategy: ivr.RingAll, MaxWaiting: 30, RingTimeout: 20 * time.Second, MaxMissed: 2, WrapUp: 30 * time.Second},
		},
	}
	o.phone = &exchange{office: o, legs: map[string]*apparatus{}, bridges: map[string]Arrangement{}, holders: map[string]*process{}}
	return o
}

// process is one daemon of the house.
type process struct {
	*Desk
	o    *office
	stop context.CancelFunc
	done chan struct{}
	// faults decides before each word with the store or Asterisk; an error is all
	// that comes of it.
	faults *faults
}

type faults struct {
	mu   sync.Mutex
	dead bool
	// die, where set, is asked before and after each order; true: the process ends there.
	die func() bool
}

var errDead = errors.New("the process has ended")

// at is called before and after something that a process does.
func (f *faults) at() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.die != nil && f.die() {
		f.dead = true
	}
	if f.dead {
		return errDead
	}
	return nil
}

// process starts a daemon.
func (o *office) process() *process {
	p := &process{o: o, done: make(chan struct{}), faults: &faults{}}
	p.Desk = New(Needs{
		Board: deskBoard{o.store, p.faults},
		Phone: func(slot string) Phone {
			if p.faults.at() != nil {
				return nil
			}
			return deskPhone{o.phone, slot, p.faults}
		},
		World: func(time.Time) World {
			return World{Queues: o.queues, Destinations: map[string]bool{"mayor": true}}
		},
		Tell: o.hear,
		Log:  zerolog.Nop(),
	})
	ctx, cancel := context.WithCancel(o.t.Context())
	p.stop = cancel
	go func() {
		defer close(p.done)
		p.Run(ctx)
	}()
	o.t.Cleanup(p.kill)
	return p
}

// kill ends a process where it is.
func (p *process) kill() {
	p.faults.mu.Lock()
	p.faults.dead = true
	p.faults.mu.Unlock()
	p.stop()
	<-p.done
	p.o.phone.mu.Lock()
	defer p.o.phone.mu.Unlock()
	for slot, holder := range p.o.phone.holders {
		if holder == p {
			delete(p.o.phone.holders, slot)
		}
	}
}

// hold gives a slot to a process.
func (p *process) hold(slot string) {
	p.o.t.Helper()
	held, err := p.o.store.Acquire(p.o.t.Context(), slot, fmt.Sprintf("%p", p), time.Minute, p.beat(slot))
	if err != nil {
		p.o.t.Fatal(err)
	}
	p.o.phone.mu.Lock()
	before := p.o.phone.holders[slot]
	p.o.phone.holders[slot] = p
	p.o.phone.mu.Unlock()
	if before != nil {
		before.Left(slot)
	}
	p.Took(slot, held.Epoch)
	synctest.Wait()
}

func (p *process) beat(slot string) int64 {
	standing, err := p.o.store.Look(p.o.t.Context(), slot)
	if err != nil {
		p.o.t.Fatal(err)
	}
	return standing.Beat
}

func (o *office) hear(slot, call string, in ivr.Input) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch in := in.(type) {
	case ivr.QueueChanged:
		o.told[call] = append(o.told[call], in)
	case ivr.ServiceDone:
		o.served = append(o.served, in)
	}
}

// news are the states a call was told, without those that repeat.
func (o *office) news(call string) (states []ivr.QueueState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range o.told[call] {
		states = append(states, c.State)
	}
	return slices.Compact(states)
}

// flaky is a store that may be away.
type flaky struct {
	*store.Store
	mu   sync.Mutex
	away error
	mute bool // changes are made, but not answered
}

var errAway = errors.New("the store is away")

func (f *flaky) set(away error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away, f.mute = away, false
}

func (f *flaky) gone() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.away
}

// hush lets the store do what it is asked without answering.
func (f *flaky) hush() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away, f.mute = errAway, true
}

func (f *flaky) silent() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mute
}

// flush loses all data.
func (f *flaky) flush() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Store = store.NewMemory()
}

func (f *flaky) now() *store.Store {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Store
}

// deskBoard is the store as one process reaches it.
type deskBoard struct {
	*flaky
	faults *faults
}

func (b deskBoard) LoadBoard(ctx context.Context, since int64) (ivr.BoardState, error) {
	if err := errors.Join(b.faults.at(), b.gone()); err != nil {
		return ivr.BoardState{}, err
	}
	return b.now().LoadBoard(ctx, since)
}

func (b deskBoard) CommitBoard(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error) {
	if b.silent() {
		_, err := b.now().CommitBoard(ctx, c)
		return "", errors.Join(err, errAway)
	}
	if err := errors.Join(b.faults.at(), b.gone()); err != nil {
		return "", err
	}
	answer, err := b.now().CommitBoard(ctx, c)
	if err := b.faults.at(); err != nil {
		return "", err
	}
	return answer, err
}

func (b deskBoard) RestoreBoard(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error) {
	if err := errors.Join(b.faults.at(), b.gone()); err != nil {
		return "", err
	}
	return b.now().RestoreBoard(ctx, c)
}
