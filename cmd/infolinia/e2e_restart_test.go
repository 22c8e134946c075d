package main

import (
	"context"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/caller"
)

// interrupted is a call in the middle of something: the way there, and what is
// to follow when the daemon is back.
type interrupted struct {
	name   string
	before func(e *ear, id string) (after func())
}

func TestACallGoesOnWhereItWasAfterARestart(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]bool{"a crash": true, "an orderly stop": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := startLine(t)
			office := l.furnish(t)
			calls := interruptions(office)
			ears, after := make([]*ear, len(calls)), make([]func(), len(calls))
			for i, call := range calls {
				ears[i] = l.dial(t, "")
				after[i] = call.before(ears[i], ears[i].id())
			}
			silenced := midGone(l.dial(t, ""))
			l.stop(kill)
			silenced.hangsUp()
			l.start()
			t.Run("in", func(t *testing.T) {
				for i, call := range calls {
					t.Run(call.name, func(t *testing.T) {
						t.Parallel()
						ears[i].t = t
						after[i]()
					})
				}
				t.Run("a recording whose caller hung up meanwhile", func(t *testing.T) {
					t.Parallel()
					l.logged(t, silenced.callID, "call ended", `"outcome":"message"`)
					l.holdsTone(t, l.messageOf(t, silenced.callID))
					l.endedOnce(t, silenced.callID)
				})
			})
			l.isEmpty(t)
			l.isSilentAbout(t)
		})
	}
}

// gone is a caller who will hang up while no daemon is there.
type gone struct {
	*ear
	callID string
}

func midGone(e *ear) gone {
	g := gone{e, e.id()}
	e.presses("51")
	e.hearsAll("people.message.prompt", "beep")
	e.says(tone())
	return g
}

// interruptions come in the order in which they can wait.
func interruptions(o *office) []interrupted {
	return []interrupted{
		{"a talk after a transfer", func(e *ear, id string) func() { return midTalk(e, id, o.clerk) }},
		{"a look-up", midLookup},
		{"a collect", midCollect},
		{"a sensitive collect", midSecret},
		{"a menu's wait", midWait},
		{"a recording", midRecording},
		{"a menu's prompt", midPrompt},
	}
}

func midTalk(e *ear, id string, clerk *caller.Phone) func() {
	e.presses("43")
	ctx, cancel := e.soon()
	defer cancel()
	there, err := clerk.Next(ctx)
	if err != nil {
		e.t.Fatal(err)
	}
	e.line.logged(e.t, id, `"input":"ivr.TransferChanged"`)
	question := e.line.sound(e.t, "still-there", "Czy pani mnie jeszcze słyszy?")
	return func() {
		e.says(question)
		ctx, cancel := e.soon()
		defer cancel()
		if h, err := there.HearEnd(ctx, "still-there"); err != nil || !heardMost(h, question) {
			e.t.Errorf("the clerk hears %s: %v", h, err)
		}
		if err := there.Hangup(); err != nil {
			e.t.Error(err)
		}
		e.isHungUp()
		e.line.logged(e.t, id, "call ended", `"outcome":"transferred"`)
		e.line.endedOnce(e.t, id)
	}
}

func midLookup(e *ear, _ string) func() {
	state := e.line.known(e.t, "Stan: gotowa do odbioru.")
	e.presses("34")
	e.hears("logic.case_no.prompt")
	e.presses("455")
	e.hears("wait_please")
	return func() {
		e.line.cases.letGo("455")
		e.hearsAll(state, "logic.found_over.prompt")
		e.isHungUp()
		if n := e.times("wait_please"); n > 2 {
			e.t.Errorf("the caller was asked to wait %d times", n)
		}
	}
}

func midCollect(e *ear, id string) func() {
	said := e.line.digits(e.t, "Wpisano {}.", "123456")
	e.presses("25")
	e.hearsAll("digits.long.prompt")
	e.presses("123")
	e.savedAs(id, "three digits", func(c *ivr.Call) bool { return c.Visit.Digits == "123" })
	return func() {
		e.savedAs(id, "three digits", func(c *ivr.Call) bool { return c.Visit.Digits == "123" })
		e.presses("456")
		e.hearsAll(said)
		e.isHungUp()
		if n := e.times("digits.long.prompt"); n > 2 {
			e.t.Errorf("the prompt was heard %d times", n)
		}
	}
}

