package desk

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

func TestWhileTheStoreIsAwayTalksGoOnAndAreWrittenLater(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p, other := o.process(), o.process()
		p.hold(hall)
		p.logIn("anna", "jan")
		p.enter(hall, "c1", "office")
		o.pickUp("anna")
		p.enter(hall, "c2", "office")
		o.store.set(errAway)
		o.pickUp("jan") // the offer was made before
		if d := cmp.Diff([]string{TheCaller, "c2.q-1"}, o.bridge("c2.q")); d != "" {
			t.Error(d)
		}
		if !p.Detached() {
			t.Error("not detached")
		}
		if err := p.Enqueue(t.Context(), hall, &ivr.Call{ID: "c3"}, ivr.Enqueue{ID: "c3.q", Queue: "office"}); !errors.Is(err, RefusedDetached) {
			t.Errorf("let in: %v", err)
		}
		p.must(HangUp{Agent: "anna"})
		p.must(Finish{Agent: "anna", Task: "c1.q", Code: "done"})
		wait(time.Minute)
		assertNews(t, o, "c1", ivr.QueueWaiting, ivr.QueueConnected, ivr.QueueEnded)
		o.store.set(nil)
		wait(time.Second)
		if p.Detached() {
			t.Error("still detached")
		}
		f := other.Floor()
		if done := f.Tasks["c1.q"]; done != nil && done.State != Completed || f.Tasks["c2.q"].State != Connected || f.Agents["anna"].State != Available {
			t.Errorf("%+v %+v", f.Tasks["c1.q"], f.Agents["anna"])
		}
		if o.phone.legOf("anna", true) != "" || o.phone.legOf("jan", true) == "" {
			t.Error("the wrong legs")
		}
		p.enter(hall, "c4", "office")
		o.pickUp("anna")
	})
}

// The store lets somebody in and cannot say so: the caller goes another way, and is
// not rung for when the store is back.
func TestWhoWasLetInWithoutAnAnswerLeavesAllTheSame(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.must(Pause{Agent: "anna", Reason: "lunch"})
		o.store.hush()
		err := p.Enqueue(t.Context(), hall, &ivr.Call{ID: "c1"}, ivr.Enqueue{ID: "c1.q", Queue: "office"})
		if !errors.Is(err, RefusedDetached) {
			t.Fatalf("let in: %v", err)
		}
		if err := p.LeaveQueue(t.Context(), "c1.q", ivr.LeftForFailure); err != nil {
			t.Fatal(err)
		}
		o.store.set(nil)
		wait(time.Second)
		p.must(Ready{Agent: "anna"})
		if task := p.Floor().Tasks["c1.q"]; task != nil && !task.final() || o.phone.legOf("anna", false) != "" {
			t.Errorf("%+v", task)
		}
	})
}

func TestAStoreThatOnlyStumblesSendsNobodyAway(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		for _, stumble := range []func(){func() { o.store.set(errAway) }, o.store.hush} {
			stumble()
			time.AfterFunc(patience/2, func() { o.store.set(nil) })
			p.enter(hall, "c1", "office")
			wait(time.Second)
			o.pickUp("anna")
			p.must(HangUp{Agent: "anna"})
			p.must(Finish{Agent: "anna", Task: "c1.q", Code: "done"})
			wait(2 * time.Minute)
			o.quiet(p)
		}
	})
}

func TestAFlushedBoardIsWrittenAnew(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p, other := o.process(), o.process()
		p.hold(hall)
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		o.pickUp("anna")
		p.enter(hall, "c2", "office")
		wait(time.Second)
		o.store.flush()
		p.must(SetHold{Agent: "anna", On: true})
		wait(time.Second)
		for _, desk := range []*process{p, other} {
			f := desk.Floor()
			if f.Tasks["c1.q"].Talk.Mode != TalkHold || f.Tasks["c2.q"].State != Waiting || f.Agents["anna"].State != OnCall {
				t.Errorf("%+v %+v", f.Tasks, f.Agents["anna"])
			}
		}
		assertNews(t, o, "c2", ivr.QueueWaiting)
	})
}

func TestWhatAFailoverLostIsDoneAgain(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p, other := o.process(), o.process()
		p.hold(hall)
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		wait(time.Second)
		// The replica has everything up to here, and becomes the primary after both
		// processes have written something more.
		state, err := o.store.now().LoadBoard(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		o.pickUp("anna")
		o.store.flush()
		answer, err := o.store.now().RestoreBoard(t.Context(), ivr.BoardCommit{From: 1, To: state.Seq, Set: state.Entries})
		if err != nil || answer != ivr.SavedOK {
			t.Fatal(answer, err)
		}
		if err := other.Do(context.WithoutCancel(t.Context()), LogIn{Agent: "jan", Name: "Jan", Session: "s", Endpoint: "PJSIP/jan", System: "m"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		wait(time.Second)
		for _, desk := range []*process{p, other} {
			f := desk.Floor()
			if f.Tasks["c1.q"].State != Connected || f.Agents["jan"] == nil {
				t.Errorf("%+v %+v", f.Tasks["c1.q"], f.Agents["jan"])
			}
		}
	})
}

func TestAProcessThatStartsWithoutAStoreLearnsTheFloorLater(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		o.pickUp("anna")
		p.kill()
		o.store.set(errAway)
		heir := o.process()
		synctest.Wait()
		if err := heir.Do(t.Context(), HangUp{Agent: "anna"}); !errors.As(err, new(Refusal)) {
			t.Error(err)
		}
		heir.hold(hall)
		wait(time.Second)
		o.store.set(nil)
		wait(time.Second)
		if task := heir.Floor().Tasks["c1.q"]; task == nil || task.State != Connected || task.Talk.Leg == "" {
			t.Fatalf("%+v", task)
		}
		if d := cmp.Diff([]string{TheCaller, "c1.q-1"}, o.bridge("c1.q")); d != "" {
			t.Error(d)
		}
	})
}
