package doc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

func sampleConfirmation() OrderConfirmation {
	return OrderConfirmation{
		Purpose: "00", Type: "AC", Number: "4500001", Date: "20260302", Reference: "SO-991", Assigned: "20260303",
		References: []Reference{{Qualifier: "VN", Value: "SO-991"}},
		Dates:      []DateTime{{Qualifier: "017", Date: "20260318"}},
		Lines: []ConfirmationLine{
			{ID: "10", Quantity: number("500"), Unit: "EA", Price: number("12.50"), Basis: "HP",
				ProductIDs: []ProductID{{"VN", "AX-1"}}, Descriptions: []string{"Hex bolt"},
				Statuses: []LineStatus{
					{Code: "IA", Quantity: new(number("300")), Unit: "EA", DateQualifier: "067", Date: "20260316"},
					{Code: "IS", Quantity: new(number("200")), Unit: "EA", ProductIDs: []ProductID{{"VN", "AX-9"}},
						Dates: []DateTime{{Qualifier: "068", Date: "20260320"}}},
				},
				Schedules: []Schedule{{Quantity: new(number("300")), Unit: "EA", DateQualifier: "067", Date: "20260316"}},
				Texts:     []Text{{Qualifier: "L1", Reference: "LINE", Messages: []Message{{Text: "two parts"}}}}},
			{ID: "20-1", NoQuantity: true, NoPrice: true, Statuses: []LineStatus{{Code: "IR"}}},
		},
		Totals: &OrderTotals{},
	}
}

func TestAConfirmationFollowsTheOrderOfTheStandard(t *testing.T) {
	segments, err := sampleConfirmation().Marshal(Version4010)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(`
BAK*00*AC*4500001*20260302****SO-991*20260303
REF*VN*SO-991
DTM*017*20260318
PO1*10*500*EA*12.50*HP*VN*AX-1
PID*F****Hex bolt
ACK*IA*300*EA*067*20260316
ACK*IS*200*EA****VN*AX-9
DTM*068*20260320
SCH*300*EA***067*20260316
N9*L1*LINE
MSG*two parts
PO1*20-1
ACK*IR
CTT*2`), text(segments))
	back, err := UnmarshalOrderConfirmation(segments)
	require.NoError(t, err)
	require.Equal(t, sampleConfirmation(), back)
}

func TestADateBelongsToTheLineOrToTheStatusInFrontOfIt(t *testing.T) {
	o, err := UnmarshalOrderConfirmation([]edi.SegmentData{
		edi.NewSegment("BAK", "00", "AD", "1", "20260302"), edi.NewSegment("PO1", "1"),
		edi.NewSegment("DTM", "002", "20260316"), edi.NewSegment("ACK", "IA"), edi.NewSegment("DTM", "067", "20260318"),
	})
	require.NoError(t, err)
	require.Equal(t, []DateTime{{Qualifier: "002", Date: "20260316"}}, o.Lines[0].Dates)
	require.Equal(t, []DateTime{{Qualifier: "067", Date: "20260318"}}, o.Lines[0].Statuses[0].Dates)
}

func TestAFaultOfAConfirmationIsNamed(t *testing.T) {
	for want, change := range map[string]func([]edi.SegmentData){
		"ACK[2]-02: not a number with an explicit point: \"x\"":         func(s []edi.SegmentData) { s[6].Elements[1] = "x" },
		"ACK[1]-05: not a date of the form CCYYMMDD: \"20260230\"":      func(s []edi.SegmentData) { s[5].Elements[4] = "20260230" },
		"CTT[1]-01: the count is wrong: it says 3 lines, the set has 2": func(s []edi.SegmentData) { s[13].Elements[0] = "3" },
		"BAK: it is missing: the set has to begin with it":              func(s []edi.SegmentData) { s[0].ID = "BEG" },
		"PID[2]: out of the order of the standard: ACK stands in front": func(s []edi.SegmentData) { s[6] = edi.NewSegment("PID", "F") },
	} {
		segments, err := sampleConfirmation().Marshal(Version4010)
		require.NoError(t, err)
		change(segments)
		_, err = UnmarshalOrderConfirmation(segments)
		require.ErrorContains(t, err, want)
	}
}
