package workflows

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/faults"
)

// The reading half of the flow under what M3 and its gateway do: whatever happens,
// the same orders are registered in the end.

const registered = 25 + 5 // sendable ones and those that park

func TestReadingSurvivesEachFaultOfTheGateway(t *testing.T) {
	for _, operation := range []string{"token", "EXPORTMI/Select", "PPS200MI/bulk", "PPS100MI/bulk", "CRS620MI/bulk"} {
		for _, fault := range []string{"401", "429", "500-before", "500-after", "503", "504-before", "504-after", "cut-before", "cut-after", "locked", "terminated"} {
			if operation == "token" && (fault == "locked" || fault == "terminated") {
				continue // answers of M3, not of the token endpoint
			}
			t.Run(operation+" "+fault, func(t *testing.T) {
				w := newWorld(t, 25)
				w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "infor", Operation: operation, Fault: fault, Times: 1, RetryAfter: "1"}}})
				w.pollPatiently()
				require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
				require.Len(t, w.discovered(), registered)
			})
		}
	}
}

// pollPatiently repeats attempts as the retry policy would, and opens a lane that
// a refused token stopped.
func (w *world) pollPatiently() {
	w.t.Helper()
	for _, c := range companies {
		for attempt := 1; ; attempt++ {
			require.LessOrEqual(w.t, attempt, 3, "company %s", c)
			result, err := w.pollOne(c, fmt.Sprintf("attempt %d", attempt))
			if err == nil && result.Stopped == "" {
				break
			}
			require.NoError(w.t, w.Ledger.OpenLane(w.t.Context(), "infor"))
		}
	}
}

func TestPartsThatMayHaveBeenCutAreSplitUntilNoneIs(t *testing.T) {
	w := newWorld(t, 25)
	w.publishWith("infor.yaml", "exportRows: 1000", "exportRows: 4")
	w.poll("first")
	require.Len(t, w.discovered(), registered)
	require.Greater(t, w.sandbox.Calls()["ion EXPORTMI/Select"], 10)
}

func TestATenantWithoutEXPORTMIIsReadBySearching(t *testing.T) {
	for name, prepare := range map[string]func(*world){
		"denied":     func(w *world) { w.sandbox.M3.Deny("EXPORTMI") },
		"configured": func(w *world) { w.publishWith("infor.yaml", "reader: exportmi", "reader: search") },
		"not allowed": func(w *world) {
			w.sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: "EXPORTMI/*", Fault: "not-allowed"}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 25)
			prepare(w)
			w.poll("searched")
			require.Len(t, w.discovered(), registered)
		})
	}
}

func TestAStoppedLaneReadsNothingAndSaysWhy(t *testing.T) {
	w := newWorld(t, 1)
	w.sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: "*", Fault: "401"}}})
	result, err := w.pollOne(companies[0], "first")
	require.NoError(t, err)
	require.NotEmpty(t, result.Stopped)
	calls := w.sandbox.Calls()["ion token"]
	result, err = w.pollOne(companies[1], "second")
	require.NoError(t, err)
	require.NotEmpty(t, result.Stopped)
	require.Equal(t, calls, w.sandbox.Calls()["ion token"], "a stopped lane costs no logins")
	lane, err := w.Ledger.Lane(t.Context(), "infor")
	require.NoError(t, err)
	require.True(t, lane.Stopped)

	w.sandbox.Faults.Replace(faults.Set{})
	require.NoError(t, w.Ledger.OpenLane(t.Context(), "infor"))
	w.poll("third")
	require.NotEmpty(t, w.discovered())
}

func TestBothErrorFormsMeanTheSame(t *testing.T) {
	for _, fault := range []string{"error-400", "XRE0103"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, 1)
			w.sandbox.Faults.Replace(faults.Set{Rules: []faults.Rule{{System: "infor", Operation: "EXPORTMI/Select", Fault: fault}}})
			result := w.poll("empty")
			require.Zero(t, result.Registered)
			require.Empty(t, w.discovered(), "no record is an empty list, in either form")
		})
	}
}
