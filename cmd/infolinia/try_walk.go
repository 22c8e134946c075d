package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"infolinia/ivr/sim"
)

// walk is a call by hand: a session, and the script it amounts to.
type walk struct {
	s          *sim.Session
	load       sim.Loader
	script     []string
	transcript []string
	on         func(sim.Event) // also told of each event
}

// grain is the precision of time in a walk and in its record.
const grain = 100 * time.Millisecond

func newWalk(s *sim.Session, load sim.Loader) *walk {
	w := &walk{s: s, load: load, on: func(sim.Event) {}}
	s.Emit = func(e sim.Event) {
		w.transcript = append(w.transcript, e.Readable())
		w.on(e)
	}
	return w
}

// do follows one line of a script and notes it down. After the end of the call
// nothing is done.
func (w *walk) do(line string) error {
	c, err := sim.ParseLine(line)
	if err != nil {
		return err
	}
	if w.s.Ended() {
		return fmt.Errorf("the call is over")
	}
	if c.Word == "call" && !w.saysWhen() {
		// Without it the test would run at another time each day.
		if err := w.do("at " + w.s.Now().Truncate(time.Second).Format(time.RFC3339)); err != nil {
			return err
		}
	}
	before := slices.Clone(w.script)
	w.script = append(w.script, w.recorded(c, line))
	if err := w.s.Do(c, w.load); err != nil {
		w.script = before
		return err
	}
	return nil
}

func (w *walk) saysWhen() bool {
	for _, line := range w.script {
		if strings.HasPrefix(line, "at ") {
			return true
		}
	}
	return false
}

// recorded is a line as it is kept: lasting ones are joined, and the digits of a
// sensitive collect are others.
func (w *walk) recorded(c sim.Command, line string) string {
	switch c.Word {
	case "wait", "speak":
		last := len(w.script) - 1
		if last < 0 {
			break
		}
		word, before, _ := strings.Cut(w.script[last], " ")
		if a, err := time.ParseDuration(before); word == c.Word && err == nil {
			b, _ := time.ParseDuration(c.Args[0])
			w.script = w.script[:last]
			return c.Word + " " + seconds(a+b)
		}
	case "press":
		if w.takesSecret() {
			return "press " + strings.Map(maskDigit, c.Args[0])
		}
	}
	return line
}

// takesSecret tells whether the digits pressed now are sensitive. They are
// recorded as zeros: the walk goes the same way with them.
func (w *walk) takesSecret() bool {
	if !w.s.Started() {
		return false
	}
	call := w.s.State()
	return w.s.Program().Secret(&call) && call.Visit.Phase == "digits"
}

func maskDigit(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	return r
}

// lasting lets time pass by a word that takes a duration.
func (w *walk) lasting(word string, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	return w.do(word + " " + seconds(d))
}

func seconds(d time.Duration) string {
	return fmt.Sprintf("%gs", math.Round(d.Seconds()*1000)/1000)
}

// answer notes down the answer of a look-up that was asked for in the middle of
// the last line: before that line.
func (w *walk) answer(name, text string) (sim.Answer, error) {
	_, a, err := sim.ParseAnswer(name + " " + text)
	if err != nil {
		return a, err
	}
	last := len(w.script) - 1
	w.script = append(w.script[:last:last], "lookup "+name+" "+text, w.script[last])
	return a, nil
}

// save writes the walk as a test; without a call there is none.
func (w *walk) save(path string) error {
	if path == "" || !w.s.Started() {
		return nil
	}
	c := sim.Case{Source: strings.Join(w.script, "\n")}
	return os.WriteFile(path, []byte(c.Write(w.transcript)), 0o644)
}
