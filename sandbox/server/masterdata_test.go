package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/server"
)

// find gives the record whose field has that value.
func find(t *testing.T, s *server.Server, list, field, value string) map[string]any {
	t.Helper()
	_, records := ask[objects](t, s, "GET", "infor/"+list, "")
	for _, r := range records {
		if r["CONO"] == "100" && r[field] == value {
			return r
		}
	}
	return nil
}

func TestMasterDataIsShownAndChanged(t *testing.T) {
	o := server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1, Suppliers: 5}
	s := start(t, o)
	for list, n := range map[string]int{"suppliers": 64, "customers": 200, "accounts": 400} {
		_, records := ask[objects](t, s, "GET", "infor/"+list, "")
		require.Len(t, records, n, list)
	}
	before := find(t, s, "suppliers", "SUNO", "0010045")
	require.Equal(t, []any{"2140 Foundry Row", "Milwaukee", "orders@halvorsen-bearing.example", "20", "EDI", "USD", "US", "1"},
		[]any{before["ADR1"], before["TOWN"], before["EMAL"], before["STAT"], before["SUCL"], before["CUCD"], before["CSCD"], before["CHNO"]})
	for _, change := range []struct {
		method, path, body string
		want               int
	}{
		{"PUT", "infor/suppliers/100/0010045", `{"SUNM":"Halvorsen Drives","TOWN":"Racine","EMAL":"new@halvorsen.example"}`, http.StatusOK},
		{"PUT", "infor/suppliers/100/0010045", `{"NOSUCH":"1"}`, http.StatusBadRequest},
		{"PUT", "infor/suppliers/100/1", `{"SUNM":"Nobody"}`, http.StatusNotFound},
		{"PUT", "infor/customers/100/7100001", `{"CUNM":"Renamed","VRNO":"US1"}`, http.StatusOK},
		{"PUT", "infor/customers/100/1", `{"CUNM":"Nobody"}`, http.StatusNotFound},
		{"PUT", "infor/accounts/1/7000", `{"LCCD":"1"}`, http.StatusOK},
		{"DELETE", "infor/suppliers/100/0800000003", "", http.StatusOK},
		{"DELETE", "infor/suppliers/100/0800000003", "", http.StatusNotFound},
	} {
		status, _ := ask[any](t, s, change.method, change.path, change.body)
		require.Equal(t, change.want, status, "%s %s", change.method, change.path)
	}
	require.NoError(t, s.Close())
	o.Suppliers, o.Seed = 50, 8 // what the state folder holds was made with other options
	s = start(t, o)
	after, customer, account := find(t, s, "suppliers", "SUNO", "0010045"), find(t, s, "customers", "CUNM", "Renamed"), find(t, s, "accounts", "AITM", "7000")
	require.Equal(t, []any{"Halvorsen Drives", "Racine", "new@halvorsen.example", "2", "2140 Foundry Row"},
		[]any{after["SUNM"], after["TOWN"], after["EMAL"], after["CHNO"], after["ADR1"]})
	require.Equal(t, []any{"7100001", "2", "US1"}, []any{customer["CUNO"], customer["CHNO"], customer["VRNO"]})
	require.Equal(t, []any{"1", "2"}, []any{account["LCCD"], account["CHNO"]})
	require.Greater(t, after["LMTS"], before["LMTS"])
	require.Greater(t, after["LMDT"], before["LMDT"])
	require.Nil(t, find(t, s, "suppliers", "SUNO", "0800000003"))
	_, suppliers := ask[objects](t, s, "GET", "infor/suppliers", "")
	require.Len(t, suppliers, 63)
}
