package doc

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi"
	"tradewind/edi/schema"
)

// partnerProfile is a profile with a supplier, whom it is paid through, and a network's own party.
func partnerProfile() TradingPartnerProfile {
	supplier := ProfileParty{Party: Party{Code: "SU", Name: "Acme Fasteners", Qualifier: "92", ID: "0010045", Names: []string{"Second line"}, Street: []string{"1 Quay", "Dock 4"},
		Town: "Duluth", State: "MN", Postal: "55802", Country: "US", References: []Reference{{Qualifier: "TJ", Value: "123456789"}},
		Contacts: []Contact{{Function: "IC", Name: "Desk", Numbers: []Communication{{Qualifier: "TE", Number: "218 555 0100"}, {Qualifier: "EM", Number: "desk@acme.example"}}}}},
		Currencies: []Currency{{Party: "SE", Code: "USD"}}, Taxes: []TaxReference{{Number: "123456789"}}, Terms: []Terms{{Type: "01"}}}
	supplier.Unmodelled = []Unmodelled{{After: "ITD[1]", Segment: "TPD", Elements: []string{"F", "", "", "valves"}}, {After: "ITD[1]", Segment: "LS", Elements: []string{"1"}},
		{After: "ITD[1]", Segment: "TUD", Elements: []string{"1"}}, {After: "ITD[1]", Segment: "N1", Elements: []string{"SU", "not a party of the profile"}},
		{After: "ITD[1]", Segment: "LE", Elements: []string{"1"}}}
	return TradingPartnerProfile{Purpose: "04", Number: "P-17", Date: "20260304", Time: "0932", Type: "NO",
		Contacts: []Contact{{Function: "IC", Name: "EDI"}},
		Locations: []ProfileLocation{{Number: "1", Placement: &Placement{Action: "2", Party: "SU", Date: "20260304"},
			Parties:    []ProfileParty{supplier, {Party: Party{Code: "RI", Name: "Factor Bank", References: []Reference{{Qualifier: "11", Value: "123456"}}}}},
			Unmodelled: []Unmodelled{{After: "N1[2]", Segment: "ENE", Elements: []string{"1"}}, {After: "N1[2]", Segment: "N1", Elements: []string{"VN", "a network"}}}}}}
}

func TestAProfileFollowsTheOrderOfTheStandard(t *testing.T) {
	p := partnerProfile()
	segments, err := p.Marshal(Version4010)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(`
BTP*04*P-17*20260304*0932*NO
PER*IC*EDI
LX*1
PLA*2*SU*20260304
N1*SU*Acme Fasteners*92*0010045
N2*Second line
N3*1 Quay*Dock 4
N4*Duluth*MN*55802*US
N9*TJ*123456789
PER*IC*Desk*TE*218 555 0100*EM*desk@acme.example
CUR*SE*USD
TAX*123456789
ITD*01
TPD*F***valves
LS*1
TUD*1
N1*SU*not a party of the profile
LE*1
N1*RI*Factor Bank
N9*11*123456
ENE*1
N1*VN*a network`), text(segments))
	back, err := UnmarshalTradingPartnerProfile(segments)
	require.NoError(t, err)
	require.Equal(t, p, back)

	segments[2].Elements[0] = "one"
	_, err = UnmarshalTradingPartnerProfile(segments)
	require.ErrorContains(t, err, `LX[1]-01: not a number of digits: "one"`)
	_, err = UnmarshalTradingPartnerProfile(segments[1:])
	require.ErrorContains(t, err, "BTP")
}

func TestAProfileIsValidInBothVersions(t *testing.T) {
	for version, envelope := range map[Version]string{Version4010: "00401", Version5010: "00501"} {
		p := partnerProfile()
		p.Locations[0].Unmodelled, p.Locations[0].Parties[0].Unmodelled = nil, nil
		segments, err := p.Marshal(version)
		require.NoError(t, err)
		var out bytes.Buffer
		at := time.Date(2026, 3, 4, 9, 32, 0, 0, time.UTC)
		e := edi.NewEncoder(&out, edi.Delimiters{Element: '*', Component: '>', Repetition: map[Version]byte{Version5010: '^'}[version], Segment: '~'})
		require.NoError(t, e.BeginInterchange(edi.Interchange{SenderQualifier: "ZZ", Sender: "SUPPLIER", ReceiverQualifier: "ZZ", Receiver: "TRADEWINDUS", Time: at, Version: envelope, Control: "000000001", Usage: "P"}))
		require.NoError(t, e.BeginGroup(edi.Group{Functional: "TD", Sender: "SUPPLIER", Receiver: "TRADEWINDUS", Time: at, Control: "1", Version: string(version)}))
		require.NoError(t, e.WriteSet("838", "0001", segments))
		require.NoError(t, e.EndGroup())
		require.NoError(t, e.EndInterchange())
		var s sampled
		_, err = schema.Validate(bytes.NewReader(out.Bytes()), &s, schema.Options{})
		require.NoError(t, err)
		require.Len(t, s.sets, 1)
		require.Empty(t, s.sets[0].Findings, version)
	}
}
