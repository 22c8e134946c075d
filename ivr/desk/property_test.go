package desk

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"infolinia/ivr"
)

// drawFloor is a floor that random inputs came to.
func drawFloor(t *rapid.T) *history {
	c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))}
	h := newHistory(randomWorld(c))
	entered := 0
	for range rapid.IntRange(0, 60).Draw(t, "steps") {
		pass(c, h)
		if why := h.step(sensible(c, h, randomInput(c, h, &entered))); why != "" {
			t.Fatal(why)
		}
	}
	return h
}

func TestADamagedFloorIsMendedAndNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawFloor(t)
		f := decode(encode(h.f, true))
		for range rapid.IntRange(1, 6).Draw(t, "damages") {
			damage(t, &f)
		}
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "input"), 6))}
		h.f = f
		entered := 100
		next, _, err := Step(f, randomInput(c, h, &entered), h.w)
		if err != nil {
			next, _, _ = Step(f, Tick{}, h.w)
		}
		if why := broken(next, h.w); why != "" {
			t.Fatalf("%s\n%s\n%s", why, encode(f, true), encode(next, true))
		}
	})
}

// damage makes one entry say what does not fit the others.
func damage(t *rapid.T, f *Floor) {
	if tasks := slices.Sorted(maps.Keys(f.Tasks)); len(tasks) > 0 {
		if task := f.Tasks[rapid.SampledFrom(tasks).Draw(t, "task")]; task != nil {
			damageTask(t, f, task)
		}
	}
	agents := slices.Sorted(maps.Keys(f.Agents))
	if len(agents) == 0 {
		return
	}
	a := f.Agents[rapid.SampledFrom(agents).Draw(t, "agent")]
	if a == nil {
		return
	}
	switch rapid.IntRange(0, 6).Draw(t, "of the agent") {
	case 0:
		delete(f.Agents, a.Login)
	case 1:
		f.Agents[a.Login] = nil
	case 2:
		a.State = rapid.SampledFrom([]AgentState{"", Offline, Available, Ringing, OnCall, WrapUp, Break}).Draw(t, "state")
	case 3:
		a.Task = rapid.SampledFrom([]string{"", "t1", "t2", "nothing"}).Draw(t, "busy with")
	case 4:
		a.Owed = nil
	case 5:
		a.Session = ""
	}
}

func damageTask(t *rapid.T, f *Floor, task *Task) {
	logins := []string{"", "anna", "jan", "ewa", "nobody"}
	switch rapid.IntRange(0, 9).Draw(t, "of the task") {
	case 0:
		delete(f.Tasks, task.ID)
	case 1:
		f.Tasks[task.ID] = nil
	case 2:
		task.State = rapid.SampledFrom([]State{"", Waiting, Offered, Connected, Wrapping, Completed, Abandoned, Exited}).Draw(t, "state")
	case 3:
		task.Talk = nil
	case 4:
		task.Offers = nil
	case 5:
		task.Agent = rapid.SampledFrom(logins).Draw(t, "with")
	case 6:
		task.Talk = &Talk{Mode: rapid.SampledFrom([]Mode{"", TalkCaller, TalkHold, TalkConsult, TalkConference, TalkBlind, TalkDialling}).Draw(t, "mode")}
	case 7:
		task.Offers = append(task.Offers, Offer{Agent: rapid.SampledFrom(logins).Draw(t, "rings at"), Leg: "x"})
	case 8:
		if task.Talk != nil && task.Talk.Other != nil {
			task.Talk.Other = nil
		}
	}
}

func TestPlacesInAQueueAreCountedInTheOrderOfService(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, w := Floor{Tasks: map[string]*Task{}, Agents: map[string]*Agent{}}, World{Now: start, Queues: map[string]ivr.Queue{"info": staffed("info")}}
		w.Hours = map[string]ivr.HoursState{"hotline": {Case: ivr.HoursOpen}}
		f.Agents["anna"] = &Agent{Login: "anna", State: Break, Reason: "lunch", Session: "s1", System: "a"}
		for i := range rapid.IntRange(1, 12).Draw(t, "callers") {
			id := fmt.Sprintf("t%d", i)
			entered := start.Add(-time.Duration(rapid.IntRange(0, 5).Draw(t, "waits")) * time.Second)
			f.Tasks[id] = &Task{
				ID: id, Kind: KindCall, Slot: "a/x", Queue: "info", State: Waiting, Since: entered, Entered: entered,
				Front: rapid.Bool().Draw(t, "front"),
			}
		}
		for want := range len(f.Tasks) {
			first := ""
			for id := range f.Tasks {
				position, wait := PlaceOf(f, w, id)
				if position < 1 || position > len(f.Tasks) || wait != 0 {
					t.Fatalf("%s is at %d of %d, %s", id, position, len(f.Tasks), wait)
				}
				if position == 1 {
					first = id
				}
			}
			f = mustOffer(t, f, w, first, want)
		}
	})
}

// mustOffer lets anna take one caller, who must be the first, and removes him.
func mustOffer(t *rapid.T, f Floor, w World, first string, n int) Floor {
	t.Helper()
	offered, _, err := Step(f, Ready{"anna"}, w)
	if err != nil {
		t.Fatal(err)
	}
	if got := offered.Agents["anna"].Task; got != first {
		t.Fatalf("turn %d: %s was at 1, %s was offered", n, first, got)
	}
	left := maps.Clone(f.Tasks)
	delete(left, first)
	f.Tasks = left
	return f
}

func TestABandIsNeverShorterThanTheWaitAndGrowsWithIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		short := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "short"))
		long := short + time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "more"))
		if a, b := coarse(short), coarse(long); a < short || a > b {
			t.Fatalf("%s is %s, %s is %s", short, a, long, b)
		}
	})
}

func TestTheWaitToldIsOfThePlaceAndTheAgentsAtWork(t *testing.T) {
	h := newHistory(World{Now: start, Queues: map[string]ivr.Queue{"info": {Name: "info"}}})
	h.f.Queues = map[string]*Lane{"info": {Name: "info", Handling: 4 * time.Minute, Served: 7}}
	for _, login := range []string{"anna", "jan"} {
		mustStep(t, h, LogIn{Agent: login, Session: "s1", Endpoint: "x", System: "a"})
	}
	for i := range 6 {
		mustStep(t, h, Enter{ID: fmt.Sprint("t", i), Call: "c", Slot: "a/x", Queue: "info"})
	}
	check := func(id string, position int, wait time.Duration) {
		t.Helper()
		if p, w := PlaceOf(h.f, h.w, id); p != position || w != wait {
			t.Errorf("%s is at %d for %s, want %d for %s", id, p, w, position, wait)
		}
	}
	check("t5", 6, 15*time.Minute)
	mustStep(t, h, Leave{"t4", ivr.LeftByHangup})
	check("t5", 5, 10*time.Minute)
	mustStep(t, h, Gone{"jan", "s1"})
	check("t5", 5, 10*time.Minute) // twice as long, but that is not told
	mustStep(t, h, Gone{"anna", "s1"})
	check("t5", 5, 0) // nobody works: nobody knows
}
