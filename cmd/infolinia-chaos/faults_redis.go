package main

import (
	"context"
	"time"
)

const redisHolds = "live calls go on, new ones are answered; /readyz and a metric tell; the state after equals Asterisk's channels"

func redisFaults() []fault {
	return []fault{
		{
			name: "redis-killed", short: true, holds: redisHolds,
			what: "kill -9 of Redis, away for 5 s, started again from its append-only file",
			run:  redisTrouble{begin: kill, last: 5 * time.Second, end: revive, readyz: true}.run,
		},
		{
			name: "redis-frozen", holds: redisHolds,
			what: "SIGSTOP of Redis for 10 s",
			run: redisTrouble{
				begin: func(_ context.Context, t *trial) error { return freeze(t.redis.Child) },
				last:  10 * time.Second,
				end:   func(_ context.Context, t *trial) error { return thaw(t.redis.Child) }, readyz: true,
			}.run,
		},
		{
			name: "redis-slow", holds: "live calls go on, new ones are answered; the state after equals Asterisk's channels",
			what: "each answer of Redis comes 200 ms later, for 15 s",
			run: redisTrouble{
				begin: func(_ context.Context, t *trial) error {
					t.toRedis.delay.Store(int64(100 * time.Millisecond)) // there and back
					return nil
				},
				last: 15 * time.Second,
				end:  func(_ context.Context, t *trial) error { t.toRedis.delay.Store(0); return nil },
			}.run,
		},
		{
			name: "redis-full", holds: redisHolds,
			what: "Redis is out of memory for 10 s: it reads, and refuses each write",
			run: redisTrouble{
				begin: func(ctx context.Context, t *trial) error {
					_, err := t.redis.ask(ctx, "CONFIG", "SET", "maxmemory", "1")
					return err
				},
				last: 10 * time.Second,
				end: func(ctx context.Context, t *trial) error {
					_, err := t.redis.ask(ctx, "CONFIG", "SET", "maxmemory", "0")
					return err
				}, readyz: true,
			}.run,
		},
		{
			name: "redis-flushed", holds: "live calls go on and are written again from what the daemon knows; the state after equals Asterisk's channels",
			what: "FLUSHALL",
			run: redisTrouble{
				begin: func(ctx context.Context, t *trial) error { _, err := t.redis.ask(ctx, "FLUSHALL"); return err },
			}.run,
		},
	}
}

func kill(_ context.Context, t *trial) error     { t.redis.Kill(); return nil }
func revive(ctx context.Context, t *trial) error { return t.redis.start(ctx) }

// redisTrouble has calls in the middle of everything when it begins; half of
// them go on while it lasts, the others after its end.
type redisTrouble struct {
	begin, end func(context.Context, *trial) error
	last       time.Duration
	readyz     bool // it must tell
}

func (x redisTrouble) run(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(28))
	defer c.hangUp()
	if err != nil {
		return err
	}
	failed := t.daemon().metric(ctx, "infolinia_call_saves_failed_total")
	if err := x.begin(ctx, t); err != nil {
		return err
	}
	begun := time.Now()
	during, after := c.halves()
	gone := c.goOn(ctx, during)
	if x.readyz {
		took := t.within(ctx, x.last, "/readyz tells of Redis", func() bool { return t.daemon().complaint(ctx, "redis") != "" })
		t.saw("readyz after %d ms: %s", took.Milliseconds(), t.daemon().complaint(ctx, "redis"))
	}
	if took, err := t.welcome(ctx); err != nil {
		t.must(false, "a new caller is not served: %v", err)
	} else {
		t.saw("a new caller hears the line %d ms after dialling", took.Milliseconds())
	}
	if x.readyz {
		n := t.daemon().metric(ctx, "infolinia_call_saves_failed_total") - failed
		t.must(n > 0, "no metric tells of Redis")
		t.saw("infolinia_call_saves_failed_total grew by %g", n)
	}
	if err := pause(ctx, time.Until(begun.Add(x.last))); err != nil {
		return err
	}
	if x.end != nil {
		if err := x.end(ctx, t); err != nil {
			return err
		}
	}
	t.within(ctx, 10*time.Second, "/readyz says that Redis is well", func() bool { return t.daemon().complaint(ctx, "redis") == "" })
	gone()
	t.agree(ctx)
	c.goOn(ctx, after)()
	c.verify(ctx)
	return nil
}
