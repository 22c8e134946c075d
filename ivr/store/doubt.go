package store

import (
	"bufio"
	"context"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// doubt is whether the store still has all that it said it had saved.
type doubt struct {
	mu     sync.Mutex
	origin string // of the store's data, as last heard; empty: not known
	open   bool
}

// note takes what a renewal has told: where the data comes from, and whether the
// lease was gone and is written anew.
func (d *doubt) note(origin string, fresh bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if fresh || origin != "" && d.origin != "" && origin != d.origin {
		d.open = true
	}
	if origin != "" {
		d.origin = origin
	}
}

// Doubtful tells, once, that the store may have lost saves that it had answered:
// it was restarted or failed over, which can cost the last second, or its data is
// gone. It is seen by the next renewal. All calls of the slot are to be saved
// whole then.
func (s *Slot) Doubtful() bool {
	s.doubt.mu.Lock()
	defer s.doubt.mu.Unlock()
	open := s.doubt.open
	s.doubt.open = false
	return open
}

// origin is the id that a Redis gives its data anew when it starts and when it
// is made the primary.
func (b *redisBackend) origin(ctx context.Context) string {
	if _, many := b.client.(*redis.ClusterClient); many { // any of its nodes would answer
		return ""
	}
	info, err := b.client.Info(ctx, "replication").Result()
	if err != nil {
		return ""
	}
	lines := bufio.NewScanner(strings.NewReader(info))
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "master_replid:"); ok {
			return id
		}
	}
	return ""
}
