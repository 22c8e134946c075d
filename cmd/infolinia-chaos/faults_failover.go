package main

import (
	"context"
	"time"
)

func failoverFaults() []fault {
	return []fault{{
		name: "redis-failover", setting: setting{sentinels: true},
		what:  "the replica hears nothing for a second, then the primary freezes; Sentinel promotes the replica, and the old primary revives",
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
	// Steps of this second are acknowledged, and lost.
	if err := freeze(t.replica.replica.Child); err != nil {
		return err
	}
	during, after := c.halves()
	gone := c.goOn(ctx, during)
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	lost, err := t.dial(ctx, t.nextCaller())
	if err != nil {
		return err
	}
	defer lost.Hangup()
	if err := lost.hears(ctx, "main.top.prompt"); err != nil {
		return err
	}
	if err := freeze(t.redis.Child); err != nil {
		return err
	}
	begun := time.Now()
	if err := thaw(t.replica.replica.Child); err != nil {
		return err
	}
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
