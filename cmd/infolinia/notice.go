package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/store"
)

func noticeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notice",
		Short: "Switch an announcement on or off at once, list them",
		Long: `Switch an announcement of callflows/notices.yaml on or off at once, whatever the
file says. Callers hear it within a second; the daemon may be restarting meanwhile.
A switch without --until holds until it is turned back, and goes away when it says
what the file says.`,
		Example: `  infolinia notice on city_alert --until +3h
  infolinia notice off city_alert`,
	}
	cmd.AddCommand(noticeSwitch("on", true), noticeSwitch("off", false), noticeList())
	return cmd
}

func noticeSwitch(word string, on bool) *cobra.Command {
	cmd := &cobra.Command{
		Use:   word + " NAME",
		Short: "Switch an announcement " + word,
	}
	return turning(cmd, store.Override{Kind: store.OverrideNotice, On: on}, (*board).notice)
}

func (b *board) notice(ctx context.Context, w io.Writer, o store.Override) error {
	file, ok := b.content.Notices[o.Name]
	if !ok && b.checked {
		return unknown("notice", o.Name, b.content.Notices)
	}
	bounded := !file.From.IsZero() || !file.Until.IsZero()
	files := file.Active
	if o.On {
		files = file.Active && !bounded // inside its bounds or not, it ends by itself
	}
	if err := b.turn(ctx, o, files); err != nil {
		return err
	}
	if !b.checked {
		unverified(w, "notice", o.Name, o)
		return nil
	}
	now, _, err := b.current(ctx)
	if err != nil {
		return err
	}
	heard(w, now.Notices[o.Name], b.now)
	return nil
}

// heard prints what callers hear of a notice.
func heard(w io.Writer, n ivr.Notice, now time.Time) {
	if !n.On(now) {
		fmt.Fprintf(w, "%s is off%s: callers do not hear it\n", n.Name, untilWords(n.Until))
		return
	}
	fmt.Fprintf(w, "%s is on%s; callers hear:\n", n.Name, untilWords(n.Until))
	for _, lang := range slices.Sorted(maps.Keys(n.Text)) {
		fmt.Fprintf(w, "  %s  %s\n", lang, n.Text[lang])
	}
}

func noticeList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the announcements, whether they are heard now and why",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withBoard(cmd, func(ctx context.Context, b *board) error {
				return b.notices(ctx, cmd.OutOrStdout())
			})
		},
	}
}

func (b *board) notices(ctx context.Context, w io.Writer) error {
	now, switches, err := b.current(ctx)
	if err != nil {
		return err
	}
	if len(now.Notices) == 0 {
		_, err := fmt.Fprintln(w, "no notices in callflows/notices.yaml")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tNOW\tWHY\tTEXT")
	for _, name := range slices.Sorted(maps.Keys(now.Notices)) {
		n, state := now.Notices[name], "off"
		if n.On(b.now) {
			state = "on"
		}
		why := "its file"
		if o, ok := switches[string(store.OverrideNotice)+":"+name]; ok {
			why = by(o)
		} else if n.Active {
			why += untilWords(n.Until)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", name, state, why, n.Text["pl"])
	}
	return table.Flush()
}
