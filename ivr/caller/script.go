package caller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Step is keys to press at a moment.
type Step struct {
	// Prompt is what to wait for; AtEnd, for its end.
	Prompt string
	AtEnd  bool
	// After is when Prompt is empty: this long after the answer, or, with
	// Relative, after the step before.
	After    time.Duration
	Relative bool
	Keys     string
}

// ParseScript reads steps separated by blanks, each a moment, a colon and keys:
//
//	4s:1         4 s after the answer
//	+500ms:12#   500 ms after the keys of the step before
//	NAME:1       when the prompt NAME begins
//	end=NAME:1   when it has ended
func ParseScript(s string) ([]Step, error) {
	var steps []Step
	for _, word := range strings.Fields(s) {
		step, err := parseStep(word)
		if err != nil {
			return nil, fmt.Errorf("step %q: %w", word, err)
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func parseStep(word string) (Step, error) {
	i := strings.LastIndexByte(word, ':')
	if i < 1 {
		return Step{}, errors.New("wanted a moment, a colon and keys, like 4s:1")
	}
	when, keys := word[:i], word[i+1:]
	if err := checkKeys(keys); err != nil {
		return Step{}, err
	}
	if name, ok := strings.CutPrefix(when, "end="); ok {
		return Step{Prompt: name, AtEnd: true, Keys: keys}, nil
	}
	digits, relative := strings.CutPrefix(when, "+")
	d, err := time.ParseDuration(digits)
	switch {
	case err == nil && d >= 0:
		return Step{After: d, Relative: relative, Keys: keys}, nil
	case err == nil || relative || when[0] >= '0' && when[0] <= '9' || when[0] == '-':
		return Step{}, fmt.Errorf("no moment %q, wanted one like 4s, +500ms or a prompt's name", when)
	}
	return Step{Prompt: when, Keys: keys}, nil
}

// Run takes the steps one after the other.
func (c *Call) Run(ctx context.Context, steps []Step) error {
	last := c.times.answered
	for _, s := range steps {
		if err := c.reach(ctx, s, last); err != nil {
			return fmt.Errorf("press %s: %w", s.Keys, err)
		}
		if err := c.Press(ctx, s.Keys); err != nil {
			return err
		}
		last = time.Now()
	}
	return nil
}

// reach waits for the moment of a step.
func (c *Call) reach(ctx context.Context, s Step, last time.Time) error {
	switch {
	case s.Prompt != "" && s.AtEnd:
		_, err := c.HearEnd(ctx, s.Prompt)
		return err
	case s.Prompt != "":
		_, err := c.Hear(ctx, s.Prompt)
		return err
	}
	from := c.times.answered
	if s.Relative {
		from = last
	}
	timer := time.NewTimer(time.Until(from.Add(s.After)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.over:
		return ErrOver
	}
}

// Expect waits until prompts of these names have begun, in this order, whatever
// was heard between them. It looks at the whole call, and leaves what Hear
// looks at alone.
func (c *Call) Expect(ctx context.Context, names ...string) error {
	missing := slices.Clone(names)
	err := c.await(ctx, func() bool {
		missing = slices.Clone(names)
		for _, h := range c.heard {
			if len(missing) > 0 && h.Is(missing[0]) {
				missing = missing[1:]
			}
		}
		return len(missing) == 0
	})
	if err != nil {
		return c.missed("hear", missing[:1], err)
	}
	return nil
}
