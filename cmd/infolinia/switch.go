package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/store"
)

// switchTime is how long a command waits for Redis.
const switchTime = 5 * time.Second

// board is where staff turn switches: the notices and hours of the files, and
// the switches over them. It talks to Redis itself, so that a switch can be
// turned while the daemon restarts; the daemon follows within a second.
type board struct {
	store   *store.Store
	content ivr.Content // of the files
	checked bool        // the files could be read
	now     time.Time
}

// withBoard runs a command over the board.
func withBoard(cmd *cobra.Command, do func(ctx context.Context, b *board) error) error {
	settings, err := loadSettings(cmd)
	if err != nil {
		return err
	}
	s, err := openStore(&settings.Config)
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(cmd.Context(), switchTime)
	defer cancel()
	if err := s.Ping(ctx); err != nil {
		return fmt.Errorf("%w; switches are kept there: start the line with `make run`, or see redis.url in `infolinia config`", err)
	}
	content, problems := flowfile.LoadContent(os.DirFS(settings.Line))
	b := &board{store: s, content: content, checked: flowfile.Errors(problems) == 0, now: time.Now()}
	if !b.checked {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning: hours, notices or articles have errors (see `infolinia check`), so the name cannot be looked up; it is taken as it is")
	}
	return do(ctx, b)
}

// turn turns a switch, or takes it away when the files say the same without an
// end: a switch nobody needs would stand in the way of the next edit.
func (b *board) turn(ctx context.Context, o store.Override, files bool) error {
	if b.checked && o.Until.IsZero() && files == o.On {
		return b.store.ClearOverride(ctx, o.Kind, o.Name)
	}
	o.By, o.At = whoami(), b.now
	return b.store.SetOverride(ctx, o)
}

// current is what callers meet now.
func (b *board) current(ctx context.Context) (ivr.Content, map[string]store.Override, error) {
	list, _, err := b.store.Overrides(ctx)
	if err != nil {
		return ivr.Content{}, nil, err
	}
	byName := map[string]store.Override{}
	for _, o := range list {
		if o.Until.IsZero() || b.now.Before(o.Until) {
			byName[string(o.Kind)+":"+o.Name] = o
		}
	}
	return store.Overlay(b.content, list, b.now), byName, nil
}

// by is who turned a switch, for people.
func by(o store.Override) string {
	return fmt.Sprintf("switched by %s on %s%s", o.By, o.At.In(ivr.Warsaw()).Format(polishTime), untilWords(o.Until))
}

// unverified is all there is to say when the files cannot be read.
func unverified(w io.Writer, what, name string, o store.Override) {
	state := "off"
	if o.On {
		state = "on"
	}
	fmt.Fprintf(w, "%s %s: switched %s%s, where the live version has it\n", what, name, state, untilWords(o.Until))
}
