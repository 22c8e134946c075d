package main

import (
	"context"
	"time"

	"infolinia/ivr"
)

func failoverFaults() []fault {
	return []fault{{
		name: "redis-failover", setting: setting{sentinels: true},
		what:  "the replica hears nothing more, while a call begins and another ends; then the primary freezes, Sentinel promotes the replica, and the old primary revives",
		holds: "live calls go on, new ones are answered; what only the old primary had acknowledged is written again; the state after equals Asterisk's channels",
		run:   frozenPrimary,
	}}
}

func frozenPrimary(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(28))
	defer c.hangUp()
	if err != nil {
		return err
	}
	during, after := c.halves()
	gone, lost, err := t.lostSteps(ctx, c, during, after[0])
	if lost != nil {
		defer lost.Hangup()
	}
	if err != nil {
		return err
	}
	after = after[1:]
	if err := freeze(t.redis.Child); err != nil {
		return err
	}
	begun := time.Now()
	t.within(ctx, 30*time.Second, "the replica is promoted", func() bool { return t.replica.primary(ctx) == t.replica.replica.address })
	t.saw("the replica is the primary %d ms after the freeze", time.Since(begun).Milliseconds())
	if took, err := t.welcome(ctx); err != nil {
		t.must(false, "a new caller is not served: %v", err)
	} else {
		t.saw("a new caller hears the line %d ms after dialling", took.Milliseconds())
	}
	if err := thaw(t.redis.Child); err != nil {
		return err
	}
	gone()
	t.within(ctx, 30*time.Second, "/readyz says that Redis is well", func() bool { return t.daemon().complaint(ctx, "redis") == "" })
	t.agree(ctx)
	if err := lost.Press(ctx, "8"); err != nil {
		return err
	}
	err = lost.goesOn("", "main.over.prompt")(ctx)
	t.must(err == nil, "the caller whose beginning was lost: %v; heard: %s", err, lost.story())
	c.goOn(ctx, after)()
	c.verify(ctx)
	return nil
}

// lostSteps has calls take steps that only the primary hears of: those in the
// middle of something go on, one has ended, and one, which is returned, begins. A
// replica that was only stopped would read them from its socket when it wakes.
func (t *trial) lostSteps(ctx context.Context, c *crowd, during []*resident, leaver *resident) (gone func(), begins *resident, err error) {
	replica := t.replica.replica
	if _, err := replica.ask(ctx, "REPLICAOF", "127.0.0.1", "1"); err != nil {
		return nil, nil, err
	}
	gone = c.goOn(ctx, during)
	if err := leaver.Hangup(); err != nil {
		return gone, nil, err
	}
	if begins, err = t.dial(ctx, t.nextCaller()); err != nil {
		return gone, nil, err
	}
	err = inTurn(func() error { return begins.known(ctx) }, begins.then(ctx, "main.top.prompt"),
		begins.savedAs(ctx, "its beginning", func(*ivr.Call) bool { return true }),
		func() error { return leaver.verified(ctx) })
	if err != nil {
		return gone, begins, err
	}
	leaver.done.Store(true)
	there, err := replica.ask(ctx, "KEYS", "*"+begins.id)
	t.must(there == "", "the replica was to hear nothing, and has %s", there)
	return gone, begins, err
}
