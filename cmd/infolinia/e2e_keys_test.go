package main

import (
	"testing"
	"time"
)

func TestKeysMeanWhatTheFlowsSay(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	t.Run("calls", func(t *testing.T) {
		for name, call := range map[string]func(e *ear){
			"a key cuts a prompt within packets": bargeIn,
			"keys ahead reach across menus": func(e *ear) {
				e.presses("16")
				e.hears("keys.keep.prompt")
				e.presses("21")
				e.hearsAll("keys.keep.prompt", "keys.park.prompt")
				e.isHungUp()
				e.never("keys.second.prompt")
			},
			"the longer option wins": func(e *ear) {
				e.presses("1410")
				e.hearsAll("keys.ten.prompt")
				e.isHungUp()
			},
			"a key that begins a longer option waits for it": func(e *ear) {
				e.presses("14")
				e.hears("keys.choose.prompt")
				e.presses("1")
				e.hearsAll("keys.one.prompt")
				e.isHungUp()
			},
			"a key that continues no option takes the shorter one": func(e *ear) {
				e.presses("1415")
				e.hears("keys.one.prompt")
			},
			"a wrong key is told and asks again": func(e *ear) {
				e.presses("14")
				e.hears("keys.choose.prompt")
				e.presses("9")
				e.hearsAll("keys.choose.no_match.1")
				e.presses("2")
				e.hears("keys.second.prompt")
			},
			"letters are wrong keys, never failures": func(e *ear) {
				e.presses("14")
				e.hears("keys.choose.prompt")
				e.presses("A")
				e.hearsAll("keys.choose.no_match.1")
			},
			"silence is told, and the second one leads on": func(e *ear) {
				e.presses("15")
				e.hearsAll("keys.impatient.prompt", "keys.impatient.no_input.1", "keys.impatient.prompt", "keys.gave_up.prompt")
				e.isHungUp()
			},
			"a key under a prompt that is not to be cut waits for its end": func(e *ear) {
				e.presses("16")
				e.hears("keys.keep.prompt")
				e.presses("1")
				e.hearsAll("keys.keep.prompt", "keys.one.prompt")
				e.isHungUp()
			},
			"a key under a prompt that throws keys away is nothing": func(e *ear) {
				e.presses("17")
				e.hears("keys.flush.prompt")
				e.presses("1")
				e.hearsAll("keys.flush.prompt")
				e.presses("2")
				e.hearsAll("keys.ten.prompt")
				e.isHungUp()
				e.never("keys.one.prompt", "phrase.no_match")
			},
			"a key in a play cuts it and stays": func(e *ear) {
				e.presses("11")
				e.hears("speech.open.prompt")
				e.presses("1")
				e.hearsAll("speech.heard_one.prompt")
				e.isHungUp()
				e.never("speech.after_open.prompt")
			},
			"a play that is not to be cut is heard out": func(e *ear) {
				e.presses("121")
				e.hearsAll("speech.shut.prompt", "speech.heard_one.prompt")
				e.isHungUp()
			},
			"the hash repeats, the star goes back": func(e *ear) {
				e.presses("14")
				e.hears("keys.choose.prompt")
				e.presses("2")
				e.hears("keys.second.prompt")
				e.presses("#")
				e.hears("keys.second.prompt")
				e.presses("*")
				e.hears("keys.choose.prompt")
				e.presses("*")
				e.hears("main.top.prompt")
			},
			"a second hash speaks slower": func(e *ear) {
				l.expectAt(e.t, "slow-second", "Las albo park.", 0.85)
				e.presses("142")
				e.hears("keys.second.prompt")
				e.presses("#")
				e.hears("keys.second.prompt")
				e.presses("#")
				e.hears("slow-second")
			},
			"too few digits are told and asked for again": func(e *ear) {
				e.presses("22")
				e.hearsAll("digits.code.prompt")
				e.presses("1")
				e.hears("phrase.no_match_collect", "digits.code.prompt")
			},
		} {
			t.Run(name, func(t *testing.T) {
				row(t)
				call(l.dial(t, ""))
			})
		}
	})
	l.isEmpty(t)
}

// bargeIn measures how much of a prompt is still heard after a key.
func bargeIn(e *ear) {
	e.presses("62")
	e.hears("keys.recital.prompt")
	e.presses("1")
	e.hears("keys.one.prompt")
	report := e.Report()
	released := report.Keys[len(report.Keys)-1].End
	for _, h := range report.Heard {
		if h.Name != "pl/keys.recital.prompt" {
			continue
		}
		late := time.Duration((h.At + h.Length - released) * float64(time.Millisecond))
		e.t.Logf("the prompt went on for %s after the key", late)
		if h.Complete || late > lateAtMost {
			e.t.Errorf("the prompt went on for %s after the key", late)
		}
	}
}

// lateAtMost is how long a prompt may go on after a key: two packets on a
// machine with time to spare, more on one that tests everything at once.
const lateAtMost = 25 * packet
