package edi

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

var moment = time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)

func header(control string) Interchange {
	return Interchange{SenderQualifier: "ZZ", Sender: "US", ReceiverQualifier: "01", Receiver: "123456789", Time: moment,
		Version: "00401", Control: control, Usage: "P"}
}

// encode writes one interchange with one group and the given sets.
func encode(t testing.TB, d Delimiters, lineBreak bool, sets ...[]SegmentData) []byte {
	t.Helper()
	var b bytes.Buffer
	e := NewEncoder(&b, d)
	e.LineBreak = lineBreak
	require.NoError(t, e.BeginInterchange(header("000000017")))
	require.NoError(t, e.BeginGroup(Group{Functional: "PO", Sender: "US", Receiver: "THEM", Time: moment, Control: "5", Version: "004010"}))
	for i, segments := range sets {
		require.NoError(t, e.WriteSet("850", []string{"0001", "0002", "0003"}[i], segments))
	}
	require.NoError(t, e.EndGroup())
	require.NoError(t, e.EndInterchange())
	return b.Bytes()
}

func order() []SegmentData {
	return []SegmentData{NewSegment("BEG", "00", "SA", "4500001", "", "20260302"), NewSegment("N1", "ST", "Dock 4"),
		NewSegment("N1", "BY", "Us"), NewSegment("PO1", "10", "5", "EA", "1.25", "", "VN", "AX1")}
}

func TestEncoderPadsCountsAndTrims(t *testing.T) {
	sets := order()
	sets[0].Elements = append(sets[0].Elements, "", "")
	got := string(encode(t, DefaultDelimiters, true, sets))
	want := strings.Join([]string{
		"ISA*00*          *00*          *ZZ*US             *01*123456789      *260302*1405*U*00401*000000017*0*P*>~",
		"GS*PO*US*THEM*20260302*1405*5*X*004010~", "ST*850*0001~", "BEG*00*SA*4500001**20260302~", "N1*ST*Dock 4~",
		"N1*BY*Us~", "PO1*10*5*EA*1.25**VN*AX1~", "SE*6*0001~", "GE*1*5~", "IEA*1*000000017~", "",
	}, "\n")
	require.Equal(t, want, got)
}

func TestEncoderRefusesDelimitersBeforeTheFirstByteOfTheSet(t *testing.T) {
	for name, data := range map[string]string{"element": "a*b", "terminator": "a~b", "component": "a>b", "line feed": "a\nb", "NUL": "a\x00b"} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			e := NewEncoder(&b, DefaultDelimiters)
			require.NoError(t, e.BeginInterchange(header("000000001")))
			require.NoError(t, e.BeginGroup(Group{Functional: "PO", Sender: "US", Receiver: "THEM", Time: moment, Control: "1", Version: "004010"}))
			before := b.Len()
			err := e.WriteSet("850", "0001", []SegmentData{NewSegment("BEG", "00"), NewSegment("MSG", "fine", data)})
			var refused *DataError
			require.ErrorAs(t, err, &refused)
			require.ErrorIs(t, err, ErrForbidden)
			require.Equal(t, "MSG", refused.Segment)
			require.Equal(t, 2, refused.Element)
			require.Equal(t, 3, refused.Position)
			require.Equal(t, before, b.Len())
		})
	}
}

func TestEncoderNamesTheISAFieldThatDoesNotFit(t *testing.T) {
	ic := header("000000001")
	ic.Receiver = "1234567890123456"
	err := NewEncoder(io.Discard, DefaultDelimiters).BeginInterchange(ic)
	require.ErrorContains(t, err, "ISA08")
	ic = header("17")
	require.ErrorContains(t, NewEncoder(io.Discard, DefaultDelimiters).BeginInterchange(ic), "ISA13")
	require.ErrorIs(t, NewEncoder(io.Discard, Delimiters{Element: '*', Component: '*', Segment: '~'}).BeginInterchange(header("000000001")), ErrDelimiters)
	require.ErrorIs(t, NewEncoder(io.Discard, DefaultDelimiters).EndGroup(), ErrOrder)
}

