package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const deskHolds = "both talks go on, or come about, and each side hears the other; places and order are kept; nobody is with two; nobody hears silence; each caller is recorded once; nothing is left at the desk"

func deskFaults() []fault {
	desk, two := setting{desk: true}, setting{desk: true, instances: 2}
	return []fault{
		{
			name: "desk-daemon-killed", setting: desk, short: true, holds: deskHolds,
			what: "kill -9 of the daemon while one caller talks with an agent, a telephone rings for the next and others wait; it is started again",
			run: deskTrouble{strike: func(_ context.Context, t *trial) error {
				t.daemon().Kill()
				return t.daemon().start()
			}}.run,
		},
		{
			name: "desk-instance-killed", setting: two, holds: deskHolds,
			what: "kill -9 of the one of two instances that serves them, which stays away",
			run:  deskTrouble{strike: func(_ context.Context, t *trial) error { t.daemons[0].Kill(); return nil }}.run,
		},
		{
			name: "desk-instance-stopped", setting: two, holds: deskHolds,
			what: "SIGSTOP for 10 s of the one of two instances that serves them, while a telephone rings that is picked up meanwhile",
			run: deskTrouble{
				strike: func(_ context.Context, t *trial) error { return freeze(t.daemons[0].Child) },
				last:   10 * time.Second, mend: func(_ context.Context, t *trial) error { return thaw(t.daemons[0].Child) },
			}.run,
		},
		{
			name: "desk-redis-killed", setting: desk, short: true, holds: deskHolds,
			what: "kill -9 of Redis, away for 5 s, while callers talk, are rung for and wait; the ringing telephone is picked up meanwhile",
			run:  deskTrouble{strike: kill, last: 5 * time.Second, mend: revive}.run,
		},
		{
			name: "desk-redis-frozen", setting: desk, holds: deskHolds,
			what: "SIGSTOP of Redis for 10 s, while callers talk, are rung for and wait",
			run: deskTrouble{
				strike: func(_ context.Context, t *trial) error { return freeze(t.redis.Child) },
				last:   10 * time.Second, mend: func(_ context.Context, t *trial) error { return thaw(t.redis.Child) },
			}.run,
		},
		{
			name: "desk-redis-flushed", setting: two, holds: deskHolds,
			what: "FLUSHALL: the agents' log-ins are gone too, and they log in again",
			run: deskTrouble{strike: func(ctx context.Context, t *trial) error {
				_, err := t.redis.ask(ctx, "FLUSHALL")
				return err
			}}.run,
		},
		{
			name: "desk-websocket-cut", setting: desk, holds: deskHolds,
			what: "the websocket to Asterisk is closed while a telephone rings, which is picked up at that moment",
			run: deskTrouble{strike: func(_ context.Context, t *trial) error {
				if n := t.toARI.cut(); n != 1 {
					return fmt.Errorf("%d websockets were cut", n)
				}
				return nil
			}}.run,
		},
		{
			name: "desk-asterisk-killed", setting: desk,
			what:  "kill -9 of Asterisk while callers talk, are rung for and wait; it is started again after 3 s",
			holds: "the queue is empty and the agents are free again; each caller is recorded once; a new caller is served to the end",
			run:   deskAsteriskKilled,
		},
		{
			name: "desk-phone-vanished", setting: desk,
			what:  "an agent's telephone is cut off the network in the middle of a talk",
			holds: "within 40 s the caller hears music, and 15 s later is the next in the queue, before all who waited; nobody else hears silence",
			run:   deskPhoneVanished,
		},
	}
}

// waiting is how many callers wait beside those who talk.
func (t *trial) waiting() int { return t.calls(11) - 4 }

// deskTrouble strikes a busy desk. While it lasts the ringing telephone is picked
// up and the last caller gives up; then everybody is served.
type deskTrouble struct {
	strike, mend func(context.Context, *trial) error
	last         time.Duration
}

