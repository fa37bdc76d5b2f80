package app_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/apptest"
	"tradewind/internal/trade"
)

// TestAnOrderIsSentAsItIsCorrected gives a drum the unit that the supplier knows.
func TestAnOrderIsSentAsItIsCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.StartWorker()
	w.pollAll()
	w.awaitRecords("sent", 1)
	var parked []apptest.ListedRecord
	require.Eventually(t, func() bool { parked = w.Records("--reason", trade.ReasonUnitUnmapped); return len(parked) == 1 }, patience, 100*time.Millisecond)
	r := parked[0]
	_, errs, err := w.Try("records", "replay", r.ID, "--set", "lines[99].unit=EA", "--note", "n")
	require.Error(t, err)
	require.Contains(t, errs, "there is no lines[99].unit: the order has lines[1]")
	_, errs, err = w.Try("records", "replay", r.ID, "--unset", "lines[1].unit", "--note", "n")
	require.Error(t, err)
	require.Contains(t, errs, "nothing of the record is corrected")
	var story struct {
		Source struct{ Order trade.PurchaseOrder }
	}
	require.NoError(t, json.Unmarshal([]byte(w.Run("records", "show", r.ID, "--json")), &story))
	args := []string{"records", "replay", r.ID}
	for i, line := range story.Source.Order.Lines {
		if line.Unit == "DRM" {
			args = append(args, "--set", fmt.Sprintf("lines[%d].unit=EA", i+1))
		}
		if line.PriceUnit == "DRM" {
			args = append(args, "--set", fmt.Sprintf("lines[%d].priceUnit=EA", i+1))
		}
	}
	require.Contains(t, w.Run(append(args, "--dry-run")...), "+PO1*")
	require.Contains(t, w.Run(append(args, "--note", "a drum is a piece for them")...), "is sent")
	require.Equal(t, 2, w.uploads())
	shown := w.Run("records", "show", r.ID)
	for _, part := range []string{"source: order " + r.Number + " as it was read from M3", "unit=DRM", `].unit: "DRM" → "EA", by `, "result: ", "03=EA", "document:\nISA*"} {
		require.Contains(t, shown, part)
	}
	_, errs, err = w.Try("records", "replay", r.ID)
	require.Error(t, err)
	require.Contains(t, errs, "gives the same document", "the corrections still stand")
}
