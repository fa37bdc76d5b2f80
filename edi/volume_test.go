package edi

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// repeated gives head, n times body and tail without holding them in memory.
func repeated(head, body string, n int, tail string) io.Reader {
	readers := make([]io.Reader, 0, n/1000+3)
	readers = append(readers, strings.NewReader(head))
	block := strings.Repeat(body, 1000)
	for ; n >= 1000; n -= 1000 {
		readers = append(readers, strings.NewReader(block))
	}
	return io.MultiReader(append(readers, strings.NewReader(strings.Repeat(body, n)), strings.NewReader(tail))...)
}

// drain reads an input to its end and counts the segments.
func drain(t testing.TB, r io.Reader) (n int) {
	t.Helper()
	for d := NewDecoder(r); ; n++ {
		s, err := d.Read()
		if errors.Is(err, io.EOF) {
			return n
		}
		require.NoError(t, err)
		for i := range s.Len() {
			_ = s.Element(i + 1)
		}
	}
}

// TestMemoryDoesNotGrowWithTheInput covers hard case 38: what a decoder allocates is the
// same for one set of 450,000 segments, for 200,000 sets in a group, and for a few.
func TestMemoryDoesNotGrowWithTheInput(t *testing.T) {
	parts := strings.SplitAfter(string(encode(t, DefaultDelimiters, false, order()[:1])), "~")
	isa, gs, st, beg, iea := parts[0], parts[1], parts[2], parts[3], parts[6]
	segments := func(n int) io.Reader {
		return repeated(isa+gs+st+beg, "N1*ST*Dock 4*92*W01~", n, fmt.Sprintf("SE*%d*0001~GE*1*5~", n+3)+iea)
	}
	sets := func(n int) io.Reader {
		return repeated(isa+gs, st+beg+"SE*3*0001~", n, fmt.Sprintf("GE*%d*5~", n)+iea)
	}
	allocations := func(r func(int) io.Reader, n, want int) float64 {
		readers := []io.Reader{r(n), r(n)}
		return testing.AllocsPerRun(1, func() {
			require.Equal(t, want, drain(t, readers[0]))
			readers = readers[1:]
		})
	}
	few := allocations(segments, 10, 17)
	const others = 100 // the runtime's own, under the race detector
	require.LessOrEqual(t, allocations(segments, 450_000, 450_007), few+others)
	require.LessOrEqual(t, allocations(sets, 200_000, 600_004), few+others)
}

// TestSegmentsAroundTheBuffer covers the lengths at which a reader's buffer ends.
func TestSegmentsAroundTheBuffer(t *testing.T) {
	for _, n := range []int{firstBuffer - 1, firstBuffer, firstBuffer + 1, 1<<20 - 1, 1<<20 + 1} {
		text := strings.Repeat("x", n)
		trees, err := ReadAll(bytes.NewReader(encode(t, DefaultDelimiters, false, []SegmentData{NewSegment("MSG", text), NewSegment("N1", "ST")})))
		require.NoError(t, err)
		require.Equal(t, text, trees[0].Groups[0].Sets[0].Segments[0].Element(1))
		require.Equal(t, "ST", trees[0].Groups[0].Sets[0].Segments[1].Element(1))
	}
}

func TestACompressedStreamIsRead(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(encode(t, DefaultDelimiters, true, order(), order()))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	whole := packed.Bytes()
	r, err := gzip.NewReader(bytes.NewReader(whole))
	require.NoError(t, err)
	require.Equal(t, 16, drain(t, r)) // an envelope of four, and twice six
	r, err = gzip.NewReader(bytes.NewReader(whole[:len(whole)-20]))
	require.NoError(t, err)
	_, err = ReadAll(r)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "a stream that breaks off is the reader's error, not a fault of syntax")
}

// TestLinesWrappedInsideSegments covers hard case 20: a wrapped line is part of the data,
// which the validator reports, because nobody can tell it from the sender's own.
func TestLinesWrappedInsideSegments(t *testing.T) {
	input := strings.Replace(string(encode(t, DefaultDelimiters, false, order()[:2])), "Dock 4", "Do\r\nck 4", 1)
	trees, err := ReadAll(strings.NewReader(input))
	require.NoError(t, err)
	require.Equal(t, "Do\r\nck 4", trees[0].Groups[0].Sets[0].Segments[1].Element(2))
}

// TestIndentedLinesAreRead covers what hard case 1 says of terminators: a line break and
// blanks behind them belong to nothing.
func TestIndentedLinesAreRead(t *testing.T) {
	plain := string(encode(t, DefaultDelimiters, false, order()[:3]))
	want, err := ReadAll(strings.NewReader(plain))
	require.NoError(t, err)
	got, err := ReadAll(strings.NewReader(strings.ReplaceAll(plain, "~", "~\r\n   \t")))
	require.NoError(t, err)
	require.Equal(t, placeless(want), placeless(got))
}

// TestDelimitersInTextForTheWire covers hard case 29.
func TestDelimitersInTextForTheWire(t *testing.T) {
	text := "50*70 > 3~\r\n\x07 é?:^"
	require.Equal(t, "50 70   3     é?:^", Clean(text, DefaultDelimiters, ' '))
	require.Equal(t, "50-70 - 3---- é?:-", Clean(text, Delimiters{Element: '*', Component: '>', Repetition: '^', Segment: '~'}, '-'))
	trees, err := ReadAll(bytes.NewReader(encode(t, DefaultDelimiters, false, []SegmentData{NewSegment("MSG", Clean(text, DefaultDelimiters, ' '))})))
	require.NoError(t, err)
	require.Equal(t, "50 70   3     é?:^", trees[0].Groups[0].Sets[0].Segments[0].Element(1), "what was cleaned reads as it is")
	var out bytes.Buffer
	e := NewEncoder(&out, DefaultDelimiters)
	require.NoError(t, e.BeginInterchange(header("000000017")))
	require.NoError(t, e.BeginGroup(Group{Functional: "PO", Sender: "US", Receiver: "THEM", Time: moment, Control: "5", Version: "004010"}))
	before := out.Len()
	for _, bad := range []SegmentData{NewSegment("MSG", "a~b"), NewSegment("ms", "x"), NewSegment("MSGX", "x"), NewSegment("MSG", "a\x00")} {
		require.Error(t, e.WriteSet("850", "0001", []SegmentData{NewSegment("BEG", "00"), bad}))
		require.Equal(t, before, out.Len(), "nothing of a set that cannot be written")
	}
	for _, id := range []string{"ISA", "IEA", "GS", "GE", "ST", "SE"} {
		require.ErrorIs(t, e.WriteSet("850", "0001", []SegmentData{NewSegment(id, "1")}), ErrOrder, "envelopes are the encoder's")
	}
	for _, control := range []string{"", "123", "1234567890"} {
		require.ErrorContains(t, e.WriteSet("850", control, nil), "it must be 4 to 9 characters")
	}
}
