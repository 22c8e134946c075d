package main

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
	"infolinia/ivr/console"
	"infolinia/ivr/desk"
	"infolinia/ivr/pbx"
)

var noon = time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC)

// deskAtWork is a line on which a is offered to anna and b talks with jan.
func deskAtWork() *sighting {
	s := &sighting{
		asterisk: pbx.Inventory{
			Callers: []pbx.Guest{{Call: "m-a", Channel: "m-a", App: "infolinia-1"}, {Call: "m-b", Channel: "m-b", App: "infolinia-1"}},
			Legs:    []string{"m-a.2.queue-1", "m-b.2.queue-3"},
			Bridges: map[string][]string{"talk-m-b.2.queue": {"m-b", "leg-m-b.2.queue-3"}},
		},
		slots: []slotSeen{{name: "m/infolinia-1"}},
	}
	task := func(call string, t desk.Task) *desk.Task {
		t.ID, t.Call, t.Kind, t.Slot, t.Queue, t.Since = call+".2.queue", call, desk.KindCall, "m/infolinia-1", "info", noon
		s.live = append(s.live, &ivr.Call{ID: call, Seq: 2, Node: "main.agent", Await: t.ID, Visit: ivr.Visit{Queued: true, Stay: ivr.Stay{ID: t.ID}}})
		return &t
	}
	s.desk = deskSeen{now: noon.Add(time.Second), unrecorded: noon, floor: desk.Floor{
		Tasks: map[string]*desk.Task{
			"m-a.2.queue": task("m-a", desk.Task{State: desk.Offered, Offers: []desk.Offer{{Agent: "anna", Leg: "m-a.2.queue-1", Until: noon.Add(20 * time.Second)}}}),
			"m-b.2.queue": task("m-b", desk.Task{State: desk.Connected, Agent: "jan", Talk: &desk.Talk{Leg: "m-b.2.queue-3", Mode: desk.TalkCaller}}),
			"n-c.2.queue": {ID: "n-c.2.queue", Call: "n-c", Kind: desk.KindCall, Slot: "n/infolinia-1", State: desk.Waiting},
		},
		Agents: map[string]*desk.Agent{
			"anna": {Login: "anna", State: desk.Ringing, Task: "m-a.2.queue"},
			"jan":  {Login: "jan", State: desk.OnCall, Task: "m-b.2.queue"},
			"ewa":  {Login: "ewa", State: desk.Available},
		},
	}}
	d := daemonSeen{owner: "m/1", running: true, slots: []console.SlotReport{{App: "infolinia-1", Slot: "m/infolinia-1", Ours: true}}}
	for _, c := range s.live {
		d.slots[0].Calls = append(d.slots[0].Calls, console.CallReport{ID: c.ID, Seq: 2, Open: []string{c.Await}, Armed: 1, Due: 1})
	}
	s.daemons = []daemonSeen{d}
	s.slots[0].Owner = "m/1"
	return s
}

// late makes it an hour later.
func (s *sighting) late() { s.desk.now = noon.Add(time.Hour) }

// end makes a's call one that is over, for everybody but the desk.
func (s *sighting) end() {
	s.live, s.daemons[0].slots[0].Calls, s.asterisk.Callers = s.live[1:], s.daemons[0].slots[0].Calls[1:], s.asterisk.Callers[1:]
}

func TestADeskAtWorkHasNothingLeftOver(t *testing.T) {
	if found := judge(*deskAtWork()); len(found) > 0 {
		t.Error(found)
	}
}

