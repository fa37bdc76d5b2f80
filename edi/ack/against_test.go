package ack

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// TestReasonsNameWhatWasSent holds an answer against the set that it answers.
func TestReasonsNameWhatWasSent(t *testing.T) {
	all, err := read(t, brought("997", "AK1*PO*17~AK2*850*0001~AK3*BEG*2**8~AK4*2*92*7*SA~AK3*PO1*3**8~AK4*4*212*5~AK4*6*235*1~AK3*CSH*4**3~AK3*PO1*9**8~AK4*2*380*6~AK5*R*5~AK9*R*1*1*0~"))
	require.NoError(t, err)
	tables, _, err := schema.ForVersion("004010")
	require.NoError(t, err)
	s := edi.NewSegment
	sent := edi.Set{ID: "850", Control: "0001", Segments: []edi.SegmentData{s("BEG", "00", "SA", "4500001", "", "20260301"), s("PO1", "10", "5", "EA", "12.123456789"), s("CTT", "1")}}
	require.Equal(t, []string{
		`set 0001: BEG (segment 2), element 02: not among the codes, value "SA" (Purchase order type code: we sent "SA")`,
		`set 0001: PO1 (segment 3), element 04: too long (Unit price: we sent "12.123456789")`,
		`set 0001: PO1 (segment 3), element 06: required and missing (Product/Service ID qualifier: we sent none)`,
		`set 0001: CSH (segment 4): required and missing (CSH is sales requirements)`,
		`set 0001: PO1 (segment 9), element 02: holds a character that is not allowed (PO1 is line item)`,
	}, all[0].Sets[0].Against(sent, tables))
}
