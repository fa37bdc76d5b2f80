package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// accountsOf are the accounts of division AAA of company 100 that are kept equal, by their codes.
func (w *world) accountsOf() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, a := range w.sandbox.M3.Accounts() {
		if a["CONO"] == "100" && (a["DIVI"] == "" || a["DIVI"] == "AAA") {
			out[trade.AccountCode(a["AITP"], a["AITM"])] = a
		}
	}
	return out
}

// account is the code of one that may be posted to.
func (w *world) account() string {
	for code, account := range w.accountsOf() {
		if account["LCCD"] == "0" && account["TX15"] != "" {
			return code
		}
	}
	require.Fail(w.t, "no account is open")
	return ""
}

func TestAccountsGoOutInOneFile(t *testing.T) {
	w := newFileWorld(t)
	has := w.accountsOf()
	result := w.syncOf(accounts, "first")
	require.Equal(t, []int{len(has), len(has), 0}, []int{result.Found, result.Created, result.Registered})
	require.Len(t, w.inFolder("masterdata/out"), 1)
	rows := w.rowsOf(accounts)
	require.Len(t, rows, len(has))
	blocked := 0
	for code, account := range has {
		want := "active"
		if account["LCCD"] == "1" {
			blocked++
			want = masterdata.Inactive
		}
		require.Equal(t, []string{want, account["TX40"]}, []string{rows[code][masterdata.StatusField], rows[code]["name"]}, code)
	}
	require.Positive(t, blocked, "the sandbox has blocked accounts")
	w.nothing(accounts, "second")
	full := accounts
	full.Full = true
	w.nothing(full, "all of them")
}

func TestAnAccountThatIsBlockedInM3ArrivesAsBlocked(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(accounts, "first")
	code := w.account()
	dimension, id, err := trade.ParseAccountCode(code)
	require.NoError(t, err)
	require.NoError(t, w.sandbox.M3.ChangeAccount(dimension, id, map[string]string{"LCCD": "1", "VTDT": "20251231"}))
	require.Equal(t, 1, w.syncOf(accounts, "second").Updated)
	row := w.rowsOf(accounts)[code]
	require.Equal(t, []string{masterdata.Inactive, "20251231"}, []string{row[masterdata.StatusField], row["validTo"]})
	w.nothing(accounts, "third")
}

func TestAnAccountThatCleoChangesIsGivenBackWhereInforOwnsIt(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(accounts, "first")
	code := w.account()
	w.says("account_100-AAA_1.csv", "company,code,name\n100-AAA,"+code+",Theirs\n")
	before := w.sandbox.M3.Accounts()
	require.Equal(t, 1, w.syncOf(accounts, "second").Updated)
	require.Equal(t, before, w.sandbox.M3.Accounts())
	require.Equal(t, w.accountsOf()[code]["TX40"], w.rowsOf(accounts)[code]["name"])
	w.nothing(accounts, "third")
}

func TestAnAccountFromCleoIsWrittenAndMadeWhereTheSettingsAllow(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("masterdata.yaml", "  owner: infor\n  createCleo: create\n  createInfor: never", "  owner: newest\n  createCleo: create\n  createInfor: template")
	w.syncOf(accounts, "first")
	code := w.account()
	w.says("account_100-AAA_1.csv", "company,code,name,shortName,status\n100-AAA,"+code+",Theirs,,active\n100-AAA,1/9901,New one,New,active\n")
	require.Equal(t, 2, w.syncOf(accounts, "second").Registered)
	for _, r := range w.waiting(trade.Accounts, trade.StateDiscovered) {
		r = w.settle(r)
		require.Equal(t, trade.StateSynced, r.State, r.Reason)
	}
	has := w.accountsOf()
	require.Equal(t, []string{"Theirs", "", "New one", "New"}, []string{has[code]["TX40"], has[code]["TX15"], has["1/9901"]["TX40"], has["1/9901"]["TX15"]})
	w.nothing(accounts, "third")
}

// TestWhatM3HasNoMoreIsBlockedAtCleo lets the ledger know records that M3 does not have.
func TestWhatM3HasNoMoreIsBlockedAtCleo(t *testing.T) {
	for _, each := range []struct {
		in   trade.PollInput
		code string
	}{{customers, "7999999"}, {accounts, "1/9998"}} {
		t.Run(string(each.in.Flow), func(t *testing.T) {
			w := newFileWorld(t)
			w.syncOf(each.in, "first")
			values := map[string]string{"name": "Gone", masterdata.StatusField: "active"}
			_, err := w.Ledger.SaveMasters(t.Context(), []ledger.Master{{Entity: trade.MasterEntity(each.in.Flow), Company: each.in.Company.String(), Code: each.code,
				Values: values, Agreed: values, Infor: ledger.MasterSide{Exists: true, Checksum: "as read"}, Cleo: ledger.MasterSide{Exists: true}}}, trade.SourceInfor, w.Ledger.Now())
			require.NoError(t, err)
			w.nothing(each.in, "a list of what changed says nothing of what is gone")
			full := each.in
			full.Full = true
			result := w.syncOf(full, "all of them")
			require.Equal(t, []int{1, 1, 0}, []int{result.Deleted, result.Updated, result.Registered})
			require.Equal(t, []string{"Gone", masterdata.Inactive}, []string{w.rowsOf(each.in)[each.code]["name"], w.rowsOf(each.in)[each.code][masterdata.StatusField]})
			w.nothing(full, "all of them again")
		})
	}
}
