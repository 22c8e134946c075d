package main

import (
	"slices"
	"strings"

	"infolinia/ivr"
	"infolinia/ivr/console"
	"infolinia/ivr/flow"
)

// journey is what a caller has been through, in words for the agent.
type journey struct {
	// Choices are what was chosen in menus, in order.
	Choices []string
	// Heard are the answers that were begun, each once, with the last section.
	Heard []console.HeardArticle
	// Case is the number of the case the caller keyed last; empty: none.
	Case string
}

// Topic is what the call is about, as far as the menus tell: the last answer,
// else the last choice; empty: the caller asked for a person at once.
func (j journey) Topic() string {
	if n := len(j.Heard); n > 0 {
		return j.Heard[n-1].Title
	}
	if n := len(j.Choices); n > 0 {
		return "W sprawie " + j.Choices[n-1] // labels stand in the genitive, as they are said
	}
	return ""
}

// journeyOf reads a call's path. Going back takes the choices back that led
// there: what is left is how the caller came to where he is. caseVar is the
// variable of a case's number.
func journeyOf(p *flow.Program, articles map[string]ivr.Article, path []ivr.Event, caseVar string) journey {
	var j journey
	type choice struct{ menu, words string }
	var made []choice
	for _, e := range path {
		switch e.Event {
		case "enter":
			if i := slices.IndexFunc(made, func(c choice) bool { return c.menu == e.Node }); i >= 0 {
				made = made[:i]
			}
		case "key":
			if words := p.Choice(e.Node, e.Digit)["pl"]; words != "" {
				made = append(made, choice{e.Node, words})
			}
		case "say":
			for prompt := range strings.FieldsSeq(e.Prompt) {
				j.hear(articles, prompt)
			}
		case "set":
			if number, ok := e.Value.(string); ok && caseVar != "" && e.Var == caseVar {
				j.Case = number
			}
		}
	}
	for _, c := range made {
		j.Choices = append(j.Choices, c.words)
	}
	return j
}

// hear notes the article that a prompt is of: "article.<id>.<section>".
func (j *journey) hear(articles map[string]ivr.Article, prompt string) {
	name, ok := strings.CutPrefix(prompt, "article.")
	if !ok {
		return
	}
	id, section, _ := strings.Cut(name, ".")
	a := articles[id]
	j.Heard = slices.DeleteFunc(j.Heard, func(h console.HeardArticle) bool { return h.ID == id })
	j.Heard = append(j.Heard, console.HeardArticle{ID: id, Code: a.Code, Title: titleOf(a, id), Section: section})
}

func titleOf(a ivr.Article, id string) string {
	if title := a.Title["pl"]; title != "" {
		return title
	}
	return id
}
