package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"infolinia/ivr"
)

func storageFaults() []fault {
	return []fault{
		{
			name:  "storage-full",
			what:  "no file of the daemon can grow, as on a full disk, while callers leave reports and are to hear speech made for them",
			holds: "no caller hears silence or is told that a report is kept that is not; with room again the reports are in their box, once",
			run:   storageFull,
		},
		{
			name: "prompts-gone", setting: setting{ownPrompts: true},
			what:  "a file stands where the folder of prompts was: none can be read and none made",
			holds: "callers reach a person; a prompt that is playing goes on; all is well when the folder is back",
			run:   promptsGone,
		},
	}
}

// limitFiles bounds how long files may grow that a daemon and its children
// write: the same error paths as a full disk, without a disk of one's own.
func limitFiles(d *daemon, most uint64) error {
	return unix.Prlimit(d.PID(), unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: most, Max: unix.RLIM_INFINITY}, nil)
}

func storageFull(ctx context.Context, t *trial) error {
	c := &crowd{t: t}
	defer c.hangUp()
	if err := c.add(ctx, slices.Repeat([]thing{recording()}, 4)); err != nil {
		return err
	}
	if err := pause(ctx, 3*time.Second); err != nil { // they have something to say
		return err
	}
	d := t.daemon()
	if err := limitFiles(d, 0); err != nil {
		return fmt.Errorf("limit the daemon's files: %w", err)
	}
	var all sync.WaitGroup
	for _, r := range c.residents {
		all.Go(func() {
			last, err := r.leaves(ctx)
			t.must(err == nil, "a caller who leaves a report: %v; heard: %s", err, r.story())
			t.saw("after his report a caller heard %s", last)
		})
	}
	all.Wait()
	if r, err := t.dial(ctx, t.nextCaller()); err != nil {
		t.must(false, "%v", err)
	} else {
		defer r.Hangup()
		err := inTurn(r.then(ctx, "main.top.prompt"), r.presses(ctx, "9"), r.then(ctx, "sorry", "main.failed.prompt"),
			func() error { return r.isHungUp(ctx) })
		t.must(err == nil, "a caller who is to hear speech made for him: %v; heard: %s", err, r.story())
	}
	if err := limitFiles(d, unix.RLIM_INFINITY); err != nil {
		return fmt.Errorf("free the daemon's files: %w", err)
	}
	// What could not be stored is stored by the next process at the latest.
	if err := stop(d.Child); err != nil {
		return err
	}
	if err := d.start(); err != nil {
		return err
	}
	if _, err := d.ready(ctx); err != nil {
		return err
	}
	for _, r := range c.residents {
		err := r.verified(ctx)
		t.must(err == nil, "%v", err)
	}
	return nil
}

func recording() thing {
	for _, x := range things() {
		if x.name == "recording" {
			return x
		}
	}
	return thing{}
}

// leaves ends a recording, keeps it and says what the caller heard then.
func (r *resident) leaves(ctx context.Context) (string, error) {
	r.hush()
	if err := inTurn(r.presses(ctx, "#"), r.then(ctx, "")); err != nil { // his own words
		return "", err
	}
	if err := r.Press(ctx, "1"); err != nil {
		return "", err
	}
	for {
		h, err := r.Hear(ctx, "main.reported.prompt", "main.failed.prompt", "sorry", "main.empty.prompt")
		if err != nil {
			return "", err
		}
		if h.Name != "" {
			return h.Name, r.isHungUp(ctx)
		}
	}
}

func promptsGone(ctx context.Context, t *trial) error {
	r, err := t.dial(ctx, t.nextCaller())
	if err != nil {
		return err
	}
	defer r.Hangup()
	if err := inTurn(func() error { return r.known(ctx) }, r.then(ctx, "main.top.prompt"), r.presses(ctx, "1"),
		r.then(ctx, "main.recital.prompt")); err != nil {
		return err
	}
	folder := t.cache()
	if err := errors.Join(os.Rename(folder, folder+"-away"), os.WriteFile(folder, nil, 0o600)); err != nil {
		return err
	}
	err = r.saved(ctx, "the prompt's end", func(c *ivr.Call) bool { return c.Node == "main.recital" && c.Speech == nil })
	t.must(err == nil, "the prompt that played: %v", err)
	_, whole := r.repeats()
	t.must(len(whole) == 0, "the prompt that played was heard %v", whole)
	err = inTurn(r.presses(ctx, "1"), r.then(ctx, "office_hello"))
	t.must(err == nil, "a caller inside does not reach a person: %v; heard: %s", err, r.story())
	_ = r.Hangup()
	if r, err = t.dial(ctx, t.nextCaller()); err != nil {
		return err
	}
	defer r.Hangup()
	err = r.hears(ctx, "office_hello")
	t.must(err == nil, "a new caller does not reach a person: %v; heard: %s", err, r.story())
	_ = r.Hangup()
	if err := errors.Join(os.Remove(folder), os.Rename(folder+"-away", folder)); err != nil {
		return err
	}
	took, err := t.welcome(ctx)
	t.must(err == nil, "a caller after it: %v", err)
	t.saw("both callers reached a person; one after it heard the line after %d ms", took.Milliseconds())
	return nil
}

// cache is the folder of prompts of this bed.
func (b *bed) cache() string {
	if b.own {
		return filepath.Join(b.dir, "prompts")
	}
	return b.in.cache
}
