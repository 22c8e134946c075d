package desk

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"infolinia/ivr"
)

// chance draws what happens next.
type chance struct{ *rand.Rand }

func (c chance) one(of ...string) string {
	if len(of) == 0 {
		return ""
	}
	return of[c.IntN(len(of))]
}

var start = time.Date(2026, 6, 9, 10, 0, 0, 0, time.UTC)

// randomWorld has two queues that share agents, at two Asterisks.
func randomWorld(c chance) World {
	strategies := []ivr.Strategy{ivr.LongestIdle, ivr.RingAll, ivr.FewestCalls, ivr.Linear}
	closings := []ivr.WhenClosing{ivr.CloseDrain, ivr.CloseCallback, ivr.CloseVoicemail}
	queue := func(name string, priority int) ivr.Queue {
		return ivr.Queue{
			Name: name, Hours: "hotline", Strategy: strategies[c.IntN(4)], Priority: priority, MaxWaiting: 3,
			RingTimeout: 20 * time.Second, MaxMissed: 2, WrapUp: time.Duration(c.IntN(2)) * 30 * time.Second,
			Skills:      map[string]time.Duration{ivr.LanguageSkill: []time.Duration{ivr.NeverRelaxed, 0, time.Minute}[c.IntN(3)]},
			WhenClosing: closings[c.IntN(3)], MaxBreakWait: 5 * time.Minute, CallbackTries: 2, CallbackDelay: time.Minute,
		}
	}
	return World{
		Now:          start,
		Queues:       map[string]ivr.Queue{"info": queue("info", 0), "tax": queue("tax", c.IntN(2))},
		Hours:        map[string]ivr.HoursState{"hotline": {Case: ivr.HoursOpen}},
		Destinations: map[string]bool{"office": true},
	}
}

// randomInput is anything that may happen, sensible or not.
func randomInput(c chance, h *history, entered *int) Input {
	id := c.one(slices.Sorted(maps.Keys(h.f.Tasks))...)
	leg := c.one(slices.Sorted(maps.Keys(h.legs))...)
	if t := h.f.Tasks[id]; t != nil && c.IntN(5) > 0 {
		if legs := WishOf(t, h.f).Legs; len(legs) > 0 {
			leg = legs[c.IntN(len(legs))].ID
		}
	}
	who := caller(c.IntN(4))
	agent, queue := c.one("anna", "jan", "ewa"), c.one("info", "tax")
	session := c.one("s1", "s1", "s2")
	switch n := c.IntN(48); {
	case n < 7:
		*entered++
		return Enter{ID: fmt.Sprintf("t%d", *entered), Call: fmt.Sprintf("c%d", *entered), Slot: "a/infolinia-1", Queue: queue, Lang: c.one("pl", "uk"), Caller: who}
	case n < 8:
		*entered++
		return AskCallback{ID: fmt.Sprintf("t%d", *entered), Slot: "a/infolinia-1", Queue: queue, Lang: "pl", Number: fmt.Sprintf("60010000%d", c.IntN(4)), Place: id, Caller: who}
	case n < 11:
		return Leave{id, []ivr.LeaveReason{ivr.LeftByHangup, ivr.LeftByKey, ivr.LeftByTimeout, ivr.LeftForFailure}[c.IntN(4)]}
	case n < 20:
		return LegUp{id, leg}
	case n < 25:
		return LegEnded{id, leg, []LegCause{LegHungUp, LegLost, LegBusy, LegNoAnswer, LegFailed}[c.IntN(5)]}
	case n < 30:
		return LogIn{Agent: agent, Name: agent, Session: session, Endpoint: "PJSIP/" + agent, System: c.one("a", "a", "a", "b"),
			Browser: c.IntN(2) == 0, Paused: c.IntN(4) == 0, Queues: [][]string{nil, {"info"}}[c.IntN(2)], Skills: []string{"pl", c.one("uk", "en")}}
	case n < 31:
		return LogOut{agent, session}
	case n < 32:
		return Gone{agent, session}
	case n < 33:
		return Forget{id}
	case n < 34:
		return Pause{agent, "lunch"}
	case n < 37:
		return Ready{agent}
	case n < 38 && c.IntN(4) == 0:
		slots := []string{"a/infolinia-1", "b/infolinia-1"}
		from := c.IntN(2)
		return Lost{Slot: slots[from], To: slots[1-from]}
	default:
		return randomWish(c, h, agent, id, session, queue)
	}
}

