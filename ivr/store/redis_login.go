package store

import (
	"context"
	_ "embed" // the script
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"infolinia/ivr"
)

//go:embed attempt.lua
var attemptSource string

func (b *redisBackend) sessionKey(id string) string     { return b.key("session:" + id) }
func (b *redisBackend) sessionsKey(login string) string { return b.key("sessions:" + login) }

// openSession lists the session before it is there: whatever is ended finds it.
func (b *redisBackend) openSession(ctx context.Context, login, id string, state []byte, ttl, longest time.Duration) error {
	_, err := b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.SAdd(ctx, b.sessionsKey(login), id)
		p.PExpire(ctx, b.sessionsKey(login), longest)
		p.Set(ctx, b.sessionKey(id), state, ttl)
		return nil
	})
	return err
}

func (b *redisBackend) session(ctx context.Context, id string) ([]byte, error) {
	state, err := b.client.Get(ctx, b.sessionKey(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return state, err
}

func (b *redisBackend) renewSession(ctx context.Context, id string, state []byte, ttl time.Duration) (bool, error) {
	return b.client.SetXX(ctx, b.sessionKey(id), state, ttl).Result()
}

func (b *redisBackend) endSession(ctx context.Context, login, id string) error {
	_, err := b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, b.sessionKey(id))
		p.SRem(ctx, b.sessionsKey(login), id)
		return nil
	})
	return err
}

func (b *redisBackend) loggedIn(ctx context.Context, login string) (bool, error) {
	ids, err := b.client.SMembers(ctx, b.sessionsKey(login)).Result()
	if err != nil || len(ids) == 0 {
		return false, err
	}
	for i, id := range ids {
		ids[i] = b.sessionKey(id)
	}
	n, err := b.client.Exists(ctx, ids...).Result()
	return n > 0, err
}

func (b *redisBackend) endSessions(ctx context.Context, login string) error {
	ids, err := b.client.SMembers(ctx, b.sessionsKey(login)).Result()
	if err != nil || len(ids) == 0 {
		return err
	}
	keys, members := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		keys[i], members[i] = b.sessionKey(id), id
	}
	_, err = b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, keys...)
		p.SRem(ctx, b.sessionsKey(login), members...)
		return nil
	})
	return err
}

func (b *redisBackend) attempt(ctx context.Context, limits []ivr.Limit) (time.Duration, error) {
	ms, err := b.count(ctx, "take", limits)
	return time.Duration(ms) * time.Millisecond, err
}

func (b *redisBackend) giveBack(ctx context.Context, limits []ivr.Limit) error {
	_, err := b.count(ctx, "give", limits)
	return err
}

func (b *redisBackend) count(ctx context.Context, what string, limits []ivr.Limit) (int64, error) {
	var keys []string
	args := []any{what}
	for _, l := range limits {
		keys = append(keys, b.key("attempts:"+l.Name))
		args = append(args, l.Every.Milliseconds(), l.Burst)
	}
	return b.attemptScript.Run(ctx, b.client, keys, args...).Int64()
}
