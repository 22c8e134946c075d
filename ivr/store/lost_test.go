package store

import (
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/store/redistest"
)

// closes has another machine close call c, which it read at a step.
func closes(t *testing.T, s *Store, slot string, beat int64, seq uint64, want bool) {
	t.Helper()
	before, _ := step("c", seq)
	ended, _ := step("c", seq+1)
	ended.Ended = true
	end := []ivr.Event{{Seq: seq + 1, At: at(seq + 1), Note: ivr.Note{Event: "end", By: "caller", Reason: "lost"}}}
	closed, err := s.CloseLost(t.Context(), slot, beat, before, ended, end)
	if err != nil || closed != want {
		t.Fatalf("closing call c at step %d: %v, %v, want %v", seq, closed, err, want)
	}
}

func beatOf(t *testing.T, s *Store, slot string) int64 {
	t.Helper()
	standing, err := s.Look(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	return standing.Beat
}

func live(t *testing.T, s *Store) []string {
	t.Helper()
	calls, err := s.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ids(calls)
}

func slotsOf(t *testing.T, s *Store) []KnownSlot {
	t.Helper()
	got, err := s.Slots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestSlotsAreThoseThatWereHeld(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		hold(t, s, "m1/a", "m1/1")
		b := hold(t, s, "m2/a", "m2/1")
		save(t, b, "c", 1, ivr.SavedOK)
		m1 := KnownSlot{"m1/a", Standing{Owner: "m1/1", Beat: beatOf(t, s, "m1/a")}}
		m2 := KnownSlot{"m2/a", Standing{Owner: "m2/1", Beat: beatOf(t, s, "m2/a")}}
		same(t, slotsOf(t, s), []KnownSlot{m1, m2})
		in, err := s.LiveIn(t.Context(), "m2/a")
		if err != nil {
			t.Fatal(err)
		}
		same(t, ids(in), []string{"c"})
	})
}

func TestAForgottenSlotIsKnownAgainOnceItIsHeld(t *testing.T) {
	for name, again := range map[string]func(*testing.T, *Store, *Slot){
		"renewed": func(t *testing.T, _ *Store, slot *Slot) {
			if err := slot.Renew(t.Context(), time.Minute); err != nil {
				t.Fatal(err)
			}
		},
		"taken": func(t *testing.T, s *Store, _ *Slot) { hold(t, s, "m2/a", "m2/1") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store) {
				slot := hold(t, s, "m2/a", "m2/1")
				if err := s.Forget(t.Context(), "m2/a"); err != nil {
					t.Fatal(err)
				}
				same(t, slotsOf(t, s), []KnownSlot(nil))
				again(t, s, slot)
				same(t, slotsOf(t, s), []KnownSlot{{"m2/a", Standing{Owner: "m2/1", Beat: beatOf(t, s, "m2/a")}}})
			})
		})
	}
}

func TestACallOfALostMachineIsClosedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		save(t, hold(t, s, "m1/a", "m1/1"), "c", 1, ivr.SavedOK)
		beat := beatOf(t, s, "m1/a")
		closes(t, s, "m1/a", beat, 1, true)
		closes(t, s, "m1/a", beat, 1, false)
		same(t, pathOf(t, s, "c"), []uint64{1, 1, 2})
		same(t, live(t, s), []string(nil))
		c, err := s.Load(t.Context(), "c")
		if err != nil || !c.Ended {
			t.Errorf("the call has not ended: %+v, %v", c, err)
		}
		if got := beatOf(t, s, "m1/a"); got != beat {
			t.Errorf("the lease was touched: beat %d, was %d", got, beat)
		}
	})
}

func TestACallIsNotClosedWhoseSlotBeatsOrThatHasGoneOn(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "m1/a", "m1/1")
		save(t, slot, "c", 1, ivr.SavedOK)
		beat := beatOf(t, s, "m1/a")
		save(t, slot, "c", 2, ivr.SavedOK)
		closes(t, s, "m1/a", beat, 1, false)
		if err := slot.Renew(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		closes(t, s, "m1/a", beat, 2, false)
		same(t, live(t, s), []string{"c"})
	})
}

func TestAMachineThatComesBackOpensItsCallsAgain(t *testing.T) {
	for name, back := range map[string]func(*testing.T, *Slot){
		"with the next step":                func(t *testing.T, s *Slot) { save(t, s, "c", 3, ivr.SavedOK) },
		"with steps nobody saved":           func(t *testing.T, s *Slot) { saveWhole(t, s, "c", 3, ivr.SavedOK) },
		"with what was saved without reply": func(t *testing.T, s *Slot) { saveWhole(t, s, "c", 2, ivr.SavedOK) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store) {
				slot := hold(t, s, "m1/a", "m1/1")
				save(t, slot, "c", 1, ivr.SavedOK)
				save(t, slot, "c", 2, ivr.SavedOK)
				closes(t, s, "m1/a", beatOf(t, s, "m1/a"), 2, true)
				if err := slot.Renew(t.Context(), time.Minute); err != nil {
					t.Fatal(err)
				}
				back(t, slot)
				same(t, live(t, s), []string{"c"})
				path, err := s.Path(t.Context(), "c")
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range path {
					if e.Event == "end" {
						t.Errorf("the path of a call that goes on has its end: %v", path)
					}
				}
				if recent, err := s.Recent(t.Context(), 10); err != nil || len(recent) > 0 {
					t.Errorf("a call that goes on is among the ended ones: %v, %v", ids(recent), err)
				}
				saveWhole(t, slot, "c", 4, ivr.SavedOK)
				save(t, slot, "c", 5, ivr.SavedOK)
			})
		})
	}
}

func TestAClosedCallIsNotTouchedByAnOlderHolderNorByAnOlderStep(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		old := hold(t, s, "m1/a", "m1/1")
		save(t, old, "c", 1, ivr.SavedOK)
		slot := hold(t, s, "m1/a", "m1/1")
		save(t, slot, "c", 2, ivr.SavedOK)
		closes(t, s, "m1/a", beatOf(t, s, "m1/a"), 2, true)
		save(t, old, "c", 3, ivr.SavedFenced)
		save(t, slot, "c", 2, ivr.SavedConflict)
		saveWhole(t, slot, "c", 1, ivr.SavedConflict)
		same(t, live(t, s), []string(nil))
	})
}

func TestTheStreamTellsOfAClosingAndOfItsEnd(t *testing.T) {
	s := open(t, redistest.Start(t))
	slot := hold(t, s, "m1/a", "m1/1")
	save(t, slot, "c", 1, ivr.SavedOK)
	closes(t, s, "m1/a", beatOf(t, s, "m1/a"), 1, true)
	if ttl := client(s).TTL(t.Context(), "{243645555}:call:c").Val(); ttl < LiveTTL-time.Minute {
		t.Errorf("a machine that comes back tomorrow finds nothing: the call is kept for %v", ttl)
	}
	save(t, slot, "c", 2, ivr.SavedOK)
	got, err := client(s).XRange(t.Context(), "{243645555}:events", "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	var events []any
	for _, m := range got {
		events = append(events, m.Values["event"])
	}
	same(t, events, []any{"enter", "key", "end", "reopened", "enter", "key"})
}
