package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/store/redistest"
)

func put(from, to int64, pairs ...string) ivr.BoardCommit {
	c := ivr.BoardCommit{From: from, To: to, Set: map[string][]byte{}}
	for i := 0; i < len(pairs); i += 2 {
		c.Set[pairs[i]] = []byte(pairs[i+1])
	}
	return c
}

func commit(t *testing.T, s *Store, c ivr.BoardCommit, want ivr.Saved) {
	t.Helper()
	got, err := s.CommitBoard(t.Context(), c)
	if err != nil || got != want {
		t.Fatalf("commit from %d to %d answers %q, %v, want %q", c.From, c.To, got, err, want)
	}
}

func restore(t *testing.T, s *Store, c ivr.BoardCommit, want ivr.Saved) {
	t.Helper()
	got, err := s.RestoreBoard(t.Context(), c)
	if err != nil || got != want {
		t.Fatalf("restore from %d to %d answers %q, %v, want %q", c.From, c.To, got, err, want)
	}
}

func stands(t *testing.T, s *Store, since int64, want ivr.BoardState) {
	t.Helper()
	got, err := s.LoadBoard(t.Context(), since)
	if err != nil {
		t.Fatal(err)
	}
	if want.Entries == nil {
		want.Entries = map[string][]byte{}
	}
	slices.Sort(got.Gone)
	same(t, got, want)
}

func entries(pairs ...string) map[string][]byte { return put(0, 0, pairs...).Set }

func TestTheBoardTellsWhatHasChangedSince(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		stands(t, s, 0, ivr.BoardState{Whole: true})
		commit(t, s, put(0, 5, "a", "1", "b", "1"), ivr.SavedOK)
		commit(t, s, put(5, 9, "b", "2", "c", "1"), ivr.SavedOK)
		out := put(9, 12, "d", "1")
		out.Delete = []string{"a"}
		commit(t, s, out, ivr.SavedOK)

		stands(t, s, 0, ivr.BoardState{Seq: 12, Whole: true, Entries: entries("b", "2", "c", "1", "d", "1"), Log: []int64{5, 9, 12}})
		stands(t, s, 5, ivr.BoardState{Seq: 12, Entries: entries("b", "2", "c", "1", "d", "1"), Gone: []string{"a"}, Log: []int64{9, 12}})
		stands(t, s, 9, ivr.BoardState{Seq: 12, Entries: entries("d", "1"), Gone: []string{"a"}, Log: []int64{12}})
		stands(t, s, 12, ivr.BoardState{Seq: 12})
		commit(t, s, put(12, 13, "a", "again"), ivr.SavedOK)
		stands(t, s, 9, ivr.BoardState{Seq: 13, Entries: entries("a", "again", "d", "1"), Log: []int64{12, 13}})
	})
}

func TestTheBoardIsChangedOnlyFromWhereItStands(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		commit(t, s, put(0, 5, "a", "1"), ivr.SavedOK)
		commit(t, s, put(5, 8, "a", "2"), ivr.SavedOK)
		commit(t, s, put(5, 7, "a", "3"), ivr.SavedConflict)
		commit(t, s, put(0, 5, "a", "1"), ivr.SavedBefore) // however much came after it
		commit(t, s, put(9, 11, "a", "3"), ivr.SavedMissing)
		stands(t, s, 5, ivr.BoardState{Seq: 8, Entries: entries("a", "2"), Log: []int64{8}})
	})
}

func TestAFormerHolderOfASlotNoLongerChangesTheBoard(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		old := hold(t, s, "m/one", "a")
		if err := old.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		heir := hold(t, s, "m/one", "b")
		c := put(0, 5, "a", "1")
		c.Slot, c.Epoch = "m/one", old.Epoch
		commit(t, s, c, ivr.SavedFenced)
		c.Epoch = heir.Epoch
		commit(t, s, c, ivr.SavedOK)
	})
}

