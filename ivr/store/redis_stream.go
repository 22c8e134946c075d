package store

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"infolinia/ivr"
)

func (b *redisBackend) openEvents(ctx context.Context) error {
	err := b.client.XGroupCreateMkStream(ctx, b.key("events"), RecordGroup, "0").Err()
	if err != nil && strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return nil
	}
	return err
}

func (b *redisBackend) readEvents(ctx context.Context, consumer string, most int) ([]ivr.StreamEvent, error) {
	events, err := b.someEvents(ctx, consumer, int64(most))
	if err != nil && strings.HasPrefix(err.Error(), "NOGROUP") { // the first time, or all was lost
		if err := b.openEvents(ctx); err != nil {
			return nil, err
		}
		return b.someEvents(ctx, consumer, int64(most))
	}
	return events, err
}

func (b *redisBackend) someEvents(ctx context.Context, consumer string, most int64) ([]ivr.StreamEvent, error) {
	for {
		found, err := b.oldEntries(ctx, consumer, most)
		if err == nil && len(found) == 0 {
			found, err = b.readGroup(ctx, consumer, ">", most, newEventsWait)
		}
		if err != nil {
			return nil, err
		}
		events, gone := decodeEntries(found)
		if err := b.ackEvents(ctx, gone); err != nil {
			return nil, err
		}
		if len(events) > 0 || len(found) == 0 {
			return events, nil
		}
	}
}

// oldEntries are those that were given out and are not acknowledged.
func (b *redisBackend) oldEntries(ctx context.Context, consumer string, most int64) ([]redis.XMessage, error) {
	own, err := b.readGroup(ctx, consumer, "0", most, -1)
	if err != nil || len(own) > 0 {
		return own, err
	}
	claimed, _, err := b.client.XAutoClaim(ctx, &redis.XAutoClaimArgs{
		Stream: b.key("events"), Group: RecordGroup, Consumer: consumer, MinIdle: claimAfter, Start: "0", Count: most,
	}).Result()
	return claimed, err
}

// readGroup reads what follows an ID; a negative wait does not wait.
func (b *redisBackend) readGroup(ctx context.Context, consumer, after string, most int64, wait time.Duration) ([]redis.XMessage, error) {
	read, err := b.client.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: RecordGroup, Consumer: consumer, Streams: []string{b.key("events"), after}, Count: most, Block: wait,
	}).Result()
	if errors.Is(err, redis.Nil) || err == nil && len(read) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return read[0].Messages, nil
}

// decodeEntries also names those whose content is gone from the stream: there is
// nothing to be done with them.
func decodeEntries(entries []redis.XMessage) (events []ivr.StreamEvent, gone []string) {
	for _, m := range entries {
		if len(m.Values) == 0 {
			gone = append(gone, m.ID)
			continue
		}
		field := func(name string) string { text, _ := m.Values[name].(string); return text }
		e := ivr.StreamEvent{ID: m.ID, Call: field("call"), Event: field("event"), Data: []byte(field("data"))}
		e.Seq, _ = strconv.ParseUint(field("seq"), 10, 64)
		e.At, _ = time.Parse(time.RFC3339Nano, field("t"))
		events = append(events, e)
	}
	return events, gone
}

func (b *redisBackend) ackEvents(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return b.client.XAck(ctx, b.key("events"), RecordGroup, ids...).Err()
}
