package desk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

func TestAQueueIsSeenAsItIs(t *testing.T) {
	h := newHistory(World{Now: start, Queues: map[string]ivr.Queue{"info": staffed("info")}, Hours: map[string]ivr.HoursState{"hotline": {Case: ivr.HoursOpen}}})
	for _, login := range []string{"jan", "anna"} {
		mustStep(t, h, LogIn{Agent: login, Name: login, Session: "s1", Endpoint: "x", System: "a", Queues: []string{"info"}})
	}
	mustStep(t, h, LogIn{Agent: "ewa", Name: "ewa", Session: "s1", Endpoint: "x", System: "a", Queues: []string{"tax"}})
	mustStep(t, h, Enter{ID: "t1", Call: "c1", Slot: "a/x", Queue: "info"})
	mustStep(t, h, LegUp{"t1", "t1-1"})
	h.w.Now = h.w.Now.Add(5 * time.Second)
	mustStep(t, h, Pause{"jan", "lunch"})
	mustStep(t, h, Enter{ID: "t2", Call: "c2", Slot: "a/x", Queue: "info"})
	h.w.Now = h.w.Now.Add(7 * time.Second)
	mustStep(t, h, AskCallback{ID: "b1", Slot: "a/x", Queue: "info", Number: "600100200"})
	want := QueueNow{
		Name: "info", Waiting: 1, Longest: 7 * time.Second, Callbacks: 1, Talking: 1,
		Agents: map[AgentState]int{OnCall: 1, Break: 1},
	}
	if diff := cmp.Diff(want, LookAt(h.f, h.w, "info")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := Directory(h.f); len(got) != 3 || got[0].Login != "anna" || got[1].Login != "ewa" {
		t.Errorf("the directory is not by name: %v", got)
	}
	if got := TaskOf(h.f, "anna"); got == nil || got.ID != "t1" || TaskOf(h.f, "ewa") != nil || TaskOf(h.f, "nobody") != nil {
		t.Errorf("anna talks with %v", got)
	}
	if owed := Callbacks(h.f, h.w); len(owed) != 1 || owed[0].ID != "b1" {
		t.Errorf("owed: %v", owed)
	}
	mustStep(t, h, Ready{"jan"})
	if o, rings := OfferTo(TaskOf(h.f, "jan"), "jan"); !rings || o.Leg != "t2-1" || !o.Until.Equal(h.w.Now.Add(20*time.Second)) {
		t.Errorf("jan's phone: %v %v", o, rings)
	}
}

func TestWhatDidNotChangeIsShared(t *testing.T) {
	h := newHistory(World{Now: start, Queues: map[string]ivr.Queue{"info": staffed("info")}, Hours: map[string]ivr.HoursState{"hotline": {Case: ivr.HoursOpen}}})
	mustStep(t, h, LogIn{Agent: "anna", Session: "s1", Endpoint: "x", System: "a"})
	mustStep(t, h, Pause{"anna", "lunch"})
	mustStep(t, h, Enter{ID: "t1", Slot: "a/x", Queue: "info"})
	before := h.f
	mustStep(t, h, Enter{ID: "t2", Slot: "a/x", Queue: "info"})
	if h.f.Tasks["t1"] != before.Tasks["t1"] || h.f.Agents["anna"] != before.Agents["anna"] {
		t.Error("entries that are as they were are new ones")
	}
	if len(before.Tasks) != 1 {
		t.Error("the floor was changed in place")
	}
}

func TestTheAverageOfHandlingFollowsTheLastTalks(t *testing.T) {
	u := begin(Floor{}, World{})
	for _, took := range []time.Duration{100 * time.Second, 200 * time.Second, 120 * time.Second} {
		u.learn("info", took)
	}
	if l := u.now.Queues["info"]; l.Served != 3 || l.Handling != 120*time.Second {
		t.Errorf("after three talks: %+v", l)
	}
}
