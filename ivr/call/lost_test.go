package call_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"infolinia/ivr"
	"infolinia/ivr/call"
)

func TestACallOfALostMachineEndsOnceWithACauseWhereverItIs(t *testing.T) {
	versions := loadSmallLine(t)
	rapid.Check(t, func(t *rapid.T) {
		program := versions.Current()
		c := program.New("pbx-1.1", ivr.Caller{})
		in := ivr.Input(ivr.Arrived{})
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			c, _ = program.Step(c, in, versions.World(time.Now()))
			if c.Ended {
				return
			}
			in = rapid.SampledFrom(couldHappen(c)).Draw(t, "input")
		}
		ended, events, err := call.Lost(versions, c)
		if err != nil {
			t.Fatal(err)
		}
		if !ended.Ended || ended.Seq <= c.Seq || ended.Outcome == "" {
			t.Errorf("at %s the call became %+v", c.Node, ended)
		}
		last := events[len(events)-1]
		if last.Event != "end" || last.Reason != "lost" || last.Seq != ended.Seq {
			t.Errorf("at %s the last event is %+v", c.Node, last)
		}
		ends := slices.DeleteFunc(slices.Clone(events), func(e ivr.Event) bool { return e.Event != "end" })
		if len(ends) != 1 {
			t.Errorf("at %s it ended %d times", c.Node, len(ends))
		}
		if place := program.Place(&c); place != "" && ended.Left != (ivr.LeaveQueue{ID: place, Reason: ivr.LeftByHangup}) {
			t.Errorf("at %s the place %s is left as %+v", c.Node, place, ended.Left)
		}
		recording := c.Visit.Recording
		kept := slices.ContainsFunc(events, func(e ivr.Event) bool { return e.Event == "kept" && e.Recording == recording })
		if recording != "" && !kept {
			t.Errorf("at %s what the caller said is not kept", c.Node)
		}
	})
}

// couldHappen are inputs that may follow in a state.
func couldHappen(c ivr.Call) []ivr.Input {
	list := []ivr.Input{
		ivr.Key{Digit: '1'}, ivr.Key{Digit: '2'}, ivr.Key{Digit: '3'}, ivr.Key{Digit: '4'}, ivr.Key{Digit: '5'}, ivr.Key{Digit: '#'},
	}
	if c.Speech != nil {
		list = append(list, ivr.PlayEnded{ID: c.Speech.ID})
	}
	for _, timer := range c.Timers {
		list = append(list, ivr.TimerFired{ID: timer.ID})
	}
	switch {
	case c.Await == "":
	case c.Node == "main.status":
		list = append(list, ivr.LookupEnded{ID: c.Await, Code: 200})
	case c.Node == "main.line":
		for _, state := range []ivr.QueueState{ivr.QueueWaiting, ivr.QueueConnected} {
			list = append(list, ivr.QueueChanged{ID: c.Await, State: state, Position: 1})
		}
	case c.Node == "main.office":
		list = append(list, ivr.TransferChanged{ID: c.Await, State: ivr.TransferAnswered})
	case c.Visit.Recording == "":
		list = append(list, ivr.ReportIssued{ID: c.Await, Number: "7"})
	default:
		list = append(list, ivr.RecordEnded{ID: c.Await, Talk: time.Second})
	}
	return list
}
