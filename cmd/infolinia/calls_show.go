package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/store"
)

func callsShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show CALL",
		Short: "Show the path of a call, with times",
		Long: `Show what happened in a call: the nodes it was in, the prompts that were said, the
keys that were pressed. Keys of a sensitive collect were never kept and show as •.
CALL is the call's id, or a part of it that no other call has.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withCalls(cmd, func(ctx context.Context, s *store.Store) error {
				c, err := findCall(ctx, s, args[0])
				if err != nil {
					return err
				}
				path, err := s.Path(ctx, c.ID)
				if err != nil {
					return err
				}
				if asJSON {
					return encodeLines(cmd.OutOrStdout(), path)
				}
				return printCall(cmd.OutOrStdout(), c, path)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "the events, one JSON object a line")
	return cmd
}

// findCall finds a call by its id or a part of it.
func findCall(ctx context.Context, s *store.Store, id string) (*ivr.Call, error) {
	if c, err := s.Load(ctx, id); err != nil || c != nil {
		return c, err
	}
	live, err := s.Live(ctx)
	if err != nil {
		return nil, err
	}
	recent, err := s.Recent(ctx, 1000)
	if err != nil {
		return nil, err
	}
	var found []*ivr.Call
	for _, c := range append(live, recent...) {
		if strings.Contains(c.ID, id) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no call %q: it is live or ended within the last hour, see `infolinia calls --all`", id)
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%d calls have %q in their id, among them %s and %s: give more of it", len(found), id, found[0].ID, found[1].ID)
}

func printCall(w io.Writer, c *ivr.Call, path []ivr.Event) error {
	fmt.Fprintf(w, "call %s, %s, flows %s\n", c.ID, c.Started.In(ivr.Warsaw()).Format("02.01.2006 15:04:05"), c.Version[:min(12, len(c.Version))])
	if c.Ended {
		fmt.Fprintf(w, "ended after %s: %s\n", endOf(c, path).Sub(c.Started).Round(time.Second), c.Outcome)
	} else {
		fmt.Fprintf(w, "live, now at %s\n", c.Node)
	}
	if len(path) == store.PathCap {
		fmt.Fprintf(w, "(only its last %d events)\n", store.PathCap)
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	node := ""
	for _, e := range path {
		what := eventWords(e.Note)
		if e.Node != "" && e.Node != node {
			if node = e.Node; e.Event != "enter" {
				what = strings.TrimSpace(what + "  at " + node)
			}
		}
		fmt.Fprintf(table, "%7.1f s\t%s\t%s\n", e.At.Sub(c.Started).Seconds(), e.Event, what)
	}
	return table.Flush()
}

// eventWords is what there is to say of an event beside its name.
func eventWords(n ivr.Note) string {
	switch n.Event {
	case "enter":
		return n.Node
	case "key":
		if n.Secret {
			return "•"
		}
		return n.Digit
	case "set":
		if n.Secret {
			return n.Var + " = •"
		}
		return fmt.Sprintf("%s = %v", n.Var, n.Value)
	case "say":
		return strings.TrimSpace(n.Lang + " " + n.Prompt)
	case "no_input", "no_match":
		return fmt.Sprintf("the %s", ordinal(n.Count))
	case "end":
		return fmt.Sprintf("by the %s: %s", n.By, n.Outcome)
	}
	var words []string
	for _, s := range []string{n.Queue, n.To, n.Box, n.Article, n.Prompt, n.Reason} {
		if s != "" {
			words = append(words, s)
		}
	}
	return strings.Join(words, ", ")
}

func ordinal(n int) string {
	switch n {
	case 1:
		return "first"
	case 2:
		return "second"
	case 3:
		return "third"
	}
	return fmt.Sprintf("%dth", n)
}
