package main

import (
	"fmt"
	"io"

	"infolinia/ivr"
	"infolinia/ivr/config"
	"infolinia/ivr/flow"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/speech"
)

// newSpeaker is the voice of the line; Close it.
func newSpeaker(c *config.Config) (*speech.Speaker, error) {
	return speech.New(speechSettings(c))
}

// textsAhead are all texts of the line that are known before any call.
func textsAhead(b *flowfile.Bundle) []ivr.Part {
	return append(b.Program.Ahead(), flow.ContentAhead(b.Content)...)
}

// loadBundle loads the line's files. What keeps them from being used is
// reported; warnings are for check.
func loadBundle(dir string, report io.Writer) (*flowfile.Bundle, error) {
	bundle, problems := flowfile.Load(dir)
	for _, p := range problems {
		if !p.Warning {
			fmt.Fprintln(report, p)
		}
	}
	if n := flowfile.Errors(problems); n > 0 {
		return nil, fmt.Errorf("%s: %s to mend first (see `infolinia check`)", dir, plural(n, "error"))
	}
	return bundle, nil
}
