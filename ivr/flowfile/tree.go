package flowfile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFile is the size in bytes above which a file cannot be meant.
const maxFile = 256 << 10

// maxDepth is how deep values may lie in each other; the parser's time and
// stack grow with the square of it.
const maxDepth = 64

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

// parse reads one file. It returns nil when nothing of it can be used; why is
// then among the problems.
func parse(s *sink, file string, source []byte) *node {
	start := position{file, 1, 1}
	switch {
	case len(source) > maxFile:
		s.errorf(start, "the file has %d bytes; more than %d cannot be meant", len(source), maxFile)
		return nil
	case !utf8.Valid(source):
		s.errorf(start, "the file is not UTF-8; save it as UTF-8")
		return nil
	}
	src := strings.TrimPrefix(string(source), "\ufeff")
	src = strings.ReplaceAll(src, "\r\n", "\n")
	if line := tooDeep(src); line > 0 {
		s.errorf(position{file, line, 1}, "values lie more than %d deep in each other here; that cannot be meant", maxDepth)
		return nil
	}
	f, err := parseYAML(src)
	if err != nil {
		// The likeliest slip, a bare # or *, hides all that follows it.
		if fixed, found := quoteKeys(s, file, src); found {
			f, err = parseYAML(fixed)
		}
	}
	if err != nil {
		s.syntax(start, err)
		return nil
	}
	return document(s, start, f, strings.Split(src, "\n"))
}

// tooDeep finds the line in which brackets, or the dashes of lists in lists,
// are nested too deep; 0 if there is none.
func tooDeep(src string) int {
	open, line := 0, 0
	for text := range strings.Lines(src) {
		line++
		dashes := 0
		for _, word := range strings.Fields(text) {
			if word != "-" && word != "?" {
				break
			}
			dashes++
		}
		for _, r := range text {
			switch r {
			case '[', '{':
				open++
			case ']', '}':
				open = max(open-1, 0)
			}
		}
		if open > maxDepth || dashes > maxDepth {
			return line
		}
	}
	return 0
}

func document(s *sink, start position, f *ast.File, lines []string) *node {
	var docs []*ast.DocumentNode
	for _, d := range f.Docs {
		if _, directive := d.Body.(*ast.DirectiveNode); !directive {
			docs = append(docs, d)
		}
	}
	if len(docs) == 0 || docs[0].Body == nil || docs[0].Body.Type() == ast.NullType {
		s.errorf(start, "the file is empty; write what belongs into it or delete it")
		return nil
	}
	if len(docs) > 1 {
		at := start
		if tk := docs[1].Start; tk != nil && tk.Position != nil {
			at.line, at.column = tk.Position.Line, tk.Position.Column
		} else if docs[1].Body != nil {
			at = place(start.file, docs[1].Body)
		}
		s.errorf(at, "a second document begins here with ---; each file holds one")
	}
	c := converter{s, start.file, lines}
	root := c.convert(docs[0].Body, nil)
	if root.kind != mapping {
		s.errorf(root.at, "the file holds %s; it must hold a map of keys and values", root.kind)
		return nil
	}
	return root
}

// parseYAML calls the parser; a panic of it is an error like any other.
func parseYAML(src string) (f *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("this cannot be read as YAML")
		}
	}()
	return parser.ParseBytes([]byte(src), 0, parser.AllowDuplicateMapKey())
}

func (s *sink) syntax(at position, err error) {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil || e.GetToken().Position == nil {
		s.errorf(at, "this is no YAML: %v", err)
		return
	}
	at.line, at.column = e.GetToken().Position.Line, e.GetToken().Position.Column
	message := e.GetMessage()
	remedy := "check the indentation, brackets and quotes"
	switch {
	case strings.Contains(message, "found character '\t'"):
		message, remedy = "a tab cannot indent", "use spaces"
	case strings.Contains(message, "could not find flow map content"):
		remedy = "quote a text that begins with {{"
	case strings.Contains(message, "reserved character"):
		remedy = "quote the value"
	case strings.Contains(message, "value is not allowed in this context. map"):
		message, remedy = "text goes on after the closing quote", `inside "…" write \" for a quote, or put the text in '…'`
	case strings.Contains(message, "mapping value is not allowed"):
		remedy = `quote a text that holds ": "`
	}
	s.errorf(at, "this is no YAML: %s; %s", message, remedy)
}

// bareKey finds a key of the telephone that YAML takes for a comment or alias.
// Group 3 is that key.
var bareKey = regexp.MustCompile(`(?m)(["']?\b(dtmf|term_char)["']?:[ \t]+)([#*])([ \t]*(?:[,}\n]|$))`)

