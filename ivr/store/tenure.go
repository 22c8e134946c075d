package store

import (
	"errors"
	"sync"
	"time"
)

// tenure is what a holder knows of his lease, by his own monotonic clock. It
// never says more than is certain: a lease is counted from the asking for it.
type tenure struct {
	mu    sync.Mutex
	ttl   time.Duration
	asked time.Time // for the lease or renewal that was granted last
	vain  time.Time // when the last renewal was asked for that nobody answered
	lost  bool
}

// note takes the answer to a lease or renewal that was asked for at a moment.
func (h *tenure) note(asked time.Time, ttl time.Duration, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err == nil:
		h.asked, h.ttl = asked, ttl
	case errors.Is(err, ErrLost):
		h.lost = true
	default:
		h.vain = asked
	}
}

// Held tells whether the lease is certainly ours at this moment: it was granted
// and has not run out since it was asked for.
func (s *Slot) Held() bool {
	s.tenure.mu.Lock()
	defer s.tenure.mu.Unlock()
	return !s.tenure.lost && time.Since(s.tenure.asked) < s.tenure.ttl
}

// Unanswered tells that the lease was not lost as far as we know, and that the
// store left a renewal unanswered less than a lease ago: whoever takes a slot
// over must have been answered for that long.
func (s *Slot) Unanswered() bool {
	s.tenure.mu.Lock()
	defer s.tenure.mu.Unlock()
	return !s.tenure.lost && !s.tenure.vain.IsZero() && time.Since(s.tenure.vain) < s.tenure.ttl
}
