package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rule says what a package, or a tree ending in /..., may import of ours and of
// third parties. Tests are not bound by it.
type rule struct {
	packages   string
	ours       []string
	thirdParty []string // nil forbids all; "*" allows all but Temporal
	reason     string
}

// The rules, lowest first. A package that no rule names fails the test: say where
// it belongs before it is built.
var rules = []rule{
	{"edi", nil, nil, "the wire layer is a library for everybody: the standard library only"},
	{"edi/doc", []string{"edi"}, []string{"github.com/shopspring/decimal"}, "typed sets are a library too; amounts need decimals"},
	{"edi/ack", []string{"edi", "edi/schema", "edi/doc"}, nil, "acknowledgements are made of findings"},
	{"edi/schema", []string{"edi"}, nil, "validation is part of the library: the standard library only"},
	{"internal/trade", nil, []string{"github.com/shopspring/decimal"}, "the shared words know no system"},
	{"internal/trade/reasontest", []string{"internal/trade"}, []string{"github.com/stretchr/testify"}, "what tests ask of every reason"},
	{"sandbox/...", []string{"edi", "sandbox/..."}, []string{"github.com/shopspring/decimal"}, "shared structs would make a wrong field wrong on both sides"},
	{"sandbox", []string{"edi", "sandbox/..."}, []string{"github.com/shopspring/decimal"}, "shared structs would make a wrong field wrong on both sides"},
	{"ionapi", nil, []string{"golang.org/x/oauth2"}, "the client of M3 serves any program"},
	{"cleo", nil, []string{"golang.org/x/oauth2", "github.com/pkg/sftp", "golang.org/x/crypto/ssh"}, "the client of Cleo serves any program"},
	{"internal/mapping", []string{"edi", "edi/...", "ionapi", "internal/trade"}, []string{"*"}, "mapping is pure: it knows records and sets, no store and no network"},
	{"internal/masterdata", []string{"edi", "edi/...", "ionapi", "internal/trade"}, []string{"github.com/shopspring/decimal"}, "comparing master data is pure: the same values give the same decision"},
	{"internal/config", []string{"edi", "edi/...", "internal/trade", "internal/mapping", "internal/masterdata"}, []string{"*"}, "settings are read into the types of mapping and masterdata"},
	{"internal/ledger", []string{"internal/trade"}, []string{"*"}, "the ledger stores what others decide"},
	{"internal/archive", []string{"internal/ledger", "internal/vault"}, []string{"*"}, "the archive stores bytes"},
	{"internal/devserver/find", []string{"internal/devserver"}, nil, "a thin main"},
	{"internal/postgrestest", nil, []string{"*"}, "databases for tests"},
	{"internal/vault", []string{"internal/trade", "internal/ledger"}, []string{"*", "temporal"}, "the vault seals; only the codec knows Temporal"},
	{"internal/devserver", nil, []string{"*", "temporal"}, "the local server knows nothing of ours"},
	{"activities", []string{"edi", "edi/...", "ionapi", "cleo", "internal/trade", "internal/mapping", "internal/masterdata", "internal/config", "internal/ledger", "internal/archive", "internal/vault"},
		[]string{"*", "temporal"}, "activities are where the outside world is touched"},
	{"workflows", []string{"activities", "internal/trade"}, []string{"*", "temporal"}, "workflows decide; they reach the world through activities only"},
	{"internal/reconcile", []string{"internal/trade", "internal/ledger", "internal/archive", "internal/mapping"}, []string{"*"}, "reconciliation reads the ledger and writes nothing"},
	{"internal/schedules", []string{"internal/trade", "internal/ledger", "internal/config", "workflows"}, []string{"*", "temporal"}, "schedules name workflows and read the ledger; they run nothing themselves"},
	{"internal/operator", []string{"edi", "edi/schema", "edi/doc", "edi/ack", "internal/trade", "internal/ledger", "internal/archive", "internal/mapping", "internal/config", "workflows"}, []string{"*", "temporal"},
		"what a person may do goes through the ledger and the workflows' messages, whichever face asks"},
	{"internal/apptest", everything, []string{"*", "temporal"}, "tests run what the wiring wires"},
	{"workflows/inboundtest", nil, nil, "tests only: an import here would serve nobody"},
	{"internal/app", everything, []string{"*", "temporal"}, "the wiring may know every part"},
	{"worker", everything, []string{"*", "temporal"}, "a thin main"},
	{"starter", everything, []string{"*", "temporal"}, "a thin main"},
	{"internal/archtest", nil, nil, "the rules themselves"},
}

// everything is what the wiring and the commands may import of ours.
var everything = []string{"edi", "edi/...", "ionapi", "cleo", "activities", "workflows", "internal/...", "sandbox/..."}

// forTests are the packages that serve tests: no program may carry them.
var forTests = []string{"internal/apptest", "workflows/inboundtest", "internal/postgrestest", "internal/trade/reasontest"}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	command.Dir = "../.."
	out, err := command.Output()
	require.NoError(t, err)
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

const module = "tradewind/"

// matches compares a package with a pattern such as "edi" or "edi/...".
func matches(pattern, name string) bool {
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return strings.HasPrefix(name, tree+"/")
	}
	return pattern == name
}

func TestImportsPointOneWay(t *testing.T) {
	all := packages(t)
	require.NotEmpty(t, all)
	for _, p := range all {
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours {
			continue
		}
		at := slices.IndexFunc(rules, func(r rule) bool { return matches(r.packages, name) })
		if at < 0 {
			t.Errorf("%s has no rule: say in archtest what it may import, and why", name)
			continue
		}
		for _, imported := range p.Imports {
			if !allowed(rules[at], imported) {
				t.Errorf("%s must not import %s: %s", name, imported, rules[at].reason)
			}
		}
	}
}

func TestWhatServesTestsIsImportedByTestsOnly(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(forTests, strings.TrimPrefix(p.ImportPath, module)) {
			continue // they may build on one another
		}
		for _, name := range forTests {
			if slices.Contains(p.Imports, module+name) {
				t.Errorf("%s must not import %s outside its tests: no program may carry what serves tests", p.ImportPath, name)
			}
		}
	}
}

func allowed(r rule, imported string) bool {
	if name, ours := strings.CutPrefix(imported, module); ours {
		return slices.ContainsFunc(r.ours, func(pattern string) bool { return matches(pattern, name) })
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	if strings.HasPrefix(imported, "go.temporal.io/") {
		return slices.Contains(r.thirdParty, "temporal")
	}
	return slices.ContainsFunc(r.thirdParty, func(prefix string) bool { return prefix == "*" || strings.HasPrefix(imported, prefix) })
}

func TestARuleRefusesWhatItDoesNotName(t *testing.T) {
	at := slices.IndexFunc(rules, func(r rule) bool { return r.packages == "internal/mapping" })
	mapping := rules[at]
	require.True(t, allowed(mapping, "tradewind/edi/doc"))
	require.True(t, allowed(mapping, "strings"))
	require.False(t, allowed(mapping, "tradewind/internal/ledger"))
	require.False(t, allowed(mapping, "go.temporal.io/sdk/workflow"))
	require.False(t, allowed(rules[0], "github.com/shopspring/decimal"))
}
