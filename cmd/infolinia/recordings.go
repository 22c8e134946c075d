package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/speech"
)

func recordingsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recordings",
		Short: "Prompts recorded by people: list them, accept them",
		Long: `A recording callflows/recordings/LANG/PROMPT-ID.wav is played instead of the
synthesized prompt once it is accepted, and only as long as the prompt's text
stays as it was then.`,
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "list",
			Short: "List the recordings and whether they are used",
			Args:  cobra.NoArgs,
			RunE:  func(cmd *cobra.Command, _ []string) error { return listRecordings(cmd) },
		},
		&cobra.Command{
			Use:   "accept FILE",
			Short: "Say that a recording says the present text of its prompt",
			Args:  cobra.ExactArgs(1),
			RunE:  func(cmd *cobra.Command, args []string) error { return acceptRecording(cmd, args[0]) },
		},
	)
	return cmd
}

// recordingShelf is the folder of recordings with the texts they belong to.
type recordingShelf struct {
	dir    string
	bundle *flowfile.Bundle
}

func openRecordings(cmd *cobra.Command) (*recordingShelf, error) {
	settings, err := loadSettings(cmd)
	if err != nil {
		return nil, err
	}
	bundle, err := loadBundle(settings.Line, cmd.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	return &recordingShelf{speechSettings(&settings.Config).Recordings, bundle}, nil
}

func listRecordings(cmd *cobra.Command) error {
	shelf, err := openRecordings(cmd)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(shelf.dir, "*", "*.wav"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "no recordings in %s\n", shelf.dir)
		return err
	}
	slices.Sort(files)
	return shelf.print(cmd.OutOrStdout(), files)
}

func (s *recordingShelf) print(w io.Writer, files []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RECORDING\tUSED\tWHY")
	for _, file := range files {
		used, why := "no", ""
		part, err := s.text(file)
		if err == nil {
			var state speech.RecordingState
			if state, err = speech.State(s.dir, part.Lang, part.Prompt, part.Text); err == nil {
				used, why = recordingState(state, file)
			}
		}
		if err != nil {
			why = err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", file, used, why)
	}
	return table.Flush()
}

func recordingState(state speech.RecordingState, file string) (used, why string) {
	switch state {
	case speech.Current:
		return "yes", "accepted for the present text"
	case speech.Stale:
		return "no", "the text has changed: record it again, then infolinia recordings accept " + file
	}
	return "no", "not accepted: infolinia recordings accept " + file
}

// text is what the recording in a file should say: its folder is the language,
// its name the prompt.
func (s *recordingShelf) text(file string) (ivr.Part, error) {
	lang, id := filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".wav")
	parts, err := promptTexts(s.bundle, id, lang)
	if err != nil {
		return ivr.Part{}, err
	}
	if len(parts) > 1 {
		return ivr.Part{}, fmt.Errorf("prompt %q is said with different keys, one recording cannot say them all", id)
	}
	return parts[0], nil
}

func acceptRecording(cmd *cobra.Command, file string) error {
	shelf, err := openRecordings(cmd)
	if err != nil {
		return err
	}
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	if filepath.Dir(filepath.Dir(file)) != shelf.dir || filepath.Ext(file) != ".wav" {
		return fmt.Errorf("%s: put the recording at %s first", file, filepath.Join(shelf.dir, "LANG", "PROMPT-ID.wav"))
	}
	part, err := shelf.text(file)
	if err != nil {
		return err
	}
	if err := speech.Accept(cmd.Context(), file, part.Text); err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s (%s) is played from now on, as saying:\n  %s\n", part.Prompt, part.Lang, part.Text)
	return nil
}
