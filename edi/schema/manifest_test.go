package schema

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

// counter counts what a validation is told.
type counter struct {
	collector
	interchanges, groups int
}

func (c *counter) BeginInterchange(edi.Interchange) { c.interchanges++ }
func (c *counter) BeginGroup(edi.Group)             { c.groups++ }

// TestEnvelopesAreCountedAsTheManifestSays compares interchanges, groups and sets of
// every sample whose envelope two other readers find right.
func TestEnvelopesAreCountedAsTheManifestSays(t *testing.T) {
	compared := 0
	for _, row := range rows(t, "MANIFEST.tsv") {
		content, err := os.ReadFile(filepath.Join(samples, row[0]))
		if os.IsNotExist(err) || row[14] != "ok" {
			continue // listed and not kept, or broken on purpose
		}
		require.NoError(t, err)
		var c counter
		_, err = Validate(bytes.NewReader(content), &c, Options{})
		require.NoError(t, err, row[0])
		require.Equal(t, row[10], fmt.Sprintf("%d/%d/%d", c.interchanges, c.groups, len(c.sets)), row[0])
		for _, f := range c.envelope {
			if f.Severity == Error && !tolerable(f) {
				t.Errorf("%s: %s [%s]", row[0], f.Message, f.Code)
			}
		}
		compared++
	}
	require.Greater(t, compared, 50)
}

// tolerable are faults that those readers do not look for.
func tolerable(f Finding) bool {
	return f.Code == "004" || f.Code == "023" || f.Code == "024" || f.Segment == "ISA" || f.Scope == OfGroup && f.Code == GroupVersion
}

// TestNegativesAreFound checks every row of the samples' list of broken files.
func TestNegativesAreFound(t *testing.T) {
	wanted := map[string][]string{ // code and the end of the path
		"850/indice-co_EDI.Net__x12.850.issue135.edi":                           {"027 ISA[1]-16", "23 ST[2]-02"},
		"850/indice-co_EDI.Net__x12.850.edi":                                    {"011 ISA[1]-02", "013 ISA[1]-04", "006 ISA[1]-06", "001 IEA[1]-02"},
		"850/indice-co_EDI.Net__x12.850a.edi":                                   {"011 ISA[1]-02", "5 N4[4]-02"},
		"850/ballerina-platform_module-ballerina-edi__envelope_tests.bal_4.edi": {"1 ST[2]/ZZZ[1]", "1 ST[1]/BEG[1]-05", "3 ST[1]/SE[1]"},
		"850/ballerina-platform_module-ballerina-edi__envelope_tests.bal_5.edi": {"6 ST[2]/SE[1]-01", "2 ST[2]/IEA[1]", "4 ST[2]/SE[1]-01"},
		"810/indice-co_EDI.Net__x12.810a.edi":                                   {"008 ISA[1]-08"},
		"999/imsweb_x12-parser__x12_999_accepted.txt":                           {"001 IEA[1]-02"},
		"other/ryanco_x12-parser__example852nonasciisegsep.txt":                 {"004 ISA[1]", "1 ST[1]-01"},
		"other/imsweb_x12-parser__x12_bad_segment_identifier.txt":               {"1 ST[1]/[1]"},
		"other/Query-farm_vgi-x12__truncated.edi":                               {"023 ", "2 ", "3 "},
		"other/imsweb_x12-parser__x12_no_isa_line.txt":                          nil,
	}
	for _, row := range rows(t, "NEGATIVES.tsv") {
		want, known := wanted[row[0]]
		require.True(t, known, "%s has no expectation here", row[0])
		var c collector
		ok, err := Validate(bytes.NewReader(sample(t, row[0])), &c, Options{})
		if want == nil {
			require.ErrorIs(t, err, ErrNoInterchange, row[0])
			continue
		}
		require.NoError(t, err, row[0])
		require.False(t, ok, row[0])
		all := c.envelope
		for _, s := range c.sets {
			all = append(all, s.Findings...)
		}
		for _, w := range want {
			code, path, _ := strings.Cut(w, " ")
			found := false
			for _, f := range all {
				found = found || f.Severity == Error && f.Code == code && strings.HasSuffix(f.Path, path)
			}
			require.True(t, found, "%s: %s is not among %v", row[0], w, all)
		}
	}
}
