package doc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func sampleChange() OrderChange {
	return OrderChange{
		Purpose: "04", Type: "SA", Number: "4500001", Sequence: "2", Date: "20260302", Contract: "AG77", ChangedOn: "20260305",
		Terms: []Terms{{Type: "01", Basis: "3", NetDays: "45"}},
		Dates: []DateTime{{Qualifier: "002", Date: "20260318"}},
		Texts: []Text{{Qualifier: "L1", Reference: "TEXT", Messages: []Message{{Text: "Deliver to"}, {Text: "dock 5"}}}},
		Parties: []Party{{Code: "ST", Name: "Chicago", Qualifier: "92", ID: "W01", Street: []string{"1 Main St"}, Town: "Chicago", State: "IL",
			Postal: "60608", Country: "US"}},
		Lines: []LineChange{
			{ID: "10", Change: "DI", Left: new(number("0")), Unit: "EA", NoPrice: true, ProductIDs: []ProductID{{"VN", "AX-1"}}},
			{ID: "20-1", Change: "CA", Quantity: number("0.5"), Left: new(number("0.25")), Unit: "BX", Price: number("4"), Basis: "PE",
				ProductIDs: []ProductID{{"VN", "AX-2"}, {"BP", "B-200"}}, Descriptions: []string{"Nut"}, Dates: []DateTime{{Qualifier: "002", Date: "20260320"}},
				References: []Reference{{Qualifier: "CT", Value: "AG78"}}, Texts: []Text{{Qualifier: "L1", Messages: []Message{{Text: "zinc only"}}}}},
			{ID: "30", Change: "CT", NoQuantity: true, NoPrice: true, Dates: []DateTime{{Qualifier: "002", Date: "20260321"}}},
		},
		Totals: &OrderTotals{Count: Count{Hash: new(number("0.5"))}, Amounts: []Amount{{Qualifier: "TT", Value: new(number("2"))}}},
	}
}

func TestAChangeOfAnOrderStandsInTheOrderOfTheStandard(t *testing.T) {
	for version, freeText := range map[Version]string{Version4010: "MSG*", Version5010: "MTX**"} {
		segments, err := sampleChange().Marshal(version)
		require.NoError(t, err)
		require.Equal(t, strings.ReplaceAll(strings.TrimSpace(`
BCH*04*SA*4500001**2*20260302**AG77***20260305
ITD*01*3*****45
DTM*002*20260318
N9*L1*TEXT
MSG*Deliver to
MSG*dock 5
N1*ST*Chicago*92*W01
N3*1 Main St
N4*Chicago*IL*60608*US
POC*10*DI*0*0*EA***VN*AX-1
POC*20-1*CA*0.5*0.25*BX*4*PE*VN*AX-2*BP*B-200
PID*F****Nut
REF*CT*AG78
DTM*002*20260320
N9*L1
MSG*zinc only
POC*30*CT
DTM*002*20260321
CTT*3*0.5
AMT*TT*2`), "MSG*", freeText), text(segments))
		back, err := UnmarshalOrderChange(segments)
		require.NoError(t, err)
		again, err := back.Marshal(version)
		require.NoError(t, err)
		require.Equal(t, text(segments), text(again))
		require.Equal(t, "20260305", string(back.ChangedOn))
		require.True(t, back.Lines[2].NoQuantity && back.Lines[2].NoPrice && back.Lines[2].Left == nil)
		require.False(t, back.Lines[0].NoQuantity, "a quantity of zero is sent")
	}
}

func TestAChangeNamesTheElementThatDoesNotFit(t *testing.T) {
	o := sampleChange()
	o.Lines[1].Left = new(number("1234567.125"))
	_, err := o.Marshal(Version5010)
	var length *LengthError
	require.ErrorAs(t, err, &length)
	require.Equal(t, "POC[2]-04", length.Path)
	require.Equal(t, 9, length.Longest)

	o = sampleChange()
	o.Sequence = "123456789"
	_, err = o.Marshal(Version4010)
	require.ErrorContains(t, err, "BCH[1]-05")

	segments, err := sampleChange().Marshal(Version4010)
	require.NoError(t, err)
	segments[len(segments)-2].Elements[0] = "2"
	_, err = UnmarshalOrderChange(segments)
	require.ErrorIs(t, err, ErrCount)
	require.ErrorContains(t, err, "CTT[1]-01: the count is wrong: it says 2 lines, the set has 3")
}
