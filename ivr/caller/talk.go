package caller

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Hear waits until a prompt of one of these names begins and returns it, as soon
// as it is known, which is within 40 ms of audible sound unless prompts begin
// alike. It looks at what was heard after the prompt Hear or HearEnd returned
// last, so nothing is missed between two calls. With no name it returns the next prompt,
// whatever it is. The errors are ErrOver and those of ctx, with what was
// heard instead.
func (c *Call) Hear(ctx context.Context, names ...string) (Heard, error) {
	var h Heard
	err := c.await(ctx, func() bool {
		i := c.seek(names)
		if i < 0 {
			return false
		}
		h, c.next = c.heard[i], i+1
		return true
	})
	if err != nil {
		return h, c.missed("hear", names, err)
	}
	return h, nil
}

// HearEnd waits until the prompt that Hear returned last has ended, if it has
// one of these names, or else the next one that has.
func (c *Call) HearEnd(ctx context.Context, names ...string) (Heard, error) {
	var h Heard
	err := c.await(ctx, func() bool {
		i := c.next - 1
		if i < 0 || len(names) > 0 && !c.heard[i].Is(names...) {
			i = c.seek(names)
		}
		if i < 0 {
			return false
		}
		c.next = i + 1
		h = c.heard[i]
		return !h.Until.IsZero()
	})
	if err != nil {
		return h, c.missed("hear the end of", names, err)
	}
	return h, nil
}

// seek finds the next prompt that has one of the names.
func (c *Call) seek(names []string) int {
	for i := c.next; i < len(c.heard); i++ {
		if len(names) == 0 || c.heard[i].Is(names...) {
			return i
		}
	}
	return -1
}

// await waits until ok, which is asked under mu after every change.
func (c *Call) await(ctx context.Context, ok func() bool) error {
	for {
		c.mu.Lock()
		done, changed := ok(), c.changed
		c.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-c.over:
			// What came last may be what was waited for.
			c.mu.Lock()
			defer c.mu.Unlock()
			if ok() {
				return nil
			}
			return ErrOver
		}
	}
}

func (c *Call) missed(what string, names []string, err error) error {
	heard := "nothing"
	if all := c.Heard(); len(all) > 0 {
		var list []string
		for _, h := range all {
			list = append(list, h.String())
		}
		heard = strings.Join(list, ", ")
	}
	if len(names) == 0 {
		names = []string{"anything"}
	}
	return fmt.Errorf("%s %s: %w; heard: %s", what, strings.Join(names, " or "), err, heard)
}

// String names the prompt and what became of it.
func (h Heard) String() string {
	name := h.Name
	if name == "" {
		name = "an unknown sound"
	}
	switch {
	case h.Until.IsZero():
		return name + " (going on)"
	case h.Name != "" && !h.Complete:
		return fmt.Sprintf("%s (cut after %.1f s)", name, h.Length.Seconds())
	}
	return name
}

// Heard returns all that was heard so far.
func (c *Call) Heard() []Heard {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.heard)
}

// Keys returns the keys the far end has sent so far.
func (c *Call) Keys() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.received.String()
}

// AwaitKeys waits until the far end has sent at least n keys and returns them.
func (c *Call) AwaitKeys(ctx context.Context, n int) (string, error) {
	err := c.await(ctx, func() bool { return c.received.Len() >= n })
	return c.Keys(), err
}

// Press sends keys, each for 100 ms and one every 200 ms, and returns when the
// last one is released. Keys are 0-9, *, # and A-D.
func (c *Call) Press(ctx context.Context, keys string) error {
	if err := checkKeys(keys); err != nil {
		return err
	}
	for _, k := range []byte(keys) {
		if err := c.send(ctx, &job{key: k}); err != nil {
			return fmt.Errorf("press %c: %w", k, err)
		}
	}
	return nil
}

// Speak plays a sound to the far end and returns when it has been sent, or when
// ctx ends, which cuts it.
func (c *Call) Speak(ctx context.Context, s Sound) error {
	if len(s) == 0 {
		return nil
	}
	if err := c.send(ctx, &job{sound: s}); err != nil {
		return fmt.Errorf("speak: %w", err)
	}
	return nil
}

// send hands a job to the sender and waits for its outcome. A key that was begun is
// sent to its end even when ctx ends.
func (c *Call) send(ctx context.Context, j *job) error {
	j.ctx = ctx
	j.done = make(chan error, 1)
	select {
	case c.sender.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-c.stopped.Done():
		return ErrOver
	}
	select {
	case err := <-j.done:
		return err
	case <-c.stopped.Done():
		select {
		case err := <-j.done: // a key may end the call
			return err
		default:
			return ErrOver
		}
	}
}
