package main

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"infolinia/asterisk/child"
)

func TestCallersWhomNoDaemonServesAreSentToAPersonAndTalksGoOn(t *testing.T) {
	for name, redis := range map[string]bool{"with Redis": true, "without Redis": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := startLine(t)
			o := l.furnish(t)
			waiting, talking := l.dial(t, "14"), l.dial(t, "43")
			waiting.hearsAll("keys.choose.prompt")
			ctx, cancel := talking.soon()
			defer cancel()
			clerk, err := o.clerk.Next(ctx)
			if err != nil {
				t.Fatal(err)
			}
			l.logged(t, talking.id(), `"input":"ivr.TransferChanged"`)
			if !redis {
				l.redis.Kill()
			}
			if out := l.run(t, "rescue"); !strings.Contains(out, "infolinia-1: served") {
				t.Errorf("beside a daemon that lives: %s", out)
			}

			l.daemon.Kill()
			out := l.run(t, "rescue")
			if !strings.Contains(out, "1 caller given to the fallback, 1 left talking to a person") {
				t.Errorf("it says: %s", out)
			}
			waiting.hearsAll("apology-pl", "office-hello")

			reply := l.sound(t, "clerk-reply", "Ratusz stoi na Starym Rynku pod numerem pierwszym.")
			if err := clerk.Speak(ctx, reply); err != nil {
				t.Fatal(err)
			}
			if h := talking.hearsEnd("clerk-reply"); !heardMost(h, reply) {
				t.Errorf("the talk is disturbed: %s", h)
			}
			if err := clerk.Hangup(); err != nil {
				t.Fatal(err)
			}
			if out := l.run(t, "rescue"); !strings.Contains(out, "1 caller given to the fallback, 0 left talking") {
				t.Errorf("after the talk: %s", out)
			}
			talking.hearsAll("apology-pl")
			if out := l.run(t, "rescue"); !strings.Contains(out, "infolinia-1: nobody waits") {
				t.Errorf("when all are rescued: %s", out)
			}
		})
	}
}

func TestADaemonThatCannotServeItsCallersSendsThemToAPerson(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.furnish(t)
	e := l.dial(t, "14")
	e.hears("keys.choose.prompt")
	l.redis.Kill()
	l.daemon.Kill()

	cmd := exec.Command(l.serves, "serve")
	cmd.Env = l.env
	again, err := child.Start("the next daemon", cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Stop(context.Background()) })
	e.hearsAll("apology-pl", "office-hello")
}
