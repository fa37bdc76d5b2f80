package operator

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// TestEveryValueIsNamedByItsPath names components and repetitions as a correction does.
func TestEveryValueIsNamedByItsPath(t *testing.T) {
	set := edi.Set{Segments: []edi.SegmentData{
		edi.NewSegment("REF", "IA", "", "", edi.Composite("A", "", "C")), edi.NewSegment("REF", "VR", "77"), edi.NewSegment("DTM", edi.Repeated("1", edi.Composite("2", "3"))),
	}}
	require.Equal(t, []Segment{
		{"REF[1]", []Value{{"01", "IA"}, {"04-01", "A"}, {"04-03", "C"}}}, {"REF[2]", []Value{{"01", "VR"}, {"02", "77"}}}, {"DTM[1]", []Value{{"01", "1 ^ 2>3"}}},
	}, segmentsOf(set))
}

// TestARefusedCorrectionAsksNothing has no Temporal at all: a refusal comes first.
func TestARefusedCorrectionAsksNothing(t *testing.T) {
	checked := 0
	o := Operator{
		Configuration: func(context.Context, string) (*config.Config, error) { return &config.Config{}, nil },
		Check: func(_ context.Context, _ string, request trade.ReplayRequest) (trade.ReplayRequest, error) {
			checked++
			require.Equal(t, int64(3), request.Attempt)
			require.Equal(t, "kim", request.By)
			return request, trade.Refuse(request.Set[0].Path, "there is no %s", request.Set[0].Path)
		},
	}
	r := ledger.Record{ID: "r", Flow: trade.InvoicesIn, State: trade.StateParked, Attempt: 2}
	how := Replay{By: "kim", Set: []trade.Correction{{Path: "N1-01", Value: "x"}}}
	require.ErrorContains(t, o.Replay(t.Context(), r, how), "a correction needs a note")
	require.Zero(t, checked)
	how.Note = "why"
	require.EqualError(t, o.Replay(t.Context(), r, how), "there is no N1-01")
	_, err := o.Preview(t.Context(), r, how)
	require.EqualError(t, err, "there is no N1-01")
	require.Equal(t, 2, checked)
	how.Resend = true
	require.ErrorContains(t, o.Replay(t.Context(), r, how), "ask for one of them")
}
