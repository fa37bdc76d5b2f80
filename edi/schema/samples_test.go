package schema

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

const samples = "../../../shared/x12/samples"

// rows reads a table of the samples; the tests skip where there are none.
func rows(t *testing.T, name string) [][]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(samples, name))
	if os.IsNotExist(err) {
		t.Skipf("no sample files at %s", samples)
	}
	require.NoError(t, err)
	r := csv.NewReader(bytes.NewReader(content))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	all, err := r.ReadAll()
	require.NoError(t, err)
	return all[1:]
}

// collector keeps everything.
type collector struct {
	sets     []SetReport
	versions []string
	envelope []Finding
}

func (c *collector) BeginInterchange(edi.Interchange) {}
func (c *collector) BeginGroup(g edi.Group)           { c.versions = append(c.versions, g.Version) }
func (c *collector) Set(s SetReport)                  { c.sets = append(c.sets, s) }
func (c *collector) EndGroup(g GroupReport)           { c.envelope = append(c.envelope, g.Findings...) }
func (c *collector) EndInterchange(r InterchangeReport) {
	c.envelope = append(c.envelope, r.Findings...)
}

func TestEverySampleIsReadWithoutACrash(t *testing.T) {
	read := 0
	for _, row := range rows(t, "MANIFEST.tsv") {
		content, err := os.ReadFile(filepath.Join(samples, row[0]))
		if err != nil {
			continue // listed, and not kept
		}
		var c collector
		_, err = Validate(bytes.NewReader(content), &c, Options{})
		require.True(t, err == nil || err == ErrNoInterchange, "%s: %v", row[0], err)
		for _, s := range c.sets {
			for _, f := range s.Findings {
				require.LessOrEqual(t, f.Offset, int64(len(content)), row[0])
				require.NotEmpty(t, f.Message)
			}
		}
		read++
	}
	require.Greater(t, read, 150)
}

var expected = regexp.MustCompile(`^(\d+),([A-Z][A-Z0-9]{1,2}?)(\d\d)?,(el )?(\S+) `)

// differences are the rows of VALIDATION.tsv that are judged otherwise here; docs/x12.md
// explains them too.
var differences = map[string]string{
	"850/apimeister_x12-types___850_test.rs_4.edi": "its ISA ends with a line feed and its segments with ~ and a line feed: read with ~, only its count is wrong",
	"850/indice-co_EDI.Net__x12.850.issue135.edi":  "likewise; what is left is the control number that stands twice, as NEGATIVES.tsv says",
	"832/indice-co_EDI.Net__x12.832.edi":           "it has its SE, behind the CUR that is out of order and where the other reader stopped",
}

func TestWhatIsJudgedOtherwiseIsJudgedOnPurpose(t *testing.T) {
	rows(t, "VALIDATION.tsv") // skips where there are no samples
	codes := func(name string) (all [][]string) {
		var c collector
		_, err := Validate(bytes.NewReader(sample(t, name)), &c, Options{})
		require.NoError(t, err)
		require.NotEmpty(t, c.envelope)
		for _, s := range c.sets {
			found := []string{}
			for _, f := range s.Findings {
				if f.Severity == Error {
					found = append(found, fmt.Sprintf("%s@%d/%s", f.Code, f.Position, f.Segment))
				}
			}
			all = append(all, found)
		}
		return all
	}
	require.Equal(t, [][]string{{SetCount + "@29/SE"}}, codes("850/apimeister_x12-types___850_test.rs_4.edi"))
	twice := codes("850/indice-co_EDI.Net__x12.850.issue135.edi")
	require.Len(t, twice, 2)
	require.NotContains(t, twice[0], SetControlTwice+"@1/ST")
	require.Contains(t, twice[1], SetControlTwice+"@1/ST")
	require.Equal(t, [][]string{{SegmentOutOfOrder + "@10/CUR", SetCount + "@12/SE"}}, codes("832/indice-co_EDI.Net__x12.832.edi"))
}

// TestSetsAreJudgedAsExpected compares with the expectations that come with the
// samples: sets that two other sources find clean, and those with findings.
func TestSetsAreJudgedAsExpected(t *testing.T) {
	all := rows(t, "VALIDATION.tsv")
	taken := map[string]int{}
	for _, row := range all {
		if differences[row[0]] != "" {
			continue
		}
		var c collector
		_, err := Validate(bytes.NewReader(sample(t, row[0])), &c, Options{})
		require.NoError(t, err, row[0])
		key := row[0] + row[1] + row[3]
		found := nth(c.sets, row[1], row[3], taken[key])
		taken[key]++
		require.NotNil(t, found, "%s: set %s %s is not read", row[0], row[1], row[3])
		require.Equal(t, row[4], strconv.Itoa(found.Segments), "%s %s: segments", row[0], row[3])
		faults := structural(found.Findings)
		if row[5] == "0" {
			require.Empty(t, faults, "%s %s", row[0], row[3])
			continue
		}
		require.NotEmpty(t, faults, "%s %s", row[0], row[3])
		require.Empty(t, uncovered(found.Findings, row[6]), "%s %s: found %v", row[0], row[3], found.Findings)
	}
	require.Greater(t, len(all), 70)
}

func sample(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(samples, name))
	require.NoError(t, err)
	return content
}

// nth finds a set by its id and control number.
func nth(sets []SetReport, id, control string, n int) *SetReport {
	for i := range sets {
		if sets[i].Set == id && sets[i].Control == control {
			if n == 0 {
				return &sets[i]
			}
			n--
		}
	}
	return nil
}

// structural leaves out warnings, and what the expectations do not judge: trailers,
// and the control numbers of sets.
func structural(findings []Finding) []Finding {
	var out []Finding
	for _, f := range findings {
		if f.Severity == Error && f.Scope != OfSet {
			out = append(out, f)
		}
	}
	return out
}

// shipped are the elements with expected findings of codes whose lists are in the
// tables; lists of others are not shipped.
var shipped = map[string]bool{"PO105": true}

// uncovered gives the expected findings that are not among ours, by position, element
// and code.
func uncovered(findings []Finding, text string) (missing []string) {
	for part := range strings.SplitSeq(text, " | ") {
		m := expected.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil || (m[4] != "" && m[5] == ElementCode && !shipped[m[2]+m[3]]) {
			continue
		}
		if !slices.ContainsFunc(findings, func(f Finding) bool {
			return strconv.Itoa(expectedPosition(f, findings)) == m[1] && (m[3] == "" || fmt.Sprintf("%02d", f.Element) == m[3]) && f.Segment == m[2] &&
				slices.ContainsFunc(strings.Split(m[5], "/"), func(code string) bool { return sameCode(code, f.Code) })
		}) {
			missing = append(missing, part)
		}
	}
	return missing
}

// expectedPosition is how the expectations count where a segment is missing: they leave
// out the segments that have no place in the set. X12 counts every segment, and so do
// we.
func expectedPosition(f Finding, all []Finding) int {
	at := f.Position
	if f.Code != SegmentMissing || f.Scope != OfSegment {
		return at
	}
	for _, other := range all {
		if other.Scope == OfSegment && other.Position < f.Position && (other.Code == SegmentUnknown || other.Code == SegmentUnexpected || other.Code == SegmentNotInSet) {
			at--
		}
	}
	return at
}

// sameCode compares AK304 and AK403; the expectations have one code for all segments
// that do not belong where they stand.
func sameCode(want, got string) bool {
	if want == SegmentUnexpected {
		return slices.Contains([]string{SegmentUnknown, SegmentUnexpected, SegmentNotInSet, SegmentOutOfOrder, ElementConditional}, got)
	}
	return want == got || want == "out"
}
