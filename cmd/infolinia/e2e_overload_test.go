package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"infolinia/ivr/caller"
)

func TestACallerTooManyIsToldSoAndThoseInsideNoticeNothing(t *testing.T) {
	t.Parallel()
	l := startLine(t, "INFOLINIA_ADMISSION_CALLS=2")
	one, two := l.dial(t, "14"), l.dial(t, "")
	one.hears("keys.choose.prompt")
	two.hearsAll("main.top.prompt")

	l.dial(t, "").hearsAll("overload-pl", "call-again-pl") // nobody at the office
	l.furnish(t)
	l.dial(t, "").hearsAll("overload-pl", "office-hello")
	if got := l.metric(t, `infolinia_calls_refused_total{reason="calls"}`); got != "2" {
		t.Errorf("%s callers were counted as turned away", got)
	}
	if got := l.metric(t, "infolinia_admission_shut"); got != "1" {
		t.Errorf("the gate's metric is %q", got)
	}
	if _, body := l.get(t, "/readyz"); !strings.Contains(body, "new callers are turned away: 2 calls at once") {
		t.Errorf("readiness does not tell: %s", body)
	}

	one.presses("2")
	one.hears("keys.second.prompt")
	two.presses("61")
	two.hearsAll("people.closing.prompt")
	two.isHungUp()
	l.dial(t, "").hears("main.top.prompt") // there is room again
}

func TestWhenSetToBusyTheNetworkOfACallerTooManyHears503(t *testing.T) {
	t.Parallel()
	l := startLine(t, "INFOLINIA_ADMISSION_CALLS=1", "INFOLINIA_ADMISSION_OVER=busy")
	inside := l.dial(t, "")
	inside.hears("main.top.prompt")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := caller.Dial(ctx, caller.Options{To: "sip:243645555@" + l.asterisk.Settings.UDP().String(), Index: l.index})
	var refused *caller.Refused
	if !errors.As(err, &refused) || refused.Status != 503 {
		t.Errorf("a caller too many got %v", err)
	}
	inside.presses("14")
	inside.hears("keys.choose.prompt")
}
