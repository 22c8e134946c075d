package flowfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// form is what may stand in a place. Forms make up the tables that both the
// check and the JSON Schema are made from.
type form interface {
	// check reports what is wrong with a value that is there.
	check(s *sink, n *node)
	// schema is the form as JSON Schema, draft 2020-12.
	schema() map[string]any
}

// scalar is a text with a shape.
type scalar struct {
	is      string // what the text must be, "a duration such as 8s"
	pattern string // for the schema
	quote   bool   // must stand in quotes, because readers of YAML disagree on it
	known   []string
	parse   func(string) error // nil: any text will do
}

func (f scalar) check(s *sink, n *node) {
	switch n.kind {
	case unread:
	case null:
		hash := ""
		if f.parse == nil || f.parse("#") == nil {
			hash = `; an unquoted # begins a comment, so if it was meant, quote it: "#"`
		}
		s.errorf(n.keyAt(), "%s is empty, but %s is expected%s", n.name(), f.expected(), hash)
	case number, boolean:
		if f.parse != nil && f.parse(n.text) != nil {
			s.errorf(n.at, "%s: %s is %s; write %s%s", n.name(), n.text, n.kind, f.expected(), f.problem(n.text))
			return
		}
		s.errorf(n.at, "%s: %s is %s here, not text; quote it: %q", n.name(), n.text, n.kind, n.text)
	case text:
		if f.parse != nil {
			if err := f.parse(n.text); err != nil {
				quote := ""
				if f.quote && !n.quoted {
					quote = "; quote it"
				}
				s.errorf(n.at, "%s: %q is not %s%s%s", n.name(), shorten(n.text), f.expected(), f.problem(n.text), quote)
				return
			}
		}
		if f.quote && !n.quoted {
			s.errorf(n.at, "%s: %s stands without quotes, and YAML may read it as a number; quote it: %q", n.name(), n.text, n.text)
		}
	default:
		if written, split := n.splitAtColon(); split && f.quote {
			s.errorf(n.at, "%s: %s stands without quotes, and YAML reads it as a map; quote it: %q", n.name(), written, written)
			return
		}
		s.errorf(n.at, "%s is %s, but %s is expected; if text with brackets or braces was meant, quote it", n.name(), n.kind, f.expected())
	}
}

// splitAtColon gives back a text such as 08:00 that YAML took for a map
// because it stands in braces.
func (n *node) splitAtColon() (string, bool) {
	if n.kind != mapping || len(n.entries) != 1 || n.raw != "" {
		return "", false
	}
	e := n.entries[0]
	return e.key.text + ":" + e.text, e.text != ""
}

func (f scalar) expected() string {
	if f.is == "" {
		return "text"
	}
	return f.is
}

// problem tells what exactly is wrong, where that helps.
func (f scalar) problem(value string) string {
	if best := nearest(value, f.known); best != "" {
		return `; did you mean "` + best + `"?`
	}
	if err := f.parse(value); err != nil && err != errShape {
		return ": " + err.Error()
	}
	return ""
}

func (f scalar) schema() map[string]any {
	out := map[string]any{"type": "string"}
	if f.pattern != "" {
		out["pattern"] = f.pattern
	}
	if len(f.known) > 0 {
		out["enum"] = f.known
	}
	if f.is != "" {
		out["description"] = f.is
	}
	return out
}

// choice is a text out of few.
func choice(values ...string) form {
	return scalar{
		is:    "one of " + strings.Join(values, ", "),
		known: values,
		parse: func(v string) error {
			if !slices.Contains(values, v) {
				return errShape
			}
			return nil
		},
	}
}

// most is a number that no caller reaches: it switches a limit off.
const most = 1_000_000

// count is a whole number within bounds.
type count struct{ min, max int }

func (f count) bounds() string {
	switch {
	case f.min == f.max:
		return strconv.Itoa(f.min)
	case f.max == most:
		return fmt.Sprintf("a whole number, at least %d", f.min)
	}
	return fmt.Sprintf("a whole number from %d to %d", f.min, f.max)
}

func (f count) check(s *sink, n *node) {
	bounds := f.bounds()
	switch n.kind {
	case unread:
	case null:
		s.errorf(n.keyAt(), "%s is empty; write %s", n.name(), bounds)
	case number:
		v, err := strconv.Atoi(n.text)
		if err != nil || v < f.min || v > f.max {
			s.errorf(n.at, "%s: %s is not %s", n.name(), n.text, bounds)
		} else if len(n.text) > 1 && n.text[0] == '0' {
			s.errorf(n.at, "%s: %s begins with a zero; write %d", n.name(), n.text, v)
		}
	case text:
		if v, err := strconv.Atoi(n.text); err == nil && v >= f.min && v <= f.max {
			s.errorf(n.at, "%s: %q is text; write %d without quotes", n.name(), n.text, v)
			return
		}
		s.errorf(n.at, "%s: %s is not %s", n.name(), n.shown(), bounds)
	default:
		s.errorf(n.at, "%s is %s; write %s", n.name(), n.kind, bounds)
	}
}

func (f count) schema() map[string]any {
	return map[string]any{"type": "integer", "minimum": f.min, "maximum": f.max}
}

// truth is true or false.
type truth struct{}

func (truth) check(s *sink, n *node) {
	if n.kind != boolean && n.kind != unread {
		at := n.at
		if n.kind == null {
			at = n.keyAt()
		}
		s.errorf(at, "%s: %s is not true or false; write one of them, without quotes", n.name(), n.shown())
	}
}

func (truth) schema() map[string]any { return map[string]any{"type": "boolean"} }

// listOf is a list of one form.
type listOf struct {
	of    form
	empty bool // may be []
}

func (f listOf) check(s *sink, n *node) {
	switch {
	case n.kind == unread:
	case n.kind == null && f.empty:
		s.errorf(n.keyAt(), "%s is empty; write [] if there is none", n.name())
	case n.kind == null:
		s.errorf(n.keyAt(), "%s is empty; write a list in [ ] or with dashes", n.name())
	case n.kind != list:
		quote := ""
		if e, ok := f.of.(scalar); ok && e.quote && n.kind == text {
			quote = fmt.Sprintf(" and quote it: [%q]", n.text)
		}
		s.errorf(n.at, "%s is %s, but a list is expected; put it in [ ]%s", n.name(), n.shown(), quote)
	case len(n.entries) == 0 && !f.empty:
		s.errorf(n.at, "%s: the list is empty; write an entry or remove it", n.name())
	default:
		for _, e := range n.entries {
			f.of.check(s, e)
		}
	}
}

func (f listOf) schema() map[string]any {
	out := map[string]any{"type": "array", "items": f.of.schema()}
	if !f.empty {
		out["minItems"] = 1
	}
	return out
}

// either is one of two forms: the first for maps, the second for all else.
type either struct{ mapped, other form }

func (f either) check(s *sink, n *node) {
	if n.kind == mapping {
		f.mapped.check(s, n)
	} else {
		f.other.check(s, n)
	}
}

func (f either) schema() map[string]any {
	return map[string]any{"anyOf": []any{f.mapped.schema(), f.other.schema()}}
}

// oneOrList is a form or a list of it.
type oneOrList struct{ of form }

func (f oneOrList) check(s *sink, n *node) {
	if n.kind == list {
		listOf{of: f.of}.check(s, n)
	} else {
		f.of.check(s, n)
	}
}

func (f oneOrList) schema() map[string]any {
	return map[string]any{"anyOf": []any{f.of.schema(), listOf{of: f.of}.schema()}}
}
