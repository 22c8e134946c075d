package main

import (
	"encoding/binary"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
)

// leave records a message at the tone and ends it with the hash key.
func (e *ear) leave(prompt string) {
	e.t.Helper()
	e.hearsAll(prompt, "phrase.record_announce", "beep")
	e.says(tone())
	e.presses("#")
}

// messageOf is the id of the one message a call has left.
func (l *line) messageOf(t testing.TB, call string) string {
	t.Helper()
	var id string
	eventually(t, "the message of "+call+" is in its box", func() bool {
		for s := range strings.Lines(l.run(t, "messages", "list", "--all")) {
			if strings.Contains(s, call) {
				id = strings.Fields(s)[0]
			}
		}
		return id != ""
	})
	if list := l.run(t, "messages", "list", "--all"); strings.Count(list, call) != 1 {
		t.Errorf("call %s has not left one message:\n%s", call, list)
	}
	return id
}

// messages counts those of a call.
func (l *line) messages(t testing.TB, call string) int {
	t.Helper()
	return strings.Count(l.run(t, "messages", "list", "--all"), call)
}

// holdsTone tells of a stored message that the tone was spoken into it.
func (l *line) holdsTone(t testing.TB, id string) {
	t.Helper()
	path := strings.TrimSpace(l.run(t, "messages", "play", "--path", id))
	wav, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if heard := toneIn(wav[44:]); heard < 50 {
		t.Errorf("message %s holds %d frames of the tone that was spoken", id, heard)
	}
}

// toneIn counts the 20 ms frames of 8 kHz, 16-bit PCM in which toneHz is nearly
// all there is, by Goertzel's algorithm.
func toneIn(pcm []byte) (frames int) {
	const n = 160
	k := 2 * math.Cos(2*math.Pi*toneHz/8000)
	for ; len(pcm) >= 2*n; pcm = pcm[2*n:] {
		var s1, s2, energy float64
		for i := range n {
			x := float64(int16(binary.LittleEndian.Uint16(pcm[2*i:])))
			energy += x * x
			s1, s2 = x+k*s1-s2, s1
		}
		power := s1*s1 + s2*s2 - k*s1*s2
		if energy > n*1e5 && power > 0.8*energy*n/2 {
			frames++
		}
	}
	return frames
}

func TestAMessageIsKeptAsItWasSpoken(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	t.Run("calls", func(t *testing.T) {
		for name, call := range map[string]func(e *ear){
			"the hash ends it, a key keeps it": func(e *ear) {
				id := e.id()
				e.presses("51")
				e.leave("people.message.prompt")
				e.hears("") // the tone comes back
				e.hearsAll("phrase.record_review")
				e.presses("1")
				e.hearsAll("people.kept.prompt")
				e.isHungUp()
				m := l.messageOf(e.t, id)
				l.holdsTone(e.t, m)
				l.run(e.t, "messages", "done", m)
				if list := l.run(e.t, "messages", "list"); strings.Contains(list, m) {
					t.Errorf("message %s is dealt with, and listed:\n%s", m, list)
				}
			},
			"silence ends it, and silence keeps it": func(e *ear) {
				id := e.id()
				e.presses("51")
				e.hearsAll("people.message.prompt", "beep")
				e.says(tone())
				e.hearsAll("phrase.record_review", "people.kept.prompt")
				e.isHungUp()
				l.holdsTone(e.t, l.messageOf(e.t, id))
			},
			"nothing spoken is no message": func(e *ear) {
				id := e.id()
				e.presses("51")
				e.hearsAll("people.message.prompt", "beep")
				e.presses("#")
				e.hearsAll("people.empty.prompt")
				e.isHungUp()
				if n := l.messages(e.t, id); n != 0 {
					e.t.Errorf("%d messages from silence", n)
				}
			},
			"a key discards it": func(e *ear) {
				id := e.id()
				e.presses("51")
				e.leave("people.message.prompt")
				e.hears("phrase.record_review")
				e.presses("3")
				e.hearsAll("people.empty.prompt")
				e.isHungUp()
				if n := l.messages(e.t, id); n != 0 {
					e.t.Errorf("%d messages, discarded", n)
				}
			},
			"a key records it again": func(e *ear) {
				id := e.id()
				e.presses("51")
				e.leave("people.message.prompt")
				e.hears("phrase.record_review")
				e.presses("2")
				e.hearsAll("beep")
				e.says(tone())
				e.presses("#")
				e.hears("phrase.record_review")
				e.presses("1")
				e.hearsAll("people.kept.prompt")
				e.isHungUp()
				l.holdsTone(e.t, l.messageOf(e.t, id))
			},
			"a hang-up while speaking keeps it": func(e *ear) {
				id := e.id()
				e.presses("51")
				e.hearsAll("people.message.prompt", "beep")
				e.says(tone())
				e.hangsUp()
				l.holdsTone(e.t, l.messageOf(e.t, id))
				l.logged(e.t, id, "call ended", `"outcome":"message"`)
			},
			"a hang-up before deciding keeps it": func(e *ear) {
				id := e.id()
				e.presses("51")
				e.leave("people.message.prompt")
				e.hears("phrase.record_review")
				e.hangsUp()
				l.holdsTone(e.t, l.messageOf(e.t, id))
			},
			"a report has its number, said digit by digit": func(e *ear) {
				id := e.id()
				e.presses("52")
				e.leave("people.report.prompt")
				e.hears("phrase.record_review")
				l.expectReport(e.t, id)
				e.presses("1")
				e.hearsAll("report of "+id, "people.kept.prompt")
				e.isHungUp()
				l.holdsTone(e.t, l.messageOf(e.t, id))
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				call(l.dial(t, ""))
			})
		}
	})
	l.isEmpty(t)
	l.isSilentAbout(t)
}

// expectReport lets the caller know the sentence with the number of his report,
// and returns the number.
func (l *line) expectReport(t testing.TB, id string) string {
	t.Helper()
	c := l.saved(t, id)
	number := c.Reports["people.report"]
	if !regexp.MustCompile(`^[0-9]{6}$`).MatchString(number) {
		t.Fatalf("the report's number is %q", number)
	}
	l.digitsAs(t, "report of "+id, "Zgłoszenie {}.", number)
	return number
}
