package sim

import (
	"fmt"
	"strings"
)

// separator stands between the script and the transcript of a test file.
const separator = "----"

// Case is a test file: a script and the transcript it must give.
type Case struct {
	Source string // the script as written
	Script Script
	Want   []string // readable lines
}

// ParseCase reads a test file. A script without a transcript is one whose
// transcript has yet to be written.
func ParseCase(text string) (Case, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	source, want, _ := strings.Cut(text+"\n", "\n"+separator+"\n")
	script, err := Parse(strings.NewReader(source))
	if err != nil {
		return Case{}, err
	}
	c := Case{Source: strings.TrimRight(source, "\n"), Script: script}
	for line := range strings.SplitSeq(strings.TrimRight(want, "\n "), "\n") {
		if line = strings.TrimRight(line, " \t"); line != "" {
			c.Want = append(c.Want, line)
		}
	}
	return c, nil
}

// Play runs the script on a session and gives the transcript.
func (c Case) Play(s *Session, load Loader) ([]string, error) {
	var got []string
	s.Emit = func(e Event) { got = append(got, e.Readable()) }
	err := s.Run(c.Script, load)
	return got, err
}

// Write is the test file with a transcript.
func (c Case) Write(transcript []string) string {
	return c.Source + "\n" + separator + "\n" + strings.Join(transcript, "\n") + "\n"
}

// Difference says where two transcripts part; empty when they do not.
func Difference(want, got []string) string {
	for i := range max(len(want), len(got)) {
		w, g := lineOr(want, i), lineOr(got, i)
		if w != g {
			return fmt.Sprintf("line %d of the transcript\n  expected: %s\n  heard:    %s", i+1, w, g)
		}
	}
	return ""
}

func lineOr(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}
