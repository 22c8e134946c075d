package desk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
)

// How often the desk looks.
const (
	pollEvery = 100 * time.Millisecond // at what other processes have changed
	tickEvery = 200 * time.Millisecond // at what is due, for all processes
)

// The errors of a desk, beside a Refusal.
var (
	// ErrSlotLost says that the slot is another process's by now, which does what is
	// to be done for it.
	ErrSlotLost = errors.New("the slot is held by another")
	// ErrClosed says that the desk has ended.
	ErrClosed = errors.New("the desk is closed")
	// ErrBusy says that others changed the board each time before us.
	ErrBusy = errors.New("the board changes too fast")
	// ErrNoNumber says that a caller cannot be called back: his number is withheld.
	ErrNoNumber = errors.New("no number to call back")
)

// Desk is the shell around the rules in one process: it brings inputs to the board
// that all processes share, and Asterisk and the calls of its slots to what the
// board says. Its methods may be called by many goroutines.
type Desk struct {
	board   Board
	phone   func(string) Phone
	world   func(time.Time) World
	tell    func(slot, call string, in ivr.Input)
	metrics *Metrics
	log     zerolog.Logger

	inbox   *inbox
	looked  chan look // answers of the board that were asked for beside
	over    chan struct{}
	workers sync.WaitGroup
	life    context.Context
	end     context.CancelFunc

	floor atomic.Pointer[Floor] // as it is published

	mu    sync.Mutex
	heard map[chan struct{}]bool // who wants to know of changes

	memory // only of the goroutine that runs the desk
}

// New makes a desk that holds no slot. It does nothing until it runs.
func New(n Needs) *Desk {
	d := &Desk{
		board: n.Board, phone: n.Phone, world: n.World, tell: n.Tell, metrics: n.Metrics, log: n.Log,
		inbox: newInbox(), looked: make(chan look, 1), over: make(chan struct{}),
		heard:  map[chan struct{}]bool{},
		memory: memory{away: true, held: map[string]int64{}, stays: map[string]*stay{}, entered: map[string]bool{}},
	}
	if d.metrics == nil {
		d.metrics = NewMetrics()
	}
	d.floor.Store(&Floor{})
	d.life, d.end = context.WithCancel(context.Background())
	return d
}

// Run works until ctx ends, then waits for what it has started. What was not
// worked off until then is answered with ErrClosed.
func (d *Desk) Run(ctx context.Context) {
	poll, tick := time.NewTicker(pollEvery), time.NewTicker(tickEvery)
	defer poll.Stop()
	defer tick.Stop()
	d.lookAtBoard()
	for {
		select {
		case <-ctx.Done():
			close(d.over)
			d.end()
			d.workers.Wait()
			return
		case <-d.inbox.ready:
			d.work()
		case l := <-d.looked:
			d.take(l)
			d.work()
		case <-poll.C:
			d.lookAtBoard()
		case <-tick.C:
			d.inbox.post(&job{in: Tick{}, came: time.Now()})
			d.tellPlaces()
		}
	}
}

// Do brings an input to the board, or, while the store is away, into the memory of
// this process, from where it goes to the board later. It returns when that is so:
// nil, a Refusal, ErrBusy, ErrClosed, or the error of ctx, after which the input may
// still be done.
func (d *Desk) Do(ctx context.Context, in Input) error { return d.do(ctx, "", in) }

func (d *Desk) do(ctx context.Context, slot string, in Input) error {
	done := make(chan error, 1)
	d.inbox.post(&job{in: in, slot: slot, came: time.Now(), done: done})
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-d.over:
		return ErrClosed
	}
}

// post is do for whoever waits for nothing.
func (d *Desk) post(slot string, in Input) {
	d.inbox.post(&job{in: in, slot: slot, came: time.Now()})
}

// Floor is what this process knows at the moment. It must not be changed.
func (d *Desk) Floor() Floor { return *d.floor.Load() }

// Changed gives a channel that has something after each change of the floor, and
// what ends that.
func (d *Desk) Changed() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard[c] = true
	return c, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.heard, c)
	}
}

// Detached tells whether the store is away, so that nobody is let in or offered.
func (d *Desk) Detached() bool { return d.metrics.away.Load() }
