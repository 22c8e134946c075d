package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
	"infolinia/ivr/store/redistest"
)

// each runs a test against both stores.
func each(t *testing.T, promise func(t *testing.T, s *Store)) {
	t.Run("memory", func(t *testing.T) { promise(t, NewMemory()) })
	t.Run("redis", func(t *testing.T) { promise(t, open(t, redistest.Start(t))) })
}

func open(t *testing.T, server *redistest.Server) *Store {
	s := OpenRedis(Settings{Line: "243645555", Addrs: []string{server.Addr}})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func hold(t *testing.T, s *Store, slot, owner string) *Slot {
	t.Helper()
	held, err := s.Acquire(t.Context(), slot, owner, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func at(seq uint64) time.Time {
	return time.Date(2026, 6, 9, 10, 0, int(seq), 500_000_000, time.UTC)
}

func step(id string, seq uint64) (*ivr.Call, []ivr.Event) {
	c := &ivr.Call{
		Schema: ivr.Schema, ID: id, Version: "v1", Seq: seq, Lang: "pl",
		Started: at(0), Node: "main.top",
		Vars: map[string]ivr.Value{"case_no": ivr.Text("0012"), "n": ivr.Int(7)},
	}
	return c, []ivr.Event{
		{Seq: seq, At: at(seq), Note: ivr.Note{Event: "enter", Node: "main.top"}},
		{Seq: seq, At: at(seq), Note: ivr.Note{Event: "key", Digit: fmt.Sprint(seq % 10)}},
	}
}

func save(t *testing.T, s *Slot, id string, seq uint64, want ivr.Saved) {
	t.Helper()
	c, events := step(id, seq)
	assertAnswer(t, s.Save, c, events, want)
}

func saveWhole(t *testing.T, s *Slot, id string, seq uint64, want ivr.Saved) {
	t.Helper()
	c, events := step(id, seq)
	assertAnswer(t, s.SaveWhole, c, events, want)
}

func assertAnswer(t *testing.T, save func(context.Context, *ivr.Call, []ivr.Event) (ivr.Saved, error), c *ivr.Call, events []ivr.Event, want ivr.Saved) {
	t.Helper()
	got, err := save(t.Context(), c, events)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Fatalf("save of step %d answers %s, want %s", c.Seq, got, want)
	}
}

func pathOf(t *testing.T, s *Store, id string) []uint64 {
	t.Helper()
	path, err := s.Path(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var seqs []uint64
	for _, e := range path {
		seqs = append(seqs, e.Seq)
	}
	return seqs
}

func ids(calls []*ivr.Call) []string {
	var list []string
	for _, c := range calls {
		list = append(list, c.ID)
	}
	return list
}

func same(t *testing.T, got, want any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestASavedCallComesBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "infolinia-1", "a")
		want, events := step("pbx-1.1", 1)
		want.Sensitive = map[string]string{"pesel": "44051401458"}
		assertAnswer(t, slot.Save, want, events, ivr.SavedOK)
		got, err := s.Load(t.Context(), "pbx-1.1")
		if err != nil {
			t.Fatal(err)
		}
		want.Sensitive = nil
		same(t, got, want, cmp.AllowUnexported(ivr.Value{}))

		path, err := s.Path(t.Context(), "pbx-1.1")
		if err != nil {
			t.Fatal(err)
		}
		same(t, path, events)
	})
}

func TestAnUnknownCallIsNoError(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		c, err := s.Load(t.Context(), "pbx-9.9")
		if c != nil || err != nil {
			t.Errorf("got %v, %v", c, err)
		}
		same(t, pathOf(t, s, "pbx-9.9"), []uint64(nil))
	})
}

func TestStepsAreSavedInOrderAndOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "infolinia-1", "a")
		save(t, slot, "c", 1, ivr.SavedOK)
		save(t, slot, "c", 2, ivr.SavedOK)
		save(t, slot, "c", 2, ivr.SavedBefore)
		save(t, slot, "c", 1, ivr.SavedConflict)
		save(t, slot, "c", 4, ivr.SavedConflict)
		c, events := step("c", 2)
		c.Node = "main.other"
		assertAnswer(t, slot.Save, c, events, ivr.SavedConflict)
		same(t, pathOf(t, s, "c"), []uint64{1, 1, 2, 2})
	})
}

