package config

import (
	"fmt"

	"github.com/google/cel-go/cel"
)

// Predicate is a compiled CEL expression over one variable that gives true or false.
type Predicate struct {
	text     string
	variable string
	program  cel.Program
}

// compile checks an expression over one variable of string keys.
func compile(variable, text string) (Predicate, error) {
	env, err := cel.NewEnv(cel.Variable(variable, cel.MapType(cel.StringType, cel.DynType)))
	if err != nil {
		return Predicate{}, err
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return Predicate{}, fmt.Errorf("the expression %q is not valid CEL: %s", text, issues.Errors()[0].Message)
	}
	if out := ast.OutputType(); !out.IsExactType(cel.BoolType) && !out.IsExactType(cel.DynType) {
		return Predicate{}, fmt.Errorf("the expression %q gives %s; it must give true or false", text, out)
	}
	program, err := env.Program(ast, cel.CostLimit(10000))
	if err != nil {
		return Predicate{}, err
	}
	return Predicate{text: text, variable: variable, program: program}, nil
}

// Holds evaluates the expression.
func (p Predicate) Holds(value map[string]any) (bool, error) {
	out, _, err := p.program.Eval(map[string]any{p.variable: value})
	if err != nil {
		return false, fmt.Errorf("the expression %q cannot be evaluated: %w", p.text, err)
	}
	holds, ok := out.Value().(bool)
	if !ok {
		return false, fmt.Errorf("the expression %q gave %v; it must give true or false", p.text, out.Value())
	}
	return holds, nil
}
