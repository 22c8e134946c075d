package main

import (
	"context"
	"fmt"
	"time"
)

func asteriskFaults() []fault {
	return []fault{
		{
			name: "asterisk-killed", short: true,
			what:  "kill -9 of Asterisk, started again after 3 s",
			holds: "its calls are closed once with a cause; the daemon connects again; new calls are answered as soon as Asterisk is back",
			run:   asteriskKilled,
		},
		{
			name:  "asterisk-frozen",
			what:  "SIGSTOP of Asterisk for 10 s, then SIGCONT",
			holds: "all calls go on; at most one prompt heard twice",
			run:   asteriskFrozen,
		},
		{
			name:  "websocket-cut",
			what:  "the websocket to Asterisk is closed with FIN",
			holds: "the daemon connects again at once; all calls go on; at most one prompt heard twice",
			run: func(ctx context.Context, t *trial) error {
				return t.withoutSocket(ctx, func() int { return t.toARI.cut() }, time.Second, 10*time.Second)
			},
		},
		{
			name:  "websocket-lost",
			what:  "nothing comes through the websocket any more, in either direction, and nobody says so",
			holds: "found within 10 s; the daemon connects again; all calls go on; at most one prompt heard twice",
			run: func(ctx context.Context, t *trial) error {
				return t.withoutSocket(ctx, func() int { return t.toARI.lose() }, 10*time.Second, 10*time.Second)
			},
		},
	}
}

func asteriskKilled(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(28))
	defer c.hangUp()
	if err != nil {
		return err
	}
	before := t.daemon().logged("asterisk is connected")
	t.asterisk.Kill()
	if err := pause(ctx, 3*time.Second); err != nil {
		return err
	}
	t.saw("readyz: %s", t.daemon().complaint(ctx, "asterisk"))
	if err := t.runAsterisk(ctx, t.asterisk.Settings); err != nil {
		return err
	}
	back := time.Now()
	t.within(ctx, 6*time.Second, "the daemon is connected again", func() bool { return t.daemon().logged("asterisk is connected") > before })
	t.saw("connected %d ms after Asterisk was back", time.Since(back).Milliseconds())
	if _, err := t.welcome(ctx); err != nil {
		t.must(false, "a new caller is not served: %v", err)
	} else {
		t.saw("a new caller was served to the end")
	}
	closed := 0
	for _, r := range c.residents {
		r.report = "" // what was being recorded is lost with Asterisk
		err := r.verified(ctx)
		t.must(err == nil, "%s of %s: %v", r.thing.name, r.from, err)
		if err == nil {
			closed++
		}
	}
	t.saw("%d of %d calls are closed once with a cause", closed, len(c.residents))
	return nil
}

func asteriskFrozen(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(28))
	defer c.hangUp()
	if err != nil {
		return err
	}
	d := t.daemon()
	before := d.logged("asterisk is connected")
	if err := freeze(t.asterisk.Child); err != nil {
		return err
	}
	if err := pause(ctx, 10*time.Second); err != nil {
		return err
	}
	if err := thaw(t.asterisk.Child); err != nil {
		return err
	}
	if d.logged("the connection to asterisk is lost") > 0 {
		took := t.within(ctx, 10*time.Second, "the daemon is connected again", func() bool { return d.logged("asterisk is connected") > before })
		t.saw("the websocket was given up, and connected again %d ms after the thaw", took.Milliseconds())
	}
	c.finish(ctx)
	return nil
}

// withoutSocket takes the websocket away, which must be found and mended in
// time.
func (t *trial) withoutSocket(ctx context.Context, away func() int, found, mended time.Duration) error {
	c, err := t.gather(ctx, t.calls(28))
	defer c.hangUp()
	if err != nil {
		return err
	}
	d := t.daemon()
	before := d.logged("asterisk is connected")
	if n := away(); n != 1 {
		return fmt.Errorf("%d websockets were taken away", n)
	}
	took := t.within(ctx, found, "the loss is found", func() bool { return d.logged("the connection to asterisk is lost") > 0 })
	t.saw("found after %d ms", took.Milliseconds())
	took = t.within(ctx, mended, "the daemon is connected again", func() bool { return d.logged("asterisk is connected") > before })
	t.saw("connected again after %d ms more", took.Milliseconds())
	c.finish(ctx)
	return nil
}
