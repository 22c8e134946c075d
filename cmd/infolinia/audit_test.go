package main

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
	"infolinia/ivr/console"
	"infolinia/ivr/pbx"
	"infolinia/ivr/store"
)

// atWork is a line with two calls: a speaks, b is put through.
func atWork() *sighting {
	return &sighting{
		asterisk: pbx.Inventory{
			Callers: []pbx.Guest{{Call: "m-a", Channel: "m-a", App: "infolinia-1"}, {Call: "m-b", Channel: "m-b", App: "infolinia-1"}},
			Legs:    []string{"m-b.7.transfer"},
			Bridges: map[string][]string{"m-b.7.transfer": {"m-b", "leg-m-b.7.transfer"}},
		},
		plays:      map[string]bool{"m-a.3.play": true, "m-a.2.play": false},
		recordings: []recordingSeen{{id: "m-b.4.record", age: time.Hour}, {id: "m-old.4.record", age: time.Second}},
		speech:     []string{"m-a", "n-far"},
		live: []*ivr.Call{
			{ID: "m-a", Seq: 3, Node: "main.top", Speech: &ivr.Speech{ID: "m-a.3.play"}},
			{ID: "m-b", Seq: 7, Node: "main.office", Await: "m-b.7.transfer"},
		},
		others: map[string]bool{"n-far": true},
		slots: []slotSeen{
			{"m/infolinia-1", store.Standing{Owner: "m/1", Beat: 5}},
			{"m/infolinia-2", store.Standing{Owner: "m/2", Beat: 9, Released: true}},
		},
		daemons: []daemonSeen{
			{owner: "m/1", running: true, slots: []console.SlotReport{{App: "infolinia-1", Slot: "m/infolinia-1", Ours: true, Calls: []console.CallReport{
				{ID: "m-a", Seq: 3, Open: []string{"m-a.3.play"}, Armed: 1, Due: 1},
				{ID: "m-b", Seq: 7, Open: []string{"m-b.7.transfer"}, Armed: 1, Due: 1},
			}}}},
			{owner: "m/2"},
		},
	}
}

// call is the report of a call in the first daemon.
func (s *sighting) call(n int) *console.CallReport { return &s.daemons[0].slots[0].Calls[n] }

// forget takes b out of the store and the daemon.
func (s *sighting) forget() {
	s.live = s.live[:1]
	s.daemons[0].slots[0].Calls = s.daemons[0].slots[0].Calls[:1]
}

// withoutB is a line on which b is over, as it should be.
func (s *sighting) withoutB() {
	s.forget()
	s.recordings = s.recordings[1:]
	s.asterisk = pbx.Inventory{Callers: s.asterisk.Callers[:1]}
}

