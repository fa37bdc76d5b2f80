package workflows

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/internal/trade"
	"tradewind/sandbox/business"
)

// TestACorrectionThatCannotBeMadeParksAndIsNotWrittenDown sends corrections as signals, which
// nobody checks before they come.
func TestACorrectionThatCannotBeMadeParksAndIsNotWrittenDown(t *testing.T) {
	w := newWorld(t, 1)
	r := w.one(business.UnitMissing)
	var order trade.PurchaseOrder
	canonical, err := w.Archive.Get(t.Context(), r.Source)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(canonical, &order))
	right := trade.ReplayRequest{By: "kim", Note: "a drum is a piece for them"}
	for i := range order.Lines {
		right.Set = append(right.Set, trade.Correction{Path: fmt.Sprintf("lines[%d].unit", i+1), Value: "EA"}, trade.Correction{Path: fmt.Sprintf("lines[%d].priceUnit", i+1), Value: "EA"})
	}
	env := w.send(r, func(env *testsuite.TestWorkflowEnvironment) {
		wrong := []trade.ReplayRequest{{By: "kim", Note: "n", Set: []trade.Correction{{Path: "lines[99].unit", Value: "EA"}}}, {By: "kim", Set: right.Set}}
		for i, request := range wrong {
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalReplay, request) }, time.Duration(2*i+1)*time.Minute)
			env.RegisterDelayedCallback(func() {
				require.Equal(t, trade.ReasonCorrection, w.state(r).Reason.Code)
				require.Equal(t, int64(1), w.state(r).Attempt, "nothing was written down")
			}, time.Duration(2*i+2)*time.Minute)
		}
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(SignalReplay, right) }, 10*time.Minute)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, trade.StateSent, w.state(r).State)
	require.Len(t, w.delivered(), 1)
	overlay, err := w.Ledger.Overlay(t.Context(), r.ID)
	require.NoError(t, err)
	require.Len(t, overlay, 2*len(order.Lines))
	require.Contains(t, []string{"DRM", "EA"}, overlay[0].Old)
}
