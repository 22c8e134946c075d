package sim_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"infolinia/ivr/sim"
)

// runWithClock follows a script while the clock on the wall is set to and fro,
// and gives what the caller experienced, by the true time.
func runWithClock(t *rapid.T, line sim.Line, script sim.Script, skews []time.Duration) (*sim.Session, []string) {
	s := sim.New(line, time.Now())
	s.Restore = true // between two inputs: so a saved moment has no other clock than that on the wall
	var told []string
	s.Emit = func(e sim.Event) { told = append(told, e.Readable()) }
	for i, c := range script.Commands {
		if s.Started() {
			s.SetClock(skews[i%len(skews)])
		}
		if s.Ended() {
			break
		}
		if err := s.Do(c, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Settle(); err != nil {
		t.Fatal(err)
	}
	return s, told
}

// anyClockScript is of a moment at which nothing begins or ends within the hour.
func anyClockScript(t *rapid.T, line sim.Line, without string) (sim.Script, string) {
	text := "at 2026-06-09T12:30:00+02:00\nfrom +48600100200\n"
	for name := range line.Program.Lookups {
		text += "lookup " + name + " notfound\n"
	}
	text += "call\n"
	for range rapid.IntRange(1, 30).Draw(t, "length") {
		if l := anyLine(t, line); l != without {
			text += l + "\n"
		}
	}
	text += "hangup"
	script, err := sim.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return script, text
}

func anySkews(t *rapid.T) []time.Duration {
	skew := rapid.SampledFrom([]time.Duration{0, time.Hour, -time.Hour})
	return rapid.SliceOfN(skew, 1, 8).Draw(t, "skews")
}

func TestACallGoesTheSameWayWhenTheClockIsSetInItsMiddle(t *testing.T) {
	all := shippedLines(t)
	rapid.Check(t, func(t *rapid.T) {
		line := all[rapid.IntRange(0, len(all)-1).Draw(t, "line")]
		script, text := anyClockScript(t, line, "crash")
		skews := anySkews(t)
		_, want := runWithClock(t, line, script, []time.Duration{0})
		_, got := runWithClock(t, line, script, skews)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("with the clock set by %v the call goes another way: %s\n%s", skews, sim.Difference(want, got), text)
		}
	})
}

// After a crash nothing but the clock on the wall tells how long nobody looked
// after a call. A wrong one makes a deadline come early, but none gets lost.
func TestACallEndsAlsoWhenTheClockIsSetWhileNobodyLooksAfterIt(t *testing.T) {
	all := shippedLines(t)
	rapid.Check(t, func(t *rapid.T) {
		line := all[rapid.IntRange(0, len(all)-1).Draw(t, "line")]
		script, text := anyClockScript(t, line, "")
		skews := anySkews(t)
		if s, _ := runWithClock(t, line, script, skews); !s.Ended() {
			t.Fatalf("with the clock set by %v the call does not end\n%s", skews, text)
		}
	})
}
