package main

import (
	"context"
	"fmt"
	"time"
)

func daemonFaults() []fault {
	return []fault{
		{
			name: "daemon-killed", short: true,
			what:  "kill -9 of the daemon with calls in the middle of everything; a supervisor starts it again",
			holds: "all calls alive and resumed within 1 s of the new process, on a machine as busy as this within 2 s; no digit lost; at most one prompt heard twice; no second transfer, recording or report",
			run:   daemonKilled,
		},
	}
}

func daemonKilled(ctx context.Context, t *trial) error {
	c, err := t.gather(ctx, t.calls(100))
	defer c.hangUp()
	if err != nil {
		return err
	}
	d := t.daemon()
	d.Kill()
	if err := d.start(); err != nil {
		return err
	}
	if err := t.resumed(ctx, c, d); err != nil {
		return err
	}
	c.finish(ctx)
	return nil
}

// slowest is twice what a machine takes that has nothing else to do: here it also
// carries a hundred callers and whatever runs beside.
const slowest = 2 * time.Second

// resumed waits until a process has taken up all calls.
func (t *trial) resumed(ctx context.Context, c *crowd, d *daemon) error {
	n := float64(len(c.residents))
	if err := await(ctx, patience, func() bool { return d.logged("live for new calls") > 0 }); err != nil {
		return fmt.Errorf("%s does not start: %w\n%s", d.name, err, d.tail())
	}
	started := time.Since(d.begun)
	if err := await(ctx, patience, func() bool { return d.metric(ctx, "infolinia_call_resumed_total") >= n }); err != nil {
		return fmt.Errorf("%s has resumed %g of %g calls: %w\n%s", d.name, d.metric(ctx, "infolinia_call_resumed_total"), n, err, d.tail())
	}
	took := time.Since(d.begun)
	t.saw("%g calls resumed %d ms after the new process was started, which knew its flows after %d ms", n, took.Milliseconds(), started.Milliseconds())
	t.must(t.short || took < slowest, "calls were resumed only after %d ms", took.Milliseconds())
	return nil
}
