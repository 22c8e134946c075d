package flow

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"infolinia/ivr"
)

// Ahead are all texts of the version that are known before any call, so that
// they can be rendered ahead.
func (p *Program) Ahead() []ivr.Part {
	var parts []ivr.Part
	for _, id := range slices.Sorted(maps.Keys(p.Prompts)) {
		for _, lang := range p.Languages {
			text, ok := p.Prompts[id][lang]
			if !ok {
				continue
			}
			switch name, isPhrase := strings.CutPrefix(id, "phrase."); {
			case !text.Static(), isPhrase && (strings.HasPrefix(name, "key_") || strings.HasPrefix(name, "wait_")):
			case isPhrase && strings.HasPrefix(name, "offer_"):
				parts = append(parts, p.offers(id, lang, text)...)
			case id == queuePosition, id == queueWait:
				parts = append(parts, p.places(id, lang, text)...)
			case isPhrase && strings.Contains(text.Source, "{"):
			default:
				parts = append(parts, ivr.Part{Prompt: id, Lang: lang, Text: text.Source})
			}
		}
	}
	return parts
}

// offers are the sentences that offer an article's section, for each key it
// can be on.
func (p *Program) offers(id, lang string, text Text) []ivr.Part {
	if !strings.Contains(text.Source, "{key}") {
		return []ivr.Part{{Prompt: id, Lang: lang, Text: text.Source}}
	}
	if strings.Contains(text.Source, "{label}") {
		return nil
	}
	var parts []ivr.Part
	for _, key := range []string{"1", "2", "3", "4", "5"} {
		said, err := text.speak(nil, map[string]string{"key": p.Prompts["phrase.key_"+key][lang].Source})
		if err == nil {
			parts = append(parts, ivr.Part{Prompt: id, Lang: lang, Text: said})
		}
	}
	return parts
}

// nearby is the last place of a queue that is rendered ahead.
const nearby = 10

// places are the sentences that tell the first places of a queue, and those that
// tell the wait.
func (p *Program) places(id, lang string, text Text) []ivr.Part {
	var values []map[string]string
	for n := 2; n <= nearby && id == queuePosition; n++ {
		values = append(values, map[string]string{"position": strconv.Itoa(n)})
	}
	for _, band := range waitBands {
		if id == queueWait {
			values = append(values, map[string]string{"minutes": strconv.Itoa(band)})
		}
	}
	var parts []ivr.Part
	for _, v := range values {
		if said, err := text.speak(nil, p.queueArgs(id, lang, v)); err == nil {
			parts = append(parts, ivr.Part{Prompt: id, Lang: lang, Text: said})
		}
	}
	return parts
}

// ContentAhead are the texts of articles and notices that are known before any
// call.
func ContentAhead(c ivr.Content) []ivr.Part {
	var parts []ivr.Part
	add := func(id string, texts ivr.Texts) {
		for _, lang := range slices.Sorted(maps.Keys(texts)) {
			if !strings.Contains(texts[lang], "{{") {
				parts = append(parts, ivr.Part{Prompt: id, Lang: lang, Text: texts[lang]})
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.Articles)) {
		for _, section := range slices.Sorted(maps.Keys(c.Articles[id].Say)) {
			add("article."+id+"."+section, c.Articles[id].Say[section])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Notices)) {
		add("notice."+name, c.Notices[name].Text)
	}
	return parts
}
