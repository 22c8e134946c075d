package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/console"
	"infolinia/ivr/flowfile"
)

func publishCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "publish",
		Short: "Make the saved files live for new calls",
		Long: `Check the saved files, render their new prompts, and make them live for new calls.
Calls that are live keep the version they started with. When something is wrong
it is listed, and the old version stays.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return changeVersion(cmd, (*console.Client).Publish)
		},
	}
}

func rollbackCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rollback",
		Short: "Make the version before the live one live again",
		Long: `Make the version that was live before the present one live again for new calls.
The saved files stay as they are: they go live again with the next change of one
of them or the daemon's next start (reload: auto), or with infolinia publish.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return changeVersion(cmd, (*console.Client).Rollback)
		},
	}
}

func changeVersion(cmd *cobra.Command, change func(*console.Client, context.Context) (console.Version, error)) error {
	settings, err := loadSettings(cmd)
	if err != nil {
		return err
	}
	version, err := changeAll(cmd.Context(), &settings.Config, change)
	var refused *console.Refused
	switch {
	case errors.As(err, &refused):
		printErrors(cmd.OutOrStdout(), settings.Line, refused.Problems)
		fmt.Fprintln(cmd.ErrOrStderr(), "the old version stays live")
		return exitCode(1)
	case errors.Is(err, console.ErrAbsent):
		return absent(&settings.Config, err)
	case err != nil:
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "live for new calls: version %s, since %s\n",
		version.Short(), version.Since.In(ivr.Warsaw()).Format(time.TimeOnly))
	if n := len(version.Of(true)); n > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "%s: see infolinia check\n", plural(n, "warning"))
	}
	return nil
}

// changeAll changes the version of each instance that runs; the error is
// console.ErrAbsent when none does.
func changeAll(ctx context.Context, c *config.Config, change func(*console.Client, context.Context) (console.Version, error)) (version console.Version, err error) {
	changed := false
	for n := range len(c.ARI.Apps) {
		v, failed := change(console.NewClient(c.Socket(n+1)), ctx)
		switch {
		case failed == nil:
			version, changed = v, true
		case !errors.Is(failed, console.ErrAbsent):
			return v, failed
		case err == nil:
			err = failed
		}
	}
	if changed {
		err = nil
	}
	return version, err
}

// printErrors prints what check would, without its warnings.
func printErrors(w io.Writer, dir string, problems []console.FileProblem) {
	for _, p := range problems {
		p.File = filepath.Join(dir, p.File)
		if !p.Warning {
			fmt.Fprintln(w, flowfile.Problem(p))
		}
	}
}

// absent says how to start the daemon that a command needs.
func absent(c *config.Config, err error) error {
	start := "start it with `make run`"
	if c.Profile == config.Production {
		start = "start it with `systemctl start infolinia@1`"
	}
	return fmt.Errorf("%w; %s (it would answer at %s)", err, start, controlSocket(c))
}
