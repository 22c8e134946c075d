package main

import (
	"strings"
	"testing"
	"time"
)

const (
	oldSecond = "Las albo park."
	newSecond = "Bór czy łąka?"
	// Not rendered yet by the test beside it, which shares the prompts.
	otherSecond = "Polana albo staw."
)

func TestAnEditIsHeardByTheNextCall(t *testing.T) {
	t.Parallel()
	l := startRacedLine(t)
	l.known(t, newSecond)
	before := l.dial(t, "14")
	before.hears("keys.choose.prompt")

	from := l.daemon.log.size()
	l.edit("callflows/keys.yaml", oldSecond, newSecond)
	rendered := l.loggedSince(t, from, "prompts rendered")
	live := l.loggedSince(t, from, "live for new calls")
	if took := logTime(t, live).Sub(logTime(t, rendered)); took > 2*time.Second {
		t.Errorf("live %s after the last prompt was rendered", took)
	}
	l.dial(t, "142").hears(newSecond)
	before.presses("2")
	before.hears("keys.second.prompt")

	from = l.daemon.log.size()
	l.edit("callflows/keys.yaml", "goto: park}", "goto: nowhere_at_all}")
	l.loggedSince(t, from, "do not go live", "keys.yaml:", "nowhere_at_all")
	if _, ready := l.get(t, "/readyz"); !strings.Contains(ready, "keys.yaml:") || !strings.Contains(ready, "nowhere_at_all") {
		t.Errorf("readiness does not say what is wrong:\n%s", ready)
	}
	if stale := l.metric(t, "infolinia_files_stale"); stale != "1" {
		t.Errorf("the metric for files that are not live is %q", stale)
	}
	l.dial(t, "142").hears(newSecond)
}

func TestANoticeIsSwitchedOnAndOff(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.run(t, "notice", "on", "turned", "--until", "+1h")
	e := l.dial(t, "13")
	e.hearsAll("notice.spoken", "notice.turned", "speech.notices_over.prompt")
	l.run(t, "notice", "off", "turned")
	e = l.dial(t, "13")
	e.hearsAll("notice.spoken", "speech.notices_over.prompt")
	e.isHungUp()
	e.never("notice.turned")
}

func TestAnEditWaitsToBePublishedWhereItHasTo(t *testing.T) {
	t.Parallel()
	l := startLine(t, "INFOLINIA_RELOAD=manual")
	l.known(t, otherSecond)
	from := l.daemon.log.size()
	l.edit("callflows/keys.yaml", oldSecond, otherSecond)
	l.loggedSince(t, from, "the saved files are newer")
	l.dial(t, "142").hears("keys.second.prompt")
	l.run(t, "publish")
	l.dial(t, "142").hears(otherSecond)
	l.run(t, "rollback")
	l.dial(t, "142").hears("keys.second.prompt")
}

// logTime is the moment of a line of the log.
func logTime(t testing.TB, line string) time.Time {
	t.Helper()
	_, rest, _ := strings.Cut(line, `"time":"`)
	stamp, _, _ := strings.Cut(rest, `"`)
	at, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
