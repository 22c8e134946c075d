package store

import (
	"context"
	"time"
)

func (b *redisBackend) slotNames(ctx context.Context) ([]string, error) {
	return b.client.SMembers(ctx, b.key("slots")).Result()
}

func (b *redisBackend) forget(ctx context.Context, slot string) error {
	return b.client.SRem(ctx, b.key("slots"), slot).Err()
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
