package store

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

func (b *redisBackend) uses(ctx context.Context) (map[string]int, error) {
	ids, err := b.client.ZRange(ctx, b.key("live"), 0, -1).Result()
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	slots := make([]*redis.StringCmd, len(ids))
	_, err = b.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			slots[i] = p.HGet(ctx, b.key("call:"+id), "slot")
		}
		return nil
	})
	if err != nil && err != redis.Nil { // a call may have ended and gone meanwhile
		return nil, err
	}
	uses := map[string]int{}
	for _, cmd := range slots {
		if cmd.Err() == nil {
			uses[cmd.Val()]++
		}
	}
	return uses, nil
}

func (b *redisBackend) closeLost(ctx context.Context, slot string, beat int64, seq uint64, r record) (bool, error) {
	keys := []string{
		b.key("call:" + r.id), b.key("path:" + r.id), b.key("events"),
		b.key("live"), b.key("recent"), b.key("slot:" + slot),
	}
	args := []any{beat, seq, r.id, r.seq, r.state, time.Now().UnixMilli(), int(LiveTTL.Seconds()), PathCap}
	for _, e := range r.entries {
		args = append(args, e.seq, e.at.UTC().Format(time.RFC3339Nano), e.event, e.note, e.line)
	}
	return b.closeScript.Run(ctx, b.client, keys, args...).Bool()
}
