package doc

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

// acknowledgments makes acknowledgments of any content.
type acknowledgments struct {
	*rand.Rand
	implementation bool
}

// text is empty now and then.
func (r acknowledgments) text(prefix string) string {
	if r.IntN(4) == 0 {
		return ""
	}
	return fmt.Sprint(prefix, r.IntN(1000))
}

func (r acknowledgments) codes() []string {
	var out []string
	for range r.IntN(maxAckCodes + 1) {
		out = append(out, fmt.Sprint(1+r.IntN(30)))
	}
	return out
}

func (r acknowledgments) place() ElementPlace {
	return ElementPlace{r.IntN(99), r.IntN(3), r.IntN(3)}
}

func (r acknowledgments) contexts() []Context {
	var out []Context
	for range r.IntN(3) {
		if r.implementation {
			out = append(out, Context{r.text("n"), r.text("v"), r.text("S"), r.IntN(9), r.text("L"), r.place(), r.text(""), r.text("")})
		}
	}
	return out
}

func (r acknowledgments) group() GroupAcknowledgment {
	g := GroupAcknowledgment{Functional: "PO", Control: r.text("1"), Version: r.text("00"), Verdict: "P", Included: r.IntN(9), Received: r.IntN(9), Accepted: r.IntN(9), Codes: r.codes()}
	for range r.IntN(4) {
		set := AcknowledgedSet{Set: "850", Control: r.text("00"), Convention: r.text("c"), Verdict: "R", Codes: r.codes()}
		for range r.IntN(4) {
			note := SegmentNote{Segment: r.text("S"), Position: r.IntN(1000), Loop: r.text("L"), Code: r.text(""), Contexts: r.contexts()}
			for range r.IntN(4) {
				note.Elements = append(note.Elements, ElementNote{r.place(), r.text(""), r.text(""), r.text("value "), r.contexts()})
			}
			set.Segments = append(set.Segments, note)
		}
		g.Sets = append(g.Sets, set)
	}
	return g
}

func TestAcknowledgmentsAreReadAsTheyWereWritten(t *testing.T) {
	for seed := range uint64(500) {
		r := acknowledgments{rand.New(rand.NewPCG(seed, 1)), seed%2 == 1}
		g := r.group()
		if r.implementation {
			written, err := ImplementationAcknowledgment{g}.Marshal()
			require.NoError(t, err)
			read, err := UnmarshalImplementationAcknowledgment(written)
			require.NoError(t, err)
			require.Equal(t, g, read.GroupAcknowledgment, "seed %d", seed)
			continue
		}
		written, err := FunctionalAcknowledgment{g}.Marshal()
		require.NoError(t, err)
		read, err := UnmarshalFunctionalAcknowledgment(written)
		require.NoError(t, err)
		require.Equal(t, g, read.GroupAcknowledgment, "seed %d", seed)
	}
}

func TestWhatA997DoesNotModelIsKept(t *testing.T) {
	strange := []edi.SegmentData{edi.NewSegment("AK3", "N1", "3", "", "8", "9"), edi.NewSegment("ZZZ", "1"), edi.NewSegment("CTX", "x")}
	segments := []edi.SegmentData{edi.NewSegment("AK1", "PO", "1"), edi.NewSegment("AK2", "850", "0001"), strange[0], strange[1], strange[2], edi.NewSegment("AK5", "A"),
		edi.NewSegment("AK9", "A", "1", "1", "1")}
	a, err := UnmarshalFunctionalAcknowledgment(segments)
	require.NoError(t, err)
	require.Equal(t, strange, a.Unmodelled)
	require.Equal(t, "N1", a.Sets[0].Segments[0].Segment)
	for _, several := range []edi.SegmentData{edi.NewSegment("CTX", edi.Composite("a", "b", "c")), edi.NewSegment("CTX", edi.Repeated("a", "b"))} {
		a, err := UnmarshalImplementationAcknowledgment([]edi.SegmentData{segments[0], segments[1], edi.NewSegment("IK3", "N1", "3"), several, segments[6]})
		require.NoError(t, err)
		require.Equal(t, []edi.SegmentData{several}, a.Unmodelled)
	}
}

func TestTooManyCodesAreRefused(t *testing.T) {
	six := make([]string, 6)
	_, err := FunctionalAcknowledgment{GroupAcknowledgment{Codes: six}}.Marshal()
	require.EqualError(t, err, "AK9[1]: it holds 5 codes, and there are 6")
	_, err = ImplementationAcknowledgment{GroupAcknowledgment{Sets: []AcknowledgedSet{{}, {Codes: six}}}}.Marshal()
	require.EqualError(t, err, "AK2[2]: its verdict holds 5 codes, and there are 6")
}