func TestAfterAnOutageTheWholeStateIsWrittenAndNoEventTwice(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "infolinia-1", "a")
		save(t, slot, "c", 1, ivr.SavedOK)
		save(t, slot, "c", 2, ivr.SavedOK) // arrived, though its sender never learnt it
		c, events := step("c", 4)
		for _, seq := range []uint64{3, 2} {
			_, missed := step("c", seq)
			events = append(missed, events...)
		}
		assertAnswer(t, slot.SaveWhole, c, events, ivr.SavedOK)
		assertAnswer(t, slot.SaveWhole, c, events, ivr.SavedBefore)
		same(t, pathOf(t, s, "c"), []uint64{1, 1, 2, 2, 3, 3, 4, 4})
		saveWhole(t, slot, "c", 3, ivr.SavedConflict)
	})
}

func TestAVanishedCallIsWrittenAgainOnlyByTheHolderOfItsSlot(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		old := hold(t, s, "infolinia-1", "a")
		save(t, old, "c", 3, ivr.SavedMissing)
		saveWhole(t, &Slot{Lease: Lease{Slot: "infolinia-9", Owner: "a", Epoch: old.Epoch}, store: s}, "c", 3, ivr.SavedMissing)
		saveWhole(t, old, "c", 3, ivr.SavedOK)
		if err := old.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		hold(t, s, "infolinia-1", "b")
		saveWhole(t, old, "d", 3, ivr.SavedFenced)
	})
}

func TestANewLeaseFencesTheOldOne(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		old := hold(t, s, "infolinia-1", "a")
		save(t, old, "c", 1, ivr.SavedOK)
		if err := old.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		heir := hold(t, s, "infolinia-1", "b")
		if heir.Epoch <= old.Epoch {
			t.Fatalf("epoch %d after %d", heir.Epoch, old.Epoch)
		}
		save(t, old, "c", 2, ivr.SavedFenced) // before the heir touched the call
		save(t, heir, "c", 2, ivr.SavedOK)
		save(t, old, "c", 3, ivr.SavedFenced)
		save(t, old, "new", 1, ivr.SavedFenced)
		if err := old.Renew(t.Context(), time.Minute); !errors.Is(err, ErrLost) {
			t.Errorf("renewing a lost lease: %v", err)
		}
		if err := old.Release(t.Context()); err != nil {
			t.Errorf("releasing a lost lease: %v", err)
		}
		save(t, heir, "c", 3, ivr.SavedOK)
	})
}

func TestASlotHasOneHolder(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		first := hold(t, s, "infolinia-1", "a")
		if first.Away != 0 {
			t.Errorf("a new slot was away %v", first.Away)
		}
		_, err := s.Acquire(t.Context(), "infolinia-1", "b", time.Minute, 0)
		var held *HeldError
		if !errors.As(err, &held) || held.Owner != "a" {
			t.Fatalf("got %v", err)
		}
		again := hold(t, s, "infolinia-1", "a") // the same owner after a restart
		if again.Epoch <= first.Epoch {
			t.Errorf("epoch %d after %d", again.Epoch, first.Epoch)
		}
		if err := first.Renew(t.Context(), time.Minute); !errors.Is(err, ErrLost) {
			t.Errorf("the lease before the restart: %v", err)
		}
		hold(t, s, "infolinia-2", "b")
	})
}

func TestASlotWhoseBeatStoodStillIsTaken(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		first := hold(t, s, "one", "a")
		stood := standing(t, s, "one")
		nextMillisecond()
		if err := first.Renew(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		var held *HeldError
		if _, err := s.Acquire(t.Context(), "one", "b", time.Minute, stood.Beat); !errors.As(err, &held) {
			t.Errorf("a slot that was renewed since: %v", err)
		}
		stood = standing(t, s, "one")
		nextMillisecond()
		heir, err := s.Acquire(t.Context(), "one", "b", time.Minute, stood.Beat)
		if err != nil {
			t.Fatal(err)
		}
		if heir.Away <= 0 || heir.Epoch <= first.Epoch {
			t.Errorf("away %v, epoch %d after %d", heir.Away, heir.Epoch, first.Epoch)
		}
		if _, err := s.Acquire(t.Context(), "one", "c", time.Minute, stood.Beat); !errors.As(err, &held) {
			t.Errorf("the second who watched the same beat: %v", err)
		}
	})
}

func TestAReleasedLeaseIsNotRenewed(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		a := hold(t, s, "one", "a")
		if err := a.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := a.Renew(t.Context(), time.Minute); !errors.Is(err, ErrLost) {
			t.Errorf("renewed after its release: %v", err)
		}
		if b := hold(t, s, "one", "b"); b.Away > time.Minute {
			t.Errorf("away %v", b.Away)
		}
		if got := standing(t, s, "one"); got.Released || got.Owner != "b" {
			t.Errorf("%+v", got)
		}
	})
}

