package flow

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// Type is the type of a call variable as `check` knows it.
type Type string

// The types of variables. Number is a whole number or a decimal; Any is not
// known before the call.
const (
	TypeText    Type = "text"
	TypeInt     Type = "int"
	TypeDecimal Type = "decimal"
	TypeNumber  Type = "number"
	TypeBool    Type = "bool"
	TypeTime    Type = "time"
	TypeList    Type = "list"
	TypeAny     Type = "any"
)

// Builtins are the functions of the expression language that flows may use,
// beside the helpers. Everything else, the clock above all, is off.
var Builtins = [...]string{"len", "lower", "upper", "trim", "int", "float", "string", "abs", "min", "max", "round"}

// Expr is a compiled expression.
type Expr struct {
	Source string
	// Reads are the names of the variables it reads, sorted.
	Reads   []string
	program *vm.Program
}

// Compile compiles an expression over the given variables; what it may use
// beside them are Builtins and the helpers. want restricts the result's type
// (TypeAny: not). The error is a *file.Error of expr-lang with a position
// inside source where it has one.
func Compile(source string, vars map[string]Type, want Type) (Expr, Type, error) {
	env := types.Map{}
	for name, f := range (helpers{}).functions() {
		env[name] = types.TypeOf(f)
	}
	for name, t := range vars {
		env[name] = exprType(t)
	}
	reads := &readVars{vars: vars}
	opts := []expr.Option{expr.Env(env), expr.DisableAllBuiltins(), expr.Patch(reads)}
	for _, b := range Builtins {
		opts = append(opts, expr.EnableBuiltin(b))
	}
	switch want {
	case TypeBool:
		opts = append(opts, expr.AsBool())
	case TypeAny, "":
	}
	program, err := expr.Compile(source, opts...)
	if err != nil {
		return Expr{}, "", err
	}
	slices.Sort(reads.names)
	result := typeOf(program.Node().Type())
	return Expr{Source: source, Reads: slices.Compact(reads.names), program: program}, result, nil
}

// eval runs the expression; the error is the flow author's, never a panic.
func (e Expr) eval(env map[string]any) (v any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("expression %q: %v", e.Source, r)
		}
	}()
	if e.program == nil {
		return nil, fmt.Errorf("expression %q: not compiled", e.Source)
	}
	return expr.Run(e.program, env)
}

type readVars struct {
	vars  map[string]Type
	names []string
}

func (r *readVars) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok {
		if _, known := r.vars[id.Value]; known {
			r.names = append(r.names, id.Value)
		}
	}
}

func exprType(t Type) types.Type {
	switch t {
	case TypeText:
		return types.String
	case TypeInt:
		return types.Int
	case TypeDecimal, TypeNumber:
		return types.Float
	case TypeBool:
		return types.Bool
	case TypeTime:
		return types.TypeOf(time.Time{})
	case TypeList:
		return types.Array(types.Any)
	}
	return types.Any
}

func typeOf(t reflect.Type) Type {
	if t == nil {
		return TypeAny
	}
	if t == reflect.TypeFor[time.Time]() {
		return TypeTime
	}
	switch t.Kind() {
	case reflect.String:
		return TypeText
	case reflect.Int, reflect.Int64, reflect.Int32:
		return TypeInt
	case reflect.Float64, reflect.Float32:
		return TypeDecimal
	case reflect.Bool:
		return TypeBool
	case reflect.Slice, reflect.Array:
		return TypeList
	}
	return TypeAny
}
