package ack

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
)

const samples = "../../../shared/x12/samples"

// sampleFiles gives the files that others wrote; a test without them is skipped.
func sampleFiles(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(samples, pattern))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("no sample files beside the project")
	}
	return files
}

// every are the options that a sample is answered with.
var every = []Options{
	{}, {Kind: Implementation, TA1: Always}, {TA1: Always, Reject: true, FailingOnly: true}, {Kind: Implementation, Version: "005010X231A1", TA1: Never},
	{Delimiters: edi.Delimiters{Element: '|', Component: '+', Segment: '\n', Repetition: '!'}},
}

func TestEverySampleIsAnsweredValidly(t *testing.T) {
	answered := 0
	for _, file := range sampleFiles(t, "*/*") {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var c Collector
		if _, err := schema.Validate(bytes.NewReader(content), &c, schema.Options{}); err != nil {
			continue
		}
		for _, ic := range c.Interchanges {
			for _, o := range every {
				if checkAnswer(t, file, ic, o) {
					answered++
				}
			}
		}
	}
	require.Greater(t, answered, 1000)
}

// checkAnswer answers an interchange and looks whether the answer is valid, says what
// was found, and is not answered itself. It says whether there was one.
func checkAnswer(t testing.TB, name string, ic Interchange, o Options) bool {
	t.Helper()
	var out bytes.Buffer
	written, err := ic.Write(&out, o, Numbers{1, 1}, noon)
	if errors.Is(err, ErrUnaddressed) {
		return false
	}
	require.NoError(t, err, name)
	if !written {
		require.Empty(t, out.String(), name)
		return false
	}
	requireClean(t, out.String())
	require.Empty(t, answer(t, out.String(), Options{TA1: Always}), name)
	reply, err := ic.Reply(o)
	require.NoError(t, err)
	trees, err := edi.ReadAll(&out)
	require.NoError(t, err)
	answers, err := Read(trees[0])
	require.NoError(t, err)
	if reply.TA1 != nil {
		requireSame(t, name, reply.TA1.Verdict, answers[0].Verdict)
		answers = answers[1:]
	}
	require.Len(t, answers, len(reply.Groups))
	for i, a := range answers {
		said := reply.Groups[i].Acknowledgement
		requireSame(t, name, said.Verdict, a.Verdict)
		require.Equal(t, []any{said.Functional, said.Control, said.Accepted, len(said.Sets)}, []any{a.Functional, a.Control, a.Accepted, len(a.Sets)}, name)
		for k, s := range a.Sets {
			if said.Verdict != codeRejected {
				requireSame(t, name, said.Sets[k].Verdict, s.Verdict)
			}
		}
	}
	return true
}

func requireSame(t testing.TB, name, code string, verdict schema.Verdict) {
	t.Helper()
	want, err := verdictOf(code)
	require.NoError(t, err)
	require.Equal(t, want, verdict, name)
}

// negatives are the samples that are known to be faulty, as NEGATIVES.tsv tells of
// them, with segments that an answer must hold.
var negatives = []struct {
	file    string
	options Options
	want    []string
}{
	{"850/indice-co_EDI.Net__x12.850.edi", Options{TA1: Always}, []string{"*R*"}},
	{"850/indice-co_EDI.Net__x12.850a.edi", Options{TA1: Never}, []string{"AK3*N4*", "*156*5*"}},
	{"850/ballerina-platform_module-ballerina-edi__envelope_tests.bal_4.edi", Options{}, []string{"AK3*PO1*", "AK4*5*373*1~", "AK3*ZZZ*"}},
	{"850/ballerina-platform_module-ballerina-edi__envelope_tests.bal_5.edi", Options{}, []string{"AK3*IEA*", "AK5*R*"}},
	{"850/indice-co_EDI.Net__x12.850.issue135.edi", Options{}, []string{"*23"}},
	{"810/indice-co_EDI.Net__x12.810a.edi", Options{TA1: Always}, []string{"*E*011~", "AK1*"}},
	{"other/Query-farm_vgi-x12__truncated.edi", Options{TA1: Never}, []string{"AK5*R*1*2~", "AK9*R*1*1*0*3~"}},
	{"other/Query-farm_vgi-x12__truncated.edi", Options{TA1: Always}, []string{"*R*023~"}},
	{"999/imsweb_x12-parser__x12_999_accepted.txt", Options{TA1: Always}, nil},
}

func TestNegativeSamples(t *testing.T) {
	sampleFiles(t, "NEGATIVES.tsv")
	for _, test := range negatives {
		t.Run(test.file, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join(samples, test.file))
			require.NoError(t, err)
			text := answer(t, string(content), test.options)
			for _, want := range test.want {
				require.Contains(t, text, want)
			}
			require.Equal(t, len(test.want) == 0, text == "")
		})
	}
}

func TestSamplesOfAnswersAreRead(t *testing.T) {
	found := map[schema.Verdict]int{}
	for _, file := range append(sampleFiles(t, "997/*"), sampleFiles(t, "999/*")...) {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		if !strings.HasPrefix(string(content), "ISA") { // sets without an envelope
			content = []byte(header + string(content) + "GE*" + "99" + "*5~IEA*1*000000017~")
			content = bytes.Replace(content, []byte("GE*99*"), []byte("GE*"+string(rune('0'+bytes.Count(content, []byte("ST*997"))))+"*"), 1)
		}
		trees, err := edi.ReadAll(bytes.NewReader(content))
		if err != nil {
			t.Logf("%s: %v", file, err)
			continue
		}
		for _, ic := range trees {
			answers, err := Read(ic)
			require.NoError(t, err, file)
			require.NotEmpty(t, answers, file)
			for _, a := range answers {
				found[a.Verdict]++
				require.NotEmpty(t, a.Control, file)
			}
		}
	}
	require.Positive(t, found[schema.Accepted])
	require.Positive(t, found[schema.Rejected])
}
