package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Unrecorded is when the oldest event happened that was not acknowledged yet; zero:
// all are recorded.
func (s *Store) Unrecorded(ctx context.Context) (time.Time, error) {
	id, err := s.stream.unrecorded(ctx)
	if err == nil && id == "" {
		return time.Time{}, nil
	}
	var ms int64
	if err == nil {
		stamp, _, _ := strings.Cut(id, "-")
		ms, err = strconv.ParseInt(stamp, 10, 64)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("look for unrecorded events: %w", err)
	}
	return time.UnixMilli(ms), nil
}

// unrecorded is the ID of the first entry that was given out and not acknowledged,
// else of the first one not given out; empty: there is none.
func (b *redisBackend) unrecorded(ctx context.Context) (string, error) {
	pending, err := b.client.XPending(ctx, b.key("events"), RecordGroup).Result()
	if err == nil && pending.Count > 0 {
		return pending.Lower, nil
	}
	after := "-" // nobody has ever read
	if err != nil {
		if !strings.HasPrefix(err.Error(), "NOGROUP") {
			return "", err
		}
	} else if after, err = b.lastGiven(ctx); err != nil {
		return "", err
	}
	first, err := b.client.XRangeN(ctx, b.key("events"), after, "+", 1).Result()
	if err != nil || len(first) == 0 {
		return "", err
	}
	return first[0].ID, nil
}

// lastGiven is where the entries begin that were not given out, for a range.
func (b *redisBackend) lastGiven(ctx context.Context) (string, error) {
	groups, err := b.client.XInfoGroups(ctx, b.key("events")).Result()
	if err != nil {
		return "", err
	}
	for _, g := range groups {
		if g.Name == RecordGroup {
			return "(" + g.LastDeliveredID, nil
		}
	}
	return "", errors.Join(redis.Nil, fmt.Errorf("no group %s", RecordGroup))
}

func (m *memory) unrecorded(ctx context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.events.entries {
		if m.events.pending[e.ID] != nil || olderID(m.events.given, e.ID) {
			return e.ID, ctx.Err()
		}
	}
	return "", ctx.Err()
}
