package flowfile

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"infolinia/ivr/flow"
)

// compile compiles an expression that begins at a byte of a scalar's text, and
// reports what is wrong with it.
func (l *loader) compile(n *node, offset int, source string, vars map[string]flow.Type, want flow.Type) (flow.Expr, flow.Type, bool) {
	if source == "" {
		l.errorf(n.inside(offset), "%s: the expression is empty; write a variable or a helper such as digits(x)", n.name())
		return flow.Expr{}, flow.TypeAny, false
	}
	e, t, err := flow.Compile(source, vars, want)
	if err != nil {
		l.badExpression(n, offset, source, vars, err)
		return flow.Expr{}, flow.TypeAny, false
	}
	l.checkNextOpen(n, offset, source)
	return e, t, true
}

func (l *loader) badExpression(n *node, offset int, source string, vars map[string]flow.Type, err error) {
	at, message := n.inside(offset), err.Error()
	var e *file.Error
	if errors.As(err, &e) {
		message = e.Message
		if e.Line == 1 {
			at = n.inside(offset + len(firstRunes(source, e.Column)))
		}
	}
	message, _, _ = strings.Cut(message, "\n")
	if name, unknown := strings.CutPrefix(message, "unknown name "); unknown {
		if vars == nil {
			l.errorf(at, "%s: %q is not a helper, and no variable can be read here%s", n.name(), name, hint(name, flow.HelperNames()))
			return
		}
		known := slices.AppendSeq(flow.HelperNames(), maps.Keys(vars))
		l.errorf(at, "%s: %q is neither a variable that is set anywhere nor a helper%s", n.name(), name, hint(name, known))
		return
	}
	l.errorf(at, "%s: the expression %q is wrong: %s", n.name(), shorten(source), message)
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// checkNextOpen looks whether the hours that an expression asks for exist.
func (l *loader) checkNextOpen(n *node, offset int, source string) {
	tree, err := parser.Parse(source)
	if err != nil || l.broken(callflows+"/"+hoursFile) {
		return
	}
	ast.Walk(&tree.Node, visitor(func(x ast.Node) {
		call, ok := x.(*ast.CallNode)
		if !ok || len(call.Arguments) != 1 {
			return
		}
		callee, ok := call.Callee.(*ast.IdentifierNode)
		if !ok || callee.Value != "next_open" {
			return
		}
		name, ok := call.Arguments[0].(*ast.StringNode)
		if !ok {
			return
		}
		if _, there := l.content.Hours[name.Value]; !there {
			l.errorf(n.inside(offset+len(firstRunes(source, name.Location().From))), "%s: there are no hours %q in hours.yaml%s",
				n.name(), name.Value, hint(name.Value, slices.Collect(maps.Keys(l.content.Hours))))
		}
	}))
}

type visitor func(ast.Node)

func (v visitor) Visit(n *ast.Node) { v(*n) }