func midSecret(e *ear, id string) func() {
	said := e.line.digits(e.t, confirmSentence, secretDigits+"2")
	result := e.line.known(e.t, "Wynik gotowa do odbioru.")
	e.presses("23")
	e.hearsAll("digits.secret.prompt")
	e.presses(secretDigits)
	e.keyed(id, len("23"+secretDigits))
	return func() {
		e.hearsAll("digits.secret.prompt")
		e.presses(secretDigits + "2#")
		e.hearsAll(said)
		e.presses("1")
		// The case server answers as the first digit says: not at all.
		e.line.cases.letGo(secretDigits + "2")
		e.hearsAll(result)
		e.hangsUp()
	}
}

func midWait(e *ear, id string) func() {
	e.presses("16")
	e.hearsAll("keys.keep.prompt")
	e.presses("9")
	e.hearsAll("phrase.no_match", "keys.keep.prompt")
	once := func(c *ivr.Call) bool { return c.Node == "keys.keep" && c.Visit.NoMatch == 1 && c.Errors == 1 }
	e.savedAs(id, "one wrong key", once)
	return func() {
		e.savedAs(id, "one wrong key", once)
		e.presses("1")
		e.hearsAll("keys.one.prompt")
		e.isHungUp()
		if n := e.times("keys.keep.prompt"); n > 3 {
			e.t.Errorf("the prompt was heard %d times, one of them after a wrong key", n)
		}
	}
}

func midRecording(e *ear, id string) func() {
	e.presses("52")
	e.hearsAll("people.report.prompt", "beep")
	number := e.line.expectReport(e.t, id)
	ctx, silent := context.WithCancel(e.t.Context())
	spoken := make(chan error, 1)
	go func() { spoken <- e.Speak(ctx, caller.Tone(toneHz, 2*time.Minute)) }()
	enough := time.After(3 * time.Second)
	return func() {
		<-enough
		silent()
		<-spoken
		e.presses("#")
		e.hears("phrase.record_review")
		e.presses("1")
		e.hearsAll("report of "+id, "people.kept.prompt")
		e.isHungUp()
		e.line.holdsTone(e.t, e.line.messageOf(e.t, id))
		if c := e.line.saved(e.t, id); c.Reports["people.report"] != number {
			e.t.Errorf("the report was %s and is %s", number, c.Reports["people.report"])
		}
	}
}

func midPrompt(e *ear, id string) func() {
	e.presses("62")
	e.hears("keys.recital.prompt")
	e.savedAs(id, "a prompt", func(c *ivr.Call) bool { return c.Node == "keys.recital" && c.Speech != nil })
	return func() {
		e.hearsAll("keys.recital.prompt")
		e.presses("1")
		e.hearsAll("keys.one.prompt")
		e.isHungUp()
		if n := e.times("keys.recital.prompt"); n > 2 {
			e.t.Errorf("the prompt was heard %d times", n)
		}
	}
}

// savedAs waits until the store has the call in a state.
func (e *ear) savedAs(id, state string, ok func(*ivr.Call) bool) {
	e.t.Helper()
	s := e.line.store(e.t)
	eventually(e.t, "call "+id+" is saved with "+state, func() bool {
		c, err := s.Load(e.t.Context(), id)
		return err == nil && c != nil && ok(c)
	})
}

// keyed waits until the line has taken n keys of a call.
func (e *ear) keyed(id string, n int) {
	e.t.Helper()
	s := e.line.store(e.t)
	eventually(e.t, "the keys of "+id+" are taken", func() bool {
		path, err := s.Path(e.t.Context(), id)
		keys := 0
		for _, ev := range path {
			if ev.Event == "key" {
				keys++
			}
		}
		return err == nil && keys >= n
	})
}
