package doc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
)

// segmentsFrom takes lines of segments apart.
func segmentsFrom(lines string) (out []edi.SegmentData) {
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		elements := strings.Split(strings.TrimSpace(line), "*")
		out = append(out, edi.NewSegment(elements[0], elements[1:]...))
	}
	return out
}

// sampleInvoice has everything once, and between it what no field holds.
const sampleInvoice = `
BIG*20260310*INV-77*20260302*4500001*3*2*CR*00*8*INV-70
NTE*GEN*thank you
CUR*SE*EUR*1.0850*BY*USD
REF*IA*0010045**VN>77
YNQ*1*Y
PER*CN*Kim Lee*EM*kim@acme.example*TE*5551234***desk 4
N1*RI*Acme Fasteners*92*0010045**RE
N2*Receivables*c/o Lockbox
N3*1 Main St
N3*Dock 4*Gate B
N4*Chicago*IL*60608*US*CY*CHI
REF*GT*77
PER*AR*Pat Roe
DMG*D8
ITD*08*3*2*20260320*10*20260409*30*140****2/10 net 30*15*C
DTM*011*20260309*1405*ET
FOB*PP*ZZ*Chicago*02*FOB
PID*F****bolts
MEA*PD*G*7
N9*L1*A*note*20260310
MSG*first
MSG*second*SS
IT1*10*-0.50*EA*12.500*HP*VN*AX-1***UP*012345678905
QTY*39*5*EA
TXI*VA*1.25*20
PID*F****Hex bolt
PID*F*08***zinc*TP
MEA*PD*N*1
PO4*12*1.5*LB*CTN
ITD*01
REF*PO*4500001
PER*CN*Jo
DTM*011*20260308
CAD*M****FDEG**BM*77
L7*1
SAC*A*C310*VI*ABC*150*1*5*0.25*EA*6*7*02*R*O*rebate*EN
TXI*ST*.1
SLN*1**I*2*EA
PID*F****part
N1*ST*Plant
IT1**0*EA*0
IT1
TDS*-7000*0**12
TXI*ST*4.30*6.25*VD*US123*1*A*70*T-1*A-1
CAD*M**TRL1*FDEG*By road*CC*BM*B77*SD
AMT*1*70.00*D
SAC*C*D240***750*******06***Freight
TXI*SU
ISS*5*CT*100.5*LB*7*CF*8*9
PID*F****cartons
CTT*3*-0.50*12*LB`

