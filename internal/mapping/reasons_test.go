package mapping

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestMain holds the tests against the list of reasons: each has to be produced by one.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" {
		for _, reason := range inwardReasons() {
			if !told[reason] {
				fmt.Println("no test produces the reason", reason)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// inwardReasons are the codes in trade/reasons_inward.go.
func inwardReasons() []string {
	file, err := parser.ParseFile(token.NewFileSet(), "../trade/reasons_inward.go", nil, 0)
	if err != nil {
		panic(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Reason") {
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				panic(err)
			}
			out = append(out, code)
		}
		return true
	})
	return out
}
