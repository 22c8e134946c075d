package flow

import (
	"fmt"
	"strings"
)

// Text is a prompt's text in one language, with its {{ expressions }} compiled.
type Text struct {
	Source string
	parts  []textPart
}

type textPart struct {
	literal string
	expr    *Expr
}

// TextError is a mistake inside a text, Offset bytes from its start.
type TextError struct {
	Offset int
	Err    error
}

func (e *TextError) Error() string { return e.Err.Error() }
func (e *TextError) Unwrap() error { return e.Err }

// ParseText compiles a text over the given variables. Every mistake is a
// *TextError.
func ParseText(source string, vars map[string]Type) (Text, error) {
	t := Text{Source: source}
	rest, at := source, 0
	for {
		before, after, found := strings.Cut(rest, "{{")
		if before != "" {
			t.parts = append(t.parts, textPart{literal: before})
		}
		if !found {
			return t, nil
		}
		at += len(before) + 2
		inner, tail, closed := strings.Cut(after, "}}")
		if !closed {
			return Text{}, &TextError{at - 2, fmt.Errorf("{{ is not closed by }}")}
		}
		e, _, err := Compile(strings.TrimSpace(inner), vars, TypeAny)
		if err != nil {
			return Text{}, &TextError{at, err}
		}
		t.parts = append(t.parts, textPart{expr: &e})
		rest, at = tail, at+len(inner)+2
	}
}

// Reads are the variables the text reads, in the order they appear.
func (t Text) Reads() []string {
	var names []string
	for _, p := range t.parts {
		if p.expr != nil {
			names = append(names, p.expr.Reads...)
		}
	}
	return names
}

// Static tells whether the text is the same for every call.
func (t Text) Static() bool {
	for _, p := range t.parts {
		if p.expr != nil {
			return false
		}
	}
	return true
}

// speak evaluates the text. Args replace {name} in what the author wrote, never
// in what an expression gave.
func (t Text) speak(env map[string]any, args map[string]string) (string, error) {
	var b strings.Builder
	for _, p := range t.parts {
		if p.expr == nil {
			b.WriteString(fillArgs(p.literal, args))
			continue
		}
		v, err := p.expr.eval(env)
		if err != nil {
			return "", err
		}
		s, err := spokenValue(v)
		if err != nil {
			return "", fmt.Errorf("expression %q: %w", p.expr.Source, err)
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func fillArgs(s string, args map[string]string) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, 2*len(args))
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