func TestAnInvoiceGivesItsMeaning(t *testing.T) {
	segments := segmentsFrom(sampleInvoice)
	i, err := UnmarshalInvoice(segments)
	require.NoError(t, err)
	require.Equal(t, []any{Date("20260310"), "INV-77", Date("20260302"), "4500001", "3", "2", "CR", "00", []string{"8", "INV-70"}},
		[]any{i.Date, i.Number, i.OrderDate, i.OrderNumber, i.Release, i.ChangeOrder, i.Type, i.Purpose, i.Extra})
	require.Equal(t, []Note{{Code: "GEN", Text: "thank you"}}, i.Notes)
	require.Equal(t, &Currency{Party: "SE", Code: "EUR", Rate: new(number("1.0850")), Extra: []string{"BY", "USD"}}, i.Currency)
	require.Equal(t, []Reference{{Qualifier: "IA", Value: "0010045", Extra: []string{"VN>77"}}}, i.References)
	require.Equal(t, []Unmodelled{{After: "REF[1]", Segment: "YNQ", Elements: []string{"1", "Y"}}, {After: "PID[1]", Segment: "MEA", Elements: []string{"PD", "G", "7"}}}, i.Unmodelled)
	require.Equal(t, []Contact{{Function: "CN", Name: "Kim Lee", Numbers: []Communication{{"EM", "kim@acme.example"}, {"TE", "5551234"}}, Extra: []string{"desk 4"}}}, i.Contacts)
	require.Equal(t, []Party{{Code: "RI", Name: "Acme Fasteners", Qualifier: "92", ID: "0010045", Extra: []string{"", "RE"}, Names: []string{"Receivables", "c/o Lockbox"},
		Street: []string{"1 Main St", "", "Dock 4", "Gate B"}, Town: "Chicago", State: "IL", Postal: "60608", Country: "US", AddressExtra: []string{"CY", "CHI"},
		References: []Reference{{Qualifier: "GT", Value: "77"}}, Contacts: []Contact{{Function: "AR", Name: "Pat Roe"}},
		Unmodelled: []Unmodelled{{After: "PER[1]", Segment: "DMG", Elements: []string{"D8"}}}}}, i.Parties)
	require.Equal(t, []Terms{{Type: "08", Basis: "3", DiscountPercent: new(number("2")), DiscountDate: "20260320", DiscountDays: "10", NetDate: "20260409", NetDays: "30",
		DiscountAmount: new(number("1.40")), Description: "2/10 net 30", DayOfMonth: "15", Extra: []string{"C"}}}, i.Terms)
	require.Equal(t, []DateTime{{Qualifier: "011", Date: "20260309", Extra: []string{"1405", "ET"}}}, i.Dates)
	require.Equal(t, []Freight{{Payment: "PP", Location: "ZZ", Description: "Chicago", Extra: []string{"02", "FOB"}}}, i.Freight)
	require.Equal(t, []Text{{Qualifier: "L1", Reference: "A", Description: "note", Extra: []string{"20260310"}, Messages: []Message{{Text: "first"}, {Text: "second", Extra: []string{"SS"}}}}}, i.Texts)
	require.Equal(t, Totals{Amount: new(number("-70.00")), DiscountBase: new(number("0.00")), Discount: new(number("0.12"))}, i.Totals)
	require.Equal(t, "4.30 6.25", i.Taxes[0].Amount.StringFixed(2)+" "+i.Taxes[0].Percent.String())
	require.Equal(t, &Carrier{Mode: "M", Equipment: "TRL1", SCAC: "FDEG", Routing: "By road", Status: "CC", Qualifier: "BM", Reference: "B77", Service: "SD"}, i.Carrier)
	require.Equal(t, []Amount{{Qualifier: "1", Value: new(number("70.00")), Flag: "D"}}, i.Amounts)
	require.Equal(t, []InvoiceCharge{{Charge{Indicator: "C", Code: "D240", Amount: new(number("7.50")), Handling: "06", Description: "Freight"}, []Tax{{Type: "SU"}}}}, i.Charges)
	require.Equal(t, "PID", i.Shipped[0].Unmodelled[0].Segment)
	require.Equal(t, &Count{Hash: new(number("-0.50")), Extra: []string{"12", "LB"}}, i.Count)

	line := i.Lines[0]
	require.Equal(t, []ProductID{{"VN", "AX-1"}, {}, {"UP", "012345678905"}}, line.ProductIDs)
	require.Equal(t, []string{"Hex bolt", "zinc"}, line.Descriptions)
	require.Equal(t, map[int][]string{1: {"F", "08", "", "", "TP"}}, line.DescriptionCodes)
	require.Equal(t, []Pack{{Inner: new(number("12")), Size: new(number("1.5")), Unit: "LB", Extra: []string{"CTN"}}}, line.Packs)
	require.Equal(t, "1.5 5 0.25 6 7", strings.Join([]string{line.Charges[0].Amount.String(), line.Charges[0].Percent.String(), line.Charges[0].Rate.String(),
		line.Charges[0].Quantity.String(), line.Charges[0].QuantityTo.String()}, " "))
	require.Equal(t, []Unmodelled{{After: "PID[2]", Segment: "MEA", Elements: []string{"PD", "N", "1"}}, {After: "CAD[1]", Segment: "L7", Elements: []string{"1"}},
		{After: "SAC[1]", Segment: "SLN", Elements: []string{"1", "", "I", "2", "EA"}}, {After: "SAC[1]", Segment: "PID", Elements: []string{"F", "", "", "", "part"}}}, line.Unmodelled)
	require.Equal(t, "Plant", line.Parties[0].Name)
	require.False(t, i.Lines[1].NoQuantity || i.Lines[1].NoPrice, "a zero is sent")
	require.True(t, i.Lines[2].NoQuantity && i.Lines[2].NoPrice)

	again, err := i.Marshal(Version4010)
	require.NoError(t, err)
	require.Equal(t, strings.Replace(strings.TrimSpace(sampleInvoice), "*.1", "*0.1", 1), text(again))
}

