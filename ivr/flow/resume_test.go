package flow_test

import (
	"slices"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/hours"
)

func shipped(t *testing.T) *flowfile.Bundle {
	all := lines(t)
	return all[len(all)-1]
}

// The stop of a prompt that the caller cut may have gone down with its process.
func TestAPromptThatWasCutBeforeACrashIsStoppedBeforeTheNextOneIsSaid(t *testing.T) {
	line := shipped(t)
	w := hours.World(line.Content, ivr.Warsaw(), time.Date(2026, 6, 9, 8, 0, 0, 0, time.UTC), ivr.Services{})
	c, effects := line.Program.Step(line.Program.New("sys-1.1", ivr.Caller{}), ivr.Arrived{}, w)
	for range 5 { // announcements that cannot be cut
		if c.Speech.Queue[0].BargeIn {
			break
		}
		c, effects = line.Program.Step(c, ivr.PlayEnded{ID: c.Speech.ID}, w)
	}
	cut := c.Speech.ID
	c, effects = line.Program.Step(c, ivr.Key{Digit: '#'}, w) // said again
	if c.Speech == nil || c.Speech.ID == cut {
		t.Fatalf("nothing is said after the key: %+v", effects)
	}
	lost := c.Speech.ID
	c, effects = line.Program.Step(c, ivr.Resumed{Gone: []string{lost}}, w)
	stop := slices.IndexFunc(effects, func(e ivr.Effect) bool { return e == ivr.StopPlay{ID: cut} })
	say := slices.IndexFunc(effects, func(e ivr.Effect) bool { _, is := e.(ivr.Play); return is })
	if stop < 0 || say < stop {
		t.Fatalf("%s is not stopped before something is said: %+v", cut, effects)
	}
	c, _ = line.Program.Step(c, ivr.PlayEnded{ID: c.Speech.ID}, w)
	if len(c.Cut) > 0 {
		t.Errorf("remembered after something was heard: %q", c.Cut)
	}
}

func TestATimerOfARestoredCallIsLeftTwoSecondsToItsWholeTimeWhateverTheClockSays(t *testing.T) {
	line := shipped(t)
	at := time.Date(2026, 6, 9, 8, 0, 0, 0, time.UTC)
	world := func(at time.Time) *ivr.World {
		return hours.World(line.Content, ivr.Warsaw(), at, ivr.Services{})
	}
	c, _ := line.Program.Step(line.Program.New("sys-1.1", ivr.Caller{}), ivr.Arrived{}, world(at))
	for _, jump := range []time.Duration{0, time.Hour, -time.Hour} {
		resumed, effects := line.Program.Step(c, ivr.Resumed{Away: time.Second}, world(at.Add(jump)))
		armed := 0
		for _, e := range effects {
			set, is := e.(ivr.SetTimer)
			if !is {
				continue
			}
			armed++
			for _, timer := range resumed.Timers {
				if timer.ID == set.ID && (set.After < min(2*time.Second, timer.After) || set.After > timer.After) {
					t.Errorf("the clock is set by %v: %s is left %v of %v", jump, set.ID, set.After, timer.After)
				}
			}
		}
		if armed != len(c.Timers) {
			t.Errorf("the clock is set by %v: %d timers of %d", jump, armed, len(c.Timers))
		}
	}
}
