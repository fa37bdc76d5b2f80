package mapping

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/edi/doc"
	"tradewind/internal/trade"
	"tradewind/internal/trade/reasontest"
)

func proposals(t testing.TB, text string) ([]SupplierProposal, trade.Reason) {
	t.Helper()
	in, err := doc.UnmarshalTradingPartnerProfile(segmentsOf(text))
	require.NoError(t, err)
	p := profile()
	p.Profile838 = DefaultProfileSet()
	return ReadProfile838(in, p)
}

func TestAProfileBecomesTheGoldenProposals(t *testing.T) {
	content, err := os.ReadFile("testdata/profile838-change.edi")
	require.NoError(t, err)
	all, reason := proposals(t, string(content))
	require.True(t, reason.IsZero(), reason.String())
	golden(t, "profile838-change", all)
	require.NotContains(t, RemitToChanged(all).String()+RemitToDecision(all), "000123456789", "an account is shown by its last digits")
}

// TestAPartySaysWhichSupplierItIs has parties with and without our number.
func TestAPartySaysWhichSupplierItIs(t *testing.T) {
	for parties, want := range map[string][]string{
		"N1*SU*Acme":                           {"0010045"},
		"N1*SU*Acme*91*THEIRS":                 {"0010045"},
		"N1*VN*Acme*92*0010045":                {"0010045"},
		"N1*SE*Acme*92*10045":                  {"0010045"},
		"N1*SU*Acme*92*0010045\nN1*BY*Us":      {"0010045"},
		"N1*SU*West*92*0077001":                {"0077001"},
		"N1*SU*A*92*10045\nN1*SU*B*92*77001":   {"0010045", "77001"},
		"N1*SU*A*92*10045\nLX*2\nN1*VN*A*92*5": {"0010045", "5"},
	} {
		all, reason := proposals(t, "BTP*00*1*20260304*0800*NO\nLX*1\n"+parties)
		require.True(t, reason.IsZero(), "%s: %s", parties, reason)
		var got []string
		for _, p := range all {
			got = append(got, p.Supplier)
		}
		require.Equal(t, want, got, parties)
	}
}

// TestWhoIsPaidIsAFieldOrARemark says where money goes in several ways.
func TestWhoIsPaidIsAFieldOrARemark(t *testing.T) {
	for parties, want := range map[string]struct {
		payee, remark string
	}{
		"N1*RI*Treasury*92*0010058":              {"0010058", ""},
		"N1*PE*Treasury*92*0010058\nN3*1 Bank":   {"0010058", ""},
		"N1*RI*Bank*91*X1":                       {"", `"Bank", number (91) **`},
		"N1*RI*Bank*13*021000021":                {"", `"Bank", number (13) …0021`},
		"N1*RE*Bank\nN3*1 Bank St\nN4*Reno*NV":   {"", `"Bank", 1 Bank St, Reno, NV`},
		"N1*RI*T*92*0010058\nN9*11*12345678":     {"", `"T", number (92) 0010058, account (11) …5678`},
		"N1*BK*Bank\nN9*ABA*021000021":           {"", `"Bank", account (ABA) …0021`},
		"N1*PR*The payer is us":                  {"", ""},
		"N1*BK*Bank\nN9*ZZ*021000021":            {"", ""},
		"N1*RI*T\nN9*11*123":                     {"", `"T", account (11) ***`},
		"LX*2\nN1*RI*Treasury*92*0010058\nLX*3":  {"0010058", ""},
		"N1*RI*A*92*0010058\nN1*RE*A*92*0010058": {"0010058", ""},
	} {
		all, reason := proposals(t, "BTP*00*1*20260304*0800*NO\nLX*1\nN1*SU*Acme\n"+parties)
		require.True(t, reason.IsZero(), "%s: %s", parties, reason)
		require.Len(t, all, 1)
		require.Equal(t, want.payee, all[0].Values["payee"], parties)
		changed := RemitToChanged(all)
		require.Equal(t, want.remark == "", changed.IsZero(), parties)
		require.Equal(t, want.remark == "", RemitToDecision(all) == "", parties)
		if want.remark != "" {
			require.Equal(t, want.remark, all[0].RemitTo[0].Text)
			require.Equal(t, trade.ReasonRemitChange, changed.Code)
			reasontest.ReadsWell(t, changed)
		}
	}
}

