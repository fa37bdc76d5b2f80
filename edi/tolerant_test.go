package edi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// outline reads an input as a tolerant reader does: the segments, one a line, and the
// faults with their paths.
func outline(t *testing.T, input string) (segments []string, faults []*SyntaxError, err error) {
	t.Helper()
	d := NewDecoder(iotest.HalfReader(strings.NewReader(input)))
	d.Tolerate(func(f *SyntaxError) {
		require.GreaterOrEqual(t, f.Offset, int64(0))
		require.LessOrEqual(t, f.Offset, int64(len(input)), f.Error())
		faults = append(faults, f)
	})
	for {
		s, err := d.Read()
		if errors.Is(err, io.EOF) {
			return segments, faults, nil
		}
		if err != nil {
			return segments, faults, err
		}
		segments = append(segments, strings.ReplaceAll(string(s.Raw()), string(d.Delimiters().Element), "*"))
	}
}

func ids(segments []string) string {
	var out []string
	for _, s := range segments {
		id, _, _ := strings.Cut(s, "*")
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

func kinds(faults []*SyntaxError) string {
	var out []string
	for _, f := range faults {
		for name, kind := range map[string]error{"width": ErrISAWidth, "terminator": ErrTerminator, "trailer": ErrTrailer, "nesting": ErrNesting,
			"count": ErrCount, "control": ErrControl, "id": ErrSegmentID} {
			if errors.Is(f, kind) {
				out = append(out, name+" "+f.Path)
			}
		}
	}
	return strings.Join(out, ", ")
}

const whole = "ISA GS ST BEG N1 SE GE IEA"

func plain(t *testing.T) string {
	return string(encode(t, DefaultDelimiters, false, order()[:2]))
}

// TestEveryTerminatorIsRead covers hard cases 1 and 7 in Latin-1.
func TestEveryTerminatorIsRead(t *testing.T) {
	for _, d := range []Delimiters{
		{'*', '>', 0, '~'}, {'*', '>', 0, '\n'}, {'*', '>', 0, '\r'}, {'*', '>', 0, 0x1c}, {'*', '>', 0, 0x85}, {'*', '>', 0, 0x15}, {0x07, '}', 0, '~'},
		{'|', ':', 0, '\''}, {'^', '+', 0, '_'}, {'*', '>', 0, 0xd6}, {'\t', '>', 0, '\n'},
	} {
		for name, behind := range map[string]string{"": "", "CRLF and blanks": "\r\n   \t"} {
			input := string(encode(t, d, false, order()[:2]))
			if behind != "" {
				if d.Segment == '\n' || d.Segment == '\r' || d.Element == '\t' {
					continue
				}
				input = strings.ReplaceAll(input, string([]byte{d.Segment}), string([]byte{d.Segment})+behind)
			}
			segments, faults, err := outline(t, input)
			require.NoError(t, err, "%q %s", d.Segment, name)
			require.Equal(t, whole, ids(segments), "%q %s", d.Segment, name)
			require.Empty(t, faults, "%q %s", d.Segment, name)
		}
	}
	segments, faults, err := outline(t, strings.ReplaceAll(string(encode(t, Delimiters{'*', '>', 0, '\r'}, false, order()[:2])), "\r", "\r\n"))
	require.NoError(t, err)
	require.Equal(t, whole, ids(segments), "CRLF")
	require.Empty(t, faults)
}

// TestATolerantReaderSaysWhatItTolerated covers hard cases 3, 4, 5, 7, 8 and 11 to 14.
func TestATolerantReaderSaysWhatItTolerated(t *testing.T) {
	replace := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	for name, test := range map[string]struct {
		change func(string) string
		ids    string
		faults string
	}{
		"a field too short":         {replace("US             *01", "US            *01"), whole, "width ISA[1]-06"},
		"a field too long":          {replace("*01*123456789      *", "*01*123456789       *"), whole, "width ISA[1]-08"},
		"no padding":                {replace("*          *", "**", "US             *", "US*", "123456789      *", "123456789*"), whole, "width ISA[1]-02, width ISA[1]-04, width ISA[1]-06, width ISA[1]-08"},
		"no-break spaces":           {replace("US             *", "US \u00a0 \u00a0 \u00a0 \u00a0 \u00a0 \u00a0 *"), whole, "width ISA[1]-06"},
		"a blank behind ISA16":      {replace("*>~", "*> ~"), whole, ""},
		"ISA16 missing":             {replace("*P*>~", "*P~"), whole, "width ISA[1]-16"},
		"ISA16 empty":               {replace("*P*>~", "*P*~"), whole, "width ISA[1]-16"},
		"ISA16 missing, lines":      {replace("*P*>~", "*P*~\n", "~", "~\n"), whole, "width ISA[1]-16"},
		"a terminator of two bytes": {replace("~", "\u00d6"), whole, "terminator ISA[1]"},
		"ISA14 missing":             {replace("*0*P*", "**P*"), whole, "width ISA[1]-14"},
		"SE missing, then GE":       {replace("SE*4*0001~", ""), "ISA GS ST BEG N1 GE IEA", "trailer ISA[1]/GS[1]/ST[1]/GE[1]"},
		"SE and GE missing":         {replace("SE*4*0001~GE*1*5~", ""), "ISA GS ST BEG N1 IEA", "trailer ISA[1]/GS[1]/ST[1]/IEA[1], trailer ISA[1]/GS[1]/IEA[1]"},
		"an IEA inside a set":       {replace("SE*4*0001~", "IEA*1*1~SE*5*0001~"), "ISA GS ST BEG N1 IEA SE GE IEA", "nesting ISA[1]/GS[1]/ST[1]/IEA[1]"},
		"data between sets":         {replace("GE*1", "REF*A~REF*B~GE*1"), whole, "nesting ISA[1]/GS[1]/REF[1]"},
		"no terminator at the end":  {func(s string) string { return strings.TrimSuffix(s, "~") + "\r\n" }, whole, "terminator ISA[1]/IEA[1]"},
		"wrong counts":              {replace("SE*4", "SE*x", "GE*1", "GE*02", "IEA*1", "IEA*"), whole, "count ISA[1]/GS[1]/ST[1]/SE[1]-01, count ISA[1]/GS[1]/GE[1]-01, count ISA[1]/IEA[1]-01"},
		"a sign, and no number":     {replace("SE*4*0001", "SE*+4*", "IEA*1*000000017", "IEA*1"), whole, "count ISA[1]/GS[1]/ST[1]/SE[1]-01, control ISA[1]/GS[1]/ST[1]/SE[1]-02, control ISA[1]/IEA[1]-02"},
		"empty lines":               {replace("~", "\n\n", "*P*>\n\n", "*P*>\n"), whole, ""},
		"another ISA with other delimiters": {func(s string) string {
			return strings.TrimSuffix(s, "IEA*1*000000017~") + strings.NewReplacer("*", "|", "~", "\n", ">", ":").Replace(s)
		}, "ISA GS ST BEG N1 SE GE " + whole, "trailer ISA[1]/ISA[1]"},
		"joined files with marks":          {func(s string) string { return "\xef\xbb\xbf" + s + "\r\n\xef\xbb\xbf" + s }, whole + " " + whole, ""},
		"a file that was cut, and another": {func(s string) string { return s[:strings.Index(s, "N1*")+4] + "~" + s }, "ISA GS ST BEG N1 " + whole, "trailer ISA[1], trailer ISA[1], trailer ISA[1]"},
		"leading zeros":                    {replace("SE*4*0001", "SE*0004*1", "GE*1*5", "GE*0001*0005", "IEA*1*", "IEA*01*"), whole, ""},
		"a control number too long":        {replace("*000000017*0", "*0000000017*0"), whole, "width ISA[1]-13"},
		"blank segments":                   {replace("BEG*", "~BEG*", "SE*4", "SE*5"), "ISA GS ST  BEG N1 SE GE IEA", "id ISA[1]/GS[1]/ST[1]/[1]"},
		"a set without a group":            {replace("GS*PO*US*THEM*20260302*1405*5*X*004010~", "", "GE*1*5~", ""), "ISA IEA", "nesting ISA[1]/ST[1], count ISA[1]/IEA[1]-01"},
		"TA1 before the group":             {replace("GS*", "TA1*000000001*260302*1405*A*000~GS*"), "ISA TA1 GS ST BEG N1 SE GE IEA", ""},
		"TA1 only": {func(string) string {
			return strings.Split(plain(t), "GS*")[0] + "TA1*000000001*260302*1405*A*000~IEA*0*000000017~"
		}, "ISA TA1 IEA", ""},
		"an empty interchange":       {func(string) string { return strings.Split(plain(t), "GS*")[0] + "IEA*0*000000017~" }, "ISA IEA", ""},
		"a group without sets":       {replace("ST*850*0001~BEG*00*SA*4500001**20260302~N1*ST*Dock 4~SE*4*0001~GE*1", "GE*0"), "ISA GS GE IEA", ""},
		"an interchange without end": {func(s string) string { return strings.TrimSuffix(s, "IEA*1*000000017~") + s }, "ISA GS ST BEG N1 SE GE " + whole, "trailer ISA[1]/ISA[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			segments, faults, err := outline(t, test.change(plain(t)))
			require.NoError(t, err)
			require.Equal(t, test.ids, ids(segments))
			got := kinds(faults)
			require.Equal(t, strings.ReplaceAll(test.faults, "trailer ISA[1]/ISA[1]", "trailer ISA[1]"), got)
		})
	}
}

// TestTheEndInTheWrongPlace covers hard case 11: a file cut anywhere says where.
func TestTheEndInTheWrongPlace(t *testing.T) {
	input := plain(t)
	for cut := 1; cut < len(input)-2; cut++ {
		_, faults, err := outline(t, input[:cut])
		if strings.Contains(input[:cut], "IEA") && err == nil {
			require.NotEmpty(t, faults, "cut at %d, in the last trailer: an unfinished IEA is read, and said", cut)
			continue
		}
		var fault *SyntaxError
		require.ErrorAs(t, err, &fault, cut)
		require.True(t, errors.Is(err, ErrEnd) || errors.Is(err, ErrNoInterchange), "cut at %d: %v", cut, err)
		require.LessOrEqual(t, fault.Offset, int64(cut))
		require.LessOrEqual(t, len(faults), 3, "cut at %d: %v", cut, faults)
	}
}

func TestUnusableDelimitersAreNamed(t *testing.T) {
	for change, want := range map[string]error{
		"*P**~": ErrComponentSeparator, "*P*A~": ErrComponentSeparator, "*P*>A": ErrSegmentTerminator,
	} {
		_, _, err := outline(t, strings.Replace(plain(t), "*P*>~", change, 1))
		require.ErrorIs(t, err, want, change)
		require.ErrorIs(t, err, ErrDelimiters)
	}
	_, _, err := outline(t, strings.ReplaceAll(plain(t), "*", "X"))
	require.ErrorIs(t, err, ErrElementSeparator)
}

// TestBinaryDataMayHoldAnything covers BIN, whose first element says how long the
// second is.
func TestBinaryDataMayHoldAnything(t *testing.T) {
	data := "a*b~c\r\nISA*"
	input := strings.NewReplacer("N1*ST*Dock 4~", fmt.Sprintf("BIN*%d*%s~", len(data), data)).Replace(plain(t))
	for _, wrap := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader} {
		d := NewDecoder(wrap(strings.NewReader(input)))
		found := false
		for {
			s, err := d.Read()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			if s.Is("BIN") {
				found = true
				require.Equal(t, data, s.Text(2))
				require.Equal(t, 2, s.Len())
			}
		}
		require.True(t, found)
	}
	_, _, err := outline(t, strings.Replace(input, "BIN*11", "BIN*10", 1))
	require.ErrorIs(t, err, ErrTerminator)
	_, _, err = outline(t, strings.Replace(input, "BIN*11", "BIN*999999999", 1))
	require.ErrorIs(t, err, ErrSegmentSize)
}

// TestManyElements covers segments that the fast scanner leaves to the slow one.
func TestManyElements(t *testing.T) {
	for _, n := range []int{1, 62, 63, 64, 65, 200, 5000} {
		elements := make([]string, n)
		for i := range elements {
			elements[i] = strings.Repeat("x", i%4)
		}
		elements[n-1] = "last"
		trees, err := ReadAll(bytes.NewReader(encode(t, DefaultDelimiters, false, []SegmentData{NewSegment("ZZ", elements...)})))
		require.NoError(t, err)
		require.Equal(t, elements, trees[0].Groups[0].Sets[0].Segments[0].Elements)
	}
}

// TestReadersOfEverySizeReadTheSame covers hard case 39.
func TestReadersOfEverySizeReadTheSame(t *testing.T) {
	var sets []SegmentData
	for i := range 3000 {
		sets = append(sets, NewSegment("N1", "ST", strings.Repeat("x", i%61)), NewSegment("REF", strings.Repeat("*", 0), "é"))
	}
	input := encode(t, DefaultDelimiters, true, sets)
	want, err := ReadAll(bytes.NewReader(input))
	require.NoError(t, err)
	for _, wrap := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
		got, err := ReadAll(wrap(bytes.NewReader(input)))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