func TestABoardThatLostDataIsKnownAndRestored(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		commit(t, s, put(0, 5, "a", "old", "left", "1"), ivr.SavedOK)
		stands(t, s, 9, ivr.BoardState{Seq: 5}) // behind one who stands at 9
		anew := put(9, 1000, "a", "1", "b", "1")
		anew.Log = []int64{5, 9}
		restore(t, s, anew, ivr.SavedOK)
		restore(t, s, put(9, 1000, "a", "1", "b", "1"), ivr.SavedBefore)
		restore(t, s, put(10, 2000, "a", "2"), ivr.SavedConflict)
		all := ivr.BoardState{Seq: 1000, Entries: entries("a", "1", "b", "1"), Log: []int64{9, 1000}}
		stands(t, s, 5, all) // all is newer
		all.Whole, all.Log = true, []int64{5, 9, 1000}
		stands(t, s, 10, all) // somebody who stood where this board never did
		commit(t, s, put(1000, 1001, "b", "2"), ivr.SavedOK)
		stands(t, s, 1000, ivr.BoardState{Seq: 1001, Entries: entries("b", "2"), Log: []int64{1001}})
	})
}

func TestWhoIsFarBehindIsGivenTheBoardWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		commit(t, s, ivr.BoardCommit{From: 0, To: 1, Set: entries("keep", "1", "drop", "1")}, ivr.SavedOK)
		commit(t, s, ivr.BoardCommit{From: 1, To: 2, Delete: []string{"drop"}}, ivr.SavedOK)
		for at := int64(2); at < BoardLog+2; at++ {
			commit(t, s, put(at, at+1, "n", fmt.Sprint(at)), ivr.SavedOK)
		}
		got, err := s.LoadBoard(t.Context(), 2)
		if err != nil || !got.Whole || len(got.Log) != BoardLog || got.Log[0] != 3 || len(got.Entries) != 2 {
			t.Errorf("%v %+v", err, got)
		}
		stands(t, s, BoardLog+1, ivr.BoardState{Seq: BoardLog + 2, Entries: entries("n", fmt.Sprint(BoardLog+1)), Log: []int64{BoardLog + 2}})
	})
}

func TestOfManyWhoChangeTheBoardAtOnceNoChangeIsLost(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var wg sync.WaitGroup
		for worker := range 8 {
			wg.Go(func() {
				var at int64
				for done := 0; done < 20; {
					to := at + 1 + rand.Int64N(1000)
					answer, err := s.CommitBoard(t.Context(), put(at, to, fmt.Sprintf("%d.%d", worker, done), "1"))
					switch {
					case err != nil:
						t.Error(err)
						return
					case answer == ivr.SavedOK:
						at, done = to, done+1
						continue
					}
					now, err := s.LoadBoard(t.Context(), at)
					if err != nil {
						t.Error(err)
						return
					}
					at = now.Seq
				}
			})
		}
		wg.Wait()
		got, err := s.LoadBoard(t.Context(), 0)
		if err != nil || len(got.Entries) != 160 {
			t.Errorf("%d entries of 160, %v", len(got.Entries), err)
		}
	})
}

