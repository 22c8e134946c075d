package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zaf/g711"

	"infolinia/ivr"
	"infolinia/ivr/caller"
	"infolinia/ivr/desk"
	"infolinia/ivr/record"
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

// listen measures how long the line is silent.
func (g *guest) listen(ctx context.Context) {
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.Ended():
			return
		case <-look.C:
		}
		if loudness(g.Lately(200*time.Millisecond)) > 0 {
			last = time.Now()
		}
		g.quiet = max(g.quiet, time.Since(last))
	}
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

// closes sees that nothing is left at the desk and that each caller was counted
// once.
func (h *hall) closes(ctx context.Context, answered, abandoned int) {
	longest := time.Duration(0)
	for _, g := range h.guests {
		g.hush()
		h.t.must(g.quiet < silence, "%s heard nothing for %.1f s", g.name, g.quiet.Seconds())
		longest = max(longest, g.quiet)
	}
	h.t.saw("the longest silence that a caller heard was %.1f s", longest.Seconds())
	for _, a := range []*agent{h.anna, h.jan} {
		err := a.is(ctx, "available")
		h.t.must(err == nil, "%v", err)
	}
	h.recorded(ctx, answered, abandoned)
	for _, a := range []*agent{h.anna, h.jan} {
		err := a.do(ctx, "logout")
		h.t.must(err == nil, "%s: %v", a.login, err)
		a.close()
	}
	var left []string
	err := await(ctx, 90*time.Second, func() bool {
		left = h.t.leftAtDesk(ctx, h.t.short)
		return len(left) == 0
	})
	h.t.must(err == nil, "left at the desk: %s", strings.Join(left, ", "))
}

// silence is how long a caller of the desk may hear nothing on a busy machine.
const silence = 10 * time.Second

func (b *bed) leftAtDesk(ctx context.Context, short bool) (left []string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	state, err := b.store.LoadBoard(ctx, 0)
	if err != nil {
		return []string{err.Error()}
	}
	f, err := desk.Read(state)
	if err != nil {
		return []string{err.Error()}
	}
	for id, t := range f.Tasks {
		over := t.State == desk.Completed || t.State == desk.Abandoned || t.State == desk.Exited
		if over && short { // it stays for a minute, for a call that asks again
			continue
		}
		left = append(left, fmt.Sprintf("task %s is %s", id, t.State))
	}
	for login, a := range f.Agents {
		if a.State != desk.Offline {
			left = append(left, fmt.Sprintf("%s is %s", login, a.State))
		}
	}
	return left
}

// recorded waits until the record has each caller once.
func (h *hall) recorded(ctx context.Context, answered, abandoned int) {
	t := h.t
	records, err := record.Open(filepath.Join(t.varDir(), "records.db"))
	if err != nil {
		t.must(false, "%v", err)
		return
	}
	defer records.Close()
	var f record.Figures
	late := await(ctx, patience, func() bool {
		asking, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		now := time.Now()
		day, dayErr := records.Day(asking, now, now, record.Limits{})
		if err = dayErr; err != nil {
			return false
		}
		f = day.Day.All
		return f.Offered == len(h.guests) && f.Answered == answered && f.Abandoned == abandoned && f.Handled >= answered
	})
	t.must(late == nil, "%d callers, %d of them answered, %d gave up; the record has %d, %d and %d, and %d talks: %v",
		len(h.guests), answered, abandoned, f.Offered, f.Answered, f.Abandoned, f.Handled, err)
	if late == nil {
		t.saw("the record has %d callers, %d of them answered, %d gave up, in %d talks", f.Offered, f.Answered, f.Abandoned, f.Handled)
	}
}

// heardIn is the guest whose tone is heard in a call; nil: nobody's.
func (h *hall) heardIn(c *caller.Call) *guest {
	i := slices.IndexFunc(h.guests, func(g *guest) bool { return carries(c, g.hz) })
	if i < 0 {
		return nil
	}
	return h.guests[i]
}

// carries tells whether a tone is what comes in a call.
func carries(c *caller.Call, hz float64) bool {
	if c == nil {
		return false
	}
	heard := c.Lately(200 * time.Millisecond)
	return loudness(heard) > 0 && share(heard, hz) > 0.5
}

// loudness is the mean energy of A-law; 0 for what nobody hears.
func loudness(alaw []byte) float64 {
	var energy float64
	for _, b := range alaw {
		x := float64(g711.DecodeAlawFrame(b)) / 32768
		energy += x * x
	}
	if energy < 1e-7*float64(len(alaw)) || len(alaw) == 0 {
		return 0
	}
	return energy / float64(len(alaw))
}

// share is how much of the energy is at a frequency, by Goertzel's algorithm.
func share(alaw []byte, hz float64) float64 {
	var s1, s2 float64
	k := 2 * math.Cos(2*math.Pi*hz/8000)
	for _, b := range alaw {
		s2, s1 = s1, float64(g711.DecodeAlawFrame(b))/32768+k*s1-s2
	}
	n := float64(len(alaw))
	return 2 * (s1*s1 + s2*s2 - k*s1*s2) / n / (n * loudness(alaw))
}
