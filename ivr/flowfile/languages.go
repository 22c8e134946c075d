package flowfile

import (
	"slices"
	"strings"
)

// readLanguages finds the supported languages before anything else is built,
// for every text is held against them.
func (l *loader) readLanguages() {
	n := l.tree(lineFile).get("languages")
	supported := n.get("supported")
	for _, e := range supported.items() {
		if _, err := parseLanguage(e.str()); err != nil {
			continue
		}
		if slices.Contains(l.languages, e.text) {
			l.errorf(e.at, "the language %q stands twice in supported; remove one", e.text)
			continue
		}
		l.languages = append(l.languages, e.text)
	}
	standard := n.get("default")
	if _, err := parseLanguage(standard.str()); err != nil {
		return
	}
	if len(l.languages) > 0 && !slices.Contains(l.languages, standard.text) {
		l.errorf(standard.at, "the default language %q is not among the supported ones; add it to languages.supported (%s)", standard.text, join(l.languages))
	}
}

// checkTexts holds a text's languages against the line's. missing says whether
// a language without text is worth a warning.
func (l *loader) checkTexts(n *node, missing bool) {
	if n == nil || n.kind != mapping || len(l.languages) == 0 {
		return
	}
	var lacking []string
	for _, lang := range l.languages {
		if !n.has(lang) {
			lacking = append(lacking, lang)
		}
	}
	for _, e := range n.entries {
		if _, err := parseLanguage(e.key.text); err != nil || slices.Contains(l.languages, e.key.text) {
			continue
		}
		say := l.errorf
		if strings.HasPrefix(n.at.file, kb+"/") {
			say = l.warnf
		}
		say(e.key.at, "%s: the line does not support the language %q (only %s); add it to languages.supported in line.yaml or remove this text", n.name(), e.key.text, join(l.languages))
	}
	if missing && len(lacking) > 0 {
		l.warnf(n.keyAt(), "%s has no text in %s; callers in that language hear it in another one, after a sentence that says so", n.name(), join(lacking))
	}
}

func join(names []string) string { return strings.Join(names, ", ") }
