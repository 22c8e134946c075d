package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/redis/go-redis/v9"

	"infolinia/ivr"
	"infolinia/ivr/store/redistest"
)

// read gives the events for a consumer, at most so many, as "call seq event".
func read(t *testing.T, s *Store, consumer string, most int) (names, ids []string) {
	t.Helper()
	events, err := s.ReadEvents(t.Context(), consumer, most)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		names, ids = append(names, fmt.Sprint(e.Call, " ", e.Seq, " ", e.Event)), append(ids, e.ID)
	}
	return names, ids
}

func ack(t *testing.T, s *Store, ids ...string) {
	t.Helper()
	if err := s.AckEvents(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
}

func TestEventsAreReadAsTheyWereSaved(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		save(t, hold(t, s, "one", "a"), "c", 1, ivr.SavedOK)
		got, err := s.ReadEvents(t.Context(), "x", 10)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, []ivr.StreamEvent{
			{Call: "c", Seq: 1, At: at(1), Event: "enter", Data: []byte(`{"event":"enter","node":"main.top"}`)},
			{Call: "c", Seq: 1, At: at(1), Event: "key", Data: []byte(`{"event":"key","dtmf":"1"}`)},
		}, cmpopts.IgnoreFields(ivr.StreamEvent{}, "ID"))
		if !olderID(got[0].ID, got[1].ID) {
			t.Errorf("%s is not before %s", got[0].ID, got[1].ID)
		}
	})
}

func TestEventsComeAgainUntilTheyAreAcknowledged(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "one", "a")
		save(t, slot, "c", 1, ivr.SavedOK)
		save(t, slot, "c", 2, ivr.SavedOK)
		first, ids := read(t, s, "x", 3)
		same(t, first, []string{"c 1 enter", "c 1 key", "c 2 enter"})
		again, _ := read(t, s, "x", 3)
		same(t, again, first)
		ack(t, s, ids[0], ids[2])
		left, ids := read(t, s, "x", 3)
		same(t, left, []string{"c 1 key"})
		ack(t, s, ids...)
		ack(t, s, ids...)
		last, ids := read(t, s, "x", 3)
		same(t, last, []string{"c 2 key"})
		ack(t, s, ids...)
		none, _ := read(t, s, "x", 3)
		same(t, none, []string(nil))
	})
}

func TestEventsOfBeforeTheFirstConsumerAreNotLost(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		save(t, hold(t, s, "one", "a"), "c", 1, ivr.SavedOK)
		for range 2 {
			if err := s.OpenEvents(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.TrimEvents(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		got, ids := read(t, s, "x", 10)
		same(t, got, []string{"c 1 enter", "c 1 key"})
		ack(t, s, ids...)
		if err := s.TrimEvents(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		none, _ := read(t, s, "y", 10)
		same(t, none, []string(nil))
	})
}

func TestAnEventGoesToOneConsumerUntilItIsDead(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		save(t, hold(t, s, "one", "a"), "c", 1, ivr.SavedOK)
		first, _ := read(t, s, "x", 1)
		second, ids := read(t, s, "y", 5)
		same(t, [][]string{first, second}, [][]string{{"c 1 enter"}, {"c 1 key"}})
		ack(t, s, ids...)
		none, _ := read(t, s, "y", 5)
		same(t, none, []string(nil))
		age(t, s, "x")
		heir, _ := read(t, s, "y", 5)
		same(t, heir, first)
		none, _ = read(t, s, "x", 5)
		same(t, none, []string(nil))
	})
}

// age makes a consumer as old as a dead one.
func age(t *testing.T, s *Store, consumer string) {
	t.Helper()
	if m, ok := s.stream.(*memory); ok {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, k := range m.events.pending {
			k.since = k.since.Add(-claimAfter)
		}
		return
	}
	b := s.stream.(*redisBackend)
	stream := b.key("events")
	pending, err := b.client.XPendingExt(t.Context(), &redis.XPendingExtArgs{
		Stream: stream, Group: RecordGroup, Start: "-", End: "+", Count: 100, Consumer: consumer,
	}).Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pending {
		err := b.client.Do(t.Context(), "XCLAIM", stream, RecordGroup, consumer, 0, p.ID, "IDLE", claimAfter.Milliseconds(), "JUSTID").Err()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhoeverWaitsGetsANewEventAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "one", "a")
		got := make(chan []ivr.StreamEvent)
		go func() {
			defer close(got)
			for len(got) == 0 && t.Context().Err() == nil {
				if events, err := s.ReadEvents(t.Context(), "x", 10); err == nil && len(events) > 0 {
					got <- events
					return
				}
			}
		}()
		save(t, slot, "c", 1, ivr.SavedOK)
		if events := <-got; len(events) == 0 || events[0].Call != "c" {
			t.Errorf("got %v", events)
		}
	})
}

