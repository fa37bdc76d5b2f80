package doc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

func TestATA1IsReadAsItWasWritten(t *testing.T) {
	want := InterchangeAcknowledgment{Control: "000000017", Date: "260302", Time: "1405", Verdict: "R", Note: "018"}
	s, err := want.Marshal()
	require.NoError(t, err)
	got, err := UnmarshalInterchangeAcknowledgment(s)
	require.NoError(t, err)
	require.Equal(t, want, got)

	want.Note = "18"
	_, err = want.Marshal()
	var length *LengthError
	require.ErrorAs(t, err, &length)
	require.Equal(t, "TA1[1]-05", length.Path)
	_, err = UnmarshalInterchangeAcknowledgment(edi.NewSegment("AK1"))
	require.EqualError(t, err, `"AK1" is not a TA1`)
}
