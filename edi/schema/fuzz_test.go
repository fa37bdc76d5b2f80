package schema

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzValidate looks for inputs that break the validator, or findings that point
// outside the input.
func FuzzValidate(f *testing.F) {
	f.Add([]byte("ISA*00*          *00*          *ZZ*A              *ZZ*B              *260302*1405*U*00401*000000017*0*P*>~GS*PO*A*B*20260302*1405*5*X*004010~ST*850*0001~BEG*00*SA*1**20261399~N1*ST~N1*BY~PO1*1*5~ZZZ*1~~SE*9*0002~GE*2*6~IEA*3*1~"))
	files, err := filepath.Glob(samples + "/8*/*")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		if len(content) < 4096 {
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		var c collector
		ok, err := Validate(bytes.NewReader(input), &c, Options{})
		if err != nil && !errors.Is(err, ErrNoInterchange) {
			t.Fatal(err)
		}
		faults := 0
		for _, s := range c.sets {
			for _, finding := range s.Findings {
				if finding.Offset < 0 || finding.Offset > int64(len(input)) || finding.Message == "" || finding.Scope == 0 {
					t.Fatalf("finding %+v of %d bytes", finding, len(input))
				}
				if finding.Severity == Error {
					faults++
				}
			}
			if (s.Verdict == Accepted) != (errorsOf(s.Findings) == 0) {
				t.Fatalf("verdict %s with %d faults", s.Verdict, errorsOf(s.Findings))
			}
		}
		if ok && faults > 0 {
			t.Fatal("ok in spite of faults")
		}
	})
}

func errorsOf(findings []Finding) int {
	n := 0
	for _, f := range findings {
		if f.Severity == Error {
			n++
		}
	}
	return n
}
