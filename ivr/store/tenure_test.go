package store

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// deaf is a store that does not answer.
type deaf struct{ leases }

func (deaf) renew(ctx context.Context, _ Lease, _ bool) (bool, error) {
	return false, errors.New("connection refused")
}

// renewIn asks a store that does not answer for a while.
func renewIn(t *testing.T, slot *Slot, d time.Duration) {
	t.Helper()
	there := slot.store
	slot.store = &Store{leases: deaf{there.leases}}
	defer func() { slot.store = there }()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := slot.Renew(ctx, 6*time.Second); err == nil {
		t.Error("renewed in a store that does not answer")
	}
}

func TestALeaseIsCertainForItsTimeAfterItWasAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slot, err := NewMemory().Acquire(t.Context(), "one", "a", 6*time.Second, 0)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if !slot.Held() {
			t.Error("not held within its time")
		}
		if err := slot.Renew(t.Context(), 6*time.Second); err != nil {
			t.Error(err)
		}
		time.Sleep(4 * time.Second)
		if renewIn(t, slot, LeastSilence); !slot.Unanswered() {
			t.Error("a silence does not count")
		}
		time.Sleep(time.Second)
		if slot.Held() {
			t.Error("held beyond its time")
		}
		time.Sleep(5 * time.Second)
		if slot.Unanswered() {
			t.Error("an old silence says something")
		}
		if renewIn(t, slot, LeastSilence); slot.Unanswered() {
			t.Error("a silence after a gap counts")
		}
	})
}

// A standby that looks now and then may not have met a silence that was shorter.
func TestAShortSilenceSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slot, err := NewMemory().Acquire(t.Context(), "one", "a", 6*time.Second, 0)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if renewIn(t, slot, LeastSilence-time.Millisecond); slot.Unanswered() {
			t.Error("a moment without an answer counts as silence")
		}
	})
}

// A process that was stopped while the store lost everything must not have the
// slot back behind the back of whoever holds it since.
func TestALostLeaseIsWrittenAgainOnlyByWhoeverCertainlyHeldIt(t *testing.T) {
	for name, tc := range map[string]struct {
		stopped time.Duration
		want    error
	}{"at once": {time.Second, nil}, "after a long stop": {7 * time.Second, ErrLost}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := NewMemory()
				slot, err := s.Acquire(t.Context(), "one", "a", 6*time.Second, 0)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(tc.stopped)
				clear(s.leases.(*memory).slots)
				if err := slot.Renew(t.Context(), 6*time.Second); !errors.Is(err, tc.want) {
					t.Errorf("renewed: %v", err)
				}
			})
		})
	}
}