func TestAReaderWithoutTimeGetsAnErrorAndLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "one", "a")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.ReadEvents(ctx, "x", 10); !errors.Is(err, context.Canceled) {
			t.Errorf("read: %v", err)
		}
		if err := s.OpenEvents(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("open: %v", err)
		}
		save(t, slot, "c", 1, ivr.SavedOK)
		got, _ := read(t, s, "x", 10)
		same(t, got, []string{"c 1 enter", "c 1 key"})
	})
}

func TestAClosedCallThatGoesOnSaysSoInTheStream(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		slot := hold(t, s, "one", "a")
		save(t, slot, "c", 1, ivr.SavedOK)
		c, _ := step("c", 1)
		ended, events := step("c", 2)
		ended.Ended = true
		closed, err := s.CloseLost(t.Context(), "one", standing(t, s, "one").Beat, c, ended, events[:1])
		if err != nil || !closed {
			t.Fatal(closed, err)
		}
		save(t, slot, "c", 2, ivr.SavedOK)
		got, _ := read(t, s, "x", 10)
		same(t, got, []string{"c 1 enter", "c 1 key", "c 2 enter", "c 2 reopened", "c 2 enter", "c 2 key"})
	})
}

func TestTheGroupIsMadeAgainWhenAllDataWereLost(t *testing.T) {
	s := open(t, redistest.Start(t))
	slot := hold(t, s, "one", "a")
	save(t, slot, "c", 1, ivr.SavedOK)
	_, ids := read(t, s, "x", 10)
	if err := client(s).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	ack(t, s, ids...)
	none, _ := read(t, s, "x", 10)
	same(t, none, []string(nil))
	save(t, slot, "d", 1, ivr.SavedOK)
	got, _ := read(t, s, "x", 10)
	same(t, got, []string{"d 1 enter", "d 1 key"})
}

func TestAnEntryWhoseContentIsGoneHoldsNobodyUp(t *testing.T) {
	s := open(t, redistest.Start(t))
	slot := hold(t, s, "one", "a")
	save(t, slot, "c", 1, ivr.SavedOK)
	read(t, s, "x", 10)
	if err := client(s).XTrimMaxLen(t.Context(), "{243645555}:events", 0).Err(); err != nil {
		t.Fatal(err)
	}
	save(t, slot, "c", 2, ivr.SavedOK)
	got, _ := read(t, s, "x", 10)
	same(t, got, []string{"c 2 enter", "c 2 key"})
}

func TestEventsSurviveAKilledRedis(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server)
	slot := hold(t, s, "one", "a")
	save(t, slot, "c", 1, ivr.SavedOK)
	_, ids := read(t, s, "x", 1)
	server.Kill()
	if _, err := s.ReadEvents(t.Context(), "x", 1); err == nil {
		t.Error("events of a Redis that is not there")
	}
	server.Restart()
	got, again := read(t, s, "x", 1)
	same(t, got, []string{"c 1 enter"})
	same(t, again, ids)
}

func TestTheOldestEventThatIsNotRecordedIsKnown(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		late := func() bool {
			t.Helper()
			at, err := s.Unrecorded(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return !at.IsZero()
		}
		if late() {
			t.Error("nothing happened, and something is to be recorded")
		}
		slot := hold(t, s, "one", "a")
		save(t, slot, "c", 1, ivr.SavedOK)
		if !late() {
			t.Error("before anybody reads, nothing is to be recorded")
		}
		_, ids := read(t, s, "x", 10)
		if !late() {
			t.Error("what was given out counts as recorded")
		}
		ack(t, s, ids...)
		if late() {
			t.Error("all is recorded, and something is to be")
		}
		save(t, slot, "c", 2, ivr.SavedOK)
		if !late() {
			t.Error("what came after is not to be recorded")
		}
	})
}
