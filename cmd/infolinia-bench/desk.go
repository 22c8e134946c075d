package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"infolinia/ivr"
	"infolinia/ivr/desk"
	"infolinia/ivr/store"
)

// deskRow is what one number of callers at the desk came to.
type deskRow struct {
	Callers  int       `json:"callers"`
	Agents   int       `json:"agents"`
	Waiting  int       `json:"waiting"` // at the end
	Offers   int       `json:"offers"`
	Decision quantiles `json:"offer_decision_ms"`
	Rate     float64   `json:"offers_per_s"`
	Core     float64   `json:"desks_core"` // both desks and those who play the people, share of one
	Redis    float64   `json:"redis_core"`
}

const (
	deskAgents = 20
	deskSlot   = "bench/infolinia-1"
	deskQueue  = "office"
	// deskTalk is the longest that a talk and its wrap-up take: a hundred times
	// shorter than in life.
	deskTalk = time.Second
)

// desks is the third part: the desk alone, on a real Redis, with a second process's
// desk that reads along.
func (p *plan) desks(ctx context.Context) ([]*deskRow, error) {
	var all []*deskRow
	for _, callers := range p.atDesk {
		say("%d callers on %d agents …", callers, deskAgents)
		r, err := deskTrial(ctx, callers, p.loaded)
		if err != nil {
			return all, fmt.Errorf("%d callers at the desk: %w", callers, err)
		}
		say("%d callers: offer decision p99 %.1f ms, %.0f offers/s", callers, r.Decision.P99, r.Rate)
		all = append(all, r)
	}
	return all, nil
}

