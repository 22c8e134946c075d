package flow_test

import (
	"slices"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
	"infolinia/ivr/hours"
)

// visitor is a call that is taken through a queue, input by input.
type visitor struct {
	t    *testing.T
	line *flowfile.Bundle
	now  time.Time
	call ivr.Call
	did  []ivr.Effect // by the last input
}

// waiting has a caller in the talkative queue, at the second place.
func waiting(t *testing.T, known bool) *visitor {
	t.Helper()
	v := entering(t, known)
	v.take(v.stands(ivr.QueueWaiting, 2))
	v.take(ivr.PlayEnded{ID: v.call.Speech.ID})
	return v
}

func entering(t *testing.T, known bool) *visitor {
	t.Helper()
	line, problems := flowfile.Load("../sim/testdata/queues")
	if flowfile.Errors(problems) > 0 {
		t.Fatal(problems)
	}
	v := &visitor{t: t, line: line, now: time.Date(2026, 6, 9, 8, 0, 0, 0, time.UTC)}
	v.call = line.Program.New("sys-1.1", ivr.Caller{Known: known})
	v.take(ivr.Arrived{})
	v.take(ivr.Key{Digit: '1'})
	return v
}

func (v *visitor) take(in ivr.Input) {
	v.t.Helper()
	services := ivr.Services{Queue: true, Callback: true}
	v.call, v.did = v.line.Program.Step(v.call, in, hours.World(v.line.Content, ivr.Warsaw(), v.now, services))
	if v.did == nil {
		v.did = []ivr.Effect{}
	}
}

func (v *visitor) stands(state ivr.QueueState, position int) ivr.QueueChanged {
	return ivr.QueueChanged{ID: v.line.Program.Place(&v.call), State: state, Position: position}
}

func (v *visitor) fires(purpose string) {
	v.t.Helper()
	timer, ok := v.call.Timers[purpose]
	if !ok {
		v.t.Fatalf("there is no timer %q among %v", purpose, v.call.Timers)
	}
	v.now = timer.Due
	v.take(ivr.TimerFired{ID: timer.ID})
}

// asks presses 1 after the offer of a call back.
func (v *visitor) asks() ivr.Callback {
	v.t.Helper()
	v.fires("callback")
	v.take(ivr.Key{Digit: '1'})
	return v.ordered()
}

func (v *visitor) ordered() ivr.Callback {
	v.t.Helper()
	for _, e := range v.did {
		if c, ok := e.(ivr.Callback); ok {
			return c
		}
	}
	v.t.Fatalf("no call back is asked for: %+v", v.did)
	return ivr.Callback{}
}

func (v *visitor) wantDone(e ivr.Effect) {
	v.t.Helper()
	if !slices.Contains(v.did, e) {
		v.t.Errorf("%#v is not ordered, but %+v", e, v.did)
	}
}

func (v *visitor) wantAt(node string) {
	v.t.Helper()
	if v.call.Node != node {
		v.t.Errorf("the call is at %s, not at %s", v.call.Node, node)
	}
}

// crash resumes the call from what was saved: keys of a number are gone.
func (v *visitor) crash() {
	v.t.Helper()
	v.call.SecretDigits, v.call.SecretBuffer = "", nil
	v.take(ivr.Resumed{Away: time.Second})
}

func TestWhoeverLeavesAQueueSaysWhy(t *testing.T) {
	for _, tt := range []struct {
		why ivr.LeaveReason
		do  func(v *visitor)
	}{
		{ivr.LeftByHangup, func(v *visitor) { v.take(ivr.HungUp{}) }},
		{ivr.LeftByHangup, func(v *visitor) { v.take(ivr.HungUp{Lost: true}) }},
		{ivr.LeftByHangup, func(v *visitor) { v.take(v.stands(ivr.QueueConnected, 0)); v.take(ivr.HungUp{}) }},
		{ivr.LeftByHangup, func(v *visitor) { v.asks(); v.take(ivr.HungUp{}) }},
		{ivr.LeftByKey, func(v *visitor) { v.take(ivr.Key{Digit: '*'}) }},
		{ivr.LeftByTimeout, func(v *visitor) { v.fires("max_wait") }},
		{ivr.LeftForFailure, func(v *visitor) { v.take(v.stands(ivr.QueueFailed, 0)) }},
		{ivr.LeftForFailure, func(v *visitor) { v.take(v.stands(ivr.QueueConnected, 0)); v.fires("deadline") }},
	} {
		v := waiting(t, true)
		place := v.line.Program.Place(&v.call)
		tt.do(v)
		v.wantDone(ivr.LeaveQueue{ID: place, Reason: tt.why})
		if v.line.Program.Place(&v.call) != "" {
			t.Error("the call still has its place")
		}
	}
}

