package flowfile

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// converter makes nodes of what the parser of YAML gives.
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
