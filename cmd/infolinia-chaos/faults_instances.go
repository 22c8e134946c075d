package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

func instanceFaults() []fault {
	two := setting{instances: 2}
	return []fault{
		{
			name: "instance-killed", setting: two, short: true,
			what:  "kill -9 of one of two instances, which stays away",
			holds: "the other one serves its calls within 8 s; no digit lost; at most one prompt heard twice; nothing done twice",
			run:   instanceKilled,
		},
		{
			name: "instance-stopped", setting: two,
			what:  "SIGSTOP of one of two instances for 10 s, then SIGCONT",
			holds: "the other one serves its calls; the awakened one does nothing twice: no second transfer, leg, bridge or recording",
			run:   instanceStopped,
		},
		{
			name: "rolling-upgrade", setting: two,
			what:  "one instance is drained and started again, then the other one by SIGTERM alone, while callers press a key four times a second",
			holds: "nothing lost, no key lost; new calls are answered all the time",
			run:   rollingUpgrade,
		},
	}
}

func instanceKilled(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(28))
	defer c.hangUp()
	if err != nil {
		return err
	}
	t.daemons[0].Kill()
	if err := t.takenOver(ctx, c, t.daemons[1], time.Now()); err != nil {
		return err
	}
	c.finish(ctx)
	return nil
}

// takenOver waits until another instance serves the calls.
func (t *trial) takenOver(ctx context.Context, c *crowd, by *daemon, since time.Time) error {
	n := float64(len(c.residents))
	if err := await(ctx, 30*time.Second, func() bool { return by.metric(ctx, "infolinia_call_resumed_total") >= n }); err != nil {
		return fmt.Errorf("%s has taken over %g of %g calls: %w\n%s", by.name, by.metric(ctx, "infolinia_call_resumed_total"), n, err, by.tail())
	}
	took := time.Since(since)
	t.saw("%g calls taken over by the other instance after %d ms", n, took.Milliseconds())
	t.must(t.short || took < 8*time.Second, "the calls were taken over only after %d ms", took.Milliseconds())
	return nil
}

func instanceStopped(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(28))
	defer c.hangUp()
	if err != nil {
		return err
	}
	during, after := c.halves()
	if err := freeze(t.daemons[0].Child); err != nil {
		return err
	}
	begun := time.Now()
	if err := t.takenOver(ctx, c, t.daemons[1], begun); err != nil {
		return err
	}
	gone := c.goOn(ctx, during)
	if err := pause(ctx, time.Until(begun.Add(10*time.Second))); err != nil {
		return err
	}
	if err := thaw(t.daemons[0].Child); err != nil {
		return err
	}
	// Awake, it is relieved, and then asks for its slot and its calls; keys of
	// the moment wait for whoever has them.
	ended := c.goOn(ctx, after)
	ended()
	gone()
	t.within(ctx, 20*time.Second, "the awakened instance has its slot again", func() bool { return t.daemons[0].logged("the slot is ours", "infolinia-1") > 1 })
	if took, err := t.welcome(ctx); err != nil {
		t.must(false, "a new caller is not served: %v", err)
	} else {
		t.saw("a new caller hears the line %d ms after dialling", took.Milliseconds())
	}
	c.verify(ctx)
	return nil
}

// long is what callers key who press all the time.
func long() string { return strings.Repeat("1234567890", 6) }

func beginSeries(ctx context.Context, r *resident) (func(context.Context) error, error) {
	err := inTurn(r.presses(ctx, "0"), r.then(ctx, "main.series.prompt"))
	return func(ctx context.Context) error {
		for _, key := range long() {
			if err := r.Press(ctx, string(key)); err != nil {
				return err
			}
			if err := pause(ctx, 200*time.Millisecond); err != nil {
				return err
			}
		}
		return r.goesOn("", "main.right.prompt")(ctx)
	}, err
}

func rollingUpgrade(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(14))
	defer c.hangUp()
	if err != nil {
		return err
	}
	typing := &crowd{t: t}
	defer typing.hangUp()
	if err := typing.add(ctx, slices.Repeat([]thing{{name: "series", begin: beginSeries}}, 8)); err != nil {
		return err
	}
	during, after := c.halves()
	typed := typing.goOn(ctx, typing.residents)
	gone := c.goOn(ctx, during)
	stopArriving := t.arrivals(ctx)
	for i, d := range t.daemons {
		if err := t.upgrade(ctx, d, i+1); err != nil {
			return err
		}
	}
	typed()
	gone()
	stopArriving()
	c.goOn(ctx, after)()
	c.verify(ctx)
	typing.verifyTyping(ctx)
	return nil
}

// upgrade stops an instance, the first one drained before, and starts its next
// process.
func (t *trial) upgrade(ctx context.Context, d *daemon, instance int) error {
	begin := time.Now()
	if instance == 1 {
		if _, err := d.run(ctx, "drain"); err != nil {
			return err
		}
	}
	if err := stop(d.Child); err != nil {
		return err
	}
	handed := time.Since(begin)
	if err := d.start(); err != nil {
		return err
	}
	if _, err := d.ready(ctx); err != nil {
		return err
	}
	t.saw("instance %d: handed over and stopped in %d ms, serving again after %.1f s", instance, handed.Milliseconds(), time.Since(begin).Seconds())
	return nil
}

// arrivals makes new calls, one after the other, until it is stopped.
func (t *trial) arrivals(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			_, err := t.welcome(context.WithoutCancel(ctx))
			t.must(err == nil, "a new caller: %v", err)
		}
		t.saw("%d callers who came meanwhile were served", n)
	})
	return func() {
		cancel()
		work.Wait()
	}
}

// verifyTyping is verify for callers who only keyed: who heard the last prompt
// has lost no key.
func (c *crowd) verifyTyping(ctx context.Context) {
	n := 0
	for _, r := range c.residents {
		if r.done.Load() {
			err := r.verified(ctx)
			c.t.must(err == nil, "%s: %v", r.from, err)
			n++
		}
	}
	c.t.saw("%d callers pressed %d keys each, and none was lost for %d of them", len(c.residents), len(long()), n)
}
