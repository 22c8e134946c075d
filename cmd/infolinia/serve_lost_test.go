package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/store"
)

// twoMachines has machine m1 look after the calls of m2, which holds its slot.
func twoMachines(t *testing.T, then func(s *store.Store, other *store.Slot)) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMemory()
		other, err := s.Acquire(t.Context(), "m2/infolinia-1", "m2/1", leaseTime, 0)
		if err != nil {
			t.Fatal(err)
		}
		own, err := s.Acquire(t.Context(), "m1/infolinia-1", "m1/1", leaseTime, 0)
		if err != nil {
			t.Fatal(err)
		}
		for id, slot := range map[string]*store.Slot{"m1-1": own, "m2-1": other} {
			if _, err := slot.Save(t.Context(), &ivr.Call{Schema: ivr.Schema, ID: id, Seq: 1}, nil); err != nil {
				t.Fatal(err)
			}
		}
		m := &lostMachines{ours: ofM1, adopt: func(_ context.Context, slot string) error {
			if slot != "m2/infolinia-1" {
				t.Errorf("what %s owes is taken over", slot)
			}
			return nil
		}, store: s, end: func(c ivr.Call) (ivr.Call, []ivr.Event, error) {
			c.Seq, c.Ended, c.Left = c.Seq+1, true, ivr.LeaveQueue{ID: c.ID + ".1.queue1", Reason: ivr.LeftByHangup}
			return c, nil, nil
		}, leave: func(_ context.Context, l ivr.LeaveQueue) error {
			if l.ID != "m2-1.1.queue1" {
				t.Errorf("%+v", l)
			}
			return nil
		}}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { m.run(ctx) })
		then(s, other)
		cancel()
		running.Wait()
	})
}

func ofM1(slot string) bool { return strings.HasPrefix(slot, "m1/") }

// What a slot owes is another's once there is one that can take it.
func TestALostMachineIsWatchedUntilSomebodyHasWhatItOwes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMemory()
		slot, err := s.Acquire(t.Context(), "m2/infolinia-1", "m2/1", leaseTime, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := slot.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		answer, asked := errNoSlot, 0
		m := &lostMachines{ours: ofM1, store: s, adopt: func(context.Context, string) error { asked++; return answer }}
		look := func() {
			m.look(t.Context())
			time.Sleep(lostLook)
		}
		for range lostAfter/lostLook + 3 {
			look()
		}
		if asked < 2 {
			t.Errorf("asked %d times", asked)
		}
		answer = nil
		look()
		asked = 0
		look()
		if known, err := s.Slots(t.Context()); err != nil || len(known) > 0 || asked > 0 {
			t.Error(known, asked, err)
		}
	})
}

func TestWhoHasNotLookedForLongTakesNoMachineForLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMemory()
		other, err := s.Acquire(t.Context(), "m2/infolinia-1", "m2/1", leaseTime, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Save(t.Context(), &ivr.Call{Schema: ivr.Schema, ID: "m2-1", Seq: 1}, nil); err != nil {
			t.Fatal(err)
		}
		m := &lostMachines{ours: ofM1, store: s, end: func(ivr.Call) (ivr.Call, []ivr.Event, error) {
			t.Error("a call is closed")
			return ivr.Call{}, nil, context.Canceled
		}}
		m.look(t.Context())
		time.Sleep(2 * lostAfter) // this process was stopped
		m.look(t.Context())
	})
}

func isLive(t *testing.T, s *store.Store, id string, want bool) {
	t.Helper()
	synctest.Wait()
	c, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Ended == want {
		t.Errorf("call %s: ended is %v", id, c.Ended)
	}
}

func TestCallsOfALostMachineAreClosedAfterAWhileAndNobodyElses(t *testing.T) {
	twoMachines(t, func(s *store.Store, _ *store.Slot) {
		time.Sleep(lostAfter)
		isLive(t, s, "m2-1", true)
		time.Sleep(lostLook + time.Second)
		isLive(t, s, "m2-1", false)
		isLive(t, s, "m1-1", true)
	})
}

func TestAMachineThatGivesASignOfLifeKeepsItsCalls(t *testing.T) {
	twoMachines(t, func(s *store.Store, other *store.Slot) {
		for range 5 {
			time.Sleep(lostAfter - lostLook)
			if err := other.Renew(t.Context(), leaseTime); err != nil {
				t.Fatal(err)
			}
			isLive(t, s, "m2-1", true)
		}
	})
}