// TestAnAddressLeavesNothingOfTheOneBefore has the lines and parts that an address may lack.
func TestAnAddressLeavesNothingOfTheOneBefore(t *testing.T) {
	for party, want := range map[string]map[string]string{
		"N3*1 Quay":                    {"street": "1 Quay", "street2": ""},
		"N3*1 Quay*Dock 4":             {"street": "1 Quay", "street2": "Dock 4"},
		"N3*1 Quay\nN3*Dock 4":         {"street": "1 Quay", "street2": "Dock 4"},
		"N3*1 Quay*Dock 4\nN3*Floor 2": {"street": "1 Quay", "street2": "Dock 4, Floor 2"},
		"N4*Duluth":                    {"town": "Duluth", "state": "", "postalCode": ""},
		"N4*Lille**59000*FR":           {"town": "Lille", "state": "", "postalCode": "59000", "country": "FR"},
		"N4****FR":                     {"country": "FR", "state": "", "postalCode": ""},
		"N4*** 59000":                  {"postalCode": "59000"},
		"N2*Trading as Acme":           {},
		"N3*1 Quay\nLX*2\nN1*VN**92*5\nN3*1 Quay*Dock 4":                 {"street": "1 Quay", "street2": "Dock 4"},
		"N3*1 Quay*Dock 4\nN4*Lille**59000\nLX*2\nN1*VN**92*5\nN4*Lille": {"street": "1 Quay", "street2": "Dock 4", "town": "Lille", "state": "", "postalCode": "59000"},
	} {
		all, reason := proposals(t, "BTP*04*1*20260304*0800*NO\nLX*1\nN1*SU**92*5\n"+party)
		require.True(t, reason.IsZero(), "%s: %s", party, reason)
		require.Len(t, all, 1)
		require.Equal(t, want, all[0].Values, party)
	}
}

// TestAccentsAreReadInUTF8AndInLatin1 writes the same profile in both.
func TestAccentsAreReadInUTF8AndInLatin1(t *testing.T) {
	const text = "BTP*04*1*20260304*0800*NO\nLX*1\nN1*SU*Société Bélair*92*5\nN3*Straße 1*Ü 2\nN4*Montréal*QC\nN9*VX*é1\nPER*IC**EM*chloé@acme.example\nTAX*ñ2\n" +
		"N1*RE*Crédit Ouest*91*é7\nN3*9 rue Molière\nN4*Orléans\nN9*11*12é45"
	var latin1 []byte
	for _, r := range text {
		latin1 = append(latin1, byte(r))
	}
	inUTF8, reason := proposals(t, text)
	require.True(t, reason.IsZero(), reason.String())
	inLatin1, reason := proposals(t, string(latin1))
	require.True(t, reason.IsZero(), reason.String())
	require.Equal(t, inUTF8, inLatin1, "what people accept is the same, too")
	require.Equal(t, "Société Bélair Montréal chloé@acme.example", strings.Join([]string{inLatin1[0].Values["name"], inLatin1[0].Values["town"], inLatin1[0].Values["email"]}, " "))
	content, err := json.Marshal(inLatin1)
	require.NoError(t, err)
	var kept []SupplierProposal
	require.NoError(t, json.Unmarshal(content, &kept))
	require.Equal(t, inUTF8, kept, "nothing is lost where it is kept")
	require.Equal(t, `"Crédit Ouest", number (91) **, 9 rue Molière, Orléans, account (11) …2é45`, kept[0].RemitTo[0].Text)
}

