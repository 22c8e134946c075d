package store

import (
	"errors"
	"sync"
	"time"
)

// LeastSilence is how long the store must have left a renewal unanswered before a
// holder counts that as its silence. Whoever stands by looks at the slot at least
// every LookGap and gives a look that long to be answered; after one in vain, or a
// longer pause, he begins his watch anew. So nobody who takes the slot over can
// have missed a silence that its holder relies on.
const (
	LeastSilence = 1500 * time.Millisecond
	LookGap      = LeastSilence / 2
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
	case time.Since(asked) >= LeastSilence && h.certain(asked): // without a gap since a lease
		h.vain = asked
	}
}

// certain tells whether the slot was ours at a moment: by a lease, or because
// the store has not answered since.
func (h *tenure) certain(at time.Time) bool {
	return !h.lost && (at.Sub(h.asked) < h.ttl || h.silent(at))
}

func (h *tenure) silent(at time.Time) bool {
	return !h.lost && !h.vain.IsZero() && at.Sub(h.vain) < h.ttl
}

// Held tells whether the lease is certainly ours at this moment: it was granted
// and has not run out since it was asked for.
func (s *Slot) Held() bool {
	s.tenure.mu.Lock()
	defer s.tenure.mu.Unlock()
	return !s.tenure.lost && time.Since(s.tenure.asked) < s.tenure.ttl
}

// Unanswered tells that ever since the lease ran out the store has left
// renewals unanswered, the last one less than a lease ago: nobody else can have
// taken the slot, for that needs a store that answers for as long on this machine.
func (s *Slot) Unanswered() bool {
	s.tenure.mu.Lock()
	defer s.tenure.mu.Unlock()
	return s.tenure.silent(time.Now())
}
