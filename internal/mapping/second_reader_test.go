package mapping

import (
	"os"
	"strings"
	"testing"

	"github.com/moov-io/x12/pkg/segments"
	"github.com/stretchr/testify/require"
)

// Another project's reader has to agree on our envelopes: a mistake that we make in
// writing and reading alike would show here. It knows the default delimiters only.
func TestAnotherReaderAgreesOnOurEnvelopes(t *testing.T) {
	content, err := os.ReadFile("testdata/850-plain.edi")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	last := len(lines) - 1
	read := func(line string, s segments.SegmentInterface) segments.SegmentInterface {
		t.Helper()
		n, err := s.Parse(line)
		require.NoError(t, err, line)
		require.Equal(t, len(line), n, "all of %s is read", line)
		return s
	}
	isa := read(lines[0], segments.NewISA(nil)).(*segments.ISA)
	gs := read(lines[1], segments.NewGS(nil)).(*segments.GS)
	st := read(lines[2], segments.NewST(nil)).(*segments.ST)
	se := read(lines[last-2], segments.NewSE(nil)).(*segments.SE)
	ge := read(lines[last-1], segments.NewGE(nil)).(*segments.GE)
	iea := read(lines[last], segments.NewIEA(nil)).(*segments.IEA)

	require.Equal(t, "TRADEWINDUS", strings.TrimSpace(isa.SenderId))
	require.Len(t, isa.SenderId, 15)
	require.Equal(t, "00401", isa.Version)
	require.Equal(t, isa.InterchangeControlNumber, iea.InterchangeControlNumber)
	require.Equal(t, "1", iea.NumberOfFunctionalGroups)
	require.Equal(t, gs.GroupControlNumber, ge.GroupControlNumber)
	require.Equal(t, "850", st.TransactionSetIdentifierCode)
	require.Equal(t, st.TransactionSetControlNumber, se.TransactionSetControlNumber)
}
