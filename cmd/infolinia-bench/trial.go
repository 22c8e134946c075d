package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"time"
)

// trial is one row of one round.
type trial struct {
	who, shape string
	rate       float64
	lasting    time.Duration // for which calls arrived
	attempted  int
	good       int
	why        map[string]int // of those that were not good
	keys       []time.Duration
	audio      []time.Duration
	cpu        usage // of the whole row
	rssMB      float64
	own        float64 // the callers' share of a core, in their busiest five seconds
}

// usage is CPU time.
type usage struct{ asterisk, app, redis time.Duration }

const (
	heldShare = 0.999
	voidShare = 0.7 // of a core used by the callers
	settle    = time.Second
	kneeRow   = time.Minute // for how long a rate is to be held
)

func (t *trial) held() bool { return float64(t.good) >= heldShare*float64(t.attempted) }
func (t *trial) void() bool { return t.own > voidShare }

// telephone is the first part: all rows on the real Asterisk.
func (p *plan) telephone(ctx context.Context) ([]*trial, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b, err := makeBed(ctx, p, dir)
	if err != nil {
		return nil, err
	}
	trials, err := p.trials(ctx, b)
	if stopped := stopAll(b.started); err == nil {
		err = stopped
	}
	return trials, err
}

func (p *plan) trials(ctx context.Context, b *bed) ([]*trial, error) {
	phone, err := openPhone(b.asterisk.Settings.UDP())
	if err != nil {
		return nil, err
	}
	defer phone.close()
	trials, err := p.rows(ctx, b, phone)
	if err != nil {
		return trials, err
	}
	knees, err := p.knees(ctx, b, phone)
	return append(trials, knees...), err
}

// rows runs all rows, the answerers in turn at each rate. Who has not held a rate
// twice is spared the higher ones of the round.
func (p *plan) rows(ctx context.Context, b *bed, phone *phone) ([]*trial, error) {
	total := 0
	for _, s := range shapes() {
		total += len(p.rates[s.name]) * p.rounds * len(b.answerers)
	}
	say("%d rows, at most %s", total, p.longest(len(b.answerers)).Round(time.Second))
	var trials []*trial
	n := 0
	for round := range p.rounds {
		for _, s := range shapes() {
			broken := map[string]int{}
			for _, rate := range p.rates[s.name] {
				for i := range b.answerers {
					a := &b.answerers[(i+round)%len(b.answerers)]
					n++
					if broken[a.who] >= 2 {
						continue
					}
					t, err := b.trial(ctx, phone, a, s, rate, p.row)
					if err != nil {
						return trials, err
					}
					if !t.held() {
						broken[a.who]++
					}
					say("%3d/%d round %d %s", n, total, round+1, t)
					trials = append(trials, t)
				}
			}
		}
	}
	return trials, nil
}

func (p *plan) longest(answerers int) time.Duration {
	var sum time.Duration
	for _, s := range shapes() {
		sum += time.Duration(len(p.rates[s.name])*p.rounds*answerers) * (p.row + s.until + 2*settle)
		if p.knee[s.name] > 0 {
			sum += time.Duration(kneeRows*answerers) * (kneeRow + s.until + 2*settle)
		}
	}
	return sum
}

func (t *trial) String() string {
	text := fmt.Sprintf("%-10s %-8s %5.1f/s  good %d of %d, key to prompt p50 %.1f p99 %.1f ms, callers %2.0f %%", t.who, t.shape,
		t.rate, t.good, t.attempted, ms(percentile(t.keys, 50)), ms(percentile(t.keys, 99)), 100*t.own)
	for _, why := range slices.Sorted(maps.Keys(t.why)) {
		text += fmt.Sprintf("; %d %s", t.why[why], why)
	}
	return text
}

// trial runs one row: calls arrive evenly for so long, and all are waited for.
func (b *bed) trial(ctx context.Context, phone *phone, a *answerer, s shape, rate float64, lasting time.Duration) (*trial, error) {
	t := &trial{who: a.who, shape: s.name, rate: rate, lasting: lasting, why: map[string]int{}}
	if err := a.run(ctx, b); err != nil {
		return nil, err
	}
	before := b.usage(a)
	watching, unwatch := context.WithCancel(ctx)
	defer unwatch()
	busiest := make(chan float64, 1)
	go func() { busiest <- busy(watching) }()

	if err := load(ctx, phone, a.number, s, rate, lasting, t.take); err != nil {
		return nil, err
	}
	unwatch()
	t.own = <-busiest
	t.rssMB = b.rss(a)
	select { // what belongs to the last calls is still being done
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(settle):
	}
	after := b.usage(a)
	t.cpu = usage{after.asterisk - before.asterisk, max(0, after.app-before.app), after.redis - before.redis}
	return t, nil
}

// load has calls arrive evenly for so long, and waits for all. What came of each
// is told one at a time.
func load(ctx context.Context, phone *phone, number string, s shape, rate float64, lasting time.Duration, take func(talk)) error {
	var mu sync.Mutex
	var calls sync.WaitGroup
	defer calls.Wait()
	count := int(rate * lasting.Seconds())
	start := time.Now()
	for i := range count {
		if err := pace(ctx, start, float64(i)/rate); err != nil {
			return err
		}
		calls.Go(func() {
			got := phone.call(ctx, number, s)
			mu.Lock()
			defer mu.Unlock()
			take(got)
		})
	}
	return nil
}

func (t *trial) take(got talk) {
	t.attempted++
	if got.why == "" {
		t.good++
	} else {
		t.why[got.why]++
	}
	if got.audio > 0 {
		t.audio = append(t.audio, got.audio)
	}
	t.keys = append(t.keys, got.keys...)
}

func (b *bed) usage(a *answerer) usage {
	u := usage{asterisk: cpu(b.asterisk.PID())}
	if a.app != nil {
		u.app = cpu(a.app.PID())
	}
	if a.who == "infolinia" {
		u.redis = cpu(b.redis.PID())
	}
	return u
}

func (b *bed) rss(a *answerer) float64 {
	if a.app == nil {
		return rss(b.asterisk.PID())
	}
	return rss(a.app.PID())
}

// busy is this process's share of a core in its busiest five seconds until ctx
// ends, or of all the time when that was less.
func busy(ctx context.Context) float64 {
	const window = 5
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	start, used := time.Now(), []time.Duration{ownCPU()}
	most := 0.0
	for {
		select {
		case <-tick.C:
			used = append(used, ownCPU())
			if n := len(used); n > window {
				most = max(most, (used[n-1]-used[n-1-window]).Seconds()/window)
			}
		case <-ctx.Done():
			if most == 0 {
				most = (ownCPU() - used[0]).Seconds() / time.Since(start).Seconds()
			}
			return most
		}
	}
}
