package edi

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rewrite writes what was read, with the delimiters that it had unless others are
// given.
func rewrite(trees []InterchangeTree, d *Delimiters) ([]byte, error) {
	var b bytes.Buffer
	for _, tree := range trees {
		if d != nil {
			tree.Delimiters = *d
		}
		e := NewEncoder(&b, tree.Delimiters)
		if err := e.BeginInterchange(tree.Interchange); err != nil {
			return nil, err
		}
		for _, s := range tree.Segments {
			if err := e.WriteSegment(s); err != nil {
				return nil, err
			}
		}
		for _, group := range tree.Groups {
			if err := e.BeginGroup(group.Group); err != nil {
				return nil, err
			}
			for _, set := range group.Sets {
				if err := e.WriteSet(set.ID, set.Control, set.Segments); err != nil {
					return nil, err
				}
			}
			if err := e.EndGroup(); err != nil {
				return nil, err
			}
		}
		if err := e.EndInterchange(); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// placeless takes out what depends on where something stood and trailing empty
// elements, which are never written, and fills in what the encoder does.
func placeless(trees []InterchangeTree) []InterchangeTree {
	trim := func(segments []SegmentData) {
		for i := range segments {
			s := &segments[i]
			s.Offset = 0
			for k, element := range s.Elements {
				repetitions := Repetitions(element)
				for r := range repetitions {
					repetitions[r] = Composite(Components(repetitions[r])...)
				}
				s.Elements[k] = Repeated(repetitions...)
			}
			for len(s.Elements) > 0 && s.Elements[len(s.Elements)-1] == "" {
				s.Elements = s.Elements[:len(s.Elements)-1]
			}
			if len(s.Elements) == 0 {
				s.Elements = nil
			}
		}
	}
	for i := range trees {
		tree := &trees[i]
		tree.Delimiters = Delimiters{}
		tree.AuthorizationQualifier, tree.SecurityQualifier = cmp.Or(tree.AuthorizationQualifier, "00"), cmp.Or(tree.SecurityQualifier, "00")
		trim(trees[i].Segments)
		for g := range tree.Groups {
			group := &tree.Groups[g]
			group.Agency = cmp.Or(group.Agency, "X")
			for k := range group.Sets {
				group.Sets[k].Offset = 0
				trim(group.Sets[k].Segments)
			}
		}
	}
	return trees
}

// canonical says whether an input is written as the encoder would: nothing between
// segments, no trailing empty elements, no leading zeros in counts, control numbers that
// are equal as texts, a GS with hours and minutes.
func canonical(input []byte) bool {
	d := NewDecoder(bytes.NewReader(input))
	var end int64
	var gs, st string
	for {
		s, err := d.Read()
		if errors.Is(err, io.EOF) {
			return end == int64(len(input))
		}
		last := s.Element(s.Len())
		if err == nil && (bytes.ContainsAny(s.Raw(), "\x1d\x1f") || !s.Is("ISA") && trailing(s, d.Delimiters())) {
			return false
		}
		switch {
		case err != nil || s.Offset != end || s.Len() > 0 && len(last) == 0 || s.Len() == 0 && len(s.Raw()) > 3:
			return false
		case s.Is("ISA") && !(strings.Contains("^U", s.Text(11)) || s.Element(11)[0] == d.Delimiters().Repetition):
			return false // what stands in ISA11 has no meaning there, and is not kept
		case s.Is("ISA") && (s.Element(11)[0] == 'U') != (d.Delimiters().Repetition == 0):
			return false
		case s.Is("ISA") && (s.Text(14) != "0" && s.Text(14) != "1"), s.Is("ISA") && !flush(s, 2, 4, 6, 8):
			return false
		case s.Is("GS") && (s.Len() != 8 || len(s.Element(4)) != 8 || len(s.Element(5)) != 4 || s.Text(7) == ""):
			return false
		case (s.Is("SE") || s.Is("GE") || s.Is("IEA")) && (s.Len() != 2 || s.Element(1)[0] == '0' && len(s.Element(1)) > 1 || s.Element(1)[0] == '+'):
			return false
		case s.Is("ST") && s.Len() != 2, s.Is("SE") && s.Text(2) != st, s.Is("GE") && s.Text(2) != gs, s.Is("IEA") && len(s.Element(2)) != 9:
			return false
		case s.Is("GS"):
			gs = s.Text(6)
		case s.Is("ST"):
			st = s.Text(2)
		}
		end = d.InputOffset()
	}
}

// trailing says whether an element ends in an empty component.
func trailing(s *Segment, d Delimiters) bool {
	for i := range s.Len() {
		element := s.Element(i + 1)
		repetitions := [][]byte{element}
		if d.Repetition != 0 {
			repetitions = bytes.Split(element, []byte{d.Repetition})
		}
		for _, r := range repetitions {
			if bytes.HasSuffix(r, []byte{d.Component}) {
				return true
			}
		}
	}
	return false
}

// flush says whether the fields begin at their left edge and are padded with blanks.
func flush(s *Segment, fields ...int) bool {
	for _, i := range fields {
		text := s.Text(i)
		trimmed := strings.TrimRight(text, " ")
		if strings.TrimRight(text, padding) != trimmed {
			return false
		}
	}
	return !strings.ContainsAny(s.Text(1)+s.Text(3)+s.Text(5)+s.Text(7)+s.Text(12)+s.Text(13)+s.Text(15), padding)
}

// TestRoundTrip covers hard case 40.
func TestRoundTrip(t *testing.T) {
	odd := Delimiters{Element: '|', Component: '>', Segment: 0x1c}
	for _, d := range []Delimiters{DefaultDelimiters, odd, {Element: 0x07, Component: '>', Segment: '\n'}} {
		input := append(encode(t, d, false, order(), order()), encode(t, d, false, order()[:2])...)
		require.True(t, canonical(input))
		trees, err := ReadAll(bytes.NewReader(input))
		require.NoError(t, err)
		same, err := rewrite(trees, nil)
		require.NoError(t, err)
		require.Equal(t, string(input), string(same))
		other, err := rewrite(trees, &odd)
		require.NoError(t, err)
		again, err := ReadAll(bytes.NewReader(other))
		require.NoError(t, err)
		require.Equal(t, placeless(trees), placeless(again), "other delimiters, the same meaning")
	}
}

func TestPartsOfElementsAreWrittenWithTheSeparatorsOfTheInterchange(t *testing.T) {
	d := Delimiters{Element: '|', Component: ':', Repetition: '!', Segment: '~'}
	var b bytes.Buffer
	e := NewEncoder(&b, d)
	ic := header("000000017")
	ic.Version = "00501"
	require.NoError(t, e.BeginInterchange(ic))
	require.NoError(t, e.BeginGroup(Group{Functional: "PO", Sender: "US", Receiver: "THEM", Time: moment, Control: "5", Version: "005010"}))
	require.NoError(t, e.WriteSet("850", "0001", []SegmentData{
		NewSegment("REF", "DP", "1", "", Composite("AA", "1", "", "")), NewSegment("ABC", Repeated("a", Composite("b", "c", ""), ""), "", Composite("", "")),
	}))
	require.ErrorIs(t, e.WriteSet("850", "0002", []SegmentData{NewSegment("REF", "DP", "14:05")}), ErrForbidden, "a separator in data is not a composite")
	require.NoError(t, e.EndGroup())
	require.NoError(t, e.EndInterchange())
	require.Contains(t, b.String(), "~REF|DP|1||AA:1~ABC|a!b:c!~SE|")
	trees, err := ReadAll(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	segments := trees[0].Groups[0].Sets[0].Segments
	require.Equal(t, []string{"AA", "1"}, Components(segments[0].Element(4)))
	require.Equal(t, []string{"a", Composite("b", "c"), ""}, Repetitions(segments[1].Element(1)))
	old := NewEncoder(&b, DefaultDelimiters)
	require.NoError(t, old.BeginInterchange(header("000000018")))
	require.NoError(t, old.BeginGroup(Group{Functional: "PO", Sender: "US", Receiver: "THEM", Time: moment, Control: "5", Version: "004010"}))
	require.ErrorIs(t, old.WriteSet("850", "0001", segments), ErrForbidden, "nothing repeats where there is no separator for it")
}

func TestATolerantTreeHoldsWhatWasRead(t *testing.T) {
	good := string(encode(t, DefaultDelimiters, false, order(), order()[:2]))
	trees, err := ReadTolerant(strings.NewReader(strings.NewReplacer("SE*6", "SE*7", "*20260302*1405*5", "*20261302*1405*5").Replace(good)))
	require.NoError(t, err)
	require.Len(t, trees[0].Groups[0].Sets, 2)
	require.Equal(t, "THEM", trees[0].Groups[0].Receiver)
	trees, err = ReadTolerant(strings.NewReader(good[:strings.LastIndex(good, "N1*")]))
	require.ErrorIs(t, err, ErrEnd)
	require.Len(t, trees[0].Groups[0].Sets, 2, "what stands in front of the end")
}

func TestSegmentsOutsideGroupsAreKept(t *testing.T) {
	ta1 := NewSegment("TA1", "000000001", "260302", "1405", "A", "000")
	var b bytes.Buffer
	e := NewEncoder(&b, DefaultDelimiters)
	require.ErrorIs(t, e.WriteSegment(ta1), ErrOrder)
	require.NoError(t, e.BeginInterchange(header("000000017")))
	require.NoError(t, e.WriteSegment(ta1))
	require.EqualError(t, e.WriteSegment(NewSegment("TA1", "a*b")), "TA101 contains '*': forbidden character")
	require.NoError(t, e.EndInterchange())
	trees, err := ReadAll(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	require.Equal(t, ta1.Elements, trees[0].Segments[0].Elements)
	behind := strings.Replace(string(encode(t, DefaultDelimiters, false)), "IEA", "TA1*000000001*260302*1405*A*000~IEA", 1)
	trees, err = ReadAll(strings.NewReader(behind))
	require.NoError(t, err)
	require.Len(t, trees[0].Segments, 1)
}

// FuzzDecode takes any bytes. What the strict reader accepts is written again: byte for
// byte where it was canonical, and otherwise with the same meaning. What it refuses has a
// place in the input, and the tolerant reader comes to an end with places in the input.
func FuzzDecode(f *testing.F) {
	f.Add(encode(f, DefaultDelimiters, true, order()[:3]))
	f.Add(encode(f, Delimiters{Element: '|', Component: ':', Segment: '\n'}, false, order()[:3], order()[:1]))
	f.Add([]byte("ISA*00"))
	f.Add([]byte(strings.Replace(string(encode(f, DefaultDelimiters, false)), "GS*", "TA1*000000001*260302*1405*A*000~GS*", 1)))
	f.Fuzz(func(t *testing.T, input []byte) {
		tolerant(t, input)
		_, _ = ReadTolerant(bytes.NewReader(input))
		trees, err := ReadAll(bytes.NewReader(input))
		if err != nil {
			var fault *SyntaxError
			if !errors.As(err, &fault) || fault.Offset < 0 || fault.Offset > int64(len(input)) || trees != nil {
				t.Fatalf("a refusal must be a SyntaxError inside the input: %v", err)
			}
			return
		}
		written, err := rewrite(trees, nil)
		if err != nil {
			return // the encoder is stricter: control characters in data, fields of a GS
		}
		if canonical(input) && !bytes.Equal(written, input) {
			t.Fatalf("canonical input\n%q\nbecame\n%q", input, written)
		}
		again, err := ReadAll(bytes.NewReader(written))
		require.NoError(t, err)
		require.Equal(t, placeless(trees), placeless(again))
	})
}

// tolerant reads as far as a tolerant decoder goes, and checks every place it names.
func tolerant(t *testing.T, input []byte) {
	d := NewDecoder(bytes.NewReader(input))
	faults := 0
	d.Tolerate(func(fault *SyntaxError) {
		faults++
		if fault.Offset < 0 || fault.Offset > int64(len(input)) || fault.Err == nil {
			t.Fatalf("%v in %d bytes", fault, len(input))
		}
	})
	for n := 0; ; n++ {
		s, err := d.Read()
		if err != nil {
			var fault *SyntaxError
			if !errors.Is(err, io.EOF) && (!errors.As(err, &fault) || fault.Offset < 0 || fault.Offset > int64(len(input))) {
				t.Fatalf("%v in %d bytes", err, len(input))
			}
			return
		}
		if n > len(input) || faults > 4*len(input)+4 {
			t.Fatalf("%d segments and %d faults in %d bytes", n, faults, len(input))
		}
		if !bytes.HasPrefix(input[s.Offset:], s.Raw()) {
			t.Fatalf("segment %q does not stand at %d", s.Raw(), s.Offset)
		}
	}
}
