package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"infolinia/ivr"
)

// Lease is the right to order things for the calls of a slot. Each new lease
// has a higher epoch than any before it, also after Redis lost its data: it is
// the server's clock in ms, or one more than the last.
type Lease struct {
	Slot  string
	Owner string
	Epoch int64
}

// ErrLost says that somebody else holds the slot by now.
var ErrLost = errors.New("slot is held by another")

// HeldError says who holds a slot.
type HeldError struct{ Slot, Owner string }

func (e *HeldError) Error() string { return fmt.Sprintf("slot %s is held by %s", e.Slot, e.Owner) }

type leases interface {
	acquire(ctx context.Context, slot, owner string, seen int64) (Lease, time.Duration, error)
	// renew with again writes a lease anew that the store has lost: then it is fresh.
	renew(ctx context.Context, l Lease, again bool) (fresh bool, err error)
	release(context.Context, Lease) error
	look(ctx context.Context, slot string) (Standing, error)
	leave(ctx context.Context, l Lease, leaving bool) error
}

// Slot is a slot of the line held by this process.
type Slot struct {
	Lease
	// Away is how long ago the slot's last holder gave a sign of life; zero
	// when there was none.
	Away   time.Duration
	store  *Store
	tenure tenure
	doubt  doubt
}

// Acquire takes a slot that nobody has held yet, that was released, or that the
// same owner held, who is then fenced off his former lease; and one of another
// whose beat still is the one seen. With it the caller vows that he has watched
// the beat stand still for the time of a lease, by his own monotonic clock, while
// the store answered him; 0: he has not. So whether a lease has run out is never
// a matter of the store's clock, which may be set. Otherwise the error is a
// *HeldError.
func (s *Store) Acquire(ctx context.Context, slot, owner string, ttl time.Duration, seen int64) (*Slot, error) {
	asked := time.Now()
	lease, away, err := s.leases.acquire(ctx, slot, owner, seen)
	if err != nil {
		return nil, err
	}
	held := &Slot{Lease: lease, Away: away, store: s}
	held.tenure.note(asked, ttl, nil)
	held.doubt.note(s.health.origin(ctx), false)
	return held, nil
}

// Renew prolongs the lease, ErrLost when it is another's by now or was released.
// Where the store lost the lease with all its data, it is written again, but not
// by a process that was stopped or cut off for longer than a lease: others may
// have held the slot since. A store that does not answer is asked again until ctx
// ends, which is to be longer than LeastSilence and shorter than a lease.
func (s *Slot) Renew(ctx context.Context, ttl time.Duration) error {
	asked := time.Now()
	for {
		at := time.Now()
		fresh, err := s.store.leases.renew(ctx, s.Lease, s.Held() || s.Unanswered())
		if err == nil {
			s.doubt.note(s.store.health.origin(ctx), fresh)
		}
		if err == nil || errors.Is(err, ErrLost) {
			s.tenure.note(at, ttl, err)
			return err
		}
		select {
		case <-ctx.Done():
			s.tenure.note(asked, ttl, err)
			return err
		case <-time.After(renewPause):
		}
	}
}

const renewPause = 100 * time.Millisecond

// Release lets others take the slot at once; nothing happens when it is
// another's already.
func (s *Slot) Release(ctx context.Context) error { return s.store.leases.release(ctx, s.Lease) }

// Live are the slot's calls that have not ended; see Store.Live.
func (s *Slot) Live(ctx context.Context) ([]*ivr.Call, error) {
	return decodeAll(s.store.calls.live(ctx, s.Slot))
}

// Save writes the state after one step, and its events to the line's stream and
// the call's path. An error says that nothing is known about the write.
func (s *Slot) Save(ctx context.Context, call *ivr.Call, events []ivr.Event) (ivr.Saved, error) {
	return s.save(ctx, call, events, false)
}

// SaveWhole is Save after steps whose saves failed: it may skip steps and
// write a call whose key is gone. Events of steps that had arrived after all
// are not written twice.
func (s *Slot) SaveWhole(ctx context.Context, call *ivr.Call, events []ivr.Event) (ivr.Saved, error) {
	return s.save(ctx, call, events, true)
}

// record is a call as it is written.
type record struct {
	id      string
	seq     uint64
	state   []byte
	ended   bool
	whole   bool
	entries []entry
}

type entry struct {
	seq   uint64
	at    time.Time
	event string
	note  []byte // JSON of the note alone, for the stream
	line  []byte // JSON of the whole event, for the path
}

func (s *Slot) save(ctx context.Context, call *ivr.Call, events []ivr.Event, whole bool) (ivr.Saved, error) {
	r, err := newRecord(call, events, whole)
	if err != nil {
		return "", err
	}
	answer, err := s.store.calls.save(ctx, s.Lease, r)
	if err != nil {
		return "", fmt.Errorf("save call %s: %w", call.ID, err)
	}
	return answer, nil
}

func newRecord(call *ivr.Call, events []ivr.Event, whole bool) (record, error) {
	state, err := call.Saved()
	if err != nil {
		return record{}, fmt.Errorf("write call %s: %w", call.ID, err)
	}
	r := record{id: call.ID, seq: call.Seq, state: state, ended: call.Ended, whole: whole}
	for _, e := range events {
		n := entry{seq: e.Seq, at: e.At, event: e.Event}
		if n.note, err = json.Marshal(e.Note); err != nil {
			return record{}, fmt.Errorf("write event of call %s: %w", call.ID, err)
		}
		if n.line, err = json.Marshal(e); err != nil {
			return record{}, fmt.Errorf("write event of call %s: %w", call.ID, err)
		}
		r.entries = append(r.entries, n)
	}
	return r, nil
}
