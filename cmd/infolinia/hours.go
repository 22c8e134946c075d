package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/hours"
	"infolinia/ivr/store"
)

func closeCommand() *cobra.Command {
	return hoursCommand("close", false, "Close named hours at once, as in an emergency",
		`Close hours of callflows/hours.yaml at once: callers take the emergency branch of
the flows within a second, whatever the hours say.`)
}

func openCommand() *cobra.Command {
	return hoursCommand("open", true, "Open named hours again: they go by their own times",
		`End the closing of hours of callflows/hours.yaml: they go by their own times again.
With --anyway they are open whatever these say, until --until: for overtime, or to try
the line at night.`)
}

func hoursCommand(word string, on bool, short, long string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   word + " HOURS",
		Short: short,
		Long: long + `
The daemon may be restarting meanwhile. Without --until it holds until it is turned
back with infolinia open or close.`,
		Example: "  infolinia " + word + " hotline --until 2026-12-01T12:00",
	}
	anyway := false
	if on {
		cmd.Flags().BoolVar(&anyway, "anyway", false, "open them outside of their own times as well; needs --until")
	}
	return turning(cmd, store.Override{Kind: store.OverrideHours, On: on}, func(b *board, ctx context.Context, w io.Writer, o store.Override) error {
		if o.Anyway = anyway; anyway && o.Until.IsZero() {
			return errors.New("--anyway needs an end, so that nobody is promised staff who have gone home: give --until, as --until +2h")
		}
		return b.hours(ctx, w, o)
	})
}

func (b *board) hours(ctx context.Context, w io.Writer, o store.Override) error {
	file, ok := b.content.Hours[o.Name]
	if !ok && b.checked {
		return unknown("hours", o.Name, b.content.Hours)
	}
	if err := b.turn(ctx, o, !file.Emergency); err != nil {
		return err
	}
	if !b.checked {
		unverified(w, "hours", o.Name, o)
		return nil
	}
	now, _, err := b.current(ctx)
	if err != nil {
		return err
	}
	state := hours.State(now.Hours[o.Name], b.now)
	switch {
	case o.Anyway:
		fmt.Fprintf(w, "%s is open%s, whatever its own times say\n", o.Name, untilWords(o.Until))
	case state.Case == ivr.HoursEmergency:
		fmt.Fprintf(w, "%s is closed at once%s; callers take the emergency branch\n", o.Name, untilWords(o.Until))
	case state.Case.Open():
		fmt.Fprintf(w, "%s goes by its own times%s and is open now\n", o.Name, untilWords(o.Until))
	case state.NextOpen.IsZero():
		fmt.Fprintf(w, "%s goes by its own times%s and is closed now (%s)\n", o.Name, untilWords(o.Until), state.Case)
	default:
		fmt.Fprintf(w, "%s goes by its own times%s and is closed now (%s); it opens %s\n", o.Name, untilWords(o.Until),
			state.Case, state.NextOpen.In(ivr.Warsaw()).Format(polishTime))
	}
	return nil
}
