package doc

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

func number(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func pointer(s string) *decimal.Decimal {
	d := number(s)
	return &d
}

func sample() PurchaseOrder {
	return PurchaseOrder{
		Purpose: "00", Type: "SA", Number: "4500001", Date: "20260302", Contract: "AG77", Currency: "EUR",
		References: []Reference{{Qualifier: "IA", Value: "0010045"}},
		Contacts:   []Contact{{Function: "BD", Name: "Kim Lee", Numbers: []Reference{{Qualifier: "TE", Value: "5551234"}}}},
		Freight:    &Freight{Payment: "DF", Description: "Chicago"},
		Terms:      []Terms{{Type: "01", Basis: "3", NetDays: "30", Description: "30 days net"}},
		Dates:      []DateTime{{"002", "20260316"}},
		Charges:    []Charge{{Indicator: "C", Code: "D240", Amount: number("12.5"), Description: "Freight"}},
		Texts:      []Text{{Qualifier: "L1", Reference: "TEXT", Messages: []string{"Deliver to", "dock 4"}}},
		Parties: []Party{{Code: "ST", Name: "Chicago", Qualifier: "92", ID: "W01", Street: []string{"1 Main St", "Dock 4", "Gate B"},
			Town: "Chicago", State: "IL", Postal: "60608", Country: "US"}},
		Lines: []OrderLine{
			{ID: "10", Quantity: number("500"), Unit: "EA", Price: number("12.5"), Basis: "HP",
				ProductIDs:   []ProductID{{"VN", "AX-1"}, {"BP", "B-100"}},
				Descriptions: []string{"Hex bolt"}, Dates: []DateTime{{"002", "20260320"}},
				Texts: []Text{{Qualifier: "L1", Reference: "LINE", Messages: []string{"zinc only"}}}},
			{ID: "20-1", Quantity: number("0.5"), Unit: "BX", Price: number("4"), Basis: "PE", ProductIDs: []ProductID{{"BP", "B-200"}}},
		},
		HashTotal: pointer("500.5"), Total: pointer("74.5"),
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
	segments, err := sample().Marshal()
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
	o := sample()
	o.Lines[1].ProductIDs[0].ID = strings.Repeat("x", 49)
	_, err := o.Marshal()
	var length *LengthError
	require.ErrorAs(t, err, &length)
	require.Equal(t, "PO1[2]-07", length.Path)
	o = sample()
	o.Charges[0].Amount = number("1.005")
	_, err = o.Marshal()
	require.ErrorContains(t, err, "SAC05")
}

func TestMarshalThenUnmarshalIsTheIdentity(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for i := range 300 {
		o := generate(random)
		segments, err := o.Marshal()
		require.NoError(t, err)
		back, err := UnmarshalPurchaseOrder(segments)
		require.NoError(t, err)
		again, err := back.Marshal()
		require.NoError(t, err)
		require.Equal(t, text(segments), text(again), i)
		require.Equal(t, fmt.Sprintf("%+v", o.Lines), fmt.Sprintf("%+v", back.Lines))
		require.Equal(t, o.Parties, back.Parties)
		require.Equal(t, o.Texts, back.Texts)
		require.Empty(t, back.Unmodelled)
	}
}

// generate takes parts away from the sample and repeats others.
func generate(random *rand.Rand) PurchaseOrder {
	o := sample()
	keep := func() bool { return random.IntN(3) > 0 }
	if !keep() {
		o.Currency = ""
	}
	if !keep() {
		o.Texts, o.Freight = nil, nil
	}
	if !keep() {
		o.Charges, o.Terms, o.HashTotal = nil, nil, nil
	}
	if !keep() {
		o.Parties, o.Total = nil, nil
	}
	for i := range random.IntN(5) {
		l := o.Lines[i%2]
		l.ID = fmt.Sprint(30 + i)
		l.Quantity = decimal.New(random.Int64N(1e6)+1, -3)
		o.Lines = append(o.Lines, l)
	}
	return o
}

func TestUnmarshalKeepsWhatItDoesNotModel(t *testing.T) {
	segments, err := sample().Marshal()
	require.NoError(t, err)
	segments = append(segments[:16:16], append([]edi.SegmentData{edi.NewSegment("CTP", "", "UCP", "1.25")}, segments[16:]...)...)
	o, err := UnmarshalPurchaseOrder(segments)
	require.NoError(t, err)
	require.Equal(t, []Unmodelled{{Path: "PO1[1]/CTP", Segment: "CTP", Values: []string{"", "UCP", "1.25"}}}, o.Unmodelled)
}

func TestUnmarshalNamesTheFault(t *testing.T) {
	for want, change := range map[string]func([]edi.SegmentData){
		"PO1[2]-02":      func(s []edi.SegmentData) { s[20].Elements[1] = "1E3" },
		"DTM[1]-02":      func(s []edi.SegmentData) { s[7].Elements[1] = "20260230" },
		"SAC[1]-05":      func(s []edi.SegmentData) { s[5].Elements[4] = "12.50" },
		"CTT[1]-01":      func(s []edi.SegmentData) { s[21].Elements[0] = "3" },
		"BEG: an 850 ha": func(s []edi.SegmentData) { s[0].ID = "BXX" },
	} {
		segments, err := sample().Marshal()
		require.NoError(t, err)
		change(segments)
		_, err = UnmarshalPurchaseOrder(segments)
		require.ErrorContains(t, err, want)
	}
}

func TestNumbersReadAndWriteAsTheStandardSays(t *testing.T) {
	for in, want := range map[string]string{".5": "0.5", "-.5": "-0.5", "5.": "5", "1.230": "1.23", "0": "0"} {
		d, err := parseReal(in)
		require.NoError(t, err, in)
		require.Equal(t, want, formatReal(d), in)
	}
	for _, bad := range []string{"1E3", "+1", "1,000", "--1", "."} {
		_, err := parseReal(bad)
		require.Error(t, err, bad)
	}
	for in, want := range map[string]string{"9588": "95.88", "-5": "-0.05", "0": "0", "00012": "0.12"} {
		d, err := parseImplied(in)
		require.NoError(t, err, in)
		require.True(t, d.Equal(number(want)), in)
	}
	_, err := parseImplied("12.34")
	require.Error(t, err)
}