func standing(t *testing.T, s *Store, slot string) Standing {
	t.Helper()
	got, err := s.Look(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestOnlyOneOfManyGetsTheSlot(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var won sync.Map
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if slot, err := s.Acquire(t.Context(), "infolinia-1", fmt.Sprint(i), time.Minute, 0); err == nil {
					won.Store(slot.Owner, true)
				}
			})
		}
		wg.Wait()
		n := 0
		won.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d holders", n)
		}
	})
}

func TestLiveAndRecentCallsAreListed(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		one, two := hold(t, s, "infolinia-1", "a"), hold(t, s, "infolinia-2", "a")
		save(t, one, "first", 1, ivr.SavedOK)
		nextMillisecond()
		save(t, two, "second", 1, ivr.SavedOK)
		nextMillisecond()
		save(t, one, "third", 1, ivr.SavedOK)
		assertLists(t, s.Live, "first", "second", "third")
		assertLists(t, one.Live, "first", "third")

		nextMillisecond()
		for _, id := range []string{"third", "first"} {
			c, events := step(id, 2)
			c.Ended, c.Outcome = true, ivr.OutcomeContained
			assertAnswer(t, one.Save, c, events, ivr.SavedOK)
			nextMillisecond()
		}
		assertLists(t, s.Live, "second")
		recent := func(limit int) func(context.Context) ([]*ivr.Call, error) {
			return func(ctx context.Context) ([]*ivr.Call, error) { return s.Recent(ctx, limit) }
		}
		assertLists(t, recent(10), "first", "third")
		assertLists(t, recent(1), "first")
		assertLists(t, recent(0))
	})
}

// nextMillisecond waits for the clock: saves are listed by it.
func nextMillisecond() {
	for start := time.Now().UnixMilli(); time.Now().UnixMilli() == start; {
	}
}

func assertLists(t *testing.T, list func(context.Context) ([]*ivr.Call, error), want ...string) {
	t.Helper()
	calls, err := list(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, ids(calls), want)
}

func TestAStateOfAnotherReleaseIsNamedAndHidesNoOther(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "infolinia-1", "a")
		save(t, slot, "good", 1, ivr.SavedOK)
		c, events := step("alien", 1)
		c.Schema = ivr.Schema + 1
		assertAnswer(t, slot.Save, c, events, ivr.SavedOK)
		calls, err := s.Live(t.Context())
		if err == nil {
			t.Error("no error for a state that cannot be read")
		}
		same(t, ids(calls), []string{"good"})
	})
}

func TestTheNewestEventsOfALongCallAreKept(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "infolinia-1", "a")
		for seq := range uint64(PathCap/2 + 5) {
			save(t, slot, "c", seq+1, ivr.SavedOK)
		}
		path := pathOf(t, s, "c")
		if len(path) != PathCap || path[0] != 6 || path[PathCap-1] != PathCap/2+5 {
			t.Errorf("%d events from %d to %d", len(path), path[0], path[len(path)-1])
		}
	})
}

func TestWhoeverComesWithoutTimeGetsAnError(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "infolinia-1", "a")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c, events := step("c", 1)
		if _, err := slot.Save(ctx, c, events); !errors.Is(err, context.Canceled) {
			t.Errorf("save: %v", err)
		}
		if _, err := s.IssueReport(ctx, "c"); !errors.Is(err, context.Canceled) {
			t.Errorf("report: %v", err)
		}
		if err := s.Ping(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("ping: %v", err)
		}
	})
}

func TestAStandbySeesHowASlotStands(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var beat int64
		look := func(want Standing) {
			t.Helper()
			got := standing(t, s, "one")
			beat, got.Beat = got.Beat, 0
			same(t, got, want)
		}
		look(Standing{})
		a := hold(t, s, "one", "a")
		look(Standing{Owner: "a"})
		if err := a.Leave(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		look(Standing{Owner: "a", Leaving: true})
		before := beat
		if err := a.Renew(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		look(Standing{Owner: "a", Leaving: true})
		if beat <= before {
			t.Errorf("beat %d after %d", beat, before)
		}
		if err := a.Leave(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		look(Standing{Owner: "a"})
		if err := errors.Join(a.Leave(t.Context(), true), a.Release(t.Context())); err != nil {
			t.Fatal(err)
		}
		look(Standing{Owner: "a", Released: true, Leaving: true})
		hold(t, s, "one", "b")
		look(Standing{Owner: "b"})
		if err := a.Leave(t.Context(), true); !errors.Is(err, ErrLost) {
			t.Errorf("a former holder leaves: %v", err)
		}
	})
}
