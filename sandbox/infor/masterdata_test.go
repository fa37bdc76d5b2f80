package infor_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/infor"
)

const halvorsen = "0010045"

func TestListsOfSuppliersLeaveOutWhatM3LeavesOut(t *testing.T) {
	w := newTenant(t)
	listed := w.do("CRS620MI", "LstSuppliers", fields{"FRSU": halvorsen, "TOSU": "0010058"})
	require.Len(t, listed, 3)
	for _, name := range []string{"STAT", "VRNO", "LMDT", "LMTS", "CHNO"} {
		require.NotContains(t, listed[0], name)
	}
	require.Equal(t, []string{"N30", "USD"}, []string{listed[0]["TEPY"], listed[0]["CUCD"]})
	byNumber := w.do("CRS620MI", "LstByNumber", fields{"SUNO": halvorsen})
	require.Equal(t, []string{halvorsen, "20"}, []string{byNumber[0]["SUNO"], byNumber[0]["STAT"]})
	require.NotContains(t, byNumber[0], "TEPY")
	w.refused("CRS620MI", "LstByNumber", nil, "", "SUNO")
	w.refused("CRS620MI", "LstSuppliers", fields{"LMTS": "yesterday"}, "XNU0000", "LMTS")
	w.refused("CRS620MI", "LstAddresses", fields{"SUNO": "1"}, "WSU0103", "SUNO")
	w.refused("CRS620MI", "GetAddress", fields{"SUNO": halvorsen, "ADTE": "4"}, "XRE0103", "")
	require.Equal(t, "1", w.do("CRS620MI", "GetAddress", fields{"SUNO": halvorsen, "ADTE": "01"})[0]["CHNO"], "an address type is a number")
	require.Len(t, w.do("CRS620MI", "LstSupplierRef", fields{"SUNO": halvorsen, "RFTY": "01"}), 1)
	require.Empty(t, w.do("CRS620MI", "LstSupplierRef", fields{"SUNO": halvorsen, "RFTY": "02"}))
}

func TestEveryChangeMovesTheTimestamp(t *testing.T) {
	w := newTenant(t)
	moved := func() (at int) {
		t.Helper()
		at, err := strconv.Atoi(w.selected("IDLMTS from CIDMAS where IDSUNO = '" + halvorsen + "'")[0][0])
		require.NoError(t, err)
		return at
	}
	before := moved()
	for _, change := range []func(){
		func() { w.do("CRS620MI", "UpdSupplier", fields{"SUNO": halvorsen, "PHNO": "555-0101"}) },
		func() {
			w.do("CRS620MI", "UpdAddress", fields{"SUNO": halvorsen, "ADTE": "1", "STDT": "0", "TOWN": "Racine"})
		},
		func() {
			w.do("CRS620MI", "UpdSupplierRef", fields{"SUNO": halvorsen, "RFTY": "01", "RFID": "ORDERS", "EMAL": "a@halvorsen.example"})
		},
		func() { require.NoError(t, w.m3.ChangeSupplier("100", halvorsen, fields{"SUNM": "Halvorsen"})) },
		func() { require.NoError(t, w.m3.ChangeSupplier("100", halvorsen, nil)) },
	} {
		change()
		after := moved()
		require.Greater(t, after, before)
		require.Len(t, w.do("CRS620MI", "LstSuppliers", fields{"LMTS": strconv.Itoa(after)}), 1, "the moment itself counts")
		require.Empty(t, w.do("CRS620MI", "LstSuppliers", fields{"LMTS": strconv.Itoa(after + 1)}))
		before = after
	}
	require.NoError(t, w.m3.SetProfile(infor.Profile{QuietAddresses: true}))
	w.do("CRS620MI", "UpdAddress", fields{"SUNO": halvorsen, "ADTE": "1", "STDT": "0", "TOWN": "Waukesha"})
	require.Equal(t, before, moved())
}