func (x deskTrouble) run(ctx context.Context, t *trial) error {
	h, err := t.busy(ctx, t.waiting())
	defer h.empty()
	if err != nil {
		return err
	}
	if err := x.strike(ctx, t); err != nil {
		return err
	}
	begun := time.Now()
	if err := h.jan.answers(ctx); err != nil {
		return err
	}
	h.leaves(h.guests[len(h.guests)-1])
	met := make(chan error, 1)
	go func() {
		g, err := h.jan.hears(ctx, h)
		if err == nil {
			t.saw("%s and %s hear each other %.1f s after it struck", h.jan.login, g.name, time.Since(begun).Seconds())
		}
		met <- err
	}()
	if x.mend != nil {
		if err := pause(ctx, time.Until(begun.Add(x.last))); err != nil {
			return errors.Join(err, <-met)
		}
		if err := x.mend(ctx, t); err != nil {
			return errors.Join(err, <-met)
		}
	}
	if err := <-met; err != nil {
		return err
	}
	if err := h.goesOn(ctx); err != nil {
		return err
	}
	t.saw("%d callers were served in their order", len(h.guests)-1)
	h.closes(ctx, len(h.guests)-1, 1)
	return nil
}

func deskAsteriskKilled(ctx context.Context, t *trial) error {
	h, err := t.busy(ctx, t.waiting())
	defer h.empty()
	if err != nil {
		return err
	}
	before := t.daemon().logged("asterisk is connected")
	t.asterisk.Kill()
	if err := pause(ctx, 3*time.Second); err != nil {
		return err
	}
	if err := t.runAsterisk(ctx, t.asterisk.Settings); err != nil {
		return err
	}
	t.within(ctx, 6*time.Second, "the daemon is connected again", func() bool { return t.daemon().logged("asterisk is connected") > before })
	h.empty()
	for _, g := range h.guests {
		err := g.verified(ctx)
		t.must(err == nil, "%s: %v", g.name, err)
	}
	for _, a := range []*agent{h.anna, h.jan} { // what rang there rings no more
		if err := a.plugsIn(ctx); err != nil {
			return err
		}
	}
	if err := h.anna.is(ctx, "wrap-up", "available", "break"); err != nil {
		return err
	}
	for _, a := range []*agent{h.anna, h.jan} {
		t.say("%s is %s", a.login, a.state())
	}
	if h.anna.state() == "wrap-up" {
		if err := h.anna.do(ctx, "finish", "task", h.anna.task(), "code", "informed"); err != nil {
			return err
		}
	}
	for _, a := range []*agent{h.anna, h.jan} {
		if a.state() == "break" {
			if err := a.do(ctx, "ready"); err != nil {
				return err
			}
		}
		if err := a.is(ctx, "available"); err != nil {
			return err
		}
	}
	gone := len(h.guests)
	g, err := h.enters(ctx)
	if err != nil {
		return err
	}
	a, err := h.rings(ctx)
	if err != nil {
		return err
	}
	if err := h.serves(ctx, a, g); err != nil {
		return err
	}
	if err := h.ends(ctx, a, g); err != nil {
		return err
	}
	t.saw("a new caller was served to the end")
	for _, g := range h.guests {
		g.quiet = 0 // their calls were gone
	}
	h.closes(ctx, 2, gone-1)
	return nil
}

// noticed is how long it may take until a telephone that says nothing is given up:
// Asterisk asks it every 10 s, and the daemon looks every 5 s; twice that on a machine
// as busy as this.
const noticed = 40 * time.Second

func deskPhoneVanished(ctx context.Context, t *trial) error {
	h, err := t.busy(ctx, t.waiting())
	defer h.empty()
	if err != nil {
		return err
	}
	first, second := h.guests[0], h.guests[1]
	if err := h.serves(ctx, h.jan, second); err != nil {
		return err
	}
	h.anna.phone.CutOff()
	begun := time.Now()
	t.within(ctx, noticed, "the caller hears something again", func() bool {
		return time.Since(begun) > 2*time.Second && loudness(first.Lately(200*time.Millisecond)) > 0
	})
	t.saw("the caller hears music %.1f s after the telephone was cut off", time.Since(begun).Seconds())
	t.within(ctx, patience, "the agent is not with the caller any more", func() bool { return h.anna.state() == "break" })
	if err := h.ends(ctx, h.jan, second); err != nil {
		return err
	}
	for _, g := range append([]*guest{first}, h.guests[2:]...) {
		if err := h.serves(ctx, h.jan, g); err != nil {
			return err
		}
		if err := h.ends(ctx, h.jan, g); err != nil {
			return err
		}
	}
	t.saw("%d callers were served, first the one who had been talking", len(h.guests))
	first.hush()
	first.quiet = 0
	if err := h.anna.do(ctx, "ready"); err != nil {
		return err
	}
	h.closes(ctx, len(h.guests), 0)
	return nil
}

// empty ends all calls from the callers' side.
func (h *hall) empty() {
	if h == nil {
		return
	}
	for _, g := range h.guests {
		g.hush()
		_ = g.Hangup()
	}
}
