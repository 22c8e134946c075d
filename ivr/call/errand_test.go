package call_test

import (
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/pbx/fakeari"
)

// atDesk lets somebody wait in the queue of a desk where nothing happens by itself.
func atDesk(t *testing.T, what func(w *world, m *machine, in *fakeari.Caller)) {
	t.Helper()
	inWorld(t, func(w *world) { w.desk.still = true }, func(w *world, m *machine) {
		in := w.calls()
		w.mu.Lock()
		w.call(in.ID).Caller = in
		w.mu.Unlock()
		time.Sleep(time.Second)
		in.Press("5")
		time.Sleep(time.Second)
		what(w, m, in)
	})
}

// place is the only place there is; nil: none.
func (d *desk) place() *place {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.places {
		now := *p
		return &now
	}
	return nil
}

func (d *desk) setSilent(silent bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.silent = silent
}

func (d *desk) wantLeft(t *testing.T, why ivr.LeaveReason) {
	t.Helper()
	if p := d.place(); p == nil || p.state != placeLeft || p.left != why {
		t.Errorf("the desk has %+v; want it left for %q", p, why)
	}
}

func TestADeskThatDoesNotAnswerKeepsNoCallWaiting(t *testing.T) {
	inWorld(t, func(w *world) { w.desk.still = true }, func(w *world, _ *machine) {
		w.desk.setSilent(true)
		in := w.calls()
		time.Sleep(time.Second)
		in.Press("5")
		time.Sleep(500 * time.Millisecond)
		in.Press("*") // a key is heard while the order is on its way
		time.Sleep(100 * time.Millisecond)
		if heard := strings.Join(in.Heard(), " "); !strings.Contains(heard, "main.more.prompt") {
			t.Errorf("after the star the caller hears %s", heard)
		}
		w.desk.setSilent(false)
		time.Sleep(10 * time.Second)
		if p := w.desk.place(); p != nil && p.open() {
			t.Errorf("who has left is in the queue: %+v", p)
		}
		in.Hangup()
		time.Sleep(time.Minute)
	})
}

func TestACallerWhomTheDeskDoesNotLetInInTimeGoesTheWayOfAFailure(t *testing.T) {
	inWorld(t, func(w *world) { w.desk.still = true }, func(w *world, _ *machine) {
		w.desk.setSilent(true)
		in := w.calls()
		time.Sleep(time.Second)
		in.Press("5")
		time.Sleep(2500 * time.Millisecond)
		if heard := strings.Join(in.Heard(), " "); !strings.Contains(heard, "main.bye.prompt") {
			t.Errorf("the caller hears %s", heard)
		}
		time.Sleep(time.Minute)
	})
}

func TestACallerWhoHangsUpLeavesTheQueueAtOnce(t *testing.T) {
	atDesk(t, func(w *world, _ *machine, in *fakeari.Caller) {
		in.Hangup()
		time.Sleep(time.Second)
		w.desk.wantLeft(t, ivr.LeftByHangup)
	})
}

func TestACallerLostWhileNobodyListenedLeavesTheQueue(t *testing.T) {
	atDesk(t, func(w *world, m *machine, in *fakeari.Caller) {
		m.crash(3 * time.Second)
		time.Sleep(time.Second)
		in.Hangup()
		time.Sleep(20 * time.Second)
		w.desk.wantLeft(t, ivr.LeftByHangup)
	})
}

func TestThatACallHasEndedIsToldToTheDeskByTheNextProcess(t *testing.T) {
	atDesk(t, func(w *world, m *machine, in *fakeari.Caller) {
		w.desk.setSilent(true)
		in.Hangup()
		time.Sleep(500 * time.Millisecond)
		m.crash(0)
		w.desk.setSilent(false)
		time.Sleep(20 * time.Second)
		w.desk.wantLeft(t, ivr.LeftByHangup)
	})
}

func TestThatACallHasLeftTheQueueIsToldToTheDeskByTheNextProcess(t *testing.T) {
	atDesk(t, func(w *world, m *machine, in *fakeari.Caller) {
		w.desk.setSilent(true)
		in.Press("*")
		time.Sleep(500 * time.Millisecond)
		m.crash(0)
		w.desk.setSilent(false)
		time.Sleep(20 * time.Second)
		w.desk.wantLeft(t, ivr.LeftByKey)
		in.Hangup()
		time.Sleep(time.Minute)
	})
}

func TestWhoWaitsKeepsHisPlaceWhenTheDeskIsAskedInVainAfterARestart(t *testing.T) {
	atDesk(t, func(w *world, m *machine, in *fakeari.Caller) {
		w.desk.setSilent(true)
		m.crash(0)
		time.Sleep(7 * time.Second)
		if in.State() != "Up" || strings.Contains(strings.Join(in.Heard(), " "), "main.bye") {
			t.Errorf("the caller is %s and hears %q", in.State(), in.Heard())
		}
		w.desk.setSilent(false)
		time.Sleep(5 * time.Second)
		if p := w.desk.place(); p == nil || p.state != ivr.QueueWaiting {
			t.Errorf("the desk has %+v", p)
		}
		in.Hangup()
		time.Sleep(time.Minute)
		w.desk.wantLeft(t, ivr.LeftByHangup)
	})
}
