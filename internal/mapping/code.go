package mapping

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Code is an identifier such as a company, a supplier or a qualifier. In YAML it
// must be quoted when it looks like a number: 010 would otherwise lose its zero.
type Code string

// UnmarshalYAML refuses an unquoted number.
func (c *Code) UnmarshalYAML(node ast.Node) error {
	text, ok := node.(*ast.StringNode)
	if !ok || (text.GetToken().Type == token.StringType && strings.Trim(text.Value, "0123456789") == "") {
		return &yaml.SyntaxError{
			Message: fmt.Sprintf("a code must be text; write %q in quotes", strings.TrimSpace(node.String())),
			Token:   node.GetToken(),
		}
	}
	*c = Code(text.Value)
	return nil
}

// Delimiter is one separator byte, written as one character or as a name.
type Delimiter byte

var delimiterNames = map[string]Delimiter{"LF": '\n', "CR": '\r', "FS": 0x1c, "GS": 0x1d, "RS": 0x1e, "US": 0x1f, "BEL": 0x07}

// UnmarshalYAML takes one ASCII character, or LF, CR, FS, GS, RS, US or BEL.
func (d *Delimiter) UnmarshalYAML(node ast.Node) error {
	text, ok := node.(*ast.StringNode)
	if ok && len(text.Value) == 1 {
		*d = Delimiter(text.Value[0])
		return nil
	}
	if ok {
		if named, known := delimiterNames[text.Value]; known {
			*d = named
			return nil
		}
	}
	return &yaml.SyntaxError{
		Message: "a delimiter is one quoted character, or LF, CR, FS, GS, RS, US, BEL",
		Token:   node.GetToken(),
	}
}