func TestAnInvoiceNamesTheFault(t *testing.T) {
	for want, change := range map[string][2]string{
		"IT1[2]-04: not a number":                                       {"IT1**0*EA*0", "IT1**0*EA*1,000.00"},
		"TDS[1]-01: not a number with two implied decimals: \"12.34\"":  {"TDS*-7000", "TDS*12.34"},
		"TDS: it is missing":                                            {"TDS*-7000*0**12", "BAL*M"},
		"TDS[2]: it may stand once only":                                {"TXI*ST*4.30", "TDS*1\nTXI*ST*4.30"},
		"BIG[1]-03: not a date of the form CCYYMMDD: \"20240230\"":      {"20260302", "20240230"},
		"CTT[1]-01: the count is wrong: it says 2 lines, the set has 3": {"CTT*3", "CTT*2"},
		"CTT[1]-01: not a number of digits: \"\"":                       {"CTT*3", "CTT*"},
		"ITD[1]-13: not a number of digits: \"1.5\"":                    {"*15*C", "*1.5*C"},
	} {
		_, err := UnmarshalInvoice(segmentsFrom(strings.Replace(sampleInvoice, change[0], change[1], 1)))
		var field *FieldError
		require.ErrorAs(t, err, &field, want)
		require.ErrorContains(t, err, want)
	}
	_, err := UnmarshalInvoice(nil)
	require.ErrorIs(t, err, ErrMissing)
}

func TestMarshalRefusesWhatASegmentDoesNotHold(t *testing.T) {
	for want, i := range map[string]Invoice{
		"IT1[1]-26: more than the segment holds": {Lines: []InvoiceLine{{ProductIDs: make([]ProductID, 11)}}},
		"PID[1]: it is missing: codes of a":      {DescriptionCodes: map[int][]string{0: {"F"}}},
		"DTM[2]-02: not a date":                  {Dates: []DateTime{{}, {Date: "2026"}}},
		"ITD[1]-05: not a number of digits":      {Terms: []Terms{{DiscountDays: "ten"}}},
		"REF[1]-02: \"RRRRRRRRRR":                {References: []Reference{{Value: strings.Repeat("R", 51)}}},
	} {
		_, err := i.Marshal(Version5010)
		require.ErrorContains(t, err, want)
	}
	_, err := Invoice{References: []Reference{{Value: strings.Repeat("R", 31)}}}.Marshal(Version5010)
	require.NoError(t, err)
	_, err = Invoice{References: []Reference{{Value: strings.Repeat("R", 31)}}}.Marshal("004010VICS")
	require.ErrorContains(t, err, "it must be 1 to 30")
	_, err = Invoice{}.Marshal("003040")
	require.ErrorIs(t, err, ErrVersion)
}

func TestWhatStoodBehindARemovedPartGoesToTheEndOfItsLoop(t *testing.T) {
	i, err := UnmarshalInvoice(segmentsFrom("BIG*20260310*1\nREF*IA*1\nYNQ*1\nIT1*1\nREF*PO*1\nYNQ*2\nDTM*011*20260310\nIT1*2\nTDS*0"))
	require.NoError(t, err)
	i.References, i.Lines[0].References = nil, nil
	segments, err := i.Marshal(Version4010)
	require.NoError(t, err)
	require.Equal(t, "BIG*20260310*1\nIT1*1\nDTM*011*20260310\nYNQ*2\nIT1*2\nTDS*0\nYNQ*1", text(segments))
}
