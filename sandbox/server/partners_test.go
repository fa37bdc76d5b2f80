package server_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/server"
)

func TestAPersonAtCleoChangesPartners(t *testing.T) {
	o := server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1}
	s := start(t, o)
	_, none := ask[json.RawMessage](t, s, "GET", "cleo/partners", "")
	require.JSONEq(t, "[]", string(none))
	ids := map[string]string{}
	for _, alias := range []string{"ACME", "BOLT"} {
		id, err := s.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"` + alias + `"`), "attributes": json.RawMessage(`{"city":"Omaha","fax":"555"}`)})
		require.NoError(t, err)
		ids[alias] = id
	}
	for _, change := range []struct {
		method, id, body string
		want             int
	}{
		{"PUT", ids["ACME"], `{"type":"carrier","attributes":{"city":"Milwaukee","fax":null}}`, http.StatusOK},
		{"PUT", ids["ACME"], `{"alias":"BOLT"}`, http.StatusConflict},
		{"PUT", ids["ACME"], `{"id":"x"}`, http.StatusBadRequest},
		{"PUT", ids["ACME"], `[`, http.StatusBadRequest},
		{"PUT", "unknown", `{}`, http.StatusNotFound},
		{"DELETE", ids["BOLT"], ``, http.StatusOK},
		{"DELETE", ids["BOLT"], ``, http.StatusNotFound},
	} {
		status, _ := ask[any](t, s, change.method, "cleo/partners/"+change.id, change.body)
		require.Equal(t, change.want, status, change)
	}
	require.NoError(t, s.Close())
	_, partners := ask[objects](t, start(t, o), "GET", "cleo/partners", "")
	require.Len(t, partners, 1)
	require.Equal(t, ids["ACME"], partners[0]["id"])
	require.Equal(t, "carrier", partners[0]["type"])
	require.Equal(t, map[string]any{"city": "Milwaukee"}, partners[0]["attributes"])
}