// randomWish is what an agent may ask for.
func randomWish(c chance, h *history, agent, id, session, queue string) Input {
	to := []Target{{Agent: c.one("anna", "jan", "ewa")}, {Queue: queue}, {Destination: c.one("office", "nobody")}, {}}[c.IntN(4)]
	if a := h.f.Agents[agent]; a != nil && a.Task != "" {
		id = a.Task
	}
	return []Input{
		Reject{agent}, Rejoin{agent, session}, SetHold{agent, c.IntN(2) == 0}, HangUp{agent}, TransferTo{agent, to}, TransferTo{agent, to},
		Consult{agent, to}, Consult{agent, to}, Swap{agent}, Complete{agent}, CancelConsult{agent}, Conference{agent},
		Finish{agent, id, c.one("done", "done", ""), "note"}, Finish{agent, id, "done", ""}, ExtendWrapUp{agent, time.Duration(c.IntN(600)) * time.Second},
		CloseCallback{agent, id, c.one("moved", "")}, Tick{},
	}[c.IntN(17)]
}

// sensible is what somebody in the middle of something would do, so that runs get
// far; otherwise it is what was drawn.
func sensible(c chance, h *history, drawn Input) Input {
	login := c.one("anna", "jan", "ewa")
	a := h.f.Agents[login]
	if a == nil || a.State == Offline {
		return LogIn{Agent: login, Session: "s1", Endpoint: "PJSIP/" + login, System: "a", Browser: true, Skills: []string{"pl", "uk"}}
	}
	t := h.f.Tasks[a.Task]
	switch {
	case a.State == Break:
		return Ready{login}
	case a.State == WrapUp:
		return Finish{login, a.Task, "done", ""}
	case t == nil:
		return drawn
	}
	if c.IntN(2) == 0 {
		for _, leg := range WishOf(t, h.f).Legs {
			if !leg.Up {
				return LegUp{t.ID, leg.ID}
			}
		}
	}
	if a.State != OnCall {
		return drawn
	}
	colleague := Target{Agent: c.one("anna", "jan", "ewa")}
	if c.IntN(4) == 0 {
		colleague = []Target{{Queue: c.one("info", "tax")}, {Destination: "office"}}[c.IntN(2)]
	}
	return []Input{
		Consult{login, colleague}, Consult{login, colleague}, TransferTo{login, colleague}, Conference{login}, Swap{login}, Complete{login},
		HangUp{login}, drawn, Rejoin{login, a.Session}, SetHold{login, true}, LegEnded{t.ID, legOf(t), LegLost},
	}[c.IntN(11)]
}

func legOf(t *Task) string {
	if t.Talk == nil {
		return ""
	}
	return t.Talk.Leg
}

// caller is one of few, so that they call again; the first withholds the number.
func caller(n int) ivr.Caller {
	if n == 0 {
		return ivr.Caller{}
	}
	return ivr.Caller{Known: true, HMAC: fmt.Sprintf("k1:%d", n)}
}

// pass lets time pass, rarely for long, and rarely the line closes or the store goes.
func pass(c chance, h *history) {
	switch c.IntN(8) {
	case 0:
		h.w.Now = h.w.Now.Add(time.Duration(c.IntN(90)) * time.Second)
	case 1, 2, 3:
		h.w.Now = h.w.Now.Add(time.Duration(c.IntN(9000)) * time.Millisecond)
	}
	switch c.IntN(60) {
	case 0:
		h.w.Hours = map[string]ivr.HoursState{"hotline": {Case: ivr.HoursClosed}}
	case 1, 2, 3:
		h.w.Hours = map[string]ivr.HoursState{"hotline": {Case: ivr.HoursOpen}}
	case 4:
		h.w.Detached = true
	case 5, 6, 7, 8:
		h.w.Detached = false
	}
}