func quoteKeys(s *sink, file, src string) (string, bool) {
	var b strings.Builder
	done := 0
	for _, m := range bareKey.FindAllStringSubmatchIndex(src, -1) {
		before := src[:m[6]]
		line := strings.Count(before, "\n") + 1
		column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
		s.errorf(position{file, line, column}, `%s: an unquoted %s is not text; quote it: "%s"`, src[m[4]:m[5]], src[m[6]:m[7]], src[m[6]:m[7]])
		b.WriteString(src[done:m[6]])
		b.WriteString(standIn)
		done = m[7]
	}
	b.WriteString(src[done:])
	return b.String(), done > 0
}

// standIn takes the place of a key that was complained about already.
const standIn = "\ue000"

type converter struct {
	*sink
	file  string
	lines []string // of the source
}

// written is a scalar as it stands in the source: the parser forgets what
// belongs to an escape.
func (c converter) written(n *node) string {
	if strings.Contains(n.raw, "\n") || n.at.line < 1 || n.at.line > len(c.lines) {
		return n.raw
	}
	line := []rune(c.lines[n.at.line-1])
	return string(line[min(max(n.at.column-1, 0), len(line)):])
}

func place(file string, n ast.Node) position {
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return position{file, tk.Position.Line, tk.Position.Column}
	}
	return position{file, 1, 1}
}

func (c converter) convert(n ast.Node, parent *node) *node {
	if n == nil {
		return &node{kind: null, at: position{c.file, 1, 1}, parent: parent}
	}
	out := &node{kind: unread, at: place(c.file, n), parent: parent}
	tk := n.GetToken()
	if tk != nil {
		out.text, out.raw = tk.Value, strings.TrimSpace(tk.Origin)
	}
	switch n := n.(type) {
	case *ast.NullNode:
		out.kind = null
	case *ast.BoolNode:
		out.kind = boolean
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.kind = number
	case *ast.StringNode:
		out.kind, out.text = text, n.Value
		out.quoted = tk != nil && (tk.Type == token.DoubleQuoteType || tk.Type == token.SingleQuoteType)
		if out.quoted {
			out.raw = c.written(out)
		}
		if n.Value == standIn {
			out.kind = unread
		}
	case *ast.LiteralNode:
		out.kind, out.block = text, true
		if n.Value != nil {
			out.text = strings.TrimRight(n.Value.Value, "\n")
		}
	case *ast.SequenceNode:
		out.kind = list
		for _, v := range n.Values {
			out.entries = append(out.entries, c.convert(v, out))
		}
	case *ast.MappingNode:
		c.mapping(out, n.Values)
	case *ast.MappingValueNode:
		c.mapping(out, []*ast.MappingValueNode{n})
	case *ast.AnchorNode, *ast.AliasNode:
		c.errorf(out.at, "anchors and aliases (& and *) are not read here; write the value again, or quote it if it is meant as text")
	case *ast.TagNode:
		c.errorf(out.at, "tags such as %s are not read here; remove it", out.raw)
	default:
		c.errorf(out.at, "%s cannot stand here", n.Type().YAMLName())
	}
	return out
}

func (c converter) mapping(out *node, values []*ast.MappingValueNode) {
	out.kind, out.text, out.raw = mapping, "", ""
	first := map[string]position{}
	for i, v := range values {
		if v == nil || v.Key == nil {
			continue
		}
		key := c.key(v.Key)
		if i == 0 && (out.at.line > key.at.line || out.at.line == key.at.line && out.at.column > key.at.column) {
			out.at = key.at
		}
		if key.kind == unread {
			continue
		}
		if before, twice := first[key.text]; twice {
			c.errorf(key.at, "the key %q stands here twice (first in line %d); remove or rename one", key.text, before.line)
			continue
		}
		first[key.text] = key.at
		value := c.convert(v.Value, out)
		value.key = key
		if value.kind == null && value.text != "~" {
			// An empty value has no place of its own.
			value.at = position{c.file, max(key.at.line, value.at.line), value.at.column}
		}
		out.entries = append(out.entries, value)
	}
}

func (c converter) key(k ast.MapKeyNode) *node {
	if k.IsMergeKey() {
		at := place(c.file, k)
		c.errorf(at, "merge keys (<<) are not read here; write the keys themselves")
		return &node{kind: unread, at: at}
	}
	key := c.convert(k, nil)
	switch key.kind {
	case mapping, list:
		c.errorf(key.at, "a key must be text, not %s", key.kind)
		key.kind = unread
	case null:
		if key.raw == "" {
			key.kind = unread
			c.errorf(key.at, "a key is missing before the colon")
		}
	}
	return key
}
