package doc

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
)

const samples = "../../../shared/x12/samples"

// sampled keeps the sets of a file, and what a validation says of each.
type sampled struct {
	version string
	sets    []sampledSet
}

type sampledSet struct {
	schema.SetReport
	version string
}

func (s *sampled) BeginInterchange(edi.Interchange)        {}
func (s *sampled) BeginGroup(g edi.Group)                  { s.version = g.Version }
func (s *sampled) Set(r schema.SetReport)                  { s.sets = append(s.sets, sampledSet{r, s.version}) }
func (s *sampled) EndGroup(schema.GroupReport)             {}
func (s *sampled) EndInterchange(schema.InterchangeReport) {}

// segmentsOf reads the sets of a file as tolerantly as the validation does.
func segmentsOf(content []byte) (sets [][]edi.SegmentData) {
	d := edi.NewDecoder(bytes.NewReader(content))
	d.Tolerate(func(*edi.SyntaxError) {})
	for {
		s, err := d.Read()
		switch {
		case err != nil:
			return sets
		case s.Is("ST"):
			sets = append(sets, []edi.SegmentData{})
		case s.Is("ISA") || s.Is("GS") || s.Is("SE") || s.Is("GE") || s.Is("IEA"):
		default:
			last := len(sets) - 1
			sets[last] = append(sets[last], s.Data())
		}
	}
}

func TestRealSetsAreWrittenAsTheyWereRead(t *testing.T) {
	if _, err := os.Stat(samples); err != nil {
		t.Skipf("no sample files at %s", samples)
	}
	compared := map[string]int{}
	for set, read := range codecs {
		files, err := filepath.Glob(filepath.Join(samples, set, "*"))
		require.NoError(t, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			var s sampled
			if _, err := schema.Validate(bytes.NewReader(content), &s, schema.Options{}); err != nil {
				continue
			}
			for i, segments := range segmentsOf(content) {
				if i >= len(s.sets) || s.sets[i].Set != set || !clean(s.sets[i].SetReport) {
					continue
				}
				_, marshal, err := read(segments)
				require.NoError(t, err, file)
				again, err := marshal(Version(s.sets[i].version))
				require.NoError(t, err, file)
				require.Equal(t, canonical(segments), canonical(again), file)
				compared[set]++
			}
		}
	}
	t.Log(compared)
	require.GreaterOrEqual(t, compared["850"], 15)
	require.GreaterOrEqual(t, compared["810"], 7)
	require.GreaterOrEqual(t, compared["855"], 14)
	require.GreaterOrEqual(t, compared["824"], 1)
}

// clean says that a set has no error of its own; its envelope may have.
func clean(r schema.SetReport) bool {
	for _, f := range r.Findings {
		if f.Severity == schema.Error && f.Segment != "SE" && f.Segment != "ST" {
			return false
		}
	}
	return true
}

// canonical is the text of segments without trailing empty elements, and with the
// numbers that the package writes otherwise than some senders.
func canonical(segments []edi.SegmentData) string {
	out := make([]edi.SegmentData, len(segments))
	for i, s := range segments {
		out[i] = edi.SegmentData{ID: s.ID}
		for n, value := range s.Elements {
			if l := limits4010[s.ID]; n < len(l) && l[n].number {
				value = rewritten(value)
			}
			out[i].Elements = append(out[i].Elements, value)
		}
	}
	return text(out)
}

// rewritten drops leading zeros, and a point that has nothing on one of its sides.
func rewritten(number string) string {
	unsigned := strings.TrimPrefix(number, "-")
	sign := number[:len(number)-len(unsigned)]
	whole, decimals, point := strings.Cut(strings.TrimLeft(unsigned, "0"), ".")
	if number == "" {
		return ""
	}
	if whole == "" {
		whole = "0"
	}
	if point && decimals != "" {
		whole += "." + decimals
	}
	return sign + whole
}
