package console

import (
	"strings"
	"testing"
	"time"

	"infolinia/ivr"
)

func TestThePageSaysInTheHeadingWhetherTheLineAnswers(t *testing.T) {
	stale := emptyDesk()
	stale.version.Stale = "newer files"
	for _, c := range []struct {
		want string
		s    Settings
	}{
		{">Linia odbiera</h1>", settings(emptyDesk())},
		{">Linia odbiera</h1>", settings(emptyDesk(), problem(Note, "no SMS"))},
		{">Linia odbiera, jest coś do zrobienia</h1>", settings(emptyDesk(), problem(Warning, "no voice"))},
		{">Linia odbiera, jest coś do zrobienia</h1>", settings(stale)},
		{">Linia nie odbiera</h1>", settings(emptyDesk(), problem(Fatal, "no Asterisk"))},
		{">Linia odbiera, ale nie tutaj</h1>", settings(emptyDesk(), problem(Idle, "drained"))},
	} {
		if page := get(t, c.s, "/").Body.String(); !strings.Contains(page, c.want) {
			t.Errorf("no %q in\n%s", c.want, page)
		}
	}
}

func TestThePageNamesThePlaceOfEachMistakeAndTheRemedy(t *testing.T) {
	d := emptyDesk()
	d.version.Stale = "wrong"
	d.version.Problems = []FileProblem{{File: "callflows/main.yaml", Line: 61, Column: 15, Message: `there is no flow "<b>x</b>"`}}
	page := get(t, settings(d, problem(Warning, "silence")), "/").Body.String()
	for _, want := range []string{"callflows/main.yaml:61:15", "Zapisane pliki mają 1 błąd;", "po polsku: silence", "proszę naprawić", "&lt;b&gt;x&lt;/b&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

func TestThePageTellsWhatCallersHear(t *testing.T) {
	d := emptyDesk()
	now := time.Now()
	d.world = ivr.World{
		Hours: map[string]ivr.HoursState{"hotline": {Case: ivr.HoursEmergency}},
		Notices: map[string]ivr.Notice{
			"alert": {Name: "alert", Active: true, Text: ivr.Texts{"pl": "Awaria wodociągu."}},
			"works": {Name: "works", Active: false, Text: ivr.Texts{"pl": "Prace techniczne."}},
		},
	}
	d.unheard = map[string]int{"info": 3, "empty": 0}
	d.expiring = []Expiry{
		{ID: "a", Title: "Becikowe", Until: now.Add(-time.Hour)},
		{ID: "b", Section: "fees", Title: "Dowód", Until: now.Add(240 * time.Hour)},
	}
	page := get(t, settings(d), "/").Body.String()
	for _, want := range []string{"zamknięte awaryjnie", "Awaria wodociągu.", "3 wiadomości", "Becikowe", "nieczytany od", "część <code>fees</code>", "ważny do"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	for _, not := range []string{"Prace techniczne.", "<code>empty</code>"} {
		if strings.Contains(page, not) {
			t.Errorf("%q is shown", not)
		}
	}
}

func TestPolishIsWrittenAsAPoleWould(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, ivr.Warsaw())
	for got, want := range map[string]string{
		number("243645555"): "24 364 55 55",
		number("200"):       "200",
		count(1, "błąd", "błędy", "błędów"):                                                   "1 błąd",
		count(3, "błąd", "błędy", "błędów"):                                                   "3 błędy",
		count(12, "błąd", "błędy", "błędów"):                                                  "12 błędów",
		count(22, "błąd", "błędy", "błędów"):                                                  "22 błędy",
		count(112, "błąd", "błędy", "błędów"):                                                 "112 błędów",
		moment(now.Add(time.Hour), now):                                                       "dzisiaj o 13:00",
		moment(now.Add(20*time.Hour), now):                                                    "jutro o 08:00",
		moment(now.AddDate(0, 0, 3), now):                                                     "25 listopada o 12:00",
		moment(now.AddDate(1, 0, 0), now):                                                     "22 listopada 2027 o 12:00",
		length(9 * time.Second):                                                               "9 s",
		length(125 * time.Second):                                                             "2 min 05 s",
		hours(ivr.HoursState{Case: ivr.HoursHoliday, NextOpen: now.Add(20 * time.Hour)}, now): "zamknięte, święto; otwarcie jutro o 08:00",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