func TestDecoderFollowsTheDelimitersOfEachInterchange(t *testing.T) {
	set := []SegmentData{NewSegment("BEG", "00", "SA", "ISAAC*~IEA")}
	odd := Delimiters{Element: 0x07, Component: '}', Segment: 0x85}
	lines := Delimiters{Element: '|', Component: ':', Segment: '\n'}
	input := append(encode(t, odd, false, set), encode(t, lines, false, []SegmentData{NewSegment("BEG", "00", "SA", "LISA~*")})...)
	trees, err := ReadAll(bytes.NewReader(input))
	require.NoError(t, err)
	require.Len(t, trees, 2)
	require.Equal(t, "ISAAC*~IEA", trees[0].Groups[0].Sets[0].Segments[0].Element(3))
	require.Equal(t, "LISA~*", trees[1].Groups[0].Sets[0].Segments[0].Element(3))
	require.Equal(t, lines, trees[1].Delimiters)
	require.Equal(t, "123456789", trees[0].Receiver)
	require.Equal(t, moment, trees[0].Groups[0].Time)
}

func TestDecoderToleratesWhatSurroundsInterchanges(t *testing.T) {
	body := encode(t, DefaultDelimiters, false, order()[:3])
	crlf := bytes.ReplaceAll(body, []byte("~"), []byte("~\r\n"))
	for name, input := range map[string][]byte{
		"byte order mark": append([]byte("\xef\xbb\xbf"), body...),
		"blank lines":     append([]byte("\r\n \n"), body...),
		"NUL and Ctrl-Z":  append(body[:len(body):len(body)], 0, 0x1a, '\n'),
		"CRLF":            crlf,
	} {
		t.Run(name, func(t *testing.T) {
			trees, err := ReadAll(iotest.OneByteReader(bytes.NewReader(input)))
			require.NoError(t, err)
			require.Len(t, trees[0].Groups[0].Sets[0].Segments, 3)
		})
	}
}

func TestRepetitionSeparatorExistsFromVersion00402On(t *testing.T) {
	for _, test := range []struct {
		isa11, version string
		want           byte
	}{{"^", "00501", '^'}, {"U", "00501", 0}, {"^", "00401", 0}, {"V", "00501", 0}} {
		isa := strings.Replace(string(encode(t, DefaultDelimiters, false)), "*U*00401*", "*"+test.isa11+"*"+test.version+"*", 1)
		d := NewDecoder(strings.NewReader(isa))
		_, err := d.Read()
		require.NoError(t, err)
		require.Equal(t, test.want, d.Delimiters().Repetition, test.isa11+test.version)
	}
}

func TestPathsAndOffsetsPointIntoTheInput(t *testing.T) {
	input := encode(t, DefaultDelimiters, true, order()[:2], order()[:3])
	d := NewDecoder(bytes.NewReader(input))
	paths := map[string]bool{}
	for {
		s, err := d.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(input[s.Offset:], s.Raw()), s.Path())
		require.True(t, bytes.HasPrefix(input[s.ElementOffset(1):], s.Element(1)))
		paths[s.ElementPath(2)] = true
	}
	require.Contains(t, paths, "ISA[1]/GS[1]/ST[2]/N1[2]-02")
	require.Contains(t, paths, "ISA[1]/GS[1]-02")
	require.Equal(t, int64(len(input)), d.InputOffset())
}

