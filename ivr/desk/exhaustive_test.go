package desk

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
)

// search tries every input that may come, in every order, to a depth; a state that
// was seen already is not gone into again.
type search struct {
	t       *testing.T
	enabled func(*history) []Input
	depth   int
	seen    map[[32]byte]bool
	states  int
}

// found is a state and how it was come to.
type found struct {
	h    *history
	by   Input
	from *found
}

// path is how a state was come to, one input a line.
func (f *found) path() string {
	if f == nil || f.by == nil {
		return ""
	}
	return f.from.path() + fmt.Sprintf("%T%+v\n", f.by, f.by)
}

func (s *search) run(from *history) {
	s.t.Helper()
	s.seen = map[[32]byte]bool{}
	level := []*found{{h: from}}
	for range s.depth {
		var next []*found
		for _, at := range level {
			for _, in := range s.enabled(at.h) {
				if n, fresh := s.try(at, in); fresh {
					next = append(next, n)
				}
			}
		}
		level = next
	}
	s.t.Logf("%d states to depth %d", len(s.seen), s.depth)
}

func (s *search) try(at *found, in Input) (*found, bool) {
	s.t.Helper()
	h := at.h.copied()
	to := &found{h: h, by: in, from: at}
	if _, passes := in.(Tick); passes {
		h.w.Now = nextDue(h.f, h.w)
	}
	why := h.step(in)
	key := h.key()
	if why == "" && s.seen[key] {
		return nil, false
	}
	s.seen[key] = true
	if s.states++; why == "" && s.states%23 == 0 {
		why = h.copied().evening()
	}
	if why != "" {
		s.t.Fatalf("%s%s\n%s", to.path(), why, encode(h.f, true))
	}
	return to, true
}

func (h *history) copied() *history {
	c := *h
	c.stays, c.legs, c.bands, c.tasks, c.final = maps.Clone(h.stays), maps.Clone(h.legs), maps.Clone(h.bands), maps.Clone(h.tasks), maps.Clone(h.final)
	return &c
}

var moments = regexp.MustCompile(`"20[^"]*Z"`)

// key is a state with its moments told from now.
func (h *history) key() [32]byte {
	said := moments.ReplaceAllStringFunc(encode(h.f, true), func(m string) string {
		at, err := time.Parse(time.RFC3339Nano, strings.Trim(m, `"`))
		if err != nil {
			panic(err)
		}
		return at.Sub(h.w.Now).String()
	}) + fmt.Sprint(h.stays)
	return sha256.Sum256([]byte(said))
}

// smallWorld is one queue with two agents who are logged in.
func smallWorld(t *testing.T, q ivr.Queue) *history {
	t.Helper()
	q.Name, q.RingTimeout, q.MaxMissed, q.WrapUp, q.MaxWaiting = "info", 20*time.Second, 2, 30*time.Second, 2
	q.MaxBreakWait, q.CallbackTries, q.CallbackDelay = 5*time.Minute, 1, time.Minute
	h := newHistory(World{
		Now: start, Queues: map[string]ivr.Queue{"info": q}, Destinations: map[string]bool{"office": true},
	})
	for _, login := range []string{"anna", "jan"} {
		mustStep(t, h, LogIn{Agent: login, Session: "s1", Endpoint: "PJSIP/" + login, System: "a", Browser: true, Skills: []string{"pl"}})
	}
	return h
}

func mustStep(t *testing.T, h *history, in Input) {
	t.Helper()
	if why := h.step(in); why != "" {
		t.Fatalf("%#v: %s", in, why)
	}
}

// byPhones is what telephones and callers may do: three callers come, one of whom
// would rather be called back.
func byPhones(h *history) []Input {
	ins := []Input{}
	for _, id := range []string{"t1", "t2", "t3"} {
		if t := h.f.Tasks[id]; t == nil {
			ins = append(ins, Enter{ID: id, Call: id, Slot: "a/x", Queue: "info", Lang: "pl", Caller: caller(1)})
			break
		} else if !t.final() && t.State != Wrapping {
			ins = append(ins, Leave{id, ivr.LeftByHangup}, Leave{id, ivr.LeftByTimeout})
		}
	}
	if t := h.f.Tasks["t1"]; t != nil && h.f.Tasks["b"] == nil {
		ins = append(ins, AskCallback{ID: "b", Slot: "a/x", Queue: "info", Lang: "pl", Number: "600100200", Place: "t1", Caller: caller(1)})
	}
	return append(ins, legInputs(h)...)
}