func TestWhoIsSentAwayByTheDeskNeedNotLeave(t *testing.T) {
	for _, state := range []ivr.QueueState{ivr.QueueClosed, ivr.QueueFull, ivr.QueueUnavailable, ivr.QueueEnded} {
		v := waiting(t, true)
		v.take(v.stands(state, 0))
		if slices.ContainsFunc(v.did, func(e ivr.Effect) bool { _, leaves := e.(ivr.LeaveQueue); return leaves }) {
			t.Errorf("after %s: %+v", state, v.did)
		}
	}
}

func TestACallBackKeepsThePlaceAndIsAskedForAgainAfterACrash(t *testing.T) {
	v := waiting(t, true)
	place := v.line.Program.Place(&v.call)
	c := v.asks()
	if c.Place != place || c.Queue != "talkative" || c.Number != "" {
		t.Errorf("asked for is %+v at %s", c, place)
	}
	v.crash()
	v.wantDone(c)
	v.take(ivr.ServiceDone{ID: c.ID})
	if v.call.Outcome != ivr.OutcomeCallback || v.line.Program.Place(&v.call) != "" {
		t.Errorf("the outcome is %s, the place %q", v.call.Outcome, v.line.Program.Place(&v.call))
	}
}

func TestAnAgentWhoIsQuickerThanACallBackHasTheCaller(t *testing.T) {
	v := waiting(t, true)
	place := v.line.Program.Place(&v.call)
	c := v.asks()
	v.take(ivr.QueueChanged{ID: place, State: ivr.QueueConnected})
	if v.call.Outcome != ivr.OutcomeAgent {
		t.Errorf("the outcome is %q", v.call.Outcome)
	}
	seq := v.call.Seq
	v.take(ivr.ServiceDone{ID: c.ID, Refused: true})
	if v.call.Seq != seq {
		t.Errorf("the refusal that comes after it does something: %+v", v.did)
	}
	v.take(ivr.QueueChanged{ID: place, State: ivr.QueueEnded})
	if !v.call.Ended {
		t.Error("the call goes on after the talk")
	}
}

func TestANumberThatWentDownWithItsProcessIsKeyedAgainUnlessTheDeskKnowsIt(t *testing.T) {
	for _, refused := range []bool{false, true} {
		v := waiting(t, false)
		place := v.line.Program.Place(&v.call)
		v.fires("callback")
		for _, key := range "1600100200#1" {
			v.take(ivr.Key{Digit: byte(key)})
		}
		c := v.ordered()
		if c.Number != "600100200" {
			t.Fatalf("asked for is %+v", c)
		}
		v.crash()
		c.Number = ""
		v.wantDone(c)
		v.take(ivr.ServiceDone{ID: c.ID, Refused: refused})
		if again := v.call.Visit.Phase == "digits" && v.line.Program.Place(&v.call) == place && v.call.Await == place; again != refused {
			t.Errorf("refused %v: the call is at %s (%s) with the place %q", refused, v.call.Node, v.call.Visit.Phase, v.line.Program.Place(&v.call))
		}
	}
}

func TestARestoredCallAsksTheDeskWhereItStands(t *testing.T) {
	for _, talks := range []bool{false, true} {
		v := waiting(t, true)
		place := v.line.Program.Place(&v.call)
		if talks {
			v.take(v.stands(ivr.QueueConnected, 0))
		}
		v.crash()
		v.wantDone(ivr.Enqueue{ID: place, Queue: "talkative"})
		if talks {
			v.take(v.stands(ivr.QueueConnected, 0))
			if len(v.did) > 0 {
				t.Errorf("hearing of the talk again does something: %+v", v.did)
			}
		}
	}
}

