package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/caller"
)

// guest is a caller of the desk, who hums a tone of his own and listens.
type guest struct {
	*resident
	name  string
	hz    float64
	hush  func()
	quiet time.Duration // the longest time in which he heard nothing
	left  bool          // he hung up while he waited
}

// hall is a desk with its agents and callers, in the order in which they came.
type hall struct {
	t         *trial
	anna, jan *agent
	guests    []*guest
}

// opens has anna and jan come to the desk.
func (t *trial) opens(ctx context.Context) (*hall, error) {
	if err := t.hire(ctx); err != nil {
		return nil, err
	}
	h := &hall{t: t}
	var err error
	if h.anna, err = t.seat(ctx, "anna", 1900); err == nil {
		h.jan, err = t.seat(ctx, "jan", 2300)
	}
	return h, err
}

// busy is a hall in the middle of everything: anna talks with the first caller,
// jan's telephone rings for the second, the others wait.
func (t *trial) busy(ctx context.Context, waiting int) (*hall, error) {
	h, err := t.opens(ctx)
	if err != nil {
		return h, err
	}
	first, err := h.enters(ctx)
	if err != nil {
		return h, err
	}
	a, err := h.rings(ctx)
	if err != nil {
		return h, err
	}
	if a == h.jan {
		h.anna, h.jan = h.jan, h.anna
	}
	if err := h.serves(ctx, h.anna, first); err != nil {
		return h, err
	}
	for range 1 + waiting {
		if _, err := h.enters(ctx); err != nil {
			return h, err
		}
	}
	t.say("%s talks, the telephone of %s rings, %d wait", h.anna.login, h.jan.login, waiting)
	return h, h.jan.is(ctx, "offered")
}

// rings waits for the agent at whom it rings.
func (h *hall) rings(ctx context.Context) (a *agent, err error) {
	err = await(ctx, patience, func() bool {
		for _, who := range []*agent{h.anna, h.jan} {
			if who.state() == "offered" {
				a = who
			}
		}
		return a != nil
	})
	if err != nil {
		err = fmt.Errorf("nothing rings, %s is %s and %s is %s: %w", h.anna.login, h.anna.state(), h.jan.login, h.jan.state(), err)
	}
	return a, err
}

// enters has one more caller wait.
func (h *hall) enters(ctx context.Context) (*guest, error) {
	r, err := h.t.dial(ctx, h.t.nextCaller())
	if err != nil {
		return nil, err
	}
	n := len(h.guests)
	g := &guest{resident: r, name: fmt.Sprintf("caller %d", n+1), hz: 450 + 90*float64(n), hush: func() {}}
	h.guests = append(h.guests, g)
	err = inTurn(func() error { return r.known(ctx) }, r.then(ctx, "main.top.prompt"), r.presses(ctx, "*"),
		r.savedAs(ctx, "a place in the queue", func(c *ivr.Call) bool { return c.Visit.Queued }))
	if err != nil {
		return g, err
	}
	humming, stop := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	work.Go(func() { _ = r.Speak(humming, caller.Tone(g.hz, 5*time.Minute)) })
	work.Go(func() { g.listen(humming) })
	g.hush = sync.OnceFunc(func() { stop(); work.Wait() })
	return g, nil
}

// serves has an agent answer what rings, which must be for g.
func (h *hall) serves(ctx context.Context, a *agent, g *guest) error {
	if err := a.answers(ctx); err != nil {
		return err
	}
	got, err := a.hears(ctx, h)
	if err == nil && got != g {
		err = fmt.Errorf("%s talks with %s, and it was the turn of %s", a.login, got.name, g.name)
	}
	return err
}

// leaves has a caller hang up while he waits.
func (h *hall) leaves(g *guest) {
	g.left = true
	g.hush()
	_ = g.Hangup()
}

// goesOn serves everybody to the end: anna's talk and the ringing at jan's, which
// may have been answered meanwhile, and then those who wait, in their order.
func (h *hall) goesOn(ctx context.Context) error {
	if _, err := h.anna.hears(ctx, h); err != nil {
		return err
	}
	second := h.guests[1]
	if h.jan.talk == nil {
		if err := h.serves(ctx, h.jan, second); err != nil {
			return err
		}
	} else if g, err := h.jan.hears(ctx, h); err != nil || g != second {
		return errors.Join(err, fmt.Errorf("%s does not talk with %s any more", h.jan.login, second.name))
	}
	if err := h.ends(ctx, h.anna, h.guests[0]); err != nil {
		return err
	}
	next := h.anna
	for _, g := range h.guests[2:] {
		if g.left {
			continue
		}
		if err := h.serves(ctx, next, g); err != nil {
			return err
		}
		if err := h.ends(ctx, next, g); err != nil {
			return err
		}
	}
	return h.ends(ctx, h.jan, second)
}

// ends ends a talk from the agent's side.
func (h *hall) ends(ctx context.Context, a *agent, g *guest) error {
	if err := a.finishes(ctx); err != nil {
		return err
	}
	err := g.isHungUp(ctx)
	g.hush()
	return err
}
