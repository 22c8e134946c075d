package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"infolinia/ivr/call"
	"infolinia/ivr/pbx"
	"infolinia/ivr/store"
)

// How long a slot is ours without a sign of life, and how often we give one.
const (
	leaseTime  = 6 * time.Second
	leaseRenew = 2 * time.Second
	// leaseAsk is how often a lease is asked for that another process is to let go.
	leaseAsk = 50 * time.Millisecond
)

// tenancy is the serving of one slot, from the moment its events come to us
// until it is another's or this process ends.
type tenancy struct {
	d     *daemon
	app   string // the slot's Stasis application
	log   zerolog.Logger
	phone *pbx.Phone
	work  *errgroup.Group
	end   context.CancelFunc
	seen  int64 // the former holder's last sign of life

	mu   sync.Mutex
	slot *store.Slot // nil until it is ours
	line *call.Line  // there with the slot
}

// slotName is what the store calls a slot: several machines share the store.
func (d *daemon) slotName(app string) string { return d.config.Asterisk.SystemName + "/" + app }

// owner is this instance as the store knows it. Its lock makes sure that nobody
// else on this machine has the same name.
func (d *daemon) owner() string {
	return fmt.Sprintf("%s/%d", d.config.Asterisk.SystemName, d.config.Instance)
}

// serve serves a slot until it is another's, ctx ends (nil) or something breaks;
// relieved tells that another process gets its events now. seen is the beat of a
// holder who has given no sign of life for long.
func (d *daemon) serve(ctx context.Context, app string, seen int64) (relieved bool, err error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	t := &tenancy{d: d, app: app, end: end, seen: seen, log: d.log.With().Str("slot", app).Logger()}
	t.work, ctx = errgroup.WithContext(ctx)
	t.phone = d.newPhone(t, func(attempt context.Context) error { return t.take(ctx, attempt) })
	d.metrics.MustRegister(t.phone)
	defer d.metrics.Unregister(t.phone)
	d.add(t)
	defer d.remove(t)
	t.work.Go(func() error {
		defer end()
		err := t.phone.Run(ctx)
		t.release()
		if relieved = errors.Is(err, pbx.ErrReplaced); relieved {
			err = nil
		}
		return err
	})
	err = t.work.Wait()
	return relieved, err
}

// take waits until the slot is ours, as long as the attempt lasts, and then knows
// its calls and serves them until ctx ends.
func (t *tenancy) take(ctx, attempt context.Context) error {
	if t.held() != nil {
		return nil
	}
	slot, err := t.acquire(attempt)
	if err != nil {
		return err
	}
	line, files := t.d.newLine(t, slot), t.d.recordings()
	calls, err := t.d.restore(attempt, t.log, slot, line)
	if err == nil {
		err = attempt.Err() // its events may go to somebody else already
	}
	if err != nil {
		t.free(slot)
		return err
	}
	t.mu.Lock()
	t.slot, t.line = slot, line
	t.mu.Unlock()
	t.d.desk.Took(t.d.slotName(t.app), slot.Epoch)
	t.work.Go(func() error { line.Run(ctx); return nil })
	t.work.Go(func() error { return t.renew(ctx, slot, line) })
	t.work.Go(func() error { t.d.storeLeft(ctx, t.app, calls, files); return nil })
	return nil
}

// acquire asks for the lease until it is ours. Whoever held it sees that its
// events come to us and lets go of it.
//
// A holder that cannot, because it died or was stopped, loses it by its silence.
func (t *tenancy) acquire(ctx context.Context) (*store.Slot, error) {
	began := time.Now()
	told, seen, name := began, t.seen, t.d.slotName(t.app)
	w := watch{gap: store.LookGap}
	for {
		attempt, cancel := context.WithTimeout(ctx, leaseRenew)
		slot, err := t.d.store.Acquire(attempt, name, t.d.owner(), leaseTime, seen)
		cancel()
		if err != nil {
			asked := time.Now()
			if s, _ := w.look(ctx, t.d.store, name); w.silent(asked, leaseTime) {
				seen = s.Beat
			}
		}
		if err == nil {
			t.log.Info().Dur("waited", time.Since(began)).Int64("epoch", slot.Epoch).Msg("the slot is ours")
			return slot, nil
		}
		if time.Since(told) > leaseRenew {
			t.log.Warn().Err(err).Msg("the slot is not ours yet")
			told = time.Now()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(leaseAsk):
		}
	}
}

// renew keeps the lease until ctx ends. Without the store it is ours as long as
// nobody else can take it either. What the store has lost is saved again.
func (t *tenancy) renew(ctx context.Context, slot *store.Slot, line *call.Line) error {
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		attempt, cancel := context.WithTimeout(ctx, leaseRenew)
		err := slot.Renew(attempt, leaseTime)
		cancel()
		switch {
		case errors.Is(err, store.ErrLost):
			t.log.Error().Msg("another process has taken the slot: nothing more is ordered here")
			t.end()
			return nil
		case err != nil && ctx.Err() == nil:
			t.log.Warn().Err(err).Msg("the lease is not renewed: the store is away")
		case slot.Doubtful():
			t.log.Warn().Int("calls", line.Live()).Msg("the store was restarted, failed over or emptied: all calls are saved again")
			t.distrust(ctx, slot, line)
		}
	}
}

// distrust makes good what the store may have lost.
func (t *tenancy) distrust(ctx context.Context, slot *store.Slot, line *call.Line) {
	t.d.doubted.Store(time.Now().Unix())
	attempt, cancel := context.WithTimeout(ctx, leaseRenew)
	defer cancel()
	saved, err := slot.Live(attempt)
	if err != nil {
		t.log.Warn().Err(err).Msg("not all saved calls can be read: one whose end was lost may stay among the live ones")
	}
	line.Distrust(saved)
}

// release lets another process have the slot, with all its calls saved. They
// stay: whoever takes the slot takes them up.
func (t *tenancy) release() {
	slot, line := t.held(), t.calls()
	if slot == nil {
		return
	}
	line.LetGo()
	t.d.desk.Left(t.d.slotName(t.app))
	t.d.late.clear()
	t.free(slot)
	t.d.remove(t)
}

func (t *tenancy) free(slot *store.Slot) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := slot.Release(ctx); err != nil {
		t.log.Warn().Err(err).Msg("the slot is not released; it will be free in a few seconds")
	}
}

func (t *tenancy) held() *store.Slot {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.slot
}

// calls is nil until the slot is ours.
func (t *tenancy) calls() *call.Line {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.line
}

// ours tells whether this process may order: while its lease is certain or,
// when the store does not answer, while its websocket is.
func (t *tenancy) ours() bool {
	slot := t.held()
	return slot != nil && (slot.Held() || slot.Unanswered() && t.phone.Proven() < leaseTime)
}
