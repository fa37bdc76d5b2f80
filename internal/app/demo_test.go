package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/app"
	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/server"
)

// demo runs `demo --exit --json` on a state folder and gives its last line.
func demo(t *testing.T, state string, args ...string) app.DemoResult {
	t.Helper()
	cli, err := apptest.FindCLI()
	require.NoError(t, err)
	environ := append(apptest.Clean(os.Environ()), "TRADEWIND_STATE="+state, "TRADEWIND_CONFIG=../../config", "TRADEWIND_TEMPORAL_CLI="+cli)
	out, errs, err := apptest.Execute(environ, apptest.Program, append([]string{"demo", "--exit", "--json", "--orders", "12", "--invoices", "0"}, args...)...)
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

// invoicesOut are those of the seven self-billed invoices of the demo that the sandbox expects to be sent.
const invoicesOut = 5

// masterFiles are those of customers and accounts, one for each of two companies.
const masterFiles = 4

func TestTheDemoDeliversOnceAndASecondRunUploadsNothing(t *testing.T) {
	t.Parallel()
	state, dump := t.TempDir(), t.TempDir()
	first := demo(t, state, "--dump", dump)
	require.True(t, first.OK)
	require.True(t, first.Reconcile.Balanced)
	require.Equal(t, app.FlowCounts{Found: 18, Done: 13, Parked: 5}, first.Flows[trade.OrdersOut], "one is changed")
	require.Equal(t, 13+invoicesOut+masterFiles, calls(t, dump)["cleo upload"])
	suppliers := calls(t, dump)["cleo partners create"]
	require.GreaterOrEqual(t, suppliers, 50)
	for flow, all := range map[trade.Flow]int{trade.Suppliers: suppliers, trade.Customers: 200, trade.Accounts: 400} {
		require.Equal(t, app.FlowCounts{Found: all, Done: all}, first.Flows[flow], flow)
	}
	require.Equal(t, map[string]int{"850": 12, "860": 1, "997": 12, "855": 2, "824": 1, "810": invoicesOut}, setsAtCleo(t, dump))
	require.Equal(t, deserved(t, dump), states(first))
	requireAnswersAsExpected(t, state, dump)
	require.Equal(t, app.FlowCounts{Found: 15, Parked: 1}, first.Flows[trade.AcksIn], "one confirms something else")
	files, err := filepath.Glob(filepath.Join(dump, "cleo", "files", "*", "content"))
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		if !bytes.HasPrefix(content, []byte("ISA")) {
			require.True(t, bytes.HasPrefix(content, []byte("company,code,")), file)
			continue
		}
		out, errs, err := apptest.Execute(os.Environ(), apptest.Program, "edi", "validate", file)
		require.NoError(t, err, out+errs)
	}

	dump = t.TempDir()
	second := demo(t, state, "--dump", dump)
	require.Equal(t, first.Flows, second.Flows)
	for _, write := range []string{"upload", "partners create", "partners update"} {
		require.Zero(t, calls(t, dump)["cleo "+write], write)
	}
	require.Positive(t, calls(t, dump)["ion EXPORTMI/Select"], "it did read M3 again")
}

func TestTheDemoDeliversOnceUnderFaults(t *testing.T) {
	t.Parallel()
	state, dump := t.TempDir(), t.TempDir()
	result := demo(t, state, "--faults", "--dump", dump)
	require.Equal(t, 13, result.Flows[trade.OrdersOut].Done)
	require.Equal(t, map[string]int{"850": 12, "860": 1, "997": 12, "855": 2, "824": 1, "810": invoicesOut}, setsAtCleo(t, dump))
	require.Equal(t, deserved(t, dump), states(result))
	requireAnswersAsExpected(t, state, dump)
}

// answers are what the suppliers of a demo answered, as the sandbox tells it.
func answers(t *testing.T, dump string) (given []server.Answered) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dump, "cleo", "answers.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &given))
	return given
}

// requireAnswersAsExpected compares the ledger of a demo with what the sandbox says of each answer.
func requireAnswersAsExpected(t *testing.T, state, dump string) {
	t.Helper()
	l, err := ledger.Open(t.Context(), ledger.DefaultURL, state)
	require.NoError(t, err)
	defer l.Close()
	given := answers(t, dump)
	require.Empty(t, disagreements(t, l, given))
	kinds := map[string]int{}
	for _, a := range given {
		kinds[a.Kind]++
	}
	require.Equal(t, map[string]int{"accepted": 10, "errors": 1, "rejected": 1, "confirmed": 1, "confirmed-less": 1, "advised": 1}, kinds)
	parked, err := l.Records(t.Context(), ledger.Filter{Flow: trade.AcksIn, State: trade.StateParked})
	require.NoError(t, err)
	require.Len(t, parked, 1)
	require.Equal(t, trade.ReasonConfirmationDiffers, parked[0].Reason.Code)
}

// setsAtCleo counts the sets that lie at Cleo, ours and those of suppliers; files of other people
// are no interchanges.
func setsAtCleo(t *testing.T, dump string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dump, "cleo", "files", "*", "content"))
	require.NoError(t, err)
	out := map[string]int{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		if !bytes.HasPrefix(content, []byte("ISA")) {
			continue
		}
		trees, err := edi.ReadAll(bytes.NewReader(content))
		require.NoError(t, err, file)
		out[trees[0].Groups[0].Sets[0].ID]++
	}
	return out
}

// deserved counts the states that the suppliers' answers give the orders, by what the sandbox says
// that they answered; a change is answered as an order is.
func deserved(t *testing.T, dump string) map[trade.State]int {
	t.Helper()
	out := map[trade.State]int{trade.StateOverdue: setsAtCleo(t, dump)["850"] + setsAtCleo(t, dump)["860"]}
	for _, a := range answers(t, dump) {
		if a.Set != "997" {
			continue // it moves no order of the demo
		}
		out[trade.StateOverdue]--
		out[map[string]trade.State{"accepted": trade.StateAcknowledged, "errors": trade.StateAcknowledged, "rejected": trade.StateRejected}[a.Kind]]++
	}
	require.Equal(t, 1, out[trade.StateOverdue])
	require.Equal(t, 1, out[trade.StateRejected])
	return out
}

// states counts the orders of a demo that were delivered, by where they stand.
func states(r app.DemoResult) map[trade.State]int {
	out := map[trade.State]int{}
	for _, chain := range r.Reconcile.Chains {
		for state, n := range chain.Counts {
			if chain.Flow == trade.OrdersOut && state.Delivered() && n > 0 {
				out[state] += n
			}
		}
	}
	return out
}
