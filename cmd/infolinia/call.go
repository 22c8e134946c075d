package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr/caller"
	"infolinia/ivr/site"
)

// The exit codes of call, for a monitor; 0 is a call as expected, 1 a mistake
// in the order itself.
const (
	callNoAnswer exitCode = 2
	callBusy     exitCode = 3
	callRefused  exitCode = 4
	callUnmet    exitCode = 5
	callTimedOut exitCode = 6
)

// callOrder is what the flags of call say.
type callOrder struct {
	caller.Options
	keys, index string
	expect      []string
	max         time.Duration
	asJSON      bool
}

func callCommand() *cobra.Command {
	var o callOrder
	cmd := &cobra.Command{
		Use:   "call [SIP URI]",
		Short: "Phone the line: press keys, tell what is heard, watch it",
		Long: `Phone the line as a caller does, over SIP and UDP, and tell what is heard as it
happens. Without a URI the line of this machine is called.

Keys are pressed at moments, each a moment, a colon and the keys:

    4s:1                  4 s after the answer
    +500ms:12#            500 ms after the keys before
    main.top.prompt:1     when that prompt begins
    end=main.top.prompt:1 when it has ended

The call ends when the line hangs up, when --max is over, or as soon as all keys
were pressed and all that --expect names has begun.

Prompts are known by their audio, byte for byte, which takes A-law from end to
end. --index is a folder of .alaw files, each named by its path in it, or a file
with a name, a tab and a path on each line; a folder's names.tsv is such a file.
A name without folders fits in any: main.top.prompt is pl/main.top.prompt too.

The password of --user comes from the environment, SIP_PASSWORD.

Exit codes: 0 as expected, 1 wrong order or a failure here, 2 no answer, 3 busy,
4 refused, 5 the call ended before all that was expected, 6 --max was over first.`,
		Example: `  infolinia call --keys "4s:1 12s:0" --wav out.wav
  infolinia call sip:243645555@pbx.example --expect main.top.prompt --max 20s --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, err := loadSettings(cmd)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				o.To = args[0]
			} else {
				o.To = site.SIPAddress(&settings.Config, lineNumber(settings.Line))
			}
			if !cmd.Flags().Changed("index") {
				o.index = settings.Speech.Cache
			}
			o.Password = os.Getenv("SIP_PASSWORD")
			return placeCall(cmd, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.keys, "keys", "", "what to press and when")
	f.StringArrayVar(&o.expect, "expect", nil, "a prompt that must be heard; may be given several times, in the order of the call")
	f.DurationVar(&o.max, "max", time.Minute, "how long the call may last")
	f.StringVar(&o.index, "index", "", "the prompts to know (default: those of the line on this machine)")
	f.StringVar(&o.Record, "wav", "", "write what is heard to this WAV file")
	f.StringVar(&o.From, "from", "", "the caller's number")
	f.StringVar(&o.User, "user", "", "log in as this user")
	f.BoolVar(&o.asJSON, "json", false, "one JSON object a line, the last one the report")
	return cmd
}

func placeCall(cmd *cobra.Command, o callOrder) error {
	steps, err := caller.ParseScript(o.keys)
	if err != nil {
		return fmt.Errorf("--keys: %w", err)
	}
	if o.Index, err = callIndex(o.index, cmd.Flags().Changed("index")); err != nil {
		return err
	}
	// The SIP library says what it finds odd on the global log.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	out := newCallTranscript(cmd.OutOrStdout(), o)
	o.OnEvent = out.event

	c, err := caller.Dial(cmd.Context(), o.Options)
	if err != nil {
		return out.verdict(nil, dialCode(err), err)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), o.max)
	defer cancel()
	err = followCall(ctx, c, steps, o.expect)
	bye := c.Hangup()
	if err == nil {
		err = errors.Join(bye, c.End().Err)
	}
	return out.verdict(c, callCode(err), err)
}

// followCall presses and listens until all is done. Without anything to
// expect it listens to the end.
func followCall(ctx context.Context, c *caller.Call, steps []caller.Step, expect []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	expected := make(chan error, 1)
	go func() { expected <- c.Expect(ctx, expect...) }()
	if err := c.Run(ctx, steps); err != nil {
		cancel()
		<-expected
		return err
	}
	if err := <-expected; err != nil || len(expect) > 0 {
		return err
	}
	select {
	case <-c.Ended():
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
	}
	return nil
}

// callIndex reads the prompts to know; the usual folder may be missing.
func callIndex(path string, wanted bool) (*caller.Index, error) {
	x := caller.NewIndex()
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !wanted:
		return x, nil
	case err != nil:
		return nil, fmt.Errorf("--index: %w", err)
	}
	if !info.IsDir() {
		_, err = x.AddList(path)
	} else if err = listedPrompts(x, path); errors.Is(err, fs.ErrNotExist) {
		_, err = x.AddFolder(path)
	}
	if err != nil {
		return nil, fmt.Errorf("--index: %w", err)
	}
	return x, nil
}

// listedPrompts adds a folder of rendered prompts by its list, and the sounds
// that are not prompts of a flow: the beep, the apology.
func listedPrompts(x *caller.Index, folder string) error {
	if _, err := x.AddList(filepath.Join(folder, "names.tsv")); err != nil {
		return err
	}
	_, err := x.AddFolder(filepath.Join(folder, "kept"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func dialCode(err error) exitCode {
	var refused *caller.Refused
	switch {
	case errors.Is(err, caller.ErrNoAnswer):
		return callNoAnswer
	case !errors.As(err, &refused):
		return 1
	case refused.Busy():
		return callBusy
	}
	return callRefused
}

func callCode(err error) exitCode {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, caller.ErrOver):
		return callUnmet
	case errors.Is(err, context.DeadlineExceeded):
		return callTimedOut
	}
	return 1
}