func TestEachThingThatIsLeftOverAtTheDeskIsNamed(t *testing.T) {
	a := func(s *sighting) *desk.Task { return s.desk.floor.Tasks["m-a.2.queue"] }
	b := func(s *sighting) *desk.Task { return s.desk.floor.Tasks["m-b.2.queue"] }
	for name, tt := range map[string]struct {
		change func(*sighting)
		want   finding
	}{
		"a task without a call": {(*sighting).end, finding{"task", "m-a.2.queue", "offered in info, and its call is over"}},
		"a call without a task": {func(s *sighting) {
			delete(s.desk.floor.Tasks, "m-a.2.queue")
			s.desk.floor.Agents["anna"] = &desk.Agent{State: desk.Available}
			s.asterisk.Legs = s.asterisk.Legs[1:]
		}, finding{"task", "m-a.2.queue", "call m-a is in a queue at main.agent, and the desk does not know it"}},
		"a leg of no task": {func(s *sighting) { s.asterisk.Legs = append(s.asterisk.Legs, "m-b.2.queue-2") },
			finding{"channel", "leg-m-b.2.queue-2", "a leg that no task of the desk wishes for"}},
		"a bridge of no task": {func(s *sighting) { s.asterisk.Bridges["talk-m-x.2.queue"] = []string{"leg-x"} },
			finding{"bridge", "talk-m-x.2.queue", "of a task of the desk in which nobody talks, with 1 channels"}},
		"a bridge of who waits": {func(s *sighting) { s.asterisk.Bridges["talk-m-a.2.queue"] = nil },
			finding{"bridge", "talk-m-a.2.queue", "of a task of the desk in which nobody talks, with 0 channels"}},
		"a talk without its leg": {func(s *sighting) { s.asterisk.Legs = s.asterisk.Legs[:1] },
			finding{"task", "m-b.2.queue", "connected by leg m-b.2.queue-3, which Asterisk does not have"}},
		"a talk in which somebody is missing": {func(s *sighting) { s.asterisk.Bridges["talk-m-b.2.queue"] = []string{"m-b"} },
			finding{"task", "m-b.2.queue", "2 are to hear each other, and the bridge has 1 of them"}},
		"an offer nobody takes back": {func(s *sighting) { s.late(); s.desk.unrecorded = time.Time{} },
			finding{"offer", "m-a.2.queue-1", "it rings at anna's until 12:00:20, and nobody took it back"}},
		"a lost leg nobody gives up": {func(s *sighting) {
			b(s).Talk.Leg, b(s).Talk.Lost, s.asterisk.Legs, s.asterisk.Bridges = "", noon.Add(-time.Hour), s.asterisk.Legs[:1], nil
		}, finding{"task", "m-b.2.queue", "its agent's leg is lost since 11:00:00, and the caller was not put back"}},
		"a final task that stays": {func(s *sighting) {
			s.end()
			a(s).State, a(s).Offers, a(s).Since = desk.Abandoned, nil, noon.Add(-time.Hour)
			s.asterisk.Legs = s.asterisk.Legs[1:]
			s.desk.floor.Agents["anna"] = &desk.Agent{State: desk.Available}
		}, finding{"task", "m-a.2.queue", "abandoned since 11:00:00, and not forgotten"}},
		"an agent whom nothing holds": {func(s *sighting) { s.desk.floor.Agents["ewa"] = &desk.Agent{State: desk.OnCall, Task: "m-x"} },
			finding{"agent", "ewa", "on call with m-x, which does not hold the agent so"}},
		"an agent who is held twice": {func(s *sighting) { b(s).Talk.Other = &desk.Other{Agent: "anna", Until: noon.Add(time.Hour)} },
			finding{"agent", "anna", "2 tasks hold the same agent"}},
		"an agent who is held and free": {func(s *sighting) { s.desk.floor.Agents["anna"].State = desk.Available },
			finding{"agent", "anna", "available, and yet offered m-a.2.queue"}},
		"an agent nobody knows": {func(s *sighting) { delete(s.desk.floor.Agents, "anna") },
			finding{"agent", "anna", "held by a task, and the desk does not know such an agent"}},
		"a wrap-up that does not end": {func(s *sighting) {
			s.desk.floor.Agents["ewa"] = &desk.Agent{State: desk.WrapUp, Task: "m-x", WrapUntil: noon.Add(-time.Minute)}
		}, finding{"agent", "ewa", "the wrap-up ended at 11:59:00, and goes on"}},
		"a telephone of nobody": {func(s *sighting) { s.desk.strangers = []string{"ola"} },
			finding{"device", "agent-ola", "Asterisk lets this telephone register, and its agent is not logged in"}},
		"events nobody records": {func(s *sighting) { s.desk.unrecorded = noon.Add(-time.Hour) },
			finding{"record", "11:00:00", "what has happened since then is not recorded"}},
		"an entry nobody can read": {func(s *sighting) { s.desk.err = errors.New("read task:x: not JSON") },
			finding{"board", "entry", "read task:x: not JSON"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := deskAtWork()
			tt.change(s)
			if diff := cmp.Diff([]finding{tt.want}, judge(*s)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
