package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/flow"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/sim"
	"infolinia/ivr/speech"
)

func tryCommand() *cobra.Command {
	var script, record string
	var asJSON, rendered bool
	cmd := &cobra.Command{
		Use:   "try [DIR]",
		Short: "Call the line without a telephone: by hand, or by a script",
		Long: `Call the line without a telephone.

Without a script you are the caller: the screen shows what is said and which keys
may be pressed. With --script the clock is virtual, nothing waits, and the network
is not touched; the words of a script are listed by its error messages.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := dirOf(args)
			line, err := loadLine(dir, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			s := sim.New(line, time.Now())
			if rendered {
				if s.Length, err = renderedLength(cmd); err != nil {
					return err
				}
			}
			if script == "" {
				return tryByHand(cmd, s, record)
			}
			if record != "" {
				return fmt.Errorf("--record keeps an interactive walk: leave out --script")
			}
			return tryScript(cmd, s, script, asJSON)
		},
	}
	cmd.Flags().StringVar(&script, "script", "", "file with the script, - for standard input")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&rendered, "rendered", false, "take the length of prompts from the rendered files")
	cmd.Flags().StringVar(&record, "record", "", "write the walk as a test to this file")
	return cmd
}

func tryScript(cmd *cobra.Command, s *sim.Session, path string, asJSON bool) error {
	in, folder := io.Reader(cmd.InOrStdin()), "."
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in, folder = f, filepath.Dir(path)
	}
	script, err := sim.Parse(in)
	if err != nil {
		return fmt.Errorf("%s: %w", scriptName(path), err)
	}
	out := cmd.OutOrStdout()
	s.Emit = func(e sim.Event) { fmt.Fprintln(out, e.Readable()) }
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		s.Emit = func(e sim.Event) { _ = enc.Encode(e) }
	}
	if err := s.Run(script, publisher(folder, cmd.ErrOrStderr())); err != nil {
		return fmt.Errorf("%s: %w", scriptName(path), err)
	}
	return nil
}

func scriptName(path string) string {
	if path == "-" {
		return "script"
	}
	return path
}

// publisher loads the folder of a `publish` line; a refused one is reported
// and changes nothing.
func publisher(folder string, report io.Writer) sim.Loader {
	return func(dir string) (sim.Line, bool) {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(folder, dir)
		}
		line, err := loadLine(dir, report)
		if err != nil {
			fmt.Fprintf(report, "publish: %v; the old version goes on\n", err)
			return sim.Line{}, false
		}
		return line, true
	}
}

// dirOf is the folder a command works on.
func dirOf(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return "."
}

// loadLine loads and checks the folder of a line. Problems are reported; the
// error says that there are any that forbid to use it.
func loadLine(dir string, report io.Writer) (sim.Line, error) {
	bundle, problems := flowfile.Load(dir)
	errors := 0
	for _, p := range problems {
		if !p.Warning {
			fmt.Fprintln(report, p)
			errors++
		}
	}
	if errors > 0 {
		return sim.Line{}, fmt.Errorf("%s: %d to mend first (see `infolinia check`)", dir, errors)
	}
	return sim.Line{Program: bundle.Program, Content: bundle.Content}, nil
}

// renderedLength tells how long the sound file of a text is; one that is not
// there yet is rendered.
func renderedLength(cmd *cobra.Command) (func(ivr.Part) time.Duration, error) {
	settings, err := loadSettings(cmd)
	if err != nil {
		return nil, err
	}
	speaker, err := newSpeaker(&settings.Config)
	if err != nil {
		return nil, err
	}
	return func(p ivr.Part) time.Duration {
		clip, err := speaker.File(cmd.Context(), speech.Utterance{ID: p.Prompt, Lang: p.Lang, Text: p.Text})
		if err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s in %s is estimated: %v\n", p.Prompt, p.Lang, err)
			return flow.Estimate(p.Text)
		}
		return clip.Duration
	}, nil
}