func TestQueueEventsReachTheStreamOnceAndWithTheirChange(t *testing.T) {
	s := open(t, redistest.Start(t))
	c := put(0, 5, "a", "1")
	c.Events = []ivr.QueueEvent{
		{Event: ivr.EnterQueue, At: at(1), Task: "c.3", Call: "c", Queue: "office", Position: 2},
		{Event: ivr.AgentPause, At: at(2), Agent: "anna", Reason: "lunch"},
	}
	commit(t, s, c, ivr.SavedOK)
	commit(t, s, c, ivr.SavedBefore)
	c.To = 7
	commit(t, s, c, ivr.SavedConflict)
	got, err := client(s).XRange(t.Context(), "{243645555}:events", "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	var values []map[string]any
	for _, m := range got {
		values = append(values, m.Values)
	}
	same(t, values, []map[string]any{
		{"call": "c", "seq": "5", "t": "2026-06-09T10:00:01.5Z", "event": "ENTERQUEUE",
			"data": `{"event":"ENTERQUEUE","t":"2026-06-09T10:00:01.5Z","task":"c.3","call":"c","queue":"office","position":2}`},
		{"call": "", "seq": "5", "t": "2026-06-09T10:00:02.5Z", "event": "PAUSE",
			"data": `{"event":"PAUSE","t":"2026-06-09T10:00:02.5Z","agent":"anna","reason":"lunch"}`},
	})
}

func TestTheBoardIsNoStrayAndSurvivesAKill(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	const high = int64(1)<<53 - 10 // all digits are kept
	commit(t, s, put(0, high, "a", "1"), ivr.SavedOK)
	c := put(high, high+1, "b", "1")
	c.Delete = []string{"a"}
	commit(t, s, c, ivr.SavedOK)
	server.Kill()
	if _, err := s.LoadBoard(t.Context(), 0); err == nil {
		t.Error("a board without a store")
	}
	server.Restart()
	stands(t, s, high, ivr.BoardState{Seq: high + 1, Entries: entries("b", "1"), Gone: []string{"a"}, Log: []int64{high + 1}})
	if err := s.SaveDraft(t.Context(), "anna", "c.3", "dzwoni drugi raz"); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Strays(t.Context()); len(list) > 0 || err != nil {
		t.Error(list, err)
	}
	if err := client(s).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	stands(t, s, high+1, ivr.BoardState{})
}

func TestADraftIsTheAgentsOwnAndGoes(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		draft := func(login, task, want string) {
			t.Helper()
			if got, err := s.Draft(ctx, login, task); got != want || err != nil {
				t.Errorf("draft of %s on %s: %q %v, want %q", login, task, got, err, want)
			}
		}
		draft("anna", "t:1", "")
		if err := errors.Join(s.SaveDraft(ctx, "anna", "t:1", "raz"), s.SaveDraft(ctx, "anna", "t:1", "dwa"),
			s.SaveDraft(ctx, "anna:t", "1", "obca")); err != nil {
			t.Fatal(err)
		}
		draft("anna", "t:1", "dwa")
		draft("anna:t", "1", "obca")
		draft("jan", "t:1", "")
		if err := errors.Join(s.DropDraft(ctx, "anna", "t:1"), s.DropDraft(ctx, "anna", "t:1")); err != nil {
			t.Fatal(err)
		}
		draft("anna", "t:1", "")
	})
}

func TestADraftIsKeptForHalfADay(t *testing.T) {
	now := at(0)
	s := newMemory(func() time.Time { return now })
	if err := s.SaveDraft(t.Context(), "anna", "t", "raz"); err != nil {
		t.Fatal(err)
	}
	now = now.Add(DraftTTL)
	if text, err := s.Draft(t.Context(), "anna", "t"); text != "" || err != nil {
		t.Error(text, err)
	}

	s = open(t, redistest.Start(t))
	if err := s.SaveDraft(t.Context(), "anna", "t", "raz"); err != nil {
		t.Fatal(err)
	}
	if ttl := client(s).TTL(t.Context(), "{243645555}:draft:4:anna:t").Val(); ttl > DraftTTL || ttl < DraftTTL-time.Minute {
		t.Errorf("lives %v", ttl)
	}
}

// BenchmarkCommitBoard changes one task and one agent of a board with 500 who
// wait and 20 agents.
func BenchmarkCommitBoard(b *testing.B) {
	s := OpenRedis(Settings{Line: "1", Addrs: []string{redistest.Start(b).Addr}})
	defer s.Close()
	entry := make([]byte, 600)
	c := ivr.BoardCommit{To: 1, Set: map[string][]byte{}}
	for i := range 520 {
		c.Set[fmt.Sprintf("task:%d", i)] = entry
	}
	if answer, err := s.CommitBoard(b.Context(), c); answer != ivr.SavedOK {
		b.Fatal(answer, err)
	}
	event := []ivr.QueueEvent{{Event: ivr.QueueConnect, At: at(1), Task: "1", Call: "c"}}
	at := int64(1)
	b.Run("commit", func(b *testing.B) {
		for b.Loop() {
			c := ivr.BoardCommit{From: at, To: at + 1, Set: map[string][]byte{
				fmt.Sprintf("task:%d", at%500): entry, fmt.Sprintf("task:%d", 500+at%20): entry}, Events: event}
			if answer, err := s.CommitBoard(b.Context(), c); answer != ivr.SavedOK {
				b.Fatal(answer, err)
			}
			at++
		}
	})
	for name, since := range map[string]int64{"unchanged": at, "whole": 0} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.LoadBoard(b.Context(), since); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
