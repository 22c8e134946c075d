package desk

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
)

// inOffice runs a test in virtual time.
func inOffice(t *testing.T, story func(t *testing.T, o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { story(t, open(t)) })
}

func (p *process) logIn(logins ...string) {
	p.o.t.Helper()
	for _, login := range logins {
		p.must(LogIn{Agent: login, Name: login, Session: "s-" + login, Endpoint: "PJSIP/" + login, System: "m", Browser: true})
		p.must(Ready{Agent: login})
	}
}

func (p *process) must(in Input) {
	p.o.t.Helper()
	if err := p.Do(p.o.t.Context(), in); err != nil {
		p.o.t.Fatalf("%T: %v", in, err)
	}
	synctest.Wait()
}

// enter lets a caller into a queue; his task is "<call>.q".
func (p *process) enter(slot, call, queue string) {
	p.o.t.Helper()
	c := &ivr.Call{ID: call, Lang: "pl"}
	if err := p.Enqueue(p.o.t.Context(), slot, c, ivr.Enqueue{ID: call + ".q", Queue: queue}); err != nil {
		p.o.t.Fatal(err)
	}
	synctest.Wait()
}

func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// pickUp lets an agent answer what rings.
func (o *office) pickUp(login string) {
	o.t.Helper()
	leg := o.phone.legOf(login, false)
	if leg == "" {
		o.t.Fatalf("nothing rings at %s", login)
	}
	o.phone.answer(leg)
	synctest.Wait()
}

func (o *office) bridge(task string) []string {
	o.phone.mu.Lock()
	defer o.phone.mu.Unlock()
	return o.phone.bridges[task].Together
}

func assertNews(t *testing.T, o *office, call string, want ...ivr.QueueState) {
	t.Helper()
	if d := cmp.Diff(want, o.news(call)); d != "" {
		t.Errorf("%s was told: -want +got\n%s", call, d)
	}
}

// quiet asserts that nothing is left of any caller.
func (o *office) quiet(p *process) {
	o.t.Helper()
	o.phone.mu.Lock()
	defer o.phone.mu.Unlock()
	if len(o.phone.legs)+len(o.phone.bridges) > 0 {
		o.t.Errorf("left in Asterisk: legs %v, bridges %v", o.phone.legs, o.phone.bridges)
	}
	if f := p.Floor(); len(f.Tasks) > 0 {
		for _, task := range f.Tasks {
			o.t.Errorf("left on the floor: %+v", *task)
		}
	}
}

func TestWhoIsOnHoldHearsTheMusicOfHisQueue(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		q := o.queues["office"]
		q.Music = "calm"
		o.queues["office"] = q
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		o.pickUp("anna")
		p.must(SetHold{Agent: "anna", On: true})
		o.phone.mu.Lock()
		defer o.phone.mu.Unlock()
		want := Arrangement{Task: "c1.q", Call: "c1", Music: []string{TheCaller}, Class: "calm"}
		if d := cmp.Diff(want, o.phone.bridges["c1.q"]); d != "" {
			t.Error(d)
		}
	})
}

// What his call plays is not stopped by an order that comes late.
func TestACallerWhoseAgentIsLostIsToldToWaitWhenHisMusicIsOver(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna", "jan")
		p.enter(hall, "c1", "office")
		o.pickUp("anna")
		p.must(Pause{Agent: "jan", Reason: "lunch"})
		o.phone.hangUp(o.phone.legOf("anna", true), LegLost)
		wait(RejoinTime - time.Second)
		o.phone.mu.Lock()
		o.phone.broken = errors.New("no answer")
		o.phone.mu.Unlock()
		wait(10 * time.Second)
		assertNews(t, o, "c1", ivr.QueueWaiting, ivr.QueueConnected)
		o.phone.mu.Lock()
		o.phone.broken = nil
		o.phone.mu.Unlock()
		wait(time.Second)
		assertNews(t, o, "c1", ivr.QueueWaiting, ivr.QueueConnected, ivr.QueueWaiting)
	})
}

func TestACallerIsOfferedAnsweredTalksAndIsThanked(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		o.pickUp("anna")
		if d := cmp.Diff([]string{TheCaller, "c1.q-1"}, o.bridge("c1.q")); d != "" {
			t.Error(d)
		}
		wait(time.Minute)
		p.must(HangUp{Agent: "anna"})
		p.must(Finish{Agent: "anna", Task: "c1.q", Code: "done"})
		wait(2 * time.Minute)
		assertNews(t, o, "c1", ivr.QueueWaiting, ivr.QueueConnected, ivr.QueueEnded)
		o.quiet(p)
		if a := p.Floor().Agents["anna"]; a.State != Available {
			t.Errorf("anna is %+v", a)
		}
	})
}

func TestTheCallIsToldBeforeAnybodyIsHeardAndTheBridgeGoesBeforeItIsOver(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		var order []string // all that was told and ordered
		p.tell = func(_, _ string, in ivr.Input) {
			o.phone.mu.Lock()
			defer o.phone.mu.Unlock()
			o.phone.orders = append(o.phone.orders, string(in.(ivr.QueueChanged).State))
		}
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		o.pickUp("anna")
		p.must(HangUp{Agent: "anna"})
		o.phone.mu.Lock()
		order = o.phone.orders
		o.phone.mu.Unlock()
		slices.Sort(order[:2]) // the first word and the first ring
		want := []string{"ring c1.q-1", "waiting", "connected", "arrange [caller c1.q-1] [] []", "arrange [] [] []", "drop c1.q-1 false", "ended"}
		if d := cmp.Diff(want, order); d != "" {
			t.Error(d)
		}
	})
}

