package store

import (
	"context"
	_ "embed" // the scripts
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"infolinia/ivr"
)

var (
	//go:embed board.lua
	boardSource string
	//go:embed board_load.lua
	boardLoadSource string
)

type redisBoard struct {
	*redisBackend
	change, read *redis.Script
}

func newRedisBoard(b *redisBackend) *redisBoard {
	return &redisBoard{b, redis.NewScript(boardSource), redis.NewScript(boardLoadSource)}
}

func (b *redisBoard) commit(ctx context.Context, c ivr.BoardCommit, events [][]byte) (ivr.Saved, error) {
	c.Log = nil
	return b.write(ctx, "commit", c, events)
}

func (b *redisBoard) restore(ctx context.Context, c ivr.BoardCommit) (ivr.Saved, error) {
	c.Events, c.Delete, c.Slot = nil, nil, ""
	return b.write(ctx, "restore", c, nil)
}

func (b *redisBoard) write(ctx context.Context, how string, c ivr.BoardCommit, events [][]byte) (ivr.Saved, error) {
	epoch := c.Epoch
	if c.Slot == "" {
		epoch = 0
	}
	keys := append(b.boardKeys(), b.key("events"), b.key("slot:"+c.Slot))
	args := []any{how, c.From, c.To, epoch, len(c.Set), len(c.Delete), len(c.Log), BoardLog}
	for _, name := range slices.Sorted(maps.Keys(c.Set)) {
		args = append(args, name, c.Set[name])
	}
	for _, name := range c.Delete {
		args = append(args, name)
	}
	for _, n := range c.Log {
		args = append(args, n)
	}
	for i, e := range c.Events {
		args = append(args, e.Call, e.At.UTC().Format(time.RFC3339Nano), e.Event, events[i])
	}
	answer, err := b.change.Run(ctx, b.client, keys, args...).Text()
	return ivr.Saved(answer), err
}

func (b *redisBoard) boardKeys() []string {
	return []string{b.key("board"), b.key("board-log"), b.key("board-changed"), b.key("board-gone")}
}

func (b *redisBoard) load(ctx context.Context, since int64) (ivr.BoardState, error) {
	got, err := b.read.Run(ctx, b.client, b.boardKeys(), since).Slice()
	if err != nil {
		return ivr.BoardState{}, err
	}
	seq, err := strconv.ParseInt(got[0].(string), 10, 64)
	if err != nil {
		return ivr.BoardState{}, err
	}
	state := ivr.BoardState{Seq: seq, Whole: got[1].(int64) == 1, Entries: map[string][]byte{}}
	pairs := got[2].([]any)
	for i := 0; i+1 < len(pairs); i += 2 {
		state.Entries[pairs[i].(string)] = []byte(pairs[i+1].(string))
	}
	for _, name := range got[3].([]any) {
		state.Gone = append(state.Gone, name.(string))
	}
	for _, member := range got[4].([]any) {
		n, err := strconv.ParseInt(member.(string), 10, 64)
		if err != nil {
			return ivr.BoardState{}, err
		}
		state.Log = append(state.Log, n)
	}
	return state, nil
}
