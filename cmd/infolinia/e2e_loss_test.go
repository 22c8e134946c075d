package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"infolinia/asterisk"
	"infolinia/ivr"
)

func TestACallEndsOnceWithItsAsterisk(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	e := l.dial(t, "")
	id := e.id()
	e.presses("14")
	e.hears("keys.choose.prompt")
	l.asterisk.Kill()
	l.logged(t, "the connection to asterisk is lost")

	from := l.daemon.log.size()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	again, err := asterisk.Start(ctx, l.asterisk.Settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Stop(context.Background()) })
	l.asterisk = again
	l.loggedSince(t, from, "asterisk is connected")
	l.logged(t, id, "call ended")
	l.endedOnce(t, id)
	path, err := l.store(t).Path(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if last := path[len(path)-1]; last.Event != "end" || last.Reason == "" {
		t.Errorf("the call has ended without a cause: %+v", last)
	}
	l.dial(t, "14").hears("keys.choose.prompt")
}

func TestACallGoesOnWithoutRedis(t *testing.T) {
	t.Parallel()
	l := startRacedLine(t)
	e := l.dial(t, "")
	id := e.id()
	e.presses("14")
	e.hears("keys.choose.prompt")
	l.redis.Kill()
	e.presses("2")
	e.hears("keys.second.prompt")
	l.dial(t, "61").hearsAll("people.closing.prompt")
	l.dial(t, "52").hears("people.failed.prompt") // no number for a report

	l.redis.Restart()
	e.savedAs(id, "the step without Redis", func(c *ivr.Call) bool { return c.Node == "keys.second" })
	e.presses("1")
	e.hearsAll("keys.park.prompt")
	e.isHungUp()
	l.logged(t, id, "call ended")
	e.savedAs(id, "its end", func(c *ivr.Call) bool { return c.Ended })
	l.endedOnce(t, id)
	e.keyed(id, len("1421"))
	l.isEmpty(t)
}

func TestWithoutADaemonTheCallerIsToldAndSentToAPerson(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.furnish(t)
	l.dial(t, "").hears("main.top.prompt")
	l.daemon.Kill()
	l.dial(t, "").hearsAll("apology-pl", "office-hello")
}

func TestWithoutASpeechEngineTheCallerIsToldAndSentToAPerson(t *testing.T) {
	t.Parallel()
	tools := t.TempDir()
	sox, err := exec.LookPath("sox")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(sox, filepath.Join(tools, "sox")); err != nil {
		t.Fatal(err)
	}
	l := startLine(t, "PATH="+tools)
	l.furnish(t)
	e := l.dial(t, "21")
	e.hearsAll("digits.number.prompt")
	e.presses("12#")
	e.hearsAll("sorry", "main.trouble.prompt")
	e.presses("0")
	e.hears("office-hello")
}
