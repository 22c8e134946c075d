package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// crowd are the callers of a fault.
type crowd struct {
	t         *trial
	residents []*resident
	talks     int64 // that the clerk had had when all were gathered
}

// dialled at once, so that arrivals do not break what is tried.
const arriving = 10

// gather has n callers call, and leads each into the middle of something, all
// things in equal shares. Those who do not get there are a promise not held.
func (t *trial) gather(ctx context.Context, n int) (*crowd, error) {
	c := &crowd{t: t}
	all, chosen := things(), make([]thing, n)
	for i := range chosen {
		chosen[i] = all[i*len(all)/n]
	}
	if err := c.add(ctx, chosen); err != nil {
		return c, err
	}
	// On a slow machine the first may have come to their end meanwhile.
	c.residents = slices.DeleteFunc(c.residents, func(r *resident) bool { return !r.lives() })
	t.say("%d callers are in the middle of something", len(c.residents))
	if len(c.residents) < n*3/4 {
		return c, fmt.Errorf("only %d of %d callers are there at the same time: the machine is too busy", len(c.residents), n)
	}
	return c, nil
}

// add has callers call, each for one thing, in this order and a few at once.
func (c *crowd) add(ctx context.Context, chosen []thing) error {
	var mu sync.Mutex
	var errs []error
	c.each(len(chosen), func(i int) {
		r, err := c.t.begin(ctx, chosen[i])
		for range 2 { // on a busy machine a key may be cut in two, or a prompt falter
			if err == nil || ctx.Err() != nil {
				break
			}
			c.t.say("once more: %s: %v", chosen[i].name, err)
			r, err = c.t.begin(ctx, chosen[i])
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s does not begin: %w", chosen[i].name, err))
			return
		}
		c.residents = append(c.residents, r)
	})
	c.talks = c.t.clerk.taken.Load()
	return errors.Join(errs...)
}

// begin has one caller call and leads him into the middle of something.
func (t *trial) begin(ctx context.Context, x thing) (*resident, error) {
	ctx, cancel := context.WithTimeout(ctx, beginTime)
	defer cancel()
	r, err := t.dial(ctx, t.nextCaller())
	if err != nil {
		return nil, err
	}
	r.thing = x
	if err := r.begins(ctx); err != nil {
		return nil, errors.Join(err, r.Hangup())
	}
	return r, nil
}

func (r *resident) begins(ctx context.Context) (err error) {
	if err = r.known(ctx); err == nil {
		r.resume, err = r.thing.begin(ctx, r)
	}
	return err
}

// each does something n times, a few at once.
func (c *crowd) each(n int, do func(i int)) {
	var all sync.WaitGroup
	places := make(chan struct{}, arriving)
	for i := range n {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			do(i)
		})
	}
	all.Wait()
}

// finish lets all callers go on to the end of their calls, and looks at what was
// kept of them. What does not go as it would have without the fault is a promise
// not held.
func (c *crowd) finish(ctx context.Context) {
	c.goOn(ctx, c.residents)()
	c.verify(ctx)
}

// goOn lets callers go on to the end of their calls, and returns at once; wait
// waits for them.
func (c *crowd) goOn(ctx context.Context, some []*resident) (wait func()) {
	var all sync.WaitGroup
	for _, r := range some {
		c.t.must(r.lives(), "%s of %s has ended; heard: %s", r.thing.name, r.from, r.story())
		if !r.lives() {
			continue
		}
		all.Go(func() {
			err := r.resume(ctx)
			c.t.must(err == nil, "%s of %s: %v; heard: %s", r.thing.name, r.from, err, r.story())
			r.done.Store(err == nil)
		})
	}
	return all.Wait
}

// verify looks at what callers heard and what was kept of their calls.
func (c *crowd) verify(ctx context.Context) {
	t := c.t
	var all sync.WaitGroup
	var done, again atomic.Int64
	for _, r := range c.residents {
		n, which := r.repeats()
		if n > 0 {
			again.Add(1)
		}
		t.must(n <= 1, "%s of %s: heard %v", r.thing.name, r.from, which)
		if !r.done.Load() {
			continue
		}
		all.Go(func() {
			err := r.verified(ctx)
			t.must(err == nil, "%s of %s: %v", r.thing.name, r.from, err)
			if err == nil {
				done.Add(1)
			}
		})
	}
	all.Wait()
	t.saw("%d of %d calls went on to their end, %d of them with one prompt heard twice", done.Load(), len(c.residents), again.Load())
	c.countTransfers()
}

// halves are the callers who go on in the middle of a fault, half of each thing and
// all whose thing passes by itself, and those who go on after it.
func (c *crowd) halves() (during, after []*resident) {
	met := map[string]int{}
	for _, r := range c.residents {
		if met[r.thing.name]++; met[r.thing.name]%2 == 1 || r.thing.passes {
			during = append(during, r)
		} else {
			after = append(after, r)
		}
	}
	return during, after
}

// countTransfers sees that the clerk was not called once more since.
func (c *crowd) countTransfers() {
	again := c.t.clerk.taken.Load() - c.talks
	c.t.must(again == 0, "the clerk was called %d times more than callers had asked for him", again)
}

// hangUp ends all calls from the callers' side.
func (c *crowd) hangUp() {
	var all sync.WaitGroup
	for _, r := range c.residents {
		all.Go(func() { _ = r.Hangup() })
	}
	all.Wait()
}

// welcome makes one more call, which is to be answered and served.
func (t *trial) welcome(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	r, err := t.dial(ctx, t.nextCaller())
	if err != nil {
		return 0, err
	}
	defer r.Hangup()
	if err := r.hears(ctx, "main.top.prompt"); err != nil {
		return 0, err
	}
	took := time.Since(begin)
	if err := r.Press(ctx, "8"); err != nil {
		return took, err
	}
	return took, r.goesOn("", "main.over.prompt")(ctx)
}