func TestWhatAProfileDoesNotSayClearlyParks(t *testing.T) {
	const head = "BTP*00*1*20260304*0800*NO\nLX*1\n"
	for text, want := range map[string]trade.Reason{
		"BTP*03*1*20260304*0800*NO\nLX*1\nN1*SU*A":                              {Code: trade.ReasonPurposeUnsupported, Place: "BTP-01", Message: `the purpose "03" of the profile`},
		"BTP*22*1*20260304*0800*NO\nLX*1\nN1*SU*A":                              {Code: trade.ReasonPurposeUnsupported, Place: "BTP-01", Message: `"22"`},
		"BTP*00*1*20260304*0800*NO\nLX*1\nPLA*3*SU*20260304\nN1*SU*A":           {Code: trade.ReasonPurposeUnsupported, Place: "PLA of LX[1]", Message: "deletes"},
		"BTP*00*1*20260304*0800*NO":                                             {Code: trade.ReasonSupplierUnclear, Place: "N1", Message: "no party of the profile"},
		head + "N1*BY*Us":                                                       {Code: trade.ReasonSupplierUnclear, Place: "N1", Message: "no party of the profile"},
		head + "N1*SU*A\nN1*SU*B":                                               {Code: trade.ReasonSupplierUnclear, Place: "N1[1]-04", Message: `of "A" it does not say our number`},
		head + "N1*SU*A*92*0010045\nLS*1\nN1*SU*x\nLE*1\nN1*VN*B":               {Code: trade.ReasonSupplierUnclear, Place: "N1[3]-04", Message: `of "B"`},
		head + "N1*SU*A*92*12345678901":                                         {Code: trade.ReasonSupplierUnclear, Place: "N1[1]-04", Message: "longer"},
		head + "N1*SU*A*92*5\nN1*SU*B*92*5":                                     {Code: trade.ReasonSupplierUnclear, Place: "N1[2]-02", Message: `two things of the name of supplier 5: "A" and "B"`},
		head + "N1*SU*A*92*5\nN1*SU*B*92*6\nN1*RI*Bank":                         {Code: trade.ReasonSupplierUnclear, Place: "N1[3]", Message: `paid through "Bank"`},
		head + "N1*SU*A*92*5\nN1*RI*X*92*7\nN1*RI*Y*92*8":                       {Code: trade.ReasonSupplierUnclear, Place: "N1[3]-04", Message: "two things of the payee"},
		head + "N1*SU*A*92*5\nLX*2\nN1*SU*B*92*6\nLX*3\nN1*BK*Bank\nN9*11*1234": {Code: trade.ReasonSupplierUnclear, Place: "N1[3]", Message: `paid through "Bank"`},
	} {
		all, reason := proposals(t, text)
		require.Empty(t, all, text)
		require.Equal(t, want.Code, reason.Code, "%s: %s", text, reason)
		require.Equal(t, want.Place, reason.Place, text)
		require.Contains(t, reason.Message, want.Message, text)
		reasontest.ReadsWell(t, reason)
	}
	foreign := ForeignSupplier(SupplierProposal{Supplier: "0010051", Place: "N1[1]"}, "ACME", "M3")
	require.Contains(t, foreign.Message, "partner ACME speaks of supplier 0010051, which M3 has")
	reasontest.ReadsWell(t, foreign)
}

// TestNoAccountIsEverAValue makes profiles at random: what says where money goes is a payee that was said as a number of
// ours, or a remark; every account is one.
func TestNoAccountIsEverAValue(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 38))
	pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	read := 0
	for range 3000 {
		text, accounts := "BTP*04*1*20260304*0800*NO\nLX*1", 0
		for range 1 + random.IntN(4) {
			text += "\n" + pick("", "", "LX*2\n") + "N1*" + pick("SU", "VN", "RI", "PE", "BK", "BY") + "*" + pick("Acme", "Acme", "Bank") + pick("", "", "*92*0010045", "*92*0010058", "*91*X")
			for range random.IntN(3) {
				text += "\nN9*" + pick("TJ*123", "VX*456", "ZZ*789")
			}
			if random.IntN(3) == 0 {
				text += "\nN9*" + pick("11", "ABA") + "*7777777"
				accounts++
			}
			text += pick("", "\nPER*IC**EM*a@acme.example", "\nPER*IC**TE*555")
		}
		all, reason := proposals(t, text)
		if !reason.IsZero() {
			require.Equal(t, trade.ReasonSupplierUnclear, reason.Code, text)
			continue
		}
		read++
		told := 0
		for _, p := range all {
			for field, value := range p.Values {
				require.NotContains(t, value, "7777777", text)
				require.NotEmpty(t, value, "%s: %s", field, text)
			}
			if payee := p.Values["payee"]; payee != "" {
				require.Contains(t, text, "*92*"+payee, text)
			}
			for _, remark := range p.RemitTo {
				told += strings.Count(remark.Text, "account (")
			}
		}
		require.Equal(t, accounts, told, text)
		require.Equal(t, accounts > 0, strings.Contains(RemitToChanged(all).Message, "account ("), text)
	}
	require.Greater(t, read, 500)
}
