package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"infolinia/ivr"
)

func (b *redisBackend) save(ctx context.Context, l Lease, r record) (ivr.Saved, error) {
	mode, ended := "step", 0
	if r.whole {
		mode = "whole"
	}
	if r.ended {
		ended = 1
	}
	keys := []string{
		b.key("call:" + r.id), b.key("path:" + r.id), b.key("events"),
		b.key("live"), b.key("recent"), b.key("slot:" + l.Slot),
	}
	args := []any{
		l.Epoch, r.seq, r.state, l.Slot, r.id, mode, ended, time.Now().UnixMilli(),
		int(LiveTTL.Seconds()), int(EndedTTL.Seconds()), PathCap,
	}
	for _, e := range r.entries {
		args = append(args, e.seq, e.at.UTC().Format(time.RFC3339Nano), e.event, e.note, e.line)
	}
	answer, err := b.saveScript.Run(ctx, b.client, keys, args...).Text()
	return ivr.Saved(answer), err
}

func (b *redisBackend) load(ctx context.Context, id string) ([]byte, error) {
	state, err := b.client.HGet(ctx, b.key("call:"+id), "state").Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load call %s: %w", id, err)
	}
	return state, nil
}

func (b *redisBackend) live(ctx context.Context, slot string) ([][]byte, error) {
	ids, err := b.client.ZRange(ctx, b.key("live"), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("list live calls: %w", err)
	}
	return b.states(ctx, ids, slot)
}

func (b *redisBackend) recent(ctx context.Context, limit int) ([][]byte, error) {
	if limit < 1 {
		return nil, nil
	}
	ids, err := b.client.ZRevRange(ctx, b.key("recent"), 0, int64(limit)-1).Result()
	if err != nil {
		return nil, fmt.Errorf("list recent calls: %w", err)
	}
	return b.states(ctx, ids, "")
}

// statesAtOnce is how many calls are read in one go, which has the time of one
// command.
const statesAtOnce = 1000

// states reads calls; those whose key is gone are left out.
func (b *redisBackend) states(ctx context.Context, ids []string, slot string) ([][]byte, error) {
	var states [][]byte
	for some := range slices.Chunk(ids, statesAtOnce) {
		got := make([]*redis.SliceCmd, len(some))
		_, err := b.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, id := range some {
				got[i] = p.HMGet(ctx, b.key("call:"+id), "state", "slot")
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read %d calls: %w", len(ids), err)
		}
		for _, cmd := range got {
			state, ok := cmd.Val()[0].(string)
			if ok && (slot == "" || cmd.Val()[1] == slot) {
				states = append(states, []byte(state))
			}
		}
	}
	return states, nil
}

func (b *redisBackend) path(ctx context.Context, id string) ([][]byte, error) {
	lines, err := b.client.LRange(ctx, b.key("path:"+id), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("read path of %s: %w", id, err)
	}
	path := make([][]byte, len(lines))
	for i, line := range lines {
		path[i] = []byte(line)
	}
	return path, nil
}

// trimEvents trims up to before, but at most to the first entry that a group
// has not acknowledged: its oldest pending one, else the one after the last it
// was given.
func (b *redisBackend) trimEvents(ctx context.Context, before time.Time) error {
	stream, limit := b.key("events"), fmt.Sprintf("%d-0", before.UnixMilli())
	groups, err := b.client.XInfoGroups(ctx, stream).Result()
	if err != nil && !strings.Contains(err.Error(), "no such key") {
		return fmt.Errorf("trim events: %w", err)
	}
	for _, g := range groups {
		first := g.LastDeliveredID
		if g.Pending > 0 {
			pending, err := b.client.XPending(ctx, stream, g.Name).Result()
			if err != nil {
				return fmt.Errorf("trim events: %w", err)
			}
			first = pending.Lower
		}
		if olderID(first, limit) {
			limit = first
		}
	}
	if err := b.client.XTrimMinID(ctx, stream, limit).Err(); err != nil {
		return fmt.Errorf("trim events: %w", err)
	}
	return nil
}

// olderID compares stream IDs, "<ms>-<n>".
func olderID(a, b string) bool {
	var am, an, bm, bn uint64
	fmt.Sscanf(a, "%d-%d", &am, &an)
	fmt.Sscanf(b, "%d-%d", &bm, &bn)
	return am < bm || am == bm && an < bn
}
