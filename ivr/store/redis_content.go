package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

func (b *redisBackend) put(ctx context.Context, v Version, bundle []byte) error {
	_, err := b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, b.key("version:"+v.ID), bundle, 0)
		p.ZAdd(ctx, b.key("versions"), redis.Z{Score: float64(v.At.UnixMilli()), Member: v.ID})
		return nil
	})
	return err
}

func (b *redisBackend) bundle(ctx context.Context, id string) ([]byte, error) {
	bundle, err := b.client.Get(ctx, b.key("version:"+id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return bundle, err
}

func (b *redisBackend) list(ctx context.Context) ([]Version, error) {
	all, err := b.client.ZRevRangeWithScores(ctx, b.key("versions"), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	list := make([]Version, len(all))
	for i, z := range all {
		id, _ := z.Member.(string)
		list[i] = Version{ID: id, At: time.UnixMilli(int64(z.Score))}
	}
	return list, nil
}

func (b *redisBackend) drop(ctx context.Context, id string) error {
	_, err := b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.ZRem(ctx, b.key("versions"), id)
		p.Del(ctx, b.key("version:"+id))
		return nil
	})
	return err
}

func (b *redisBackend) setOverride(ctx context.Context, field, value string) error {
	_, err := b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		if value == "" {
			p.HDel(ctx, b.key("overrides"), field)
		} else {
			p.HSet(ctx, b.key("overrides"), field, value)
		}
		p.Incr(ctx, b.key("overrides-revision"))
		return nil
	})
	return err
}

func (b *redisBackend) allOverrides(ctx context.Context) (map[string]string, int64, error) {
	var fields *redis.MapStringStringCmd
	var revision *redis.StringCmd
	_, err := b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		fields = p.HGetAll(ctx, b.key("overrides"))
		revision = p.Get(ctx, b.key("overrides-revision"))
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, 0, err
	}
	n, err := number(revision)
	return fields.Val(), n, err
}

func (b *redisBackend) revision(ctx context.Context) (int64, error) {
	n, err := number(b.client.Get(ctx, b.key("overrides-revision")))
	if err != nil {
		return 0, fmt.Errorf("read revision of switches: %w", err)
	}
	return n, nil
}

// number reads a counter; one that is not there yet is 0.
func number(cmd *redis.StringCmd) (int64, error) {
	s, err := cmd.Result()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(s, 10, 64)
}
