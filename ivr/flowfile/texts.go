package flowfile

import (
	"strings"
	"unicode/utf8"

	"infolinia/ivr/flow"
)

// inside is the place of a byte of a scalar's text, as far as the way it is
// written lets it be told.
func (n *node) inside(offset int) position {
	at := n.at
	before := n.text[:min(offset, len(n.text))]
	switch {
	case n.block:
		at.line += 1 + strings.Count(before, "\n")
		at.column = 1
	case strings.ContainsAny(n.raw, "\n"):
	case n.quoted && n.raw != "":
		at.column = n.at.column + escapedWidth(n.raw, utf8.RuneCountInString(before))
	default:
		at.column += utf8.RuneCountInString(before)
	}
	return at
}

// escapedWidth is how many characters of a quoted scalar stand before its nth
// decoded one, the quote included.
func escapedWidth(raw string, n int) int {
	quote, width := raw[0], 1
	rest := []rune(raw[1:]) // with what follows the scalar in its line
	for i := 0; n > 0 && i < len(rest); n-- {
		step := 1
		switch {
		case quote == '"' && rest[i] == '\\' && i+1 < len(rest):
			step = 2 + map[rune]int{'x': 2, 'u': 4, 'U': 8}[rest[i+1]]
		case quote == '\'' && rest[i] == '\'':
			step = 2
		}
		width, i = width+step, i+step
	}
	return width
}

// spokenText is a prompt's text with its place, kept for the warnings about
// what is spoken.
type spokenText struct {
	n        *node
	template flow.Template
}

// at is where the text of a language stands.
func (t spokenText) at(lang string) position {
	if e := t.n.get(lang); e != nil {
		return e.at
	}
	return t.n.keyAt()
}

func (l *loader) keepText(id string, n *node, t flow.Template) {
	l.spoken[id] = spokenText{n, t}
}

// compileTexts compiles a text in every language over the given variables.
func (l *loader) compileTexts(n *node, vars map[string]flow.Type) (flow.Template, []use) {
	template := flow.Template{}
	var reads []use
	if n == nil || n.kind != mapping {
		return template, nil
	}
	for _, e := range n.entries {
		if e.kind != text || notBlank(e.text) != nil {
			continue
		}
		compiled, more, ok := l.compileText(e, e.text, vars)
		if ok {
			template[e.key.text] = compiled
		}
		reads = append(reads, more...)
	}
	return template, reads
}

// compileText compiles one text; every expression in it is checked.
func (l *loader) compileText(n *node, source string, vars map[string]flow.Type) (flow.Text, []use, bool) {
	var reads []use
	ok := true
	for rest, at := source, 0; ; {
		open := strings.Index(rest, "{{")
		if open < 0 {
			break
		}
		length := strings.Index(rest[open+2:], "}}")
		if length < 0 {
			l.errorf(n.inside(at+open), "%s: {{ is not closed by }} in %q", n.name(), shorten(source))
			return flow.Text{}, reads, false
		}
		inner := rest[open+2 : open+2+length]
		lead := len(inner) - len(strings.TrimLeft(inner, " \t\n"))
		e, _, fine := l.compile(n, at+open+2+lead, strings.TrimSpace(inner), vars, flow.TypeAny)
		ok = ok && fine
		for _, name := range e.Reads {
			reads = append(reads, use{name: name, at: n.inside(at + open)})
		}
		at += open + 2 + length + 2
		rest = source[at:]
	}
	if !ok {
		return flow.Text{}, reads, false
	}
	compiled, err := flow.ParseText(source, vars)
	if err != nil {
		l.errorf(n.at, "%s: %v", n.name(), err)
		return flow.Text{}, reads, false
	}
	return compiled, reads, true
}
