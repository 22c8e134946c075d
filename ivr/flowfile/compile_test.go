package flowfile

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr/flow"
)

// bySource compares expressions by what is written.
var bySource = cmp.Comparer(func(a, b flow.Expr) bool { return a.Source == b.Source && cmp.Equal(a.Reads, b.Reads) })

func TestEachTypeOfNodeIsCompiledAsItIsWritten(t *testing.T) {
	b, _ := Load("testdata/example")
	for id, want := range map[string]flow.Kind{
		"main.alert":  &flow.Notice{Ref: "city_alert", Next: "main.hours"},
		"main.hours":  &flow.Schedule{Ref: "hotline", Cases: flow.Cases{"open": "main.top", "closed": "main.closed", "holiday": "main.closed", "emergency": "main.closed"}},
		"main.closed": &flow.Play{Prompt: flow.Prompt{"main.closed.prompt"}, Next: "main.mail"},
		"main.case_no": &flow.Collect{
			Var: "case_no", Prompt: flow.Prompt{"main.case_no.prompt"}, Min: 4, Max: 8, TermChar: "#",
			Confirm: &flow.ConfirmDigits{SayAs: "digits"}, Next: "main.status", Cases: flow.Cases{},
		},
		"main.status":  &flow.Ask{Ref: "case_status", Input: map[string]string{"number": "case_no"}, Cases: flow.Cases{"found": "main.say_status", "not_found": "main.unknown_case", "error": "main.agent"}},
		"main.agent":   &flow.QueueUp{Ref: "info", Cases: flow.Cases{"closed": "main.closed", "full": "main.mail", "unavailable": "main.mail", "failed": "main.mail"}},
		"main.more":    &flow.Confirm{Prompt: flow.Prompt{"main.more.prompt"}, Yes: "main.top", No: "main.bye"},
		"main.id_card": &flow.Answer{Article: "dowod-osobisty", Next: "main.more"},
		"main.mail": &flow.Voicemail{
			Prompt: flow.Prompt{"main.mail.prompt"}, Max: 2 * time.Minute, Box: "info", Report: true,
			Next: "main.thanks", Cases: flow.Cases{"empty": "main.bye", "failed": "main.office"},
		},
		"main.office":        &flow.TransferTo{To: "office", Cases: flow.Cases{"busy": "main.bye", "no_answer": "main.bye", "failed": "main.bye"}},
		"main.bye":           &flow.HangUp{Prompt: flow.Prompt{"phrase.goodbye"}},
		"vehicles.count":     &flow.Set{Vars: []flow.Assign{{Var: "asked", Expr: flow.Expr{Source: "1"}}, {Var: "again", Expr: flow.Expr{Source: "asked + 1", Reads: []string{"asked"}}}}, Next: "vehicles.often"},
		"vehicles.often":     &flow.Decision{Cases: []flow.Branch{{When: flow.Expr{Source: "again > 1", Reads: []string{"again"}}, Goto: "vehicles.link"}}, Else: flow.Return},
		"vehicles.link":      &flow.SMS{Text: "vehicles.link.text", Next: flow.Return, Cases: flow.Cases{"refused": "vehicles.call_back"}},
		"vehicles.done":      &flow.SetOutcome{Next: flow.Return},
		"vehicles.by_code":   &flow.Collect{ArticleCode: true, Prompt: flow.Prompt{"vehicles.by_code.prompt"}, Min: 3, Max: 3, TermChar: "#", Next: flow.Return, Cases: flow.Cases{"unknown": "vehicles.wrong"}},
		"vehicles.call_back": &flow.CallBack{Queue: "info", Next: "vehicles.done", Cases: flow.Cases{"refused": flow.Return}},
	} {
		if d := cmp.Diff(want, b.Program.Nodes[id].Kind, bySource); d != "" {
			t.Errorf("%s: %s", id, d)
		}
	}
	if got := b.Program.Nodes["vehicles.done"].Outcome; got != "callback" {
		t.Errorf("outcome %q", got)
	}
	lookup := b.Program.Lookups["case_status"]
	if lookup.Timeout != 4*time.Second || lookup.Found.Source != "body.found" || lookup.Map[0].Var != "status_text" || lookup.Headers["Authorization"] != "secret:cases_token" {
		t.Errorf("%+v", lookup)
	}
}

func TestHoursAndArticlesAreReadAsTheyAreWritten(t *testing.T) {
	b, _ := Load("testdata/example")
	h := b.Content.Hours["hotline"]
	if len(h.Weekly) != 5 || h.Weekly[time.Tuesday][0].From != 8*60 || h.Weekly[time.Thursday][0].Until != 16*60+30 || h.Location.String() != "Europe/Warsaw" {
		t.Errorf("%+v", h)
	}
	if len(h.Special) != 2 || len(h.Monthly) != 1 || h.Monthly[0].Weekday != time.Saturday || h.Holidays != "pl" {
		t.Errorf("%+v", h)
	}
	a := b.Content.Articles["dowod-osobisty"]
	if got := a.ValidUntil.Format(time.RFC3339); got != "2027-04-01T00:00:00+02:00" {
		t.Errorf("good until %s", got)
	}
	if got := a.ValidSections["fees"].Format(time.RFC3339); got != "2027-01-01T00:00:00+01:00" || a.Department != "obywatelskie" {
		t.Errorf("fees good until %s", got)
	}
}
