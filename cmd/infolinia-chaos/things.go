package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/caller"
)

// thing is something a caller can be in the middle of. Begin leads there and
// says how the call goes on; it has returned only when what was done so far is
// saved.
type thing struct {
	name   string
	begin  func(ctx context.Context, r *resident) (resume func(context.Context) error, err error)
	passes bool // goes on by itself
}

// things come in the order in which they can wait.
func things() []thing {
	return []thing{
		{"talk", beginTalk, false}, {"look-up", beginLookup, true}, {"collect", beginCollect, false},
		{"wait", beginWait, false}, {"recording", beginRecording, false}, {"prompt", beginPrompt, false},
		{"key kept", beginKept, true},
	}
}

// goesOn presses the next keys and hears the last prompt.
func (r *resident) goesOn(keys, last string) func(context.Context) error {
	return func(ctx context.Context) error {
		if keys != "" {
			if err := r.Press(ctx, keys); err != nil {
				return err
			}
		}
		if err := r.hears(ctx, last); err != nil {
			return err
		}
		return r.isHungUp(ctx)
	}
}

func beginPrompt(ctx context.Context, r *resident) (func(context.Context) error, error) {
	err := inTurn(r.presses(ctx, "1"), r.then(ctx, "main.recital.prompt"), r.savedAs(ctx, "the prompt", func(c *ivr.Call) bool {
		return c.Node == "main.recital" && c.Speech != nil
	}))
	return r.goesOn("1", "main.recited.prompt"), err
}

func beginWait(ctx context.Context, r *resident) (func(context.Context) error, error) {
	err := inTurn(r.presses(ctx, "2"), r.outs(ctx, "main.waiting.prompt"), r.presses(ctx, "1"), r.outs(ctx, "main.wood.prompt"),
		r.savedAs(ctx, "the wait", func(c *ivr.Call) bool { return c.Node == "main.wood" && c.Speech == nil }))
	return r.goesOn("2", "main.glade.prompt"), err
}

func beginCollect(ctx context.Context, r *resident) (func(context.Context) error, error) {
	err := inTurn(r.presses(ctx, "3"), r.outs(ctx, "main.number.prompt"), r.presses(ctx, "123"),
		r.savedAs(ctx, "three digits", func(c *ivr.Call) bool { return c.Visit.Digits == "123" }))
	return r.goesOn("456", "main.right.prompt"), err
}

// beginKept presses a key into a prompt that cannot be interrupted.
func beginKept(ctx context.Context, r *resident) (func(context.Context) error, error) {
	err := inTurn(r.presses(ctx, "7"), r.then(ctx, "main.listen.prompt"), r.presses(ctx, "1"),
		r.savedAs(ctx, "the key", func(c *ivr.Call) bool { return c.Node == "main.listen" && len(c.Buffer) == 1 }))
	return r.goesOn("", "main.listened.prompt"), err
}

func beginLookup(ctx context.Context, r *resident) (func(context.Context) error, error) {
	number := r.from[len(r.from)-3:]
	err := inTurn(r.presses(ctx, "4"), r.then(ctx, "main.case_no.prompt"), r.presses(ctx, number), r.then(ctx, "wait_please"),
		r.savedAs(ctx, "the look-up", func(c *ivr.Call) bool { return c.Node == "main.status" && c.Await != "" }))
	return func(ctx context.Context) error {
		r.bed.cases.answer()
		return r.goesOn("", "main.ready.prompt")(ctx)
	}, err
}

func beginRecording(ctx context.Context, r *resident) (func(context.Context) error, error) {
	var recording string
	err := inTurn(r.presses(ctx, "5"), r.outs(ctx, "beep"), r.savedAs(ctx, "a report number", func(c *ivr.Call) bool {
		r.report, recording = c.Reports["main.report"], c.Visit.Recording
		return r.report != "" && recording != ""
	}), func() error {
		return await(ctx, beginTime, func() bool { // saved before it is ordered
			var live struct{ State string }
			return r.bed.ask(ctx, "/recordings/live/"+recording, &live) == nil && live.State == "recording"
		})
	})
	speaking, stop := context.WithCancel(context.WithoutCancel(ctx))
	spoken := make(chan error, 1)
	go func() { spoken <- r.Speak(speaking, caller.Tone(700, 4*time.Minute)) }()
	r.hush = sync.OnceFunc(func() { stop(); <-spoken })
	enough := time.Now().Add(3 * time.Second) // for a message; less may be none
	return func(ctx context.Context) error {
		if err := pause(ctx, time.Until(enough)); err != nil {
			return err
		}
		r.hush()
		if err := inTurn(r.presses(ctx, "#"), func() error { return pause(ctx, time.Second) }); err != nil {
			return err
		}
		return r.Hangup() // while he hears his own words, which keeps them
	}, err
}

func beginTalk(ctx context.Context, r *resident) (func(context.Context) error, error) {
	clerk := r.bed.clerk
	clerk.turn.Lock()
	defer clerk.turn.Unlock()
	if err := r.Press(ctx, "6"); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	there, err := clerk.Next(ctx)
	if err != nil {
		return nil, err
	}
	err = r.saved(ctx, "a talk", func(c *ivr.Call) bool { return c.Node == "main.clerk" && c.Visit.Phase == "talk" })
	r.clerk = there
	return func(ctx context.Context) error {
		if err := r.talksOn(ctx); err != nil {
			return err
		}
		return r.isHungUp(ctx)
	}, err
}

// talksOn asks the clerk something, who then hangs up.
func (r *resident) talksOn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := r.Speak(ctx, r.bed.question); err != nil {
		return err
	}
	if _, err := r.clerk.Hear(ctx, question); err != nil {
		return fmt.Errorf("the clerk hears nothing: %w", err)
	}
	return r.clerk.Hangup()
}
