package store

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

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
		time.Sleep(5 * time.Second)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := slot.Renew(gone, 6*time.Second); err == nil || !slot.Unanswered() {
			t.Errorf("a renewal without an answer: %v, unanswered %t", err, slot.Unanswered())
		}
		time.Sleep(time.Second)
		if slot.Held() {
			t.Error("held beyond its time")
		}
		time.Sleep(5 * time.Second)
		if slot.Unanswered() {
			t.Error("an old silence says nothing")
		}
		if err := slot.Renew(gone, 6*time.Second); err == nil || slot.Unanswered() {
			t.Errorf("a silence after a gap: %v, unanswered %t", err, slot.Unanswered())
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