func deskTrial(ctx context.Context, callers int, lasting time.Duration) (r *deskRow, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	redis, socket, err := startRedis(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = redis.Stop(context.WithoutCancel(ctx)) }()
	o := newDeskOffice(ctx, string(socket))
	defer func() {
		if closed := o.close(); err == nil {
			err = closed
		}
	}()
	if err := o.fill(callers); err != nil {
		return nil, err
	}
	used, redisUsed, begin := ownCPU(), cpu(redis.PID()), time.Now()
	o.open()
	select {
	case <-time.After(lasting):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	took := time.Since(begin)
	decisions := o.shut()
	return &deskRow{
		Callers: callers, Agents: deskAgents, Offers: len(decisions), Rate: rounded(float64(len(decisions))/took.Seconds(), 1),
		Waiting:  desk.LookAt(o.desk.Floor(), desk.World{Now: time.Now()}, deskQueue).Waiting,
		Decision: quantiles{deskMS(decisions, 50), deskMS(decisions, 95), deskMS(decisions, 99)},
		Core:     rounded((ownCPU()-used).Seconds()/took.Seconds(), 2), Redis: rounded((cpu(redis.PID())-redisUsed).Seconds()/took.Seconds(), 2),
	}, o.err()
}

func deskMS(all []time.Duration, p float64) float64 { return rounded(ms(percentile(all, p)), 2) }

// deskOffice is a desk whose agents pick up at once, talk for a moment, and whose
// callers call again. It is the telephone of its slot, too.
type deskOffice struct {
	desk   *desk.Desk
	ctx    context.Context
	end    context.CancelFunc
	stores []*store.Store
	runs   sync.WaitGroup

	people    sync.WaitGroup
	mu        sync.Mutex
	free      map[string]time.Time // agents, since when
	calls     int
	decisions []time.Duration
	over      bool
	failed    error
}

func newDeskOffice(ctx context.Context, socket string) *deskOffice {
	o := &deskOffice{free: map[string]time.Time{}}
	o.ctx, o.end = context.WithCancel(ctx)
	for range 2 {
		s := store.OpenRedis(store.Settings{Line: "bench", Addrs: []string{socket}})
		d := desk.New(desk.Needs{
			Board: s, Phone: func(string) desk.Phone { return o }, Tell: func(string, string, ivr.Input) {}, Log: zerolog.Nop(),
			World: func(time.Time) desk.World {
				return desk.World{Queues: map[string]ivr.Queue{
					deskQueue: {Name: deskQueue, MaxMissed: 2, RingTimeout: time.Minute, WrapUp: time.Minute},
				}}
			},
		})
		o.runs.Go(func() { d.Run(o.ctx) })
		o.stores = append(o.stores, s)
		if o.desk == nil {
			o.desk = d
		}
	}
	o.desk.Took(deskSlot, 1)
	return o
}

// fill has all agents on a break, and callers who wait for them.
func (o *deskOffice) fill(callers int) error {
	for i := range deskAgents {
		login := fmt.Sprintf("agent%02d", i)
		o.try(o.desk.Do(o.ctx, desk.LogIn{Agent: login, Name: login, Session: "s", Endpoint: "PJSIP/" + login, System: "bench", Paused: true}))
	}
	for range callers {
		o.beside(o.call)
	}
	o.people.Wait()
	return o.err()
}

// open ends the breaks.
func (o *deskOffice) open() {
	for i := range deskAgents {
		login := fmt.Sprintf("agent%02d", i)
		o.isFree(login)
		o.beside(func() error { return o.desk.Do(o.ctx, desk.Ready{Agent: login}) })
	}
}

// shut lets nobody call any more, and gives how long each decision took.
func (o *deskOffice) shut() []time.Duration {
	o.mu.Lock()
	o.over = true
	o.mu.Unlock()
	o.people.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.decisions
}

func (o *deskOffice) close() (err error) {
	o.end()
	o.runs.Wait()
	for _, s := range o.stores {
		if closed := s.Close(); err == nil {
			err = closed
		}
	}
	return err
}

func (o *deskOffice) call() error {
	o.mu.Lock()
	o.calls++
	id := fmt.Sprintf("c%d", o.calls)
	o.mu.Unlock()
	return o.desk.Enqueue(o.ctx, deskSlot, &ivr.Call{ID: id, Caller: ivr.Caller{Known: true, HMAC: id}}, ivr.Enqueue{ID: id, Queue: deskQueue})
}

func (o *deskOffice) isFree(login string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.free[login] = time.Now()
}

// beside has people do something beside everybody else, unless it is over.
func (o *deskOffice) beside(do func() error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.over {
		o.people.Go(func() { o.try(do()) })
	}
}

func (o *deskOffice) try(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil && o.failed == nil && o.ctx.Err() == nil {
		o.failed = err
	}
}

func (o *deskOffice) err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}

// Ring is the decision: who was free, now rings. He picks up, talks, and is free
// again; whom he talked with calls once more.
func (o *deskOffice) Ring(_ context.Context, l desk.LegOrder) error {
	login := strings.TrimPrefix(l.Endpoint, "PJSIP/")
	o.mu.Lock()
	o.decisions = append(o.decisions, time.Since(o.free[login]))
	o.mu.Unlock()
	o.desk.LegChanged(deskSlot, desk.LegEvent{ID: l.ID, Task: l.Task, Up: true})
	o.beside(func() error {
		select {
		case <-time.After(deskTalk/2 + rand.N(deskTalk/2)):
		case <-o.ctx.Done():
			return nil
		}
		if err := o.desk.Do(o.ctx, desk.HangUp{Agent: login}); err != nil {
			return err
		}
		o.beside(o.call)
		o.isFree(login)
		return o.desk.Do(o.ctx, desk.Finish{Agent: login, Task: l.Task, Code: "done"})
	})
	return nil
}

// Drop, Arrange, Number and Known find everything as it should be.
func (o *deskOffice) Drop(context.Context, string, bool) error        { return nil }
func (o *deskOffice) Arrange(context.Context, desk.Arrangement) error { return nil }
func (o *deskOffice) Number(context.Context, string) (string, error)  { return "", nil }
func (o *deskOffice) Known(context.Context, string, []string) (map[string]desk.LegState, error) {
	return nil, nil
}
