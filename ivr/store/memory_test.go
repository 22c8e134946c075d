package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"infolinia/ivr"
)

func TestMemoryForgetsAsRedisDoes(t *testing.T) {
	now := at(0)
	s := newMemory(func() time.Time { return now })
	slot := hold(t, s, "infolinia-1", "a")
	save(t, slot, "live", 1, ivr.SavedOK)
	ended, events := step("ended", 1)
	ended.Ended = true
	assertAnswer(t, slot.Save, ended, events, ivr.SavedOK)
	number, err := s.IssueReport(t.Context(), "live.1")
	if err != nil {
		t.Fatal(err)
	}
	known := func(id string) bool {
		t.Helper()
		c, err := s.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return c != nil
	}
	now = now.Add(EndedTTL)
	if known("ended") || !known("live") {
		t.Errorf("after an hour: ended %v, live %v", known("ended"), known("live"))
	}
	assertLists(t, func(_ context.Context) ([]*ivr.Call, error) { return s.Recent(t.Context(), 9) })
	now = now.Add(LiveTTL)
	if known("live") {
		t.Error("a live call outlives its time")
	}
	save(t, slot, "live", 2, ivr.SavedMissing)
	now = now.Add(ReportTTL)
	if again, err := s.IssueReport(t.Context(), "live.1"); err != nil || again == number {
		t.Errorf("a report of long ago: %s, %v", again, err)
	}
}

func TestAClockThatIsSetGivesNoSlotAwayAndBlocksNone(t *testing.T) {
	now := at(0)
	s := newMemory(func() time.Time { return now })
	a := hold(t, s, "one", "a")
	for _, jump := range []time.Duration{time.Hour, -2 * time.Hour, 3 * time.Hour} {
		stood := standing(t, s, "one")
		now = now.Add(jump)
		if _, err := s.Acquire(t.Context(), "one", "b", time.Minute, 0); !errors.As(err, new(*HeldError)) {
			t.Fatalf("the clock is set by %v: %v", jump, err)
		}
		if err := a.Renew(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if again := standing(t, s, "one"); again.Beat <= stood.Beat {
			t.Errorf("the clock is set by %v: beat %d after %d", jump, again.Beat, stood.Beat)
		}
	}
	now = now.Add(-time.Hour)
	b, err := s.Acquire(t.Context(), "one", "b", time.Minute, standing(t, s, "one").Beat)
	if err != nil || b.Epoch <= a.Epoch {
		t.Errorf("the slot of a dead holder: %v, %+v after epoch %d", err, b, a.Epoch)
	}
}
