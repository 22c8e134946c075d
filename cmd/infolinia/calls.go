package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/store"
)

// callsTime is how long the commands about calls wait for Redis.
const callsTime = 10 * time.Second

// callsShown is how many ended calls are listed without --all.
const callsShown = 20

func callsCommand() *cobra.Command {
	var asJSON, all bool
	cmd := &cobra.Command{
		Use:   "calls",
		Short: "List live and recent calls",
		Long: `List the live calls, and below them those that ended within the last hour, the
newest first. There is no caller's number in it: nothing here knows one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withCalls(cmd, func(ctx context.Context, s *store.Store) error {
				limit := callsShown
				if all {
					limit = 1000
				}
				rows, err := callRows(ctx, s, limit, time.Now())
				if err != nil {
					return err
				}
				if asJSON {
					return encodeLines(cmd.OutOrStdout(), rows)
				}
				return printCalls(cmd.OutOrStdout(), rows)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&all, "all", false, fmt.Sprintf("all that ended within the hour, not only the last %d", callsShown))
	cmd.AddCommand(callsShowCommand())
	return cmd
}

// withCalls runs a command over the store of calls.
func withCalls(cmd *cobra.Command, do func(ctx context.Context, s *store.Store) error) error {
	return withStore(cmd, "calls", callsTime, func(ctx context.Context, _ *config.Config, s *store.Store) error {
		return do(ctx, s)
	})
}

// withStore runs a command over the store of the line; what is looked for there
// is named when it does not answer.
func withStore(cmd *cobra.Command, what string, limit time.Duration, do func(context.Context, *config.Config, *store.Store) error) error {
	settings, err := loadSettings(cmd)
	if err != nil {
		return err
	}
	s, err := openStore(&settings.Config)
	if err != nil {
		return err
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(cmd.Context(), limit)
	defer cancel()
	if err := s.Ping(ctx); err != nil {
		return fmt.Errorf("%w; %s are kept there: start the line with `make run`, or see redis.url in `infolinia config`", err, what)
	}
	return do(ctx, &settings.Config, s)
}

// callRow is what is told of a call.
type callRow struct {
	ID      string      `json:"call"`
	Started time.Time   `json:"started"`
	Live    bool        `json:"live"`
	Seconds float64     `json:"seconds"`
	Lang    string      `json:"lang"`
	Node    string      `json:"node"`
	Outcome ivr.Outcome `json:"outcome,omitempty"`
	Version string      `json:"version"`
}

func callRows(ctx context.Context, s *store.Store, limit int, now time.Time) ([]callRow, error) {
	live, err := s.Live(ctx)
	if err != nil {
		return nil, err
	}
	recent, err := s.Recent(ctx, limit)
	if err != nil {
		return nil, err
	}
	var rows []callRow
	for _, c := range append(live, recent...) {
		row := callRow{ID: c.ID, Started: c.Started, Live: !c.Ended, Lang: c.Lang, Node: c.Node, Outcome: c.Outcome, Version: c.Version}
		until := now
		if c.Ended {
			path, err := s.Path(ctx, c.ID)
			if err != nil {
				return nil, err
			}
			until = endOf(c, path)
		}
		row.Seconds = until.Sub(c.Started).Round(100 * time.Millisecond).Seconds()
		rows = append(rows, row)
	}
	return rows, nil
}

// endOf is when an ended call was last heard of.
func endOf(c *ivr.Call, path []ivr.Event) time.Time {
	if len(path) == 0 {
		return c.Started
	}
	return path[len(path)-1].At
}

func printCalls(w io.Writer, rows []callRow) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintln(w, "no calls now, and none ended within the last hour")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CALL\tSTARTED\tDURATION\tLANGUAGE\tNODE\tOUTCOME")
	for _, r := range rows {
		outcome := string(r.Outcome)
		if r.Live {
			outcome = "(live)"
		}
		length := time.Duration(r.Seconds * float64(time.Second)).Round(time.Second)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Started.In(ivr.Warsaw()).Format(time.TimeOnly), length, r.Lang, r.Node, outcome)
	}
	return table.Flush()
}

func encodeLines[T any](w io.Writer, rows []T) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
