package store

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// Standing is how a slot stands in the store. The zero value is that of a slot
// nobody has held yet, or whose keys are lost.
type Standing struct {
	Owner string // the last holder
	// Beat changes with each lease and each renewal. One that stands still for the
	// time of a lease, by the clock of whoever looks, is that of a lease which has
	// run out.
	Beat     int64
	Released bool
	// Leaving: the holder goes on serving until somebody relieves him.
	Leaving bool
}

// Known tells whether the store knows of any holder.
func (s Standing) Known() bool { return s.Owner != "" }

// Look tells how a slot stands and changes nothing of that. It fails where the
// store could not be written: then its holder cannot give a sign of life either.
func (s *Store) Look(ctx context.Context, slot string) (Standing, error) {
	return s.leases.look(ctx, slot)
}

// Leave marks that the holder wants to be relieved by another process, or takes
// that back. The mark ends with the lease: a new holder stands without it.
func (s *Slot) Leave(ctx context.Context, leaving bool) error {
	return s.store.leases.leave(ctx, s.Lease, leaving)
}

func (b *redisBackend) look(ctx context.Context, slot string) (Standing, error) {
	got, err := b.lookScript.Run(ctx, b.client, []string{b.key("slot:" + slot)}).Slice()
	if err == redis.Nil {
		return Standing{}, nil
	}
	if err != nil {
		return Standing{}, fmt.Errorf("look at slot %s: %w", slot, err)
	}
	return Standing{
		Owner:    got[0].(string),
		Beat:     got[1].(int64),
		Released: got[2].(int64) == 1,
		Leaving:  got[3].(int64) == 1,
	}, nil
}

func (b *redisBackend) leave(ctx context.Context, l Lease, leaving bool) error {
	held, err := b.leaveScript.Run(ctx, b.client, []string{b.key("slot:" + l.Slot)}, l.Owner, l.Epoch, leaving).Bool()
	if err == nil && !held {
		err = ErrLost
	}
	if err != nil {
		return fmt.Errorf("leave slot %s: %w", l.Slot, err)
	}
	return nil
}

func (m *memory) look(ctx context.Context, slot string) (Standing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.slots[slot]
	if s == nil {
		return Standing{}, ctx.Err()
	}
	return Standing{Owner: s.Owner, Beat: s.beat, Released: s.released, Leaving: s.leaving}, ctx.Err()
}

func (m *memory) leave(ctx context.Context, l Lease, leaving bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.slots[l.Slot]
	if s == nil || s.Lease != l {
		return ErrLost
	}
	s.leaving = leaving
	return ctx.Err()
}
