package main

import (
	"net/http"
	"strings"
	"testing"
)

// stations are all the places in which a call waits for something, each with
// the way there.
func stations() map[string]func(e *ear) {
	return map[string]func(e *ear){
		"a play":   func(e *ear) { e.presses("11"); e.hears("speech.open.prompt") },
		"a notice": func(e *ear) { e.presses("13"); e.hears("notice.spoken") },
		"a menu":   func(e *ear) { e.presses("14"); e.hears("keys.choose.prompt") },
		"a menu's wait": func(e *ear) {
			e.presses("16")
			e.hearsAll("keys.keep.prompt")
		},
		"a collect": func(e *ear) {
			e.presses("25")
			e.hears("digits.long.prompt")
			e.presses("123")
		},
		"the confirmation of a collect": func(e *ear) {
			e.presses("21")
			e.hears("digits.number.prompt")
			e.presses("55#")
			e.hears("phrase.confirm_yes_no")
		},
		"a confirm": func(e *ear) { e.presses("24"); e.hears("digits.sure.prompt") },
		"an answer": func(e *ear) { e.presses("31"); e.hears("article.karta.short") },
		"an expired answer": func(e *ear) {
			e.presses("32")
			e.hears("phrase.expired")
		},
		"a look-up": func(e *ear) {
			e.presses("34")
			e.hears("logic.case_no.prompt")
			e.presses("499")
			e.hears("wait_please")
		},
		"a ringing transfer": func(e *ear) {
			id := e.id()
			e.presses("45")
			eventually(e.t, "the office's telephone rings", func() bool {
				for _, c := range e.line.channels(e.t) {
					if strings.HasPrefix(c.ID, "leg-"+id) {
						return true
					}
				}
				return false
			})
		},
		"a talk": func(e *ear) {
			id := e.id()
			e.presses("43")
			e.line.logged(e.t, id, `"input":"ivr.TransferChanged"`)
		},
		"the greeting of a voicemail": func(e *ear) { e.presses("51"); e.hears("people.message.prompt") },
		"a recording": func(e *ear) {
			e.presses("51")
			e.hearsAll("people.message.prompt", "beep")
			e.says(tone())
		},
		"the review of a recording": func(e *ear) {
			e.presses("51")
			e.leave("people.message.prompt")
			e.hears("phrase.record_review")
		},
		"a failure's menu": func(e *ear) { e.presses("37"); e.hears("main.trouble.prompt") },
		"the last prompt":  func(e *ear) { e.presses("61"); e.hears("people.closing.prompt") },
	}
}

func TestAHangUpEndsACallWhereverItIs(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	l.furnish(t)
	t.Run("calls", func(t *testing.T) {
		for where, goThere := range stations() {
			for who, hangUp := range map[string]func(e *ear, id string){
				"the caller": func(e *ear, _ string) { e.hangsUp() },
				"Asterisk": func(e *ear, id string) {
					l.ari(e.t, http.MethodDelete, "/channels/"+id, nil)
					e.isHungUp()
				},
			} {
				t.Run(who+" in "+where, func(t *testing.T) {
					t.Parallel()
					e := l.dial(t, "")
					id := e.id()
					goThere(e)
					hangUp(e, id)
					l.logged(t, id, "call ended")
					l.endedOnce(t, id)
				})
			}
		}
	})
	l.isEmpty(t)
}

// endedOnce asks the store whether a call has ended, by one event.
func (l *line) endedOnce(t testing.TB, id string) {
	t.Helper()
	if c := l.saved(t, id); !c.Ended || c.Outcome == "" {
		t.Errorf("the saved call has not ended: %+v", c)
	}
	path, err := l.store(t).Path(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	ends := 0
	for _, e := range path {
		if e.Event == "end" {
			ends++
		}
	}
	if ends != 1 {
		t.Errorf("call %s has ended %d times: %+v", id, ends, path)
	}
}
