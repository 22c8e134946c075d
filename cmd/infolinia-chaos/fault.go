package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// fault is something that breaks, and what must hold then.
type fault struct {
	name  string
	what  string
	holds string
	short bool // it is in the short form too
	// setting changes the bed the fault strikes on.
	setting setting
	// prepare makes another bed than the plain one.
	prepare func(ctx context.Context, in *infolinia, dir string) (*bed, error)
	run     func(ctx context.Context, t *trial) error
}

// longest is how long a fault may take with everything around it.
func (f fault) longest() time.Duration { return 5 * time.Minute }

// trial is one fault as it is tried.
type trial struct {
	fault
	*bed
	short bool
	say   func(format string, args ...any)

	mu     sync.Mutex
	broken []string
	seen   []string
}

// must notes a promise that is not held.
func (t *trial) must(ok bool, format string, args ...any) {
	if ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	t.broken = append(t.broken, text)
	t.say("NOT HELD: %s", text)
}

// saw notes a figure or a fact for the summary.
func (t *trial) saw(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	t.seen = append(t.seen, text)
	t.say("%s", text)
}

func (t *trial) isBroken() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.broken) > 0
}

// calls is how many callers a fault strikes: many, or few in the short form.
func (t *trial) calls(many int) int {
	if t.short {
		return min(many, 7)
	}
	return many
}

// within waits until ok, and tells how long that took; a promise is not held
// when it takes longer than most.
func (t *trial) within(ctx context.Context, most time.Duration, what string, ok func() bool) time.Duration {
	begin := time.Now()
	err := await(ctx, most, ok)
	took := time.Since(begin)
	t.must(err == nil, "not within %s: %s", most, what)
	return took
}

// await asks every few milliseconds until ok.
func await(ctx context.Context, most time.Duration, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", most, ctx.Err())
		}
	}
	return nil
}

// pause lets a fault last, or load run.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
