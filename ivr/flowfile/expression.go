package flowfile

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
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
	tree, err := parser.ParseWithConfig(source, grammar())
	if err == nil && !l.checkParts(n, offset, source, &tree.Node, vars) {
		return flow.Expr{}, flow.TypeAny, false
	}
	e, t, err := flow.Compile(source, vars, want)
	if err != nil {
		l.badExpression(n, offset, source, err)
		return flow.Expr{}, flow.TypeAny, false
	}
	return e, t, true
}

// grammar has the functions of flow.Builtins and no other.
func grammar() *conf.Config {
	c := conf.CreateNew()
	expr.DisableAllBuiltins()(c)
	for _, name := range flow.Builtins {
		expr.EnableBuiltin(name)(c)
	}
	return c
}

// checkParts looks at the names of an expression, and at the arguments of its
// calls: expr-lang forgets an error inside an argument of a function that
// takes a value of any type.
func (l *loader) checkParts(n *node, offset int, source string, tree *ast.Node, vars map[string]flow.Type) bool {
	local := map[string]bool{}
	ok := true
	place := func(x ast.Node) position { return n.inside(offset + len(firstRunes(source, x.Location().From))) }
	ast.Walk(tree, visitor(func(x ast.Node) {
		if d, is := x.(*ast.VariableDeclaratorNode); is {
			local[d.Name] = true
		}
	}))
	ast.Walk(tree, visitor(func(x ast.Node) {
		switch x := x.(type) {
		case *ast.IdentifierNode:
			if _, known := vars[x.Value]; !known && !local[x.Value] && !slices.Contains(flow.HelperNames(), x.Value) {
				l.unknownName(n, place(x), x.Value, vars)
				ok = false
			}
		case *ast.CallNode:
			if len(local) == 0 && ok {
				ok = l.checkArguments(n, place, x, vars)
			}
			l.checkNextOpen(n, place, x)
		}
	}))
	return ok
}

func (l *loader) checkArguments(n *node, place func(ast.Node) position, call *ast.CallNode, vars map[string]flow.Type) bool {
	callee, _ := call.Callee.(*ast.IdentifierNode)
	for i, arg := range call.Arguments {
		var e *file.Error
		_, t, err := flow.Compile(arg.String(), vars, flow.TypeAny)
		if errors.As(err, &e) {
			l.errorf(place(arg), "%s: the expression %q is wrong: %s", n.name(), arg.String(), e.Message)
			return false
		}
		if err == nil && i == 0 && callee != nil && !readable(callee.Value, t) {
			l.errorf(place(callee), "%s: %s cannot read %s, which is %s", n.name(), callee.Value, arg.String(), t)
			return false
		}
	}
	return true
}

// readable tells whether a helper can read a value of a type at all.
func readable(helper string, t flow.Type) bool {
	switch helper {
	case "date", "time":
		return t == flow.TypeText || t == flow.TypeTime || t == flow.TypeAny
	case "digits", "number", "money", "spell", "plural":
		return t == flow.TypeText || numeric(t) || t == flow.TypeAny
	}
	return true
}

func (l *loader) badExpression(n *node, offset int, source string, err error) {
	at, message := n.inside(offset), err.Error()
	var e *file.Error
	if errors.As(err, &e) {
		message = e.Message
		if e.Line == 1 {
			at = n.inside(offset + len(firstRunes(source, e.Column)))
		}
	}
	message, _, _ = strings.Cut(message, "\n")
	l.errorf(at, "%s: the expression %q is wrong: %s", n.name(), shorten(source), message)
}

func (l *loader) unknownName(n *node, at position, name string, vars map[string]flow.Type) {
	if vars == nil {
		l.errorf(at, "%s: %q is not a helper, and no variable can be read here%s", n.name(), name, hint(name, flow.HelperNames()))
		return
	}
	if l.brokenFlows() {
		return // a file that cannot be read may set it
	}
	known := slices.AppendSeq(flow.HelperNames(), maps.Keys(vars))
	l.errorf(at, "%s: %q is neither a variable that is set anywhere nor a helper%s", n.name(), name, hint(name, known))
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
func (l *loader) checkNextOpen(n *node, place func(ast.Node) position, call *ast.CallNode) {
	callee, ok := call.Callee.(*ast.IdentifierNode)
	if !ok || callee.Value != "next_open" || len(call.Arguments) != 1 || l.broken(callflows+"/"+hoursFile) {
		return
	}
	name, ok := call.Arguments[0].(*ast.StringNode)
	if !ok {
		return
	}
	if _, there := l.content.Hours[name.Value]; !there {
		l.errorf(place(name), "%s: there are no hours %q in hours.yaml%s",
			n.name(), name.Value, hint(name.Value, slices.Collect(maps.Keys(l.content.Hours))))
	}
}

type visitor func(ast.Node)

func (v visitor) Visit(n *ast.Node) { v(*n) }
