package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"infolinia/ivr/sim"
)

// tryByLines is the caller by hand where there is no terminal to draw on: lines
// of a script in, events out, in virtual time. A line that cannot be followed
// is reported and the next one is read.
func tryByLines(w *walk, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	w.on = func(e sim.Event) { fmt.Fprintln(out, e.Readable()) }
	w.s.AskLookup = func(name string, input map[string]string) (sim.Answer, bool) {
		for {
			fmt.Fprintln(out, askForAnswer(name, input))
			if !lines.Scan() {
				return sim.Answer{}, false
			}
			a, err := w.answer(name, strings.TrimSpace(lines.Text()))
			if err == nil {
				return a, true
			}
			fmt.Fprintln(out, "!", err)
		}
	}
	for !w.s.Ended() && lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if err := w.do(text); err != nil {
			fmt.Fprintln(out, "!", err)
		}
	}
	return lines.Err()
}

// askForAnswer asks the tester what a look-up is to say. Sensitive values are
// among the input: only its names are told.
func askForAnswer(name string, input map[string]string) string {
	names := ""
	for _, n := range sortedKeys(input) {
		names += " " + n
	}
	if names != "" {
		names = " by" + names
	}
	return fmt.Sprintf("The flow asks the look-up %s%s. Its answer: JSON, notfound, error, timeout or garbage; `after 2s` may stand before it", name, names)
}
