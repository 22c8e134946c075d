package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/caller"
)

// patience is how long a caller waits for the next sign of life on a busy machine.
const patience = 45 * time.Second

// beginTime is how long it may take to get into the middle of something.
const beginTime = 25 * time.Second

// resident is a caller in the middle of something.
type resident struct {
	*caller.Call
	bed   *bed
	from  string // the number nobody else calls from
	id    string // the call's
	thing thing
	// resume is what the caller does after the fault.
	resume func(ctx context.Context) error
	clerk  *caller.Call
	hush   func()      // ends what he is saying
	report string      // number he was given
	done   atomic.Bool // he has gone on to the end
}

// dial calls the line and waits for the answer.
func (b *bed) dial(ctx context.Context, number int) (*resident, error) {
	r := &resident{bed: b, from: fmt.Sprintf("48731%06d", number)}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := caller.Dial(ctx, caller.Options{
		To: "sip:243645555@" + b.asterisk.Settings.UDP().String(), From: r.from, Index: b.in.index,
	})
	if err != nil {
		return nil, fmt.Errorf("a call is not answered: %w", err)
	}
	r.Call = c
	return r, nil
}

// known waits until Asterisk names the call.
func (r *resident) known(ctx context.Context) error {
	err := await(ctx, patience, func() bool {
		list, err := r.bed.channels(ctx)
		if err != nil {
			return false
		}
		for _, c := range list {
			if c.Caller.Number == r.from && !strings.HasPrefix(c.ID, "leg-") {
				r.id = c.ID
			}
		}
		return r.id != ""
	})
	if err != nil {
		return fmt.Errorf("asterisk has no channel of the call: %w", err)
	}
	return nil
}

// hears waits for prompts, one after the other, each from its beginning.
func (r *resident) hears(ctx context.Context, names ...string) error {
	for _, name := range names {
		ctx, cancel := context.WithTimeout(ctx, patience)
		_, err := r.Hear(ctx, name)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// presses is Press as one of several steps.
func (r *resident) presses(ctx context.Context, keys string) step {
	return func() error { return r.Press(ctx, keys) }
}

// then is hears as one of several steps, outs is hearsOut.
func (r *resident) then(ctx context.Context, names ...string) step {
	return func() error { return r.hears(ctx, names...) }
}

func (r *resident) outs(ctx context.Context, name string) step {
	return func() error { return r.hearsOut(ctx, name) }
}

// step is something a caller does or waits for.
type step func() error

// inTurn takes steps until one fails.
func inTurn(steps ...step) error {
	for _, do := range steps {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// hearsOut waits for the end of a prompt.
func (r *resident) hearsOut(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := r.HearEnd(ctx, name)
	return err
}

// isHungUp waits until the line has hung up.
func (r *resident) isHungUp(ctx context.Context) error {
	select {
	case <-r.Ended():
	case <-time.After(patience):
		return fmt.Errorf("the line does not hang up")
	case <-ctx.Done():
		return ctx.Err()
	}
	if end := r.End(); end.ByUs || end.Err != nil {
		return fmt.Errorf("the call ended otherwise: %+v", end)
	}
	return nil
}

// saved waits until the store has the call in a state.
func (r *resident) saved(ctx context.Context, state string, ok func(*ivr.Call) bool) error {
	err := await(ctx, patience, func() bool {
		asking, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		c, err := r.bed.store.Load(asking, r.id)
		return err == nil && c != nil && ok(c)
	})
	if err != nil {
		return fmt.Errorf("the call is not saved with %s: %w", state, err)
	}
	return nil
}

// savedAs is saved as one of several steps.
func (r *resident) savedAs(ctx context.Context, state string, ok func(*ivr.Call) bool) step {
	return func() error { return r.saved(ctx, state, ok) }
}

// lives tells whether the call has not ended.
func (r *resident) lives() bool {
	select {
	case <-r.Ended():
		return false
	default:
		return true
	}
}

// repeats counts how often prompts began again.
func (r *resident) repeats() (n int, which []string) {
	begun := map[string]map[time.Time]bool{}
	for _, h := range r.Heard() {
		if h.Name == "" || h.Offset > 0 {
			continue
		}
		if begun[h.Name] == nil {
			begun[h.Name] = map[time.Time]bool{}
		}
		begun[h.Name][h.At] = true
	}
	for name, times := range begun {
		if len(times) > 1 {
			n += len(times) - 1
			which = append(which, fmt.Sprintf("%d times %s", len(times), name))
		}
	}
	return n, which
}

// story is what the caller heard.
func (r *resident) story() string {
	var heard []string
	for _, h := range r.Heard() {
		heard = append(heard, h.String())
	}
	return strings.Join(heard, ", ")
}

// verified looks at what is kept of a call that has gone on to its end: it ended
// once, with a cause, and its report and transfer were made once.
func (r *resident) verified(ctx context.Context) error {
	var path []ivr.Event
	err := await(ctx, patience, func() (ended bool) {
		asking, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		var err error
		path, err = r.bed.store.Path(asking, r.id)
		return err == nil && count(path, "end") > 0
	})
	switch last := len(path) - 1; {
	case err != nil:
		return fmt.Errorf("the call's end is not noted: %w", err)
	case count(path, "end") > 1:
		return fmt.Errorf("the call has ended %d times", count(path, "end"))
	case path[last].Reason == "" && path[last].By == "":
		return fmt.Errorf("the call has ended without a cause: %+v", path[last])
	case count(path, "transfer") > 1:
		return fmt.Errorf("%d transfers are noted", count(path, "transfer"))
	case r.report != "":
		return r.reportedOnce(ctx)
	}
	return nil
}

func count(path []ivr.Event, event string) (n int) {
	for _, e := range path {
		if e.Event == event {
			n++
		}
	}
	return n
}

// reportedOnce sees that the report kept its number and lies in its box once.
func (r *resident) reportedOnce(ctx context.Context) error {
	if err := r.saved(ctx, "the same report number", func(c *ivr.Call) bool {
		return c.Reports["main.report"] == r.report && len(c.Reports) == 1
	}); err != nil {
		return err
	}
	n := 0
	err := await(ctx, patience, func() bool {
		n = r.bed.messages(r.id)
		return n > 0
	})
	if err != nil || n != 1 {
		return fmt.Errorf("%d messages of the call are in the box", n)
	}
	return nil
}
