package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"infolinia/ivr"
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
	articles := map[string]ivr.Article{"dowod": {Title: ivr.Texts{"pl": "Dowód osobisty"}}}
	enter := func(node string) ivr.Event { return ivr.Event{Note: ivr.Note{Event: "enter", Node: node}} }
	key := func(node, digit string) ivr.Event {
		return ivr.Event{Note: ivr.Note{Event: "key", Node: node, Digit: digit}}
	}
	article := ivr.Event{Note: ivr.Note{Event: "article", Article: "dowod"}}

	for name, test := range map[string]struct {
		lang string
		path []ivr.Event
		want journey
	}{
		"nothing but zero": {"pl", []ivr.Event{enter("main.top"), key("main.top", "0")}, journey{}},
		"two menus and an answer, told twice": {"pl",
			[]ivr.Event{enter("main.top"), key("main.top", "1"), enter("documents.top"), key("documents.top", "3"), article, article},
			journey{[]string{"dokumentów", "dowodu osobistego"}, []string{"Dowód osobisty"}}},
		"back and another way": {"pl",
			[]ivr.Event{enter("main.top"), key("main.top", "1"), enter("documents.top"), enter("main.top"), key("main.top", "2")},
			journey{Choices: []string{"podatków"}}},
		"a choice without a label": {"pl", []ivr.Event{enter("main.top"), key("main.top", "5")}, journey{}},
		"for a reader of English": {"en",
			[]ivr.Event{enter("main.top"), key("main.top", "1"), enter("documents.top"), key("documents.top", "3")},
			journey{Choices: []string{"documents", "dowodu osobistego"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, journeyOf(p, articles, test.path, test.lang)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
