package main

import (
	"context"
	"slices"
	"time"

	"infolinia/ivr"
)

// What a site with several machines promises.
const (
	firstWord = 2 * time.Second // that Kamailio waits for a machine's first word
	deadAfter = 40 * time.Second
	lostAfter = 2*time.Minute + 30*time.Second // a machine's calls are closed, with the look that finds it
)

func machineFaults() []fault {
	return []fault{
		machineFault("machine-killed", "one of two machines loses its power, and comes back after its calls were closed",
			"calls of the other go on undisturbed; new ones are answered at once by the other; its own are hung up by the dispatcher, "+
				"and closed once with a cause; back, it serves again",
			machineKilled),
		machineFault("machine-cut", "the cable of one of two machines is pulled, and put back after its calls were closed",
			"calls of the other go on undisturbed; new ones are answered at once by the other; its own are hung up by the dispatcher, "+
				"and closed once with a cause; back, it serves again",
			machineCut),
		machineFault("machine-without-redis", "one of two machines loses Redis, and nothing else, for so long that it is taken for lost",
			"calls of both go on undisturbed, new ones are served by both; what the other closed is open again when Redis is back",
			machineWithoutRedis),
	}
}

func machineFault(name, what, holds string, run func(context.Context, *trial, *machinePair) error) fault {
	var p *machinePair
	return fault{
		name: name, what: what, holds: holds,
		prepare: func(ctx context.Context, in *infolinia, dir string) (b *bed, err error) {
			p, err = makePair(ctx, in, dir)
			return p.bed, err
		},
		run: func(ctx context.Context, t *trial) error { return run(ctx, t, p) },
	}
}

func machineKilled(ctx context.Context, t *trial, p *machinePair) error {
	return p.losing(ctx, t, func() error { return p.net.killAll(ctx, 2) }, func() error {
		m := p.machines[1]
		if err := m.runAsterisk(ctx, m.asterisk.Settings); err != nil {
			return err
		}
		return m.startDaemon(ctx)
	})
}

func machineCut(ctx context.Context, t *trial, p *machinePair) error {
	return p.losing(ctx, t, func() error { return p.net.cut(ctx, 2, true) }, func() error { return p.net.cut(ctx, 2, false) })
}

// losing takes machine 2 away and brings it back after its calls were closed.
func (p *machinePair) losing(ctx context.Context, t *trial, away, back func() error) error {
	of, err := p.gather(ctx, t)
	defer p.hangUp(of)
	if err != nil {
		return err
	}
	one, two := of[p.machines[0].bed], of[p.machines[1].bed]
	if err := away(); err != nil {
		return err
	}
	since := time.Now()
	wait := one.goOn(ctx, one.residents)
	p.welcomed(ctx, t, 6)
	wait()
	one.seemly(ctx, "the other machine")

	t.within(ctx, deadAfter-time.Since(since), "the callers of the lost machine are hung up", func() bool {
		return !slices.ContainsFunc(two.residents, (*resident).lives)
	})
	var silence time.Duration
	for _, r := range two.residents {
		if !r.lives() {
			silence = max(silence, r.End().At.Sub(since))
		}
	}
	t.saw("its callers heard silence for %.0f s at most", silence.Seconds())
	good := two.closed(ctx, lostAfter-time.Since(since))
	t.saw("%d of %d calls of the lost machine are closed once with a cause, %.0f s after the loss", good, len(two.residents), time.Since(since).Seconds())

	if err := back(); err != nil {
		return err
	}
	if err := p.bothActive(ctx); err != nil {
		return err
	}
	p.servedByBoth(ctx, t)
	p.leavesNothing(ctx, t)
	stored, recordings := two.recorded(ctx)
	t.must(stored == recordings, "%d of %d recordings of the lost machine are stored once", stored, recordings)
	good = two.closed(ctx, time.Second)
	t.saw("back, it serves new calls; %d of %d of its lost ones have still ended once; %d of %d recordings are stored once", good, len(two.residents), stored, recordings)
	return nil
}

// welcomed sees that new calls are answered within the time of a failover.
func (p *machinePair) welcomed(ctx context.Context, t *trial, n int) {
	longest, served := time.Duration(0), 0
	for range n {
		r, took, err := p.dial(ctx)
		if err == nil {
			longest = max(longest, took)
			err = r.goesOn("8", "main.over.prompt")(ctx)
		}
		t.must(err == nil, "a new call: %v", err)
		if err == nil {
			served++
		}
	}
	t.must(longest < firstWord+time.Second, "a new caller waited %s for the answer", longest)
	t.saw("%d of %d new calls are answered and served, after %d ms at most", served, n, longest.Milliseconds())
}

// servedByBoth sees that new calls reach each machine, and are served there.
func (p *machinePair) servedByBoth(ctx context.Context, t *trial) {
	calls := map[*bed]int{}
	for range 4 {
		r, _, err := p.dial(ctx)
		if err == nil {
			calls[r.bed]++
			err = r.goesOn("8", "main.over.prompt")(ctx)
		}
		t.must(err == nil, "a new call: %v", err)
	}
	t.must(len(calls) == len(p.machines), "of 4 new calls all were taken by one machine")
}

func machineWithoutRedis(ctx context.Context, t *trial, p *machinePair) error {
	of, err := p.gather(ctx, t)
	defer p.hangUp(of)
	if err != nil {
		return err
	}
	one, two := of[p.machines[0].bed], of[p.machines[1].bed]
	if err := p.net.hideRedis(ctx, 2, true); err != nil {
		return err
	}
	since := time.Now()
	during, after := two.halves()
	others, some := one.goOn(ctx, one.residents), two.goOn(ctx, during)
	p.servedByBoth(ctx, t)
	others()
	some()
	one.seemly(ctx, "the other machine")
	t.within(ctx, lostAfter-time.Since(since), "the other machine closes the record", func() bool {
		return p.machines[0].daemon().logged("the machine is lost") > 0
	})
	if err := p.net.hideRedis(ctx, 2, false); err != nil {
		return err
	}
	two.goOn(ctx, after)()
	two.seemly(ctx, "the machine without Redis")
	for _, r := range two.residents {
		path, err := p.store.Path(ctx, r.id)
		lost := err == nil && slices.ContainsFunc(path, func(e ivr.Event) bool { return e.Reason == "lost" })
		t.must(err == nil && !lost, "the record says that %s of %s was lost (%v)", r.thing.name, r.from, err)
	}
	p.servedByBoth(ctx, t)
	p.leavesNothing(ctx, t)
	return nil
}
