package ack

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
)

const header = "ISA*00*          *00*          *ZZ*SUPPLIER       *01*TRADEWINDUS    *260302*1405*U*00401*000000017*0*P*>~GS*PO*SUPPLIER*TRADEWIND*20260302*1405*5*X*004010~"

// answer validates an input and gives the 997, one segment a line.
func answer(t *testing.T, input []byte) string {
	t.Helper()
	var c Collector
	_, err := schema.Validate(bytes.NewReader(input), &c, schema.Options{})
	require.NoError(t, err)
	var out bytes.Buffer
	_, err = c.Interchanges[0].Write(&out, edi.DefaultDelimiters, Numbers{1, 1}, time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return out.String()
}

func TestAFaultyGroupIsAnsweredSegmentBySegment(t *testing.T) {
	text := answer(t, []byte(header+
		"ST*850*0001~BEG*00*SA*1**20260302~PO1*1*5*EA*1~CTT*1~SE*5*0001~"+
		"ST*850*0002~BEG*00*SA*2**20261399~PO1*1*5~ZZZ*1~SE*5*0002~"+
		"ST*850*0003~BEG*00*SA*3**20260302~PO1*1*5*EA*1~SE*9*0003~"+
		"GE*3*5~IEA*1*000000017~"))
	for _, want := range []string{
		"ISA*00*          *00*          *01*TRADEWINDUS    *ZZ*SUPPLIER", "GS*FA*TRADEWIND*SUPPLIER*", "AK1*PO*5~",
		"AK2*850*0001~\nAK5*A~", "AK2*850*0002~\nAK3*BEG*2**8~\nAK4*5**8*20261399~", "AK3*ZZZ*4**1~\nAK5*E*5~", "AK2*850*0003~\nAK5*R*4~", "AK9*P*3*3*2~",
	} {
		require.Contains(t, text, want)
	}
}

func TestAnAcknowledgementIsNeverAcknowledged(t *testing.T) {
	text := answer(t, []byte(header+"ST*850*0001~BEG*00*SA*1**20260302~PO1*1*5*EA*1~SE*4*0001~GE*1*5~IEA*1*000000017~"))
	require.Empty(t, answer(t, []byte(text)))
}

// TestEveryAnswerValidates builds the acknowledgement of every sample and validates it.
func TestEveryAnswerValidates(t *testing.T) {
	files, err := filepath.Glob("../../../shared/x12/samples/*/*")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("no sample files beside the project")
	}
	answered := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var c Collector
		if _, err := schema.Validate(bytes.NewReader(content), &c, schema.Options{}); err != nil {
			continue
		}
		for _, ic := range c.Interchanges {
			var out bytes.Buffer
			written, err := ic.Write(&out, edi.DefaultDelimiters, Numbers{1, 1}, time.Unix(0, 0).UTC())
			if err != nil || !written {
				continue // an envelope without usable ids cannot be answered
			}
			var again Collector
			_, err = schema.Validate(bytes.NewReader(out.Bytes()), &again, schema.Options{})
			require.NoError(t, err)
			for _, s := range again.Interchanges[0].Groups[0].Sets {
				for _, f := range s.Findings {
					// A control number that was received too short or too long is repeated as it is.
					require.True(t, strings.HasPrefix(f.Segment, "AK"), "%s: %s\n%s", file, f.Message, out.String())
					require.Contains(t, []string{"AK1", "AK2"}, f.Segment, "%s: %s\n%s", file, f.Message, out.String())
				}
			}
			answered++
		}
	}
	require.Greater(t, answered, 100)
}
