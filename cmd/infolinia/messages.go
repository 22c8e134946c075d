package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/message"
)

func messagesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "messages",
		Short: "List, play and tick off the messages callers have left",
	}
	cmd.AddCommand(messagesList(), messagesPlay(), messagesDone())
	return cmd
}

func messagesList() *cobra.Command {
	var box string
	var all bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the messages nobody has dealt with yet, oldest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := openMessages(cmd)
			if err != nil {
				return err
			}
			state := message.Unheard
			if all {
				state = message.All
			}
			list, err := store.List(box, state)
			return errors.Join(printMessages(cmd.OutOrStdout(), list), err)
		},
	}
	cmd.Flags().StringVar(&box, "box", "", "only this box")
	cmd.Flags().BoolVar(&all, "all", false, "also those that are done")
	return cmd
}

func printMessages(w io.Writer, list []message.Message) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no messages")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tBOX\tLEFT AT\tLENGTH\tREPORT\tLANGUAGE\tDONE")
	for _, m := range list {
		done := ""
		if m.Done() {
			done = m.DoneAt.In(ivr.Warsaw()).Format(polishTime) + " " + m.DoneBy
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, m.Box,
			m.At.In(ivr.Warsaw()).Format(polishTime), message.Length(m.Seconds), m.Report, m.Lang, done)
	}
	return table.Flush()
}

const polishTime = "02.01.2006 15:04"

func messagesPlay() *cobra.Command {
	var pathOnly bool
	cmd := &cobra.Command{
		Use:   "play ID",
		Short: "Play a message with sox, or print where its WAV file is",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			store, err := openMessages(cmd)
			if err != nil {
				return err
			}
			path, err := store.Path(args[0])
			if err != nil {
				return explainUnknown(store, args[0], err)
			}
			if pathOnly {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), path)
				return err
			}
			return playSound(cmd.Context(), path, cmd.ErrOrStderr())
		},
	}
	cmd.Flags().BoolVar(&pathOnly, "path", false, "print the path of the WAV file instead")
	return cmd
}

// playSound plays a file on this machine's loudspeaker.
func playSound(ctx context.Context, path string, report io.Writer) error {
	player := exec.CommandContext(ctx, "play", "-q", path)
	player.Stdout, player.Stderr = report, report
	switch err := player.Run(); {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("no program `play` here: install sox, or play %s with another one", path)
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("play %s: %w (on a machine without sound, copy the file: --path prints where it is)", path, err)
	}
	return nil
}

func messagesDone() *cobra.Command {
	return &cobra.Command{
		Use:   "done ID",
		Short: "Note that a message was dealt with",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			store, err := openMessages(cmd)
			if err != nil {
				return err
			}
			if err := store.Done(cmd.Context(), args[0], whoami()); err != nil {
				return explainUnknown(store, args[0], err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is done\n", args[0])
			return err
		},
	}
}

// whoami is the login name of whoever runs this, also behind sudo.
func whoami() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}

// explainUnknown names the messages that may have been meant.
func explainUnknown(store *message.Store, id string, err error) error {
	if !errors.Is(err, message.ErrUnknown) {
		return err
	}
	list, _ := store.List("", message.All)
	var like []string
	for _, m := range list {
		if strings.Contains(m.ID, id) || strings.Contains(id, m.ID) || m.Report != "" && m.Report == id {
			like = append(like, m.ID)
		}
	}
	slices.Reverse(like) // the newest first
	if len(like) == 0 {
		return fmt.Errorf("%w; `infolinia messages list --all` shows those there are", err)
	}
	return fmt.Errorf("%w; did you mean %s?", err, strings.Join(like[:min(3, len(like))], " or "))
}

func openMessages(cmd *cobra.Command) (*message.Store, error) {
	settings, err := loadSettings(cmd)
	if err != nil {
		return nil, err
	}
	return message.Open(filepath.Join(settings.Var, "messages"))
}