func TestATalkThatEndedUnseenEndsTheCallAsATalk(t *testing.T) {
	v := waiting(t, true)
	v.crash()
	v.take(v.stands(ivr.QueueEnded, 0))
	if !v.call.Ended || v.call.Outcome != ivr.OutcomeAgent {
		t.Errorf("ended %v with %q", v.call.Ended, v.call.Outcome)
	}
}

func TestAnAnnouncementThatCannotBePlayedCostsNobodyHisPlace(t *testing.T) {
	v := waiting(t, true)
	v.fires("announce") // the least music is over,
	v.fires("announce") // and all of it
	v.take(ivr.PlayEnded{ID: v.call.Speech.ID, Failed: true})
	v.wantAt("main.talkative")
	if v.line.Program.Place(&v.call) == "" || v.call.Timers["announce"].ID == "" {
		t.Errorf("the call has %+v", v.call)
	}
}

// Asterisk takes up no music that a prompt has ended.
func TestThereIsMusicAfterEachAnnouncement(t *testing.T) {
	v := waiting(t, true)
	music := ivr.MusicOnHold{On: true, Class: v.line.Content.Queues["talkative"].Music}
	v.wantDone(music)
	v.fires("announce")
	v.fires("announce")
	v.take(ivr.PlayEnded{ID: v.call.Speech.ID})
	v.wantDone(music)
}

func TestADeskThatSaysNothingIsAFailure(t *testing.T) {
	v := entering(t, true)
	place := v.line.Program.Place(&v.call)
	v.fires("deadline")
	v.wantDone(ivr.LeaveQueue{ID: place, Reason: ivr.LeftForFailure})
	v.wantAt("main.bye")
}

func TestTheFirstPlacesAndAllBandsAreRenderedAhead(t *testing.T) {
	said := map[string]bool{}
	for _, p := range entering(t, true).line.Program.Ahead() {
		said[p.Text] = true
	}
	for _, text := range []string{
		"Są Państwo na drugim miejscu w kolejce.", "Są Państwo na dziesiątym miejscu w kolejce.", "Ви на третьому місці в черзі.",
		"You are fourth in the queue.", "Przewidywany czas oczekiwania: około godziny lub dłużej.", "The expected wait is about half an hour.",
	} {
		if !said[text] {
			t.Errorf("%q is not rendered ahead", text)
		}
	}
	if said["około pięciu minut"] {
		t.Error("words without their sentence are rendered")
	}
}

func TestWhoCannotBeCalledBackIsToldSoAndWaitsOn(t *testing.T) {
	v := waiting(t, true)
	place := v.line.Program.Place(&v.call)
	c := v.asks()
	v.take(ivr.ServiceDone{ID: c.ID, Refused: true})
	if v.call.Await != place || v.line.Program.Place(&v.call) != place {
		t.Fatalf("the call waits for %q, its place is %q, not %q", v.call.Await, v.line.Program.Place(&v.call), place)
	}
	if _, ok := v.call.Timers["max_wait"]; !ok {
		t.Error("his time does not go on")
	}
	if said := v.call.Speech; said == nil || said.Queue[0].Lines[0].Prompt != "phrase.queue_no_callback" {
		t.Errorf("said: %+v", said)
	}
	v.take(ivr.Key{Digit: '1'}) // is not offered any more
	if v.call.Await != place {
		t.Error("a call back is asked for once more")
	}
	v.fires("max_wait")
	v.wantDone(ivr.LeaveQueue{ID: place, Reason: ivr.LeftByTimeout})
}

func TestAPromptOfTheLineIsRenderedAheadWhateverItsName(t *testing.T) {
	p := entering(t, true).line.Program
	p.Prompts["wait_please"] = p.Prompts["hold_on"]
	names := map[string]bool{}
	for _, part := range p.Ahead() {
		names[part.Prompt] = true
	}
	if !names["wait_please"] || names["phrase.wait_5"] {
		t.Error("not rendered ahead, or words without their sentence are")
	}
}
