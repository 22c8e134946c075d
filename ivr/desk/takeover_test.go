package desk

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

func TestTwoProcessesShareAgentsAndOfferNobodyTwice(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		one, two := o.process(), o.process()
		one.hold(hall)
		two.hold(annex)
		two.logIn("anna") // at the page of the other process
		wait(time.Second)
		one.enter(hall, "c1", "office")
		two.enter(annex, "c2", "office")
		wait(time.Second)
		if leg := o.phone.legOf("anna", false); leg != "c1.q-1" {
			t.Fatalf("%q rings", leg)
		}
		o.pickUp("anna")
		wait(time.Second)
		two.must(HangUp{Agent: "anna"})
		two.must(Finish{Agent: "anna", Task: "c1.q", Code: "done"})
		wait(time.Second)
		assertNews(t, o, "c1", ivr.QueueWaiting, ivr.QueueConnected, ivr.QueueEnded)
		if leg := o.phone.legOf("anna", false); leg != "c2.q-1" {
			t.Errorf("%q rings", leg)
		}
	})
}

func TestAnOfferOutlivesTheProcessThatMadeIt(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		one, two := o.process(), o.process()
		one.hold(hall)
		one.logIn("anna")
		one.enter(hall, "c1", "office")
		one.kill()
		o.pickUp("anna") // nobody hears it
		two.hold(hall)
		wait(time.Second)
		if d := cmp.Diff([]string{TheCaller, "c1.q-1"}, o.bridge("c1.q")); d != "" {
			t.Error(d)
		}
		assertNews(t, o, "c1", ivr.QueueWaiting, ivr.QueueConnected)
	})
}

// The house is taken for lost and comes back: the call back is another's by now.
func TestACallBackThatIsAnothersByNowRingsNobodyHere(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p, other := o.process(), o.process()
		p.hold(hall)
		p.logIn("anna")
		if err := p.Callback(t.Context(), hall, &ivr.Call{ID: "c1"}, ivr.Callback{ID: "c1.b", Queue: "office", Number: "600100200"}); err != nil {
			t.Fatal(err)
		}
		wait(time.Second)
		o.pickUp("anna")
		wait(time.Second)
		other.must(Lost{Slot: hall, To: "n/one"})
		wait(time.Second)
		if task := p.Floor().Tasks["c1.b"]; task.Slot != "n/one" || task.State != Waiting || task.Number == "" {
			t.Errorf("%+v", task)
		}
		o.phone.mu.Lock()
		defer o.phone.mu.Unlock()
		if len(o.phone.legs)+len(o.phone.bridges) > 0 {
			t.Errorf("left in Asterisk: legs %v, bridges %v", o.phone.legs, o.phone.bridges)
		}
	})
}

func TestAnOfferThatWasNeverOrderedIsOrderedByTheHeir(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		one, two := o.process(), o.process()
		one.hold(hall)
		one.logIn("anna")
		rings := 0
		one.faults.mu.Lock()
		one.faults.die = func() bool { // once the offer is on the board
			state, err := o.store.now().LoadBoard(t.Context(), 0)
			_, there := state.Entries["task:c1.q"]
			return err != nil || there
		}
		one.faults.mu.Unlock()
		go one.Enqueue(t.Context(), hall, &ivr.Call{ID: "c1"}, ivr.Enqueue{ID: "c1.q", Queue: "office"})
		synctest.Wait()
		one.kill()
		if o.phone.legOf("anna", false) != "" {
			t.Fatal("the dead have ordered")
		}
		two.hold(hall)
		wait(time.Second)
		for _, order := range o.phone.orders {
			if order == "ring c1.q-1" {
				rings++
			}
		}
		if rings != 1 || o.phone.legOf("anna", false) == "" {
			t.Errorf("%d rings: %v", rings, o.phone.orders)
		}
	})
}

func TestATalkOutlivesTheProcessAndALegThatEndedMeanwhileIsLost(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		one, two := o.process(), o.process()
		one.hold(hall)
		one.logIn("anna", "jan")
		for _, call := range []string{"c1", "c2"} {
			one.enter(hall, call, "office")
		}
		o.pickUp("anna")
		o.pickUp("jan")
		one.kill()
		lost := o.phone.legOf("jan", true)
		o.phone.hangUp(lost, LegHungUp) // nobody hears it
		two.hold(hall)
		wait(time.Second)
		if d := cmp.Diff([]string{TheCaller, "c1.q-1"}, o.bridge("c1.q")); d != "" {
			t.Error(d)
		}
		f := two.Floor()
		if talk := f.Tasks["c1.q"].Talk; talk == nil || talk.Leg == "" {
			t.Errorf("anna's talk: %+v", talk)
		}
		if talk := f.Tasks["c2.q"].Talk; talk == nil || talk.Leg != "" {
			t.Errorf("jan's talk: %+v", talk)
		}
		two.must(Rejoin{Agent: "jan", Session: "s-jan"})
		o.pickUp("jan")
		wait(time.Second)
		if d := cmp.Diff([]string{TheCaller, "c2.q-2"}, o.bridge("c2.q")); d != "" {
			t.Error(d)
		}
	})
}

func TestALegTheDeadLeftBehindIsDropped(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		one, two := o.process(), o.process()
		one.hold(hall)
		two.logIn("anna")
		wait(time.Second)
		one.enter(hall, "c1", "office")
		one.kill()
		two.must(Reject{Agent: "anna"}) // while nobody holds the slot
		two.must(Pause{Agent: "anna", Reason: "lunch"})
		wait(time.Second)
		if o.phone.legOf("anna", false) == "" {
			t.Fatal("dropped by nobody")
		}
		two.hold(hall)
		wait(time.Second)
		if leg := o.phone.legOf("anna", false); leg == "c1.q-1" {
			t.Errorf("%s still rings", leg)
		}
	})
}

func TestAFormerHolderChangesNothingAndOrdersNothing(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		one, two := o.process(), o.process()
		one.hold(hall)
		one.logIn("anna")
		one.enter(hall, "c1", "office")
		o.pickUp("anna")
		wait(time.Second)
		if _, err := o.store.Acquire(t.Context(), hall, "two", time.Minute, two.beat(hall)); err != nil {
			t.Fatal(err)
		}
		// It does not know yet.
		one.LegChanged(hall, LegEvent{ID: "c1.q-1", Task: "c1.q", Ended: true, Cause: LegLost})
		if err := one.LeaveQueue(t.Context(), "c1.q", ivr.LeftByHangup); err == nil {
			t.Error("left by the hand of a former holder")
		}
		wait(time.Second)
		if task := two.Floor().Tasks["c1.q"]; task.State != Connected || task.Talk.Leg == "" {
			t.Errorf("%+v", task)
		}
	})
}

func TestASlotThatWasNotListenedToIsAskedForItsLegs(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		o.phone.mu.Lock()
		delete(o.phone.holders, hall)
		o.phone.mu.Unlock()
		o.pickUp("anna") // not heard
		p.hold(hall)
		wait(time.Second)
		if d := cmp.Diff([]string{TheCaller, "c1.q-1"}, o.bridge("c1.q")); d != "" {
			t.Error(d)
		}
	})
}
