package main

import (
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/caller"
	"infolinia/ivr/speech/spoken"
	"infolinia/ivr/store"
)

// office are the telephones of a line: 200 picks up and greets, 201 is busy,
// 202 rings, 203 is nobody's, 204 is in the hands of a test.
type office struct{ clerk *caller.Phone }

func (l *line) furnish(t testing.TB) *office {
	t.Helper()
	hello, err := caller.LoadSound(l.expect(t, "office-hello", "Urząd miasta, słucham pana."))
	if err != nil {
		t.Fatal(err)
	}
	l.phone(t, "200", caller.PickUp, hello)
	l.phone(t, "201", caller.SayBusy, nil)
	l.phone(t, "202", caller.KeepRing, nil)
	return &office{clerk: l.phone(t, "204", caller.PickUp, nil)}
}

func (l *line) phone(t testing.TB, number string, b caller.Behaviour, play caller.Sound) *caller.Phone {
	t.Helper()
	s := l.asterisk.Settings
	p, err := caller.Answer(t.Context(), caller.PhoneOptions{
		Registrar: "sip:" + s.UDP().String(), User: number, Password: s.Extensions[0].Password,
		Behaviour: b, Play: play, Index: l.index,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// sound is a text as callers on this line may say it and know it again.
func (l *line) sound(t testing.TB, name, text string) caller.Sound {
	t.Helper()
	s, err := caller.LoadSound(l.expect(t, name, text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// digits is the name of a sentence with {} as digits in it.
func (l *line) digits(t testing.TB, sentence, digits string) string {
	t.Helper()
	name := strings.ReplaceAll(sentence, "{}", digits)
	l.digitsAs(t, name, sentence, digits)
	return name
}

func (l *line) digitsAs(t testing.TB, name, sentence, digits string) {
	t.Helper()
	said, err := spoken.Digits("pl", digits)
	if err != nil {
		t.Fatal(err)
	}
	l.expect(t, name, strings.ReplaceAll(sentence, "{}", said))
}

// known is a sentence callers are to recognise, which is its own name.
func (l *line) known(t testing.TB, sentence string) string {
	t.Helper()
	l.expect(t, sentence, sentence)
	return sentence
}

const confirmSentence = "Mamy {}."

// TestEveryNodeOnALiveCall makes a call, or more, to each type of node. All that
// is heard is known by its audio.
func TestEveryNodeOnALiveCall(t *testing.T) {
	t.Parallel()
	l := startRacedLine(t)
	o := l.furnish(t)
	t.Run("calls", func(t *testing.T) {
		for name, call := range map[string]func(e *ear){
			"a play is heard to its end and goes on": func(e *ear) {
				e.presses("11")
				e.hearsAll("speech.open.prompt", "speech.after_open.prompt")
				e.presses("1")
				e.hearsAll("speech.heard_one.prompt")
				e.isHungUp()
			},
			"a menu without a key is heard, then its choice": func(e *ear) {
				e.hearsAll("main.top.prompt")
				e.presses("61")
				e.hearsAll("people.closing.prompt")
				e.isHungUp()
			},
			"a notice that is on is heard, one that is off is not": func(e *ear) {
				e.presses("13")
				e.hearsAll("notice.spoken", "speech.notices_over.prompt")
				e.isHungUp()
				e.never("notice.silent")
			},
			"a menu enumerates its options": func(e *ear) {
				e.presses("14")
				e.hearsAll("keys.choose.prompt", "keys.choose.option.1", "keys.choose.option.10", "keys.choose.option.2")
				e.presses("2")
				e.hearsAll("keys.second.prompt")
				e.presses("1")
				e.hearsAll("keys.park.prompt")
				e.isHungUp()
			},
			"a menu in English is heard in English": func(e *ear) {
				e.presses("18")
				e.hearsAll("pl/keys.english.prompt")
				e.presses("1")
				e.hearsAll("en/main.top.prompt")
				e.presses("14")
				e.hears("en/phrase.only_default_language", "pl/keys.choose.prompt")
			},
			"a collect reads back what was keyed, and takes a no": func(e *ear) {
				first, second := l.digits(e.t, confirmSentence, "0012"), l.digits(e.t, confirmSentence, "34")
				kept := l.digits(e.t, "Zapisano {}.", "34")
				e.presses("21")
				e.hearsAll("digits.number.prompt")
				e.presses("0012#")
				e.hearsAll(first, "phrase.confirm_yes_no")
				e.presses("2")
				e.hearsAll("digits.number.prompt")
				e.presses("34#")
				e.hearsAll(second)
				e.presses("1")
				e.hearsAll(kept, "digits.number_over.prompt")
				e.isHungUp()
			},
			"the star clears what was keyed": func(e *ear) {
				said := l.digits(e.t, confirmSentence, "77")
				e.presses("21")
				e.hears("digits.number.prompt")
				e.presses("55*77#")
				e.hearsAll(said)
			},
			"a code leads to its article": func(e *ear) {
				e.presses("22")
				e.hearsAll("digits.code.prompt")
				e.presses("101")
				e.hearsAll("article.karta.short")
				e.presses("9")
				e.hears("main.top.prompt")
			},
			"an unknown code is asked for again": func(e *ear) {
				e.presses("22")
				e.hears("digits.code.prompt")
				e.presses("999")
				e.hearsAll("digits.unknown_code.prompt", "digits.code.prompt")
			},
			"a confirm takes yes": func(e *ear) {
				e.presses("24")
				e.hearsAll("digits.sure.prompt", "phrase.yes_no")
				e.presses("1")
				e.hearsAll("digits.agreed.prompt")
				e.isHungUp()
			},
			"a confirm takes no": func(e *ear) {
				e.presses("24")
				e.hears("digits.sure.prompt")
				e.presses("2")
				e.hearsAll("digits.refused.prompt")
				e.isHungUp()
			},
			"an answer offers its sections in the order set": func(e *ear) {
				e.presses("31")
				e.hearsAll("article.karta.short", "phrase.offer_fees")
				e.presses("2")
				e.hearsAll("article.karta.documents")
				e.presses("1")
				e.hearsAll("article.karta.fees", "phrase.offer_fees")
				e.presses("9")
				e.hearsAll("content.after.prompt")
			},
			"an expired article is not read": func(e *ear) {
				e.presses("32")
				e.hearsAll("phrase.expired")
				e.presses("2")
				e.hearsAll("content.after.prompt")
				e.presses("9")
				e.hearsAll("content.over.prompt")
				e.isHungUp()
				e.never("article.stara.short")
			},
			"schedule, set, decision and outcome lead on": func(e *ear) {
				id := e.id()
				e.presses("33")
				e.hearsAll("logic.right.prompt")
				e.isHungUp()
				l.logged(e.t, id, "call ended", `"outcome":"contained"`)
			},
			"a look-up finds": func(e *ear) {
				state := l.known(e.t, "Stan: gotowa do odbioru.")
				e.presses("34")
				e.hearsAll("logic.case_no.prompt")
				e.presses("111")
				e.hearsAll(state, "logic.found_over.prompt")
				e.isHungUp()
			},
			"a look-up finds nothing": func(e *ear) {
				e.presses("34")
				e.hears("logic.case_no.prompt")
				e.presses("222")
				e.hearsAll("logic.not_found.prompt", "logic.case_no.prompt")
			},
			"a look-up that fails says so": func(e *ear) {
				e.presses("34")
				e.hears("logic.case_no.prompt")
				e.presses("333")
				e.hearsAll("no_data", "main.trouble.prompt")
			},
			"a slow look-up asks to wait": func(e *ear) {
				state := l.known(e.t, "Stan: gotowa do odbioru.")
				e.presses("34")
				e.hears("logic.case_no.prompt")
				e.presses("444")
				e.hearsAll("wait_please")
				l.cases.letGo("444")
				e.hearsAll(state)
			},
			"an option calls a flow, which returns": func(e *ear) {
				e.presses("35")
				e.hearsAll("inner.inside.prompt", "logic.returned.prompt")
				e.isHungUp()
			},
			"a call node calls a flow, which returns": func(e *ear) {
				e.presses("36")
				e.hearsAll("inner.inside.prompt", "logic.returned.prompt")
				e.isHungUp()
			},
			"a queue without a service is unavailable": func(e *ear) {
				e.presses("41")
				e.hearsAll("people.unavailable.prompt")
				e.isHungUp()
			},
			"a queue outside its hours is closed": func(e *ear) {
				id := e.id()
				e.presses("42")
				e.hearsAll("people.closed.prompt")
				e.isHungUp()
				l.logged(e.t, id, "call ended", `"outcome":"closed"`)
			},
			"a transfer lets both hear each other": func(e *ear) { bothHear(e, o.clerk) },
			"a transfer to a busy telephone": func(e *ear) {
				e.presses("44")
				e.hearsAll("people.busy.prompt")
				e.isHungUp()
			},
			"a transfer nobody answers": func(e *ear) {
				e.presses("45")
				e.hearsAll("people.no_answer.prompt")
				e.isHungUp()
			},
			"a transfer to nobody's telephone": func(e *ear) {
				e.presses("46")
				e.hearsAll("people.failed.prompt")
				e.isHungUp()
			},
			"a call back is promised": func(e *ear) {
				e.presses("47")
				e.hearsAll("people.kept_place.prompt")
				e.isHungUp()
			},
			"an SMS is refused": func(e *ear) {
				e.presses("48")
				e.hearsAll("people.no_sms.prompt")
				e.isHungUp()
			},
			"the key for a person leads to one": func(e *ear) {
				e.presses("310")
				e.hears("office-hello")
			},
			"a second failure in a call leads to the fallback": func(e *ear) {
				e.presses("37")
				e.hearsAll("sorry", "main.trouble.prompt")
				e.presses("1")
				e.hearsAll("apology-pl", "office-hello")
			},
		} {
			t.Run(name, func(t *testing.T) {
				row(t)
				call(l.dial(t, ""))
			})
		}
	})
	l.isEmpty(t)
	l.isSilentAbout(t)
}

// bothHear talks in both directions, and ends the talk as the clerk.
func bothHear(e *ear, clerk *caller.Phone) {
	question := e.line.sound(e.t, "resident-question", "Dzień dobry, gdzie jest ratusz?")
	reply := e.line.sound(e.t, "clerk-reply", "Ratusz stoi na Starym Rynku pod numerem pierwszym.")
	id := e.id()
	e.presses("43")
	ctx, cancel := e.soon()
	defer cancel()
	there, err := clerk.Next(ctx)
	if err != nil {
		e.t.Fatal(err)
	}
	e.line.logged(e.t, id, `"input":"ivr.TransferChanged"`)
	e.says(question)
	if h, err := there.HearEnd(ctx, "resident-question"); err != nil || !heardMost(h, question) {
		e.t.Errorf("the clerk hears %s: %v", h, err)
	}
	if err := there.Speak(ctx, reply); err != nil {
		e.t.Fatal(err)
	}
	if h := e.hearsEnd("clerk-reply"); !heardMost(h, reply) {
		e.t.Errorf("the caller hears %s", h)
	}
	if err := there.Hangup(); err != nil {
		e.t.Error(err)
	}
	e.isHungUp()
	e.line.logged(e.t, id, "call ended", `"outcome":"transferred"`)
}

// isEmpty waits until nothing of the calls is left, anywhere.
func (l *line) isEmpty(t *testing.T) {
	t.Helper()
	eventually(t, "Asterisk has no channel", func() bool { return len(l.channels(t)) == 0 })
	eventually(t, "the daemon has no call", func() bool { return l.metric(t, "infolinia_calls_live") == "0" })
	s := l.store(t)
	eventually(t, "the store has no live call", func() bool {
		live, err := s.Live(t.Context())
		return err == nil && len(live) == 0
	})
	if n := l.metric(t, "go_goroutines"); n == "" || len(n) > 2 {
		t.Errorf("%s goroutines are left without a call", n)
	}
}

// store is the line's, read beside the daemon.
func (l *line) store(t testing.TB) *store.Store {
	t.Helper()
	s, err := openStore(&l.settings(t).Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// saved is the state of a call as it is in the store.
func (l *line) saved(t testing.TB, id string) *ivr.Call {
	t.Helper()
	c, err := l.store(t).Load(t.Context(), id)
	if err != nil || c == nil {
		t.Fatalf("call %s is not saved: %v", id, err)
	}
	return c
}

// toneHz marks what was spoken into a recording.
const toneHz = 700

func tone() caller.Sound { return caller.Tone(toneHz, 1500*time.Millisecond) }
