package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/config"
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

// turning lets a command turn the switch named by its argument, for a while.
func turning(cmd *cobra.Command, o store.Override, turn func(*board, context.Context, io.Writer, store.Override) error) *cobra.Command {
	var until string
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withBoard(cmd, func(ctx context.Context, b *board) error {
			end, err := parseUntil(until, b.now)
			if err != nil {
				return err
			}
			o.Name, o.Until = args[0], end
			return turn(b, ctx, cmd.OutOrStdout(), o)
		})
	}
	cmd.Flags().StringVar(&until, "until", "", "when it ends: 2026-12-01T12:00, or +3h from now")
	return cmd
}

// withBoard runs a command over the board.
func withBoard(cmd *cobra.Command, do func(ctx context.Context, b *board) error) error {
	return withStore(cmd, "switches", switchTime, func(ctx context.Context, c *config.Config, s *store.Store) error {
		content, problems := flowfile.LoadContent(os.DirFS(c.Line))
		b := &board{store: s, content: content, checked: flowfile.Errors(problems) == 0, now: time.Now()}
		if !b.checked {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning: hours, notices or articles have errors (see `infolinia check`), so the name cannot be looked up; it is taken as it is")
		}
		return do(ctx, b)
	})
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
