package store

import (
	"context"
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
