// Package reasontest is what tests ask of every reason: that it reads well, and that each code
// that is written down in internal/trade is produced by a test.
package reasontest

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// told are the codes that a test of this process has produced.
var told sync.Map

var (
	codeForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
	// codeFirst is a message that begins with a code or with the name of a transaction.
	codeFirst = regexp.MustCompile(`^[A-Z][A-Z0-9_]{4,}[:/ ]`)
	// raw is what Go prints of its values and errors, and JSON.
	raw = regexp.MustCompile(`%!|[\n\r\t]|[*&](ionapi|cleo|edi|doc|trade|mapping|activities|ledger)\.|map\[|&?\{"|<nil>|0x[0-9a-f]{6}|goroutine |context (canceled|deadline)`)
	// action is what a cure may ask for.
	action = regexp.MustCompile(`replay|resolve|by itself|nothing needs to be done|nothing;|next poll|send it again`)
)

var classes = []trade.Class{trade.ClassData, trade.ClassConfiguration, trade.ClassTiming, trade.ClassUnknown}

// ReadsWell holds a reason against what every reason must have, and notes its code as
// produced: a class, one sentence that says what is wrong without a code in front, a place,
// and a cure that says what to do.
func ReadsWell(t testing.TB, r trade.Reason) {
	t.Helper()
	told.Store(r.Code, true)
	line := r.String()
	t.Logf("%s: %s", r.Class, line)
	require.Regexp(t, codeForm, r.Code, line)
	require.Contains(t, classes, r.Class, line)
	for name, text := range map[string]string{"message": r.Message, "place": r.Place, "cure": r.Cure} {
		require.NotEmpty(t, text, "the %s of %s", name, line)
		require.Equal(t, strings.TrimSpace(text), text, "the %s of %s", name, line)
		require.NotRegexp(t, raw, text, "the %s of %s", name, line)
	}
	require.NotRegexp(t, codeFirst, r.Message, line)
	require.NotContains(t, r.Message, ". ", "the message is one sentence: %s", line)
	require.False(t, strings.HasSuffix(r.Message, ".") || strings.HasSuffix(r.Cure, "."), line)
	require.NotContains(t, r.Message, "; ", "what to do stands in the cure: %s", line)
	require.Regexp(t, action, r.Cure, line)
}

// Codes gives the reason codes that files of internal/trade write down, such as "inward.go";
// without a name those of all its files.
func Codes(files ...string) []string {
	all, err := filepath.Glob(filepath.Join(Root(), "internal", "trade", "*.go"))
	if err != nil {
		panic(err)
	}
	var out []string
	for _, file := range all {
		if name := filepath.Base(file); strings.HasSuffix(name, "_test.go") || len(files) > 0 && !slices.Contains(files, name) {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			panic(err) // the package does not compile either
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || !strings.HasPrefix(spec.Names[0].Name, "Reason") {
				return true
			}
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				panic(err)
			}
			out = append(out, code)
			return true
		})
	}
	slices.Sort(out)
	return out
}

// Root is the folder of the module, above that of the test that runs.
func Root() string {
	folder, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			panic("no go.mod above the test")
		}
		folder = filepath.Dir(folder)
	}
}

// Run runs the tests of a package, and fails too where all of them ran and left out a code of
// the given files.
func Run(m *testing.M, files ...string) int {
	code := m.Run()
	if code != 0 || chosen() {
		return code
	}
	for _, reason := range Codes(files...) {
		if _, produced := told.Load(reason); !produced {
			fmt.Println("no test produces the reason", reason)
			code = 1
		}
	}
	return code
}

// chosen says whether only some tests were to run.
func chosen() bool {
	for _, name := range []string{"test.run", "test.skip", "test.fuzz", "test.list"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return true
		}
	}
	return false
}
