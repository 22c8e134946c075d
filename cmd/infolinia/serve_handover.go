package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"infolinia/ivr/config"
	"infolinia/ivr/site"
)

// reliefTime is how long a holder waits for another instance, which looks at his
// slot several times a second.
const reliefTime = 5 * time.Second

var (
	errAlone = errors.New("no other instance is alive on this machine to take the calls: start one first (INFOLINIA_INSTANCE=2)")
	errStays = fmt.Errorf("no other instance took the calls within %v: they stay here", reliefTime)
)

// drain hands all calls of this process to the other instances of this machine,
// and takes no more. The error tells why they stay.
func (d *daemon) drain(ctx context.Context) error {
	if !d.accompanied(ctx) {
		return errAlone
	}
	d.drained.Store(true)
	d.leave(ctx, true)
	ctx, cancel := context.WithTimeout(ctx, reliefTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for len(d.tenancies()) > 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			d.leave(context.WithoutCancel(ctx), false)
			d.drained.Store(false)
			return errStays
		}
	}
	d.log.Info().Msg("drained: another instance has the calls")
	return nil
}

// farewell is the drain of a process that is to end.
func (d *daemon) farewell(ctx context.Context) {
	if err := d.drain(ctx); err != nil && !errors.Is(err, errAlone) {
		d.log.Warn().Err(err).Msg("not handed over")
	}
	d.drained.Store(true)
}

// accompanied tells whether another instance of this machine holds its slot.
func (d *daemon) accompanied(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return slices.ContainsFunc(d.config.ARI.Apps, func(app string) bool {
		s, err := d.store.Look(ctx, d.slotName(app))
		return err == nil && s.Known() && !s.Released && s.Owner != d.owner()
	})
}

// leave asks for relief in all slots that are ours, or no longer.
func (d *daemon) leave(ctx context.Context, leaving bool) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for _, t := range d.tenancies() {
		if slot := t.held(); slot != nil {
			if err := slot.Leave(ctx, leaving); err != nil {
				t.log.Warn().Err(err).Msg("the slot's mark is not set")
			}
		}
	}
}

func (d *daemon) tenancies() []*tenancy {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.serving)
}

func (d *daemon) add(t *tenancy) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serving = append(d.serving, t)
}

func (d *daemon) remove(t *tenancy) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serving = slices.DeleteFunc(d.serving, func(x *tenancy) bool { return x == t })
}

// live counts the calls of this process.
func (d *daemon) live() (n int) {
	for _, t := range d.tenancies() {
		if line := t.calls(); line != nil {
			n += line.Live()
		}
	}
	return n
}

// lockInstance makes sure that no other process of this machine has this
// instance's number, under which its slot would be given to both.
func lockInstance(c *config.Config) (*os.File, error) {
	if err := os.MkdirAll(c.Var, 0o750); err != nil {
		return nil, err
	}
	f, err := site.Lock(filepath.Join(c.Var, fmt.Sprintf("instance-%d.lock", c.Instance)))
	if other := (*site.LockedError)(nil); errors.As(err, &other) {
		return nil, fmt.Errorf("instance %d runs already (process %s): stop it first, or give this one another number (INFOLINIA_INSTANCE)",
			c.Instance, other.Process)
	}
	return f, err
}
