package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"infolinia/ivr"
)

// Stray is a key that nothing will ever need or remove, or that is missing.
type Stray struct {
	Key string // without the line's hash tag
	Why string
}

// Strays are the keys that should not be there, by their names. While calls go on
// a key may be seen as one in the moment it is made: ask twice.
func (s *Store) Strays(ctx context.Context) ([]Stray, error) {
	list, err := s.health.strays(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for stray keys: %w", err)
	}
	slices.SortFunc(list, func(a, b Stray) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

// strays finds none: what is in memory is there by its type.
func (m *memory) strays(ctx context.Context) ([]Stray, error) { return nil, ctx.Err() }

// lasting are the keys that stay; the others go by themselves.
func lasting(key string) bool {
	switch key {
	case "events", "live", "recent", "slots", "report-count", "report-key", "versions", "overrides", "overrides-revision",
		"board", "board-log", "board-changed", "board-gone":
		return true
	}
	return strings.HasPrefix(key, "slot:") || strings.HasPrefix(key, "version:")
}

// passing are the kinds of keys that go by themselves.
func passing(kind string) bool {
	switch kind {
	case "call", "path", "report", "draft", "page", "session", "sessions", "attempts":
		return true
	}
	return false
}

func (b *redisBackend) strays(ctx context.Context) ([]Stray, error) {
	keys, err := b.keys(ctx)
	if err != nil {
		return nil, err
	}
	members := map[string]map[string]bool{}
	for _, list := range []string{"live", "recent", "versions"} {
		ids, err := b.client.ZRange(ctx, b.key(list), 0, -1).Result()
		if err != nil {
			return nil, err
		}
		members[list] = map[string]bool{}
		for _, id := range ids {
			members[list][id] = true
		}
	}
	var all []Stray
	for key, ttl := range keys {
		why := whyStray(key, ttl, keys, members)
		if id, ok := strings.CutPrefix(key, "call:"); ok && why == "" && !members["live"][id] && !members["recent"][id] {
			if why, err = b.unlisted(ctx, id); err != nil {
				return nil, err
			}
		}
		if why != "" {
			all = append(all, Stray{key, why})
		}
	}
	for id := range members["live"] {
		if _, ok := keys["call:"+id]; !ok {
			all = append(all, Stray{"live " + id, "a call is listed as live whose state is gone"})
		}
	}
	return all, nil
}

// whyStray judges a key by its name, its time to live (-1: it has none) and the
// others.
func whyStray(key string, ttl time.Duration, keys map[string]time.Duration, members map[string]map[string]bool) string {
	kind, id, _ := strings.Cut(key, ":")
	switch {
	case lasting(key):
		if kind == "version" && !members["versions"][id] {
			return "a version that is not listed"
		}
		return ""
	case !passing(kind):
		return "nothing of the line's has such a name"
	case ttl < 0:
		return "it never goes: it has no time to live"
	}
	if _, ok := keys["call:"+id]; kind == "path" && !ok {
		return "the path of a call whose state is gone"
	}
	return ""
}

// unlisted judges the state of a call that is neither live nor recent: one that
// has ended is on its way out.
func (b *redisBackend) unlisted(ctx context.Context, id string) (string, error) {
	state, err := b.load(ctx, id)
	if err != nil || state == nil {
		return "", err
	}
	var c *ivr.Call
	if c, err = decode(state); err != nil {
		return err.Error(), nil
	}
	if !c.Ended {
		return "a call that has not ended and is not listed as live", nil
	}
	return "", nil
}

// keys are all of the line with their time to live, -1 for none.
func (b *redisBackend) keys(ctx context.Context) (map[string]time.Duration, error) {
	var client redis.Cmdable = b.client
	if cluster, ok := b.client.(*redis.ClusterClient); ok { // all keys of a line are on one node
		node, err := cluster.MasterForKey(ctx, b.key("live"))
		if err != nil {
			return nil, err
		}
		client = node
	}
	// In a pattern of Redis \ makes the next character an ordinary one.
	pattern := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(b.line) + ":*"
	var names []string
	for scan := client.Scan(ctx, 0, pattern, 1000).Iterator(); ; {
		if !scan.Next(ctx) {
			if err := scan.Err(); err != nil {
				return nil, err
			}
			break
		}
		names = append(names, scan.Val())
	}
	ttls := make([]*redis.DurationCmd, len(names))
	_, err := client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, name := range names {
			ttls[i] = p.PTTL(ctx, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	keys := map[string]time.Duration{}
	for i, name := range names {
		const gone = -2 // as go-redis gives the answer for a key that went meanwhile
		if ttl := ttls[i].Val(); ttl != gone {
			keys[strings.TrimPrefix(name, b.line+":")] = ttl
		}
	}
	return keys, nil
}