func TestChangesThatMakeNoSenseAreRefused(t *testing.T) {
	w := newTenant(t)
	require.NoError(t, w.m3.Begin(5, 0))
	before := w.m3.Suppliers()
	require.Error(t, w.m3.ChangeSupplier("100", halvorsen, fields{"SUNO": "1"}))
	require.Error(t, w.m3.ChangeSupplier("100", halvorsen, fields{"MAIL": "no field of a supplier"}))
	require.ErrorIs(t, w.m3.ChangeSupplier("100", "1", fields{"SUNM": "x"}), infor.ErrUnknown)
	require.ErrorIs(t, w.m3.DeleteSupplier("100", "1"), infor.ErrUnknown)
	require.Equal(t, before, w.m3.Suppliers())
	require.Error(t, w.m3.ChangeCustomer("100", "7100001", fields{"CUNO": "1"}))
	require.ErrorIs(t, w.m3.ChangeCustomer("100", "1", nil), infor.ErrUnknown)
	w.refused("CRS610MI", "ChgBasicData", fields{"CUNO": "7100001", "CUNM": "x", "CHNO": "7"}, "XUP0001", "")
	w.refused("CRS610MI", "ChgBasicData", fields{"CUNO": "1"}, "WCU0203", "CUNO")
	w.refused("CRS610MI", "GetBasicData", fields{"CUNO": "1"}, "WCU0203", "CUNO")
	w.refused("CRS620MI", "AddSupplierRef", fields{"SUNO": "1", "RFTY": "01", "RFID": "A", "YRE1": "A"}, "WSU0103", "SUNO")
	w.refused("CRS630MI", "AddAccountID", fields{"AITP": "1", "AITM": "9000", "TX40": "Elsewhere", "DIVI": "BBB"}, "XRE0103", "DIVI")
}

func TestMasterDataSurvivesARestart(t *testing.T) {
	w := newTenant(t)
	require.NoError(t, w.m3.Begin(5, 30))
	require.NoError(t, w.m3.Begin(6, 30), "only an M3 without customers is filled")
	require.NoError(t, w.m3.DeleteSupplier("100", halvorsen))
	require.NoError(t, w.m3.DeleteSupplier("100", "0800000009"))
	require.NoError(t, w.m3.ChangeSupplier("100", "0800000008", fields{"TOWN": "Racine", "ECAR": "WI", "EMAL": "a@b.example", "STAT": "90"}))
	require.NoError(t, w.m3.ChangeCustomer("100", "7100003", fields{"STAT": "90"}))
	w.do("CRS630MI", "AddAccountID", fields{"AITP": "5", "AITM": "E99", "TX40": "New"})
	for range 2 {
		suppliers, customers, accounts := w.m3.Suppliers(), w.m3.Customers(), w.m3.Accounts()
		w.restart()
		require.Equal(t, suppliers, w.m3.Suppliers())
		require.Equal(t, customers, w.m3.Customers())
		require.Equal(t, accounts, w.m3.Accounts())
	}
	w.refused("CRS620MI", "GetBasicData", fields{"SUNO": halvorsen}, "WSU0103", "SUNO")
	require.Empty(t, w.selected("SASUNO from CIDADR where SASUNO = '"+halvorsen+"'"))
	for _, supplier := range w.m3.Suppliers() {
		if supplier["SUNO"] == "0800000008" {
			address := supplier["addresses"].([]fields)[0]
			require.Equal(t, []string{"Racine", "WI"}, []string{address["TOWN"], address["ECAR"]})
			require.Equal(t, []any{"a@b.example", "WI", "90"}, []any{supplier["EMAL"], supplier["ECAR"], supplier["STAT"]})
		}
	}
	require.Equal(t, [][]string{{"7100003", "90", "2"}}, w.selected("OKCUNO, OKSTAT, OKCHNO from OCUSMA where OKLMDT > 20240115"))
}
