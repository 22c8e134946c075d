package desk

import (
	"fmt"
	"testing"
	"time"

	"infolinia/ivr"
)

// busyFloor is a bad Monday: waiting callers, and agents who all talk.
func busyFloor(b *testing.B, waiting, agents int) (Floor, World) {
	b.Helper()
	q := staffed("info")
	q.MaxWaiting, q.Skills = 0, map[string]time.Duration{ivr.LanguageSkill: time.Minute}
	w := World{Now: start, Queues: map[string]ivr.Queue{"info": q}, Hours: map[string]ivr.HoursState{"hotline": {Case: ivr.HoursOpen}}}
	var f Floor
	step := func(in Input) {
		next, _, err := Step(f, in, w)
		if err != nil {
			b.Fatal(err)
		}
		f = next
	}
	for i := range agents {
		step(LogIn{Agent: fmt.Sprint("agent", i), Session: "s", Endpoint: "x", System: "a", Skills: []string{"pl"}})
	}
	for i := range waiting + agents {
		w.Now = w.Now.Add(time.Millisecond)
		step(Enter{ID: fmt.Sprint("t", i), Call: "c", Slot: "a/x", Queue: "info", Lang: "pl"})
	}
	for i := range agents {
		task := f.Agents[fmt.Sprint("agent", i)].Task
		step(LegUp{task, f.Tasks[task].Offers[0].Leg})
	}
	return f, w
}

func BenchmarkATickWith500Waiting(b *testing.B) {
	f, w := busyFloor(b, 500, 20)
	for b.Loop() {
		if _, _, err := Step(f, Tick{}, w); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAnAgentBecomesFreeWith500Waiting(b *testing.B) {
	f, w := busyFloor(b, 500, 20)
	f, _, err := Step(f, HangUp{"agent3"}, w)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		next, _, err := Step(f, Finish{"agent3", f.Agents["agent3"].Task, "done", ""}, w)
		if err != nil || next.Agents["agent3"].State != Ringing {
			b.Fatal(err, next.Agents["agent3"])
		}
	}
}
