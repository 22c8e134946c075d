package flowfile

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"infolinia/ivr"
	"infolinia/ivr/flow"
)

//go:embed phrases.yaml
var phrasesSource []byte

// builtinPhrases are the engine's own sentences by name.
var builtinPhrases = sync.OnceValue(func() map[string]ivr.Texts {
	tree := parse(&sink{}, "phrases.yaml", phrasesSource)
	out := map[string]ivr.Texts{}
	for _, e := range tree.items() {
		out[e.key.text] = textsOf(e)
	}
	return out
})

func phraseNames() []string {
	var names []string
	for name := range builtinPhrases() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// textsOf is a text by language as it is written.
func textsOf(n *node) ivr.Texts {
	if n == nil || n.kind != mapping {
		return nil
	}
	out := ivr.Texts{}
	for _, e := range n.entries {
		if e.kind == text {
			out[e.key.text] = e.text
		}
	}
	return out
}

// phrasePrompt is the prompt id of a phrase.
func phrasePrompt(name string) string { return "phrase." + name }

// phrases puts the engine's sentences, with staff's changes in them, among the
// prompts. They read no variables, for they may be said anywhere.
func (l *loader) phrases() {
	for name, texts := range builtinPhrases() {
		template := flow.Template{}
		for lang, source := range texts {
			if compiled, err := flow.ParseText(source, nil); err == nil {
				template[lang] = compiled
			}
		}
		l.program.Prompts[phrasePrompt(name)] = template
	}
	for _, e := range l.tree(lineFile).get("phrases").items() {
		template := l.program.Prompts[phrasePrompt(e.key.text)]
		if template == nil {
			continue // an unknown name was reported with the form
		}
		l.checkTexts(e, false)
		changed, _ := l.compileTexts(e, nil)
		for lang, compiled := range changed {
			template[lang] = compiled
		}
		l.keepText(phrasePrompt(e.key.text), e, template)
	}
}

// phrase is the wording of a phrase in a language.
func (l *loader) phrase(name, lang string) (string, bool) {
	t, ok := l.program.Prompts[phrasePrompt(name)][lang]
	return t.Source, ok
}

// keyWords are a menu's keys as they are spoken.
func (l *loader) keyWords(dtmf, lang string) string {
	var words []string
	for _, k := range dtmf {
		name := string(k)
		switch k {
		case '*':
			name = "star"
		case '#':
			name = "hash"
		}
		if word, ok := l.phrase("key_"+name, lang); ok {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