func legInputs(h *history) (ins []Input) {
	for _, id := range slices.Sorted(maps.Keys(h.f.Tasks)) {
		for _, leg := range WishOf(h.f.Tasks[id], h.f).Legs {
			if leg.Up {
				ins = append(ins, LegEnded{id, leg.ID, LegHungUp}, LegEnded{id, leg.ID, LegLost})
			} else {
				ins = append(ins, LegUp{id, leg.ID}, LegEnded{id, leg.ID, LegBusy}, LegEnded{id, leg.ID, LegFailed})
			}
		}
	}
	if !nextDue(h.f, h.w).IsZero() {
		ins = append(ins, Tick{})
	}
	return ins
}

// byDesks is what agents may do at their pages.
func byDesks(h *history) (ins []Input) {
	for _, a := range []string{"anna", "jan"} {
		switch agent := h.f.Agents[a]; agent.State {
		case Offline:
			ins = append(ins, LogIn{Agent: a, Session: "s1", Endpoint: "PJSIP/" + a, System: "a", Browser: true, Skills: []string{"pl"}})
		case Available:
			ins = append(ins, Pause{a, "lunch"}, LogOut{a, "s1"}, Gone{a, "s1"})
		case Break:
			ins = append(ins, Ready{a}, LogOut{a, "s1"})
		case Ringing:
			ins = append(ins, Reject{a}, Gone{a, "s1"}, LogOut{a, "s1"}, Pause{a, "lunch"})
		case WrapUp:
			ins = append(ins, Finish{a, agent.Task, "done", ""}, LogOut{a, "s1"})
		}
	}
	return ins
}

// byTalks is what agents may do to a talk.
func byTalks(h *history) (ins []Input) {
	for _, a := range []string{"anna", "jan"} {
		if h.f.Agents[a].State != OnCall {
			continue
		}
		for _, to := range []Target{{Agent: "anna"}, {Agent: "jan"}, {Queue: "info"}, {Destination: "office"}} {
			ins = append(ins, TransferTo{a, to}, Consult{a, to})
		}
		ins = append(ins, Swap{a}, Complete{a}, CancelConsult{a}, Conference{a}, HangUp{a}, SetHold{a, true}, Rejoin{a, "s1"})
	}
	return ins
}

var depth = flag.Int("depth", 4, "how many inputs in a row are tried in every order")

func TestEveryOrderOfRingingAndLeavingKeepsThePromises(t *testing.T) {
	t.Parallel()
	for _, strategy := range []ivr.Strategy{ivr.LongestIdle, ivr.RingAll} {
		t.Run(string(strategy), func(t *testing.T) {
			s := search{t: t, depth: *depth, enabled: func(h *history) []Input { return slices.Concat(byPhones(h), byDesks(h)) }}
			s.run(smallWorld(t, ivr.Queue{Strategy: strategy}))
		})
	}
}

func TestEveryOrderOfSteeringATalkKeepsThePromises(t *testing.T) {
	t.Parallel()
	h := smallWorld(t, ivr.Queue{})
	mustStep(t, h, Enter{ID: "t1", Call: "c1", Slot: "a/x", Queue: "info", Lang: "pl"})
	mustStep(t, h, LegUp{"t1", "t1-1"})
	s := search{t: t, depth: *depth, enabled: func(h *history) []Input {
		ins := slices.Concat(legInputs(h), byTalks(h), byDesks(h))
		return append(ins, Leave{"t1", ivr.LeftByHangup})
	}}
	s.run(h)
}

func TestEveryOrderOfACallBackKeepsThePromises(t *testing.T) {
	t.Parallel()
	h := smallWorld(t, ivr.Queue{})
	mustStep(t, h, AskCallback{ID: "t1", Slot: "a/x", Queue: "info", Lang: "pl", Number: "600100200", Caller: caller(1)})
	mustStep(t, h, LegUp{"t1", "t1-1"})
	s := search{t: t, depth: *depth, enabled: func(h *history) []Input {
		ins := slices.Concat(legInputs(h), byTalks(h), byDesks(h))
		return append(ins, Enter{ID: "t2", Call: "c2", Slot: "a/x", Queue: "info", Caller: caller(1)}, CloseCallback{"anna", "t1", "moved"})
	}}
	s.run(h)
}
