package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"infolinia/ivr"
	"infolinia/ivr/flowfile"
)

// promptTexts are the texts of a prompt in a language that are known before any
// call; more than one where a key or a label is said in it. The error says why
// there are none.
func promptTexts(b *flowfile.Bundle, id, lang string) ([]ivr.Part, error) {
	ids, languages := map[string]bool{}, map[string]bool{}
	var found []ivr.Part
	for _, p := range textsAhead(b) {
		ids[p.Prompt] = true
		if p.Prompt != id {
			continue
		}
		languages[p.Lang] = true
		if p.Lang == lang {
			found = append(found, p)
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case len(languages) > 0:
		return nil, fmt.Errorf("prompt %q has no text in %q; it has %s", id, lang, strings.Join(slices.Sorted(maps.Keys(languages)), ", "))
	case b.Program.Prompts[id] != nil || callText(b.Content, id):
		return nil, fmt.Errorf("prompt %q is filled with values of a call, so it cannot be said without one: hear it with `infolinia try`", id)
	}
	return nil, unknown("prompt", id, ids)
}

// callText tells whether an article or notice has this text, although it is not
// known ahead.
func callText(c ivr.Content, id string) bool {
	kind, rest, _ := strings.Cut(id, ".")
	switch kind {
	case "notice":
		return len(c.Notices[rest].Text) > 0
	case "article":
		name, section, _ := strings.Cut(rest, ".")
		return len(c.Articles[name].Say[section]) > 0
	}
	return false
}
