package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// gather has callers of each machine be in the middle of everything, and tells
// whose they are. No look-ups: those are asked of another place.
func (p *machinePair) gather(ctx context.Context, t *trial) (of map[*bed]*crowd, err error) {
	of = map[*bed]*crowd{}
	for _, m := range p.machines {
		of[m.bed] = &crowd{t: t}
	}
	var mu sync.Mutex
	for _, thing := range things() {
		if thing.name == "look-up" {
			continue
		}
		(&crowd{t: t}).each(2*len(p.machines), func(int) {
			r, _, dialled := p.dial(ctx)
			if dialled == nil {
				r.thing = thing
				dialled = r.begins(ctx)
			}
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, dialled)
			if r != nil && r.bed != nil {
				of[r.bed].residents = append(of[r.bed].residents, r)
			}
		})
	}
	for _, m := range p.machines {
		t.say("%d callers of machine %d are in the middle of something", len(of[m.bed].residents), m.number)
	}
	return of, err
}

// seemly looks at what was kept of calls that went on to their ends, and that
// nobody heard a prompt twice.
func (c *crowd) seemly(ctx context.Context, whose string) {
	good := 0
	for _, r := range c.residents {
		n, which := r.repeats()
		c.t.must(n == 0, "%s of %s: heard %v", r.thing.name, r.from, which)
		err := r.verified(ctx)
		c.t.must(err == nil, "%s of %s: %v", r.thing.name, r.from, err)
		if err == nil && r.done.Load() {
			good++
		}
	}
	c.t.saw("%d of %d calls of %s went on to their ends", good, len(c.residents), whose)
}

// closed sees that calls of a lost machine have ended once, with a cause, or do so
// within a time.
func (c *crowd) closed(ctx context.Context, within time.Duration) (good int) {
	_ = await(ctx, within, func() bool {
		live, err := c.t.store.Live(ctx)
		return err == nil && len(live) == 0
	})
	for _, r := range c.residents {
		report := r.report
		r.report = "" // a recording is on the lost machine
		err := r.verified(ctx)
		r.report = report
		c.t.must(err == nil, "%s of %s: %v", r.thing.name, r.from, err)
		if err == nil {
			good++
		}
	}
	return good
}

// recorded counts the recordings of calls and, of these, those that are stored once.
func (c *crowd) recorded(ctx context.Context) (stored, recordings int) {
	for _, r := range c.residents {
		if r.report == "" {
			continue
		}
		recordings++
		if r.reportedOnce(ctx) == nil {
			stored++
		}
	}
	return stored, recordings
}

// leavesNothing sees that nothing is left on both machines.
func (p *machinePair) leavesNothing(ctx context.Context, t *trial) {
	for _, m := range p.machines {
		at := &trial{bed: m.bed, say: func(string, ...any) {}}
		at.aftermath(ctx)
		for _, text := range at.broken {
			t.must(false, "machine %d: %s", m.number, text)
		}
	}
}

// hangUp ends all calls of both machines from the callers' side.
func (p *machinePair) hangUp(of map[*bed]*crowd) {
	for _, c := range of {
		c.hangUp()
	}
}