func TestALineAtWorkHasNothingLeftOver(t *testing.T) {
	over := atWork()
	over.withoutB()
	for name, s := range map[string]*sighting{"two calls": atWork(), "one call": over, "nothing at all": {}} {
		if found := judge(*s); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestEachThingThatIsLeftOverIsNamed(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*sighting)
		want   finding
	}{
		"a channel of no call": {func(s *sighting) {
			s.withoutB()
			s.asterisk.Callers = append(s.asterisk.Callers, pbx.Guest{Call: "m-x", Channel: "m-x", App: "infolinia-1"})
		}, finding{"channel", "m-x", "a caller in infolinia-1 whom nobody knows"}},
		"a leg of no call": {func(s *sighting) { s.withoutB(); s.asterisk.Legs = []string{"m-b.7.transfer"} },
			finding{"channel", "leg-m-b.7.transfer", "the leg of a transfer that no call waits for"}},
		"a bridge of no call": {func(s *sighting) { s.withoutB(); s.asterisk.Bridges = map[string][]string{"m-b.7.transfer": nil} },
			finding{"bridge", "m-b.7.transfer", "of a transfer that no call waits for, with 0 channels"}},
		"a playback of no call": {func(s *sighting) { s.plays["m-a.2.play"] = true },
			finding{"playback", "m-a.2.play", "it plays, and no call waits for its end"}},
		"a prompt that will never end": {func(s *sighting) { s.plays["m-a.3.play"] = false },
			finding{"playback", "m-a.3.play", "call m-a waits for its end, and Asterisk does not know it"}},
		"a recording that runs on": {func(s *sighting) { s.recordings[1].running = true },
			finding{"recording", "m-old.4.record", "it runs, and its call is over"}},
		"a recording nobody stores": {func(s *sighting) { s.recordings[1].age = time.Hour },
			finding{"recording", "m-old.4.record", "nobody stores it: its call is over"}},
		"a timer that was lost": {func(s *sighting) { s.call(0).Armed = 0 },
			finding{"timer", "m-a at step 3", "it waits for 1 timers, of which 0 run"}},
		"timers nobody waits for": {func(s *sighting) { s.call(0).Armed = 3 },
			finding{"timer", "m-a at step 3", "3 timers run, it waits for 1"}},
		"a call without a deadline": {func(s *sighting) {
			*s.call(0), s.plays["m-a.3.play"] = console.CallReport{ID: "m-a", Seq: 3}, false
		},
			finding{"call", "m-a at step 3", "it waits for nothing and would never go on"}},
		"a call that hangs": {func(s *sighting) { *s.call(0) = console.CallReport{ID: "m-a", Mute: true} },
			finding{"call", "m-a", "its daemon does not move it any more"}},
		"a caller no daemon serves": {func(s *sighting) { s.daemons[0].slots[0].Calls = s.daemons[0].slots[0].Calls[:1] },
			finding{"call", "m-b", "saved, its caller is in infolinia-1, and no daemon serves it"}},
		"a call whose caller is gone": {func(s *sighting) { s.asterisk.Callers = s.asterisk.Callers[:1] },
			finding{"call", "m-b", "a daemon serves it, and its caller is gone"}},
		"a state nobody knows": {func(s *sighting) { s.withoutB(); s.live = append(s.live, &ivr.Call{ID: "m-z", Node: "main.top"}) },
			finding{"state", "m-z", "saved as live in node main.top, and neither Asterisk nor a daemon knows it"}},
		"a state that is behind": {func(s *sighting) { s.live[0].Seq = 2 },
			finding{"state", "m-a at step 3", "saved at step 2"}},
		"a state that waits to be saved": {func(s *sighting) { s.call(0).Dirty = true },
			finding{"state", "m-a at step 3", "not saved: it goes on from memory"}},
		"a call the store has lost": {func(s *sighting) { s.live = s.live[1:] },
			finding{"state", "m-a at step 3", "a daemon serves it, and the store has nothing of it"}},
		"a lease of the dead": {func(s *sighting) { s.slots[1].Released = false },
			finding{"lease", "m/infolinia-2", "held by m/2, which does not run (beat 9)"}},
		"a lease nobody uses": {func(s *sighting) { s.slots[1] = slotSeen{"m/infolinia-2", store.Standing{Owner: "m/1"}} },
			finding{"lease", "m/infolinia-2", "held by m/1, which does not serve it"}},
		"two who serve a slot": {func(s *sighting) {
			s.daemons[1] = daemonSeen{owner: "m/2", running: true, slots: []console.SlotReport{{Slot: "m/infolinia-1", Ours: true}}}
		}, finding{"lease", "m/infolinia-1", "m/1 and m/2 both serve it"}},
		"a daemon that hangs": {func(s *sighting) { s.daemons[1].running, s.daemons[1].err = true, errors.New("no answer") },
			finding{"daemon", "m/2", "it runs and does not answer: no answer"}},
		"a key": {func(s *sighting) { s.strays = []store.Stray{{Key: "call:x", Why: "it never goes"}} },
			finding{"key", "call:x", "it never goes"}},
		"speech of a call that is over": {func(s *sighting) { s.speech = append(s.speech, "m-old") },
			finding{"speech", "m-old", "temporary speech of a call that is over"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := atWork()
			tt.change(s)
			if diff := cmp.Diff([]finding{tt.want}, judge(*s)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsInMotionIsNotLeftOver(t *testing.T) {
	stuck, moved := finding{"channel", "m-x", "nobody"}, finding{"state", "m-a at step 3", "saved at step 2"}
	later := finding{"state", "m-a at step 9", "saved at step 8"}
	if diff := cmp.Diff([]finding{stuck}, both([]finding{stuck, moved}, []finding{stuck, later})); diff != "" {
		t.Error(diff)
	}
}