var runs = flag.Int("runs", 1000, "random runs of a floor; a seed that fails is named and replays")

func TestNobodyIsLostStuckOrConnectedTwiceInRandomRuns(t *testing.T) {
	t.Parallel()
	reached := map[string]int{}
	for seed := range *runs {
		if why := randomRun(uint64(seed), reached); why != "" {
			t.Fatalf("seed %d: %s", seed, why)
		}
	}
	for situation, times := range reached {
		if times == 0 {
			t.Errorf("no run came to %q: the test tells nothing about it", situation)
		}
	}
	t.Log(reached)
}

func randomRun(seed uint64, reached map[string]int) string {
	c := chance{rand.New(rand.NewPCG(seed, 4))}
	h := newHistory(randomWorld(c))
	h.fresh = seed%10 == 0
	entered := 0
	for i := range 20 + c.IntN(80) {
		pass(c, h)
		if c.IntN(20) == 0 {
			h.crash()
		}
		in := randomInput(c, h, &entered)
		if c.IntN(2) == 0 {
			in = sensible(c, h, in)
		}
		if why := h.step(in); why != "" {
			return fmt.Sprintf("step %d, %#v: %s\n%s", i, in, why, encode(h.f, true))
		}
		for _, task := range h.f.Tasks {
			reach(reached, task)
		}
	}
	return h.evening()
}

// reach counts the situations that runs come to.
func reach(reached map[string]int, t *Task) {
	reached[string(t.State)]++
	reached["kept for an agent"] += count(t.For != "")
	reached["on its way"] += count(t.From != "")
	reached["called back"] += count(t.Reached)
	if t.Talk == nil {
		return
	}
	reached["talk "+string(t.Talk.Mode)]++
	reached["lost"] += count(!t.Talk.Lost.IsZero())
	reached["coming back"] += count(len(t.Offers) > 0)
	reached["external"] += count(t.Talk.External)
	reached["swapped"] += count(t.Talk.Mode == TalkCaller && t.Talk.Other != nil && !t.Talk.External)
}

// evening: everybody hangs up and time passes; then nobody is left in anything.
func (h *history) evening() string {
	h.w.Detached = false
	for _, id := range slices.Sorted(maps.Keys(h.f.Tasks)) {
		if why := h.step(Leave{id, ivr.LeftByHangup}); why != "" {
			return "evening: " + why + "\n" + encode(h.f, true)
		}
		if t := h.f.Tasks[id]; t != nil && t.Reached {
			if why := h.step(LegEnded{id, t.Resident, LegHungUp}); why != "" {
				return "evening: " + why + "\n" + encode(h.f, true)
			}
		}
	}
	for range 1000 {
		due := nextDue(h.f, h.w)
		if due.IsZero() {
			break
		}
		h.w.Now = due
		if why := h.step(Tick{}); why != "" {
			return "evening: " + why
		}
	}
	if due := nextDue(h.f, h.w); !due.IsZero() {
		return fmt.Sprintf("something is due again and again at %s", due)
	}
	for id, t := range h.f.Tasks {
		if t.Kind == KindCall {
			return fmt.Sprintf("%s is still %s in the evening", id, t.State)
		}
	}
	for id, open := range h.stays {
		if t := h.f.Tasks[id]; open && (t == nil || t.Kind == KindCall) {
			return fmt.Sprintf("%s never ended", id)
		}
	}
	for login, a := range h.f.Agents {
		if a.State == OnCall || a.State == WrapUp || a.State == Ringing {
			return fmt.Sprintf("%s is still %s in the evening", login, a.State)
		}
	}
	return ""
}