func TestOfTwoWhoAnswerAtOnceOneWins(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna", "jan")
		p.enter(hall, "c1", "all")
		one, two := o.phone.legOf("anna", false), o.phone.legOf("jan", false)
		if one == "" || two == "" {
			t.Fatal("not both ring")
		}
		o.phone.answer(one)
		o.phone.answer(two)
		synctest.Wait()
		if d := cmp.Diff([]string{TheCaller, one}, o.bridge("c1.q")); d != "" {
			t.Error(d)
		}
		if o.phone.legOf("jan", true) != "" || p.Floor().Agents["jan"].State != Available {
			t.Errorf("jan: %+v", p.Floor().Agents["jan"])
		}
	})
}

func TestTheOtherLegOfARaceIsToldThatItWasAnsweredElsewhere(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna", "jan")
		p.enter(hall, "c1", "all")
		two := o.phone.legOf("jan", false)
		o.pickUp("anna")
		if !slices.Contains(o.phone.orders, "drop "+two+" true") {
			t.Error(o.phone.orders)
		}
	})
}

func TestACallerWhoHangsUpWhileAPhoneRingsLeavesNothing(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.enter(hall, "c1", "office")
		leg := o.phone.legOf("anna", false)
		if err := p.LeaveQueue(t.Context(), "c1.q", ivr.LeftByHangup); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		o.phone.answer(leg) // too late
		wait(time.Second)
		o.quiet(p)
		if !slices.Contains(o.phone.orders, "drop "+leg+" false") {
			t.Error(o.phone.orders)
		}
		assertNews(t, o, "c1", ivr.QueueWaiting)
	})
}

func TestPlacesAreToldWhenTheyChangeAndWhenAsked(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.must(Pause{Agent: "anna", Reason: "lunch"})
		for _, call := range []string{"c1", "c2"} {
			p.enter(hall, call, "office")
			wait(time.Second)
		}
		p.enter(hall, "c2", "office") // asks again
		if err := p.LeaveQueue(t.Context(), "c1.q", ivr.LeftByKey); err != nil {
			t.Fatal(err)
		}
		wait(time.Second)
		var places []int
		for _, c := range o.told["c2"] {
			places = append(places, c.Position)
		}
		if d := cmp.Diff([]int{2, 2, 1}, places); d != "" {
			t.Error(d)
		}
	})
}

func TestAQueueNobodyServesIsSaidAtOnce(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.enter(hall, "c1", "office")
		wait(time.Second)
		assertNews(t, o, "c1", ivr.QueueUnavailable)
		p.enter(hall, "c1", "office") // was restored, and asks again
		if told := o.told["c1"]; len(told) != 2 || told[1] != told[0] {
			t.Error(told)
		}
		wait(2 * time.Minute)
		o.quiet(p)
	})
}

func TestALegThatCannotBeDialledReturnsTheCaller(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna", "jan")
		o.phone.broken = errors.New("no such endpoint")
		p.enter(hall, "c1", "office")
		o.phone.mu.Lock()
		o.phone.broken = nil
		o.phone.mu.Unlock()
		wait(time.Second)
		if task := p.Floor().Tasks["c1.q"]; task == nil || !task.unanswered() {
			t.Errorf("the caller is %+v", task)
		}
		wait(time.Minute)
		if err := p.LeaveQueue(t.Context(), "c1.q", ivr.LeftByHangup); err != nil {
			t.Fatal(err)
		}
		wait(time.Second)
		o.quiet(p)
	})
}

func TestACallBackIsTakenAndAnsweredToTheCall(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		p.hold(hall)
		p.logIn("anna")
		p.must(Pause{Agent: "anna", Reason: "lunch"})
		p.enter(hall, "c1", "office")
		c := &ivr.Call{ID: "c1", Lang: "pl"}
		if err := p.Callback(t.Context(), hall, c, ivr.Callback{ID: "c1.b", Queue: "office", Place: "c1.q"}); err != nil {
			t.Fatal(err)
		}
		wait(time.Second)
		if d := cmp.Diff([]ivr.ServiceDone{{ID: "c1.b"}}, o.served); d != "" {
			t.Error(d)
		}
		f := p.Floor()
		if f.Tasks["c1.q"] != nil || f.Tasks["c1.b"] == nil || f.Tasks["c1.b"].Number != "+48600100200" {
			t.Errorf("%+v", f.Tasks)
		}
	})
}

func TestWhoeverListensLearnsOfEachChange(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		changed, stop := p.Changed()
		synctest.Wait()
		select {
		case <-changed:
		default:
		}
		p.logIn("anna")
		select {
		case <-changed:
		default:
			t.Error("not told of a log-in")
		}
		stop()
		p.must(Pause{Agent: "anna", Reason: "lunch"})
		select {
		case <-changed:
			t.Error("told after the end")
		default:
		}
	})
}

func TestARefusalChangesNothing(t *testing.T) {
	inOffice(t, func(t *testing.T, o *office) {
		p := o.process()
		before := p.Floor()
		if err := p.Do(t.Context(), HangUp{Agent: "nobody"}); !errors.As(err, new(Refusal)) {
			t.Error(err)
		}
		if p.Floor().Seq != before.Seq {
			t.Error("the board was changed")
		}
		p.kill()
		if err := p.Do(t.Context(), Ready{Agent: "anna"}); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}
