package masterdata

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade/reasontest"
)

// TestMain holds the tests against the list of reasons: each has to be produced by one.
func TestMain(m *testing.M) { os.Exit(reasontest.Run(m, "reasons_master.go")) }

func TestReasonsPutTheThreeValuesSideBySide(t *testing.T) {
	supplier := supplierEntity()
	both := func(agreed, infor, cleo Values) Decision {
		return Compare(supplier, "10042", agreed, Side{Exists: true, Values: infor}, Side{Exists: true, Values: cleo})
	}
	for name, test := range map[string]struct {
		decision Decision
		want     string
	}{
		"one conflict": {both(Values{"note": "a"}, Values{"note": "b"}, Values{"note": "c"}),
			`M3 and Cleo differ in note (agreed "a", M3 "b", Cleo "c") (supplier 10042); ` +
				`replay it with --set FIELD=infor, FIELD=cleo or FIELD==VALUE, or enter the right value on both sides [MASTER_CONFLICT]`},
		"three conflicts": {both(Values{}, Values{"note": "b", "mail": "x", "fax": "1"}, Values{"note": "c", "mail": "y", "fax": "2"}),
			`M3 and Cleo differ in mail (agreed "", M3 "x", Cleo "y"), fax (agreed "", M3 "1", Cleo "2") and note (agreed "", M3 "b", Cleo "c") (supplier 10042); ` +
				`replay it with --set FIELD=infor, FIELD=cleo or FIELD==VALUE, or enter the right value on both sides [MASTER_CONFLICT]`},
		"money": {both(Values{"bank": "DE01"}, Values{"bank": "DE02"}, Values{"bank": "DE01"}),
			`remit-to data changed: bank (agreed "DE01", M3 "DE02", Cleo "DE01") (supplier 10042); ` +
				`let two people make sure of it by a contact that is known from before, and each replay it with the same --set FIELD=infor, FIELD=cleo or FIELD==VALUE [REMIT_CHANGE]`},
		"money and more": {both(Values{"bank": "DE01"}, Values{"bank": "DE01", "note": "x"}, Values{}),
			`remit-to data changed: bank (agreed "DE01", M3 "DE01", Cleo ""), and M3 and Cleo differ in note (agreed "", M3 "x", Cleo "") (supplier 10042); ` +
				`let two people make sure of it by a contact that is known from before, and each replay it with the same --set FIELD=infor, FIELD=cleo or FIELD==VALUE [REMIT_CHANGE]`},
		"new at Cleo": {Compare(supplier, "10042", nil, Side{}, Side{Exists: true}),
			`Cleo has the supplier and M3 does not, where only a person may create one (supplier 10042); ` +
				`replay it to accept, or enter it in M3 by hand [MASTER_NEW]`},
		"new in M3": {Compare(Entity{Name: "account", CreateCleo: CreatePark}, "1/5100", nil, Side{Exists: true}, Side{}),
			`M3 has the account and Cleo does not, where only a person may create one (account 1/5100); ` +
				`replay it to accept, or enter it in Cleo by hand [MASTER_NEW]`},
	} {
		t.Run(name, func(t *testing.T) {
			reason := test.decision.Reason()
			reasontest.ReadsWell(t, reason)
			require.Equal(t, test.want, reason.String())
		})
	}
	settled := both(Values{"name": "a"}, Values{"name": "b"}, Values{"name": "a"})
	require.True(t, settled.Reason().IsZero(), "what the rules settle needs nobody")
	require.True(t, Compare(supplier, "10042", Values{}, Side{}, Side{}).Reason().IsZero())
}

func TestARefusalSaysWhoDoesNotTakeItAndWhy(t *testing.T) {
	reason := Refused("supplier 10042", Infor, "field CSCD: country XX does not exist; correct the value and run it again")
	reasontest.ReadsWell(t, reason)
	require.Equal(t, "M3 does not take it: field CSCD: country XX does not exist (supplier 10042); "+
		"correct it in M3 or at Cleo, or give our account there the authority, then replay [MASTER_REFUSED]", reason.String())
	require.Contains(t, Refused("supplier 10042", Cleo, "no").Message, "Cleo does not take it: no")
}
