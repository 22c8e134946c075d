package flowfile

import (
	"fmt"
	"unicode/utf8"
)

// kind is what a value is in YAML.
type kind string

const (
	null    kind = "nothing"
	text    kind = "text"
	number  kind = "a number"
	boolean kind = "true or false"
	mapping kind = "a map"
	list    kind = "a list"
	// unread is a value that was refused already (an alias, a tag).
	unread kind = "something else"
)

// node is a value with its place. All methods take nil for a value that is not
// there.
type node struct {
	kind    kind
	text    string // of a scalar: decoded text, or what is written
	quoted  bool
	block   bool // | or >
	raw     string
	at      position
	key     *node // of a value in a map
	parent  *node
	entries []*node // of a map: its values, each with its key; of a list
}

// get is the value of a key.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	for _, e := range n.entries {
		if e.key.text == key {
			return e
		}
	}
	return nil
}

func (n *node) has(key string) bool { return n.get(key) != nil }

// str is the text of a value that is text, else empty.
func (n *node) str() string {
	if n == nil || n.kind != text {
		return ""
	}
	return n.text
}

// items are the values of a map or list.
func (n *node) items() []*node {
	if n == nil {
		return nil
	}
	return n.entries
}

// keyAt is where a value's key stands, or the value itself.
func (n *node) keyAt() position {
	if n.key != nil {
		return n.key.at
	}
	return n.at
}

// name is how a message calls the value.
func (n *node) name() string {
	switch {
	case n.key != nil:
		return n.key.text
	case n.parent != nil:
		for i, e := range n.parent.entries {
			if e == n {
				return fmt.Sprintf("entry %d of %s", i+1, n.parent.name())
			}
		}
		return n.parent.name()
	}
	return "the file"
}

// shown is a value as a message quotes it.
func (n *node) shown() string {
	switch n.kind {
	case text:
		return fmt.Sprintf("%q", shorten(n.text))
	case number, boolean:
		return n.text
	}
	return string(n.kind)
}

// found is what a message says stands there instead of what is expected.
func (n *node) found() string {
	if n.kind == null {
		return "empty"
	}
	return n.shown()
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:57]) + "…"
}
