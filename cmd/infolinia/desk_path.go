package main

import (
	"slices"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

// journey is what a caller has been through, in words for the agent.
type journey struct {
	// Choices are what was chosen in menus, in order; the last one is the topic.
	Choices []string
	// Articles are the titles of the answers that were begun, each once.
	Articles []string
}

// Topic is what the call is about, as far as the menus tell: the last answer,
// else the last choice; empty: the caller asked for a person at once.
func (j journey) Topic() string {
	for _, list := range [][]string{j.Articles, j.Choices} {
		if len(list) > 0 {
			return list[len(list)-1]
		}
	}
	return ""
}

// journeyOf reads a call's path. Going back takes the choices back that led
// there: what is left is how the caller came to where he is. lang is the reader's.
func journeyOf(p *flow.Program, articles map[string]ivr.Article, path []ivr.Event, lang string) journey {
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
			if words := text(p.Choice(e.Node, e.Digit), lang); words != "" {
				made = append(made, choice{e.Node, words})
			}
		case "article":
			title := text(articles[e.Article].Title, lang)
			if title == "" {
				title = e.Article
			}
			if !slices.Contains(j.Articles, title) {
				j.Articles = append(j.Articles, title)
			}
		}
	}
	for _, c := range made {
		j.Choices = append(j.Choices, c.words)
	}
	return j
}

// text is in the reader's language, else in Polish.
func text(t ivr.Texts, lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["pl"]
}
