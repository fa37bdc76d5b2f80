package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/app"
	"tradewind/internal/trade"
)

// demo runs `demo --exit --json` on a state folder and gives its last line.
func demo(t *testing.T, state string, args ...string) app.DemoResult {
	t.Helper()
	cli, err := findCLI()
	require.NoError(t, err)
	environ := append(clean(os.Environ()), "TRADEWIND_STATE="+state, "TRADEWIND_CONFIG=../../config", "TRADEWIND_TEMPORAL_CLI="+cli)
	out, errs, err := execute(environ, program, append([]string{"demo", "--exit", "--json", "--orders", "12", "--invoices", "0"}, args...)...)
	require.NoError(t, err, out+errs)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var result app.DemoResult
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &result))
	return result
}

func calls(t *testing.T, dump string) map[string]int {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dump, "calls.json"))
	require.NoError(t, err)
	var out map[string]int
	require.NoError(t, json.Unmarshal(content, &out))
	return out
}

func TestTheDemoDeliversOnceAndASecondRunUploadsNothing(t *testing.T) {
	t.Parallel()
	state, dump := t.TempDir(), t.TempDir()
	first := demo(t, state, "--dump", dump)
	require.True(t, first.OK)
	require.True(t, first.Reconcile.Balanced)
	require.Equal(t, app.FlowCounts{Found: 17, Done: 12, Parked: 5}, first.Flows[trade.OrdersOut])
	require.Equal(t, 12, calls(t, dump)["cleo upload"])
	files, err := filepath.Glob(filepath.Join(dump, "cleo", "files", "*", "content"))
	require.NoError(t, err)
	require.Len(t, files, 12)
	for _, file := range files {
		out, errs, err := execute(os.Environ(), program, "edi", "validate", file)
		require.NoError(t, err, out+errs)
	}

	dump = t.TempDir()
	second := demo(t, state, "--dump", dump)
	require.Equal(t, first.Flows, second.Flows)
	require.Zero(t, calls(t, dump)["cleo upload"])
	require.Positive(t, calls(t, dump)["ion EXPORTMI/Select"], "it did read M3 again")
}

func TestTheDemoDeliversOnceUnderFaults(t *testing.T) {
	t.Parallel()
	dump := t.TempDir()
	result := demo(t, t.TempDir(), "--faults", "--dump", dump)
	require.Equal(t, 12, result.Flows[trade.OrdersOut].Done)
	files, err := filepath.Glob(filepath.Join(dump, "cleo", "files", "*", "content"))
	require.NoError(t, err)
	originals := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.HasPrefix(string(content), "ISA") {
			originals++
		}
	}
	require.Equal(t, 12, originals)
}
