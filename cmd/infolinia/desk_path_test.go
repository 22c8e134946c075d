package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
	"infolinia/ivr/console"
	"infolinia/ivr/flow"
)

func TestAnAgentReadsHowACallerCameThroughTheMenus(t *testing.T) {
	menu := func(options ...flow.Option) *flow.Node { return &flow.Node{Kind: &flow.Menu{Options: options}} }
	p := &flow.Program{Nodes: map[string]*flow.Node{
		"main.top": menu(
			flow.Option{DTMF: "1", Label: ivr.Texts{"pl": "dokumentów", "en": "documents"}},
			flow.Option{DTMF: "2", Label: ivr.Texts{"pl": "podatków"}},
			flow.Option{DTMF: "5"}),
		"documents.top": menu(flow.Option{DTMF: "3", Label: ivr.Texts{"pl": "dowodu osobistego"}}),
	}}
	articles := map[string]ivr.Article{"dowod": {Code: "101", Title: ivr.Texts{"pl": "Dowód osobisty"}}}
	enter := func(node string) ivr.Event { return ivr.Event{Note: ivr.Note{Event: "enter", Node: node}} }
	key := func(node, digit string) ivr.Event {
		return ivr.Event{Note: ivr.Note{Event: "key", Node: node, Digit: digit}}
	}
	say := func(prompts string) ivr.Event { return ivr.Event{Note: ivr.Note{Event: "say", Prompt: prompts}} }
	set := func(name string, value any) ivr.Event {
		return ivr.Event{Note: ivr.Note{Event: "set", Var: name, Value: value}}
	}

	for name, test := range map[string]struct {
		path []ivr.Event
		want journey
	}{
		"nothing but zero": {[]ivr.Event{enter("main.top"), key("main.top", "0")}, journey{}},
		"two menus and an answer with a section": {
			[]ivr.Event{enter("main.top"), key("main.top", "1"), enter("documents.top"), key("documents.top", "3"),
				say("article.dowod.short phrase.offer_fees"), say("article.dowod.fees")},
			journey{Choices: []string{"dokumentów", "dowodu osobistego"},
				Heard: []console.HeardArticle{{ID: "dowod", Code: "101", Title: "Dowód osobisty", Section: "fees"}}}},
		"back and another way": {
			[]ivr.Event{enter("main.top"), key("main.top", "1"), enter("documents.top"), enter("main.top"), key("main.top", "2")},
			journey{Choices: []string{"podatków"}}},
		"a choice without a label": {[]ivr.Event{enter("main.top"), key("main.top", "5")}, journey{}},
		"the number of a case, keyed twice": {[]ivr.Event{set("case_no", "0012"), set("other", "7"), set("case_no", "4711")},
			journey{Case: "4711"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, journeyOf(p, articles, test.path, "case_no")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheTopicIsTheLastAnswerElseTheLastChoice(t *testing.T) {
	for want, j := range map[string]journey{
		"":                 {},
		"W sprawie dowodu": {Choices: []string{"dokumentów", "dowodu"}},
		"Dowód osobisty":   {Choices: []string{"dokumentów"}, Heard: []console.HeardArticle{{Title: "Dowód osobisty"}}},
	} {
		if got := j.Topic(); got != want {
			t.Errorf("topic %q, want %q", got, want)
		}
	}
}
