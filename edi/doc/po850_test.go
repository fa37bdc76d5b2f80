package doc

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

func number(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func sampleOrder() PurchaseOrder {
	return PurchaseOrder{
		Purpose: "00", Type: "SA", Number: "4500001", Date: "20260302", Contract: "AG77", Currency: &Currency{Party: "BY", Code: "EUR"},
		References: []Reference{{Qualifier: "IA", Value: "0010045"}},
		Contacts:   []Contact{{Function: "BD", Name: "Kim Lee", Numbers: []Communication{{Qualifier: "TE", Number: "5551234"}}}},
		Freight:    []Freight{{Payment: "DF", Description: "Chicago"}},
		Terms:      []Terms{{Type: "01", Basis: "3", NetDays: "30", Description: "30 days net"}},
		Dates:      []DateTime{{Qualifier: "002", Date: "20260316"}},
		Charges:    []Charge{{Indicator: "C", Code: "D240", Amount: new(number("12.5")), Description: "Freight"}},
		Texts:      []Text{{Qualifier: "L1", Reference: "TEXT", Messages: []Message{{Text: "Deliver to"}, {Text: "dock 4"}}}},
		Parties: []Party{{Code: "ST", Name: "Chicago", Qualifier: "92", ID: "W01", Street: []string{"1 Main St", "Dock 4", "Gate B"},
			Town: "Chicago", State: "IL", Postal: "60608", Country: "US"}},
		Lines: []OrderLine{
			{ID: "10", Quantity: number("500"), Unit: "EA", Price: number("12.5"), Basis: "HP",
				ProductIDs:   []ProductID{{"VN", "AX-1"}, {"BP", "B-100"}},
				Descriptions: []string{"Hex bolt"}, Dates: []DateTime{{Qualifier: "002", Date: "20260320"}},
				Texts: []Text{{Qualifier: "L1", Reference: "LINE", Messages: []Message{{Text: "zinc only"}}}}},
			{ID: "20-1", Quantity: number("0.5"), Unit: "BX", Price: number("4"), Basis: "PE", ProductIDs: []ProductID{{"BP", "B-200"}}},
		},
		Totals: &OrderTotals{Count: Count{Hash: new(number("500.5"))}, Amounts: []Amount{{Qualifier: "TT", Value: new(number("74.5"))}}},
	}
}

func text(segments []edi.SegmentData) string {
	var lines []string
	for _, s := range segments {
		lines = append(lines, strings.TrimRight(s.ID+"*"+strings.Join(s.Elements, "*"), "*"))
	}
	return strings.Join(lines, "\n")
}

func TestMarshalFollowsTheOrderOfTheStandard(t *testing.T) {
	segments, err := sampleOrder().Marshal(Version4010)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(`
BEG*00*SA*4500001**20260302*AG77
CUR*BY*EUR
REF*IA*0010045
PER*BD*Kim Lee*TE*5551234
FOB*DF**Chicago
SAC*C*D240***1250**********Freight
ITD*01*3*****30*****30 days net
DTM*002*20260316
N9*L1*TEXT
MSG*Deliver to
MSG*dock 4
N1*ST*Chicago*92*W01
N3*1 Main St*Dock 4
N3*Gate B
N4*Chicago*IL*60608*US
PO1*10*500*EA*12.5*HP*VN*AX-1*BP*B-100
PID*F****Hex bolt
DTM*002*20260320
N9*L1*LINE
MSG*zinc only
PO1*20-1*0.5*BX*4*PE*BP*B-200
CTT*2*500.5
AMT*TT*74.5`), text(segments))
}

func TestMarshalNamesTheElementThatDoesNotFit(t *testing.T) {
	o := sampleOrder()
	o.Lines[1].ProductIDs[0].ID = strings.Repeat("x", 49)
	_, err := o.Marshal(Version4010)
	var length *LengthError
	require.ErrorAs(t, err, &length)
	require.Equal(t, "PO1[2]-07", length.Path)
	o = sampleOrder()
	o.Charges[0].Amount = new(number("1.005"))
	_, err = o.Marshal(Version4010)
	require.ErrorContains(t, err, "SAC[1]-05: not a number: 1.005 has more than 2 decimals")
}

func TestUnmarshalKeepsWhatItDoesNotModel(t *testing.T) {
	segments, err := sampleOrder().Marshal(Version4010)
	require.NoError(t, err)
	segments = append(segments[:16:16], append([]edi.SegmentData{edi.NewSegment("CTP", "", "UCP", "1.25")}, segments[16:]...)...)
	o, err := UnmarshalPurchaseOrder(segments)
	require.NoError(t, err)
	require.Equal(t, []Unmodelled{{After: "PO1[1]", Segment: "CTP", Elements: []string{"", "UCP", "1.25"}}}, o.Lines[0].Unmodelled)
}

func TestFreeTextStandsInMTXFrom005010On(t *testing.T) {
	o := PurchaseOrder{Number: "1", Texts: []Text{{Qualifier: "L1", Messages: []Message{{Text: "fragile"}}}}}
	segments, err := o.Marshal(Version5010)
	require.NoError(t, err)
	require.Equal(t, "BEG***1\nN9*L1\nMTX**fragile", text(segments))
	back, err := UnmarshalPurchaseOrder(segments)
	require.NoError(t, err)
	require.Equal(t, o, back)
}

func TestUnmarshalNamesTheFault(t *testing.T) {
	for want, change := range map[string]func([]edi.SegmentData){
		"PO1[2]-02: not a number with an explicit point: \"1E3\"":         func(s []edi.SegmentData) { s[20].Elements[1] = "1E3" },
		"DTM[1]-02: not a date of the form CCYYMMDD: \"20240230\"":        func(s []edi.SegmentData) { s[7].Elements[1] = "20240230" },
		"DTM[2]-02: not a date of the form CCYYMMDD: \"00000000\"":        func(s []edi.SegmentData) { s[17].Elements[1] = "00000000" },
		"SAC[1]-05: not a number with two implied decimals: \"12.50\"":    func(s []edi.SegmentData) { s[5].Elements[4] = "12.50" },
		"ITD[1]-07: not a number of digits: \"3O\"":                       func(s []edi.SegmentData) { s[6].Elements[6] = "3O" },
		"CTT[1]-01: the count is wrong: it says 3 lines, the set has 2":   func(s []edi.SegmentData) { s[21].Elements[0] = "3" },
		"BEG: it is missing: the set has to begin with it":                func(s []edi.SegmentData) { s[0].ID = "BXX" },
		"BEG[2]: it may stand once only":                                  func(s []edi.SegmentData) { s[15].ID = "BEG" },
		"CUR[2]: it may stand once only":                                  func(s []edi.SegmentData) { s[2].ID = "CUR" },
		"REF[2]: out of the order of the standard: SAC stands in front":   func(s []edi.SegmentData) { s[6].ID = "REF" },
		"PO1[1]-04: not a number with an explicit point: \"1111111111111": func(s []edi.SegmentData) { s[15].Elements[3] = strings.Repeat("1", 1e6) },
	} {
		segments, err := sampleOrder().Marshal(Version4010)
		require.NoError(t, err)
		change(segments)
		o, err := UnmarshalPurchaseOrder(segments)
		require.ErrorContains(t, err, want)
		var field *FieldError
		require.ErrorAs(t, err, &field)
		require.Less(t, len(err.Error()), 500)
		require.Zero(t, o)
	}
}