// The fault stands behind the mark §, which is taken out before reading.
func TestFaultsPointAtTheirPlace(t *testing.T) {
	good := string(encode(t, DefaultDelimiters, true, order()[:2]))
	for name, test := range map[string]struct {
		old, new string
		want     error
		path     string
	}{
		"SE01 too small":          {"SE*4", "SE*§3", ErrCount, "ISA[1]/GS[1]/ST[1]/SE[1]-01"},
		"SE02 differs":            {"SE*4*0001", "SE*4*§0002", ErrControl, "ISA[1]/GS[1]/ST[1]/SE[1]-02"},
		"GE01 too large":          {"GE*1", "GE*§2", ErrCount, "ISA[1]/GS[1]/GE[1]-01"},
		"GE02 differs":            {"GE*1*5", "GE*1*§6", ErrControl, "ISA[1]/GS[1]/GE[1]-02"},
		"IEA02 differs":           {"IEA*1*000000017", "IEA*1*§000000018", ErrControl, "ISA[1]/IEA[1]-02"},
		"GS inside a set":         {"N1*ST", "§GS*ST", ErrTrailer, "ISA[1]/GS[1]"},
		"data outside a set":      {"ST*850*0001~\n", "§", ErrNesting, "ISA[1]/GS[1]/BEG[1]"},
		"a lower-case segment id": {"N1*ST", "§n1*ST", ErrSegmentID, "ISA[1]/GS[1]/ST[1]/n1[1]"},
		"the end inside a set":    {"SE*4*0001~\nGE*1*5~\nIEA*1*000000017~\n", "§", ErrEnd, "ISA[1]/GS[1]/ST[1]"},
		"a short ISA06":           {"*US             *", "*§US            *", ErrISAWidth, "ISA[1]-06"},
		"text after the end":      {"IEA*1*000000017~\n", "IEA*1*000000017~\n§text", ErrNoInterchange, ""},
	} {
		t.Run(name, func(t *testing.T) {
			marked := strings.Replace(good, test.old, test.new, 1)
			offset := strings.Index(marked, "§")
			_, err := ReadAll(strings.NewReader(strings.Replace(marked, "§", "", 1)))
			var fault *SyntaxError
			require.ErrorAs(t, err, &fault)
			require.ErrorIs(t, err, test.want)
			require.Equal(t, int64(offset), fault.Offset)
			require.Equal(t, test.path, fault.Path)
		})
	}
}

func TestLeadingZerosInTrailersAreAccepted(t *testing.T) {
	input := strings.NewReplacer("SE*4*0001", "SE*0004*1", "GE*1*5", "GE*01*005").Replace(string(encode(t, DefaultDelimiters, true, order()[:2])))
	_, err := ReadAll(strings.NewReader(input))
	require.NoError(t, err)
}

func TestReaderErrorsAreGivenAsTheyAre(t *testing.T) {
	broken := errors.New("disk on fire")
	half := encode(t, DefaultDelimiters, false, order()[:3])[:150]
	_, err := ReadAll(io.MultiReader(bytes.NewReader(half), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	var fault *SyntaxError
	require.NotErrorAs(t, err, &fault)
}

func TestSegmentSizeIsBounded(t *testing.T) {
	big := encode(t, DefaultDelimiters, false, []SegmentData{NewSegment("MSG", strings.Repeat("x", 1<<20))})
	trees, err := ReadAll(bytes.NewReader(big))
	require.NoError(t, err)
	require.Len(t, trees[0].Groups[0].Sets[0].Segments[0].Element(1), 1<<20)
	d := NewDecoder(bytes.NewReader(big))
	d.MaxSegment = 1000
	for err = nil; err == nil; {
		_, err = d.Read()
	}
	require.ErrorIs(t, err, ErrSegmentSize)
}

func TestComponentsAreTakenApart(t *testing.T) {
	s := Segment{delimiters: DefaultDelimiters}
	s.split([]byte("REF*ZZ*1*a>b>c"))
	require.Equal(t, "b", string(s.Component(3, 2)))
	require.Equal(t, "c", string(s.Component(3, 3)))
	require.Empty(t, s.Component(3, 4))
	require.Empty(t, s.Element(9))
}

func TestSamplesAreReadOrRefusedWithAPlace(t *testing.T) {
	folder := filepath.Join("..", "..", "shared", "x12", "samples")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder of samples is absent")
	}
	read := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) == ".tsv" {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err = ReadAll(bytes.NewReader(content)); err == nil {
			read++
			return nil
		}
		var fault *SyntaxError
		require.ErrorAs(t, err, &fault, path)
		require.LessOrEqual(t, fault.Offset, int64(len(content)), path)
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, read, 50)
}

func BenchmarkDecodeSmall(b *testing.B) {
	var sets []SegmentData
	for range 3000 {
		sets = append(sets, order()[:3]...)
	}
	input := encode(b, DefaultDelimiters, true, sets)
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		d := NewDecoder(bytes.NewReader(input))
		for {
			if _, err := d.Read(); err != nil {
				break
			}
		}
	}
}
