package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/server"
)

func TestADeletedOrderIsGoneAndStaysGone(t *testing.T) {
	o := server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 3}
	s := start(t, o)
	_, orders := ask[objects](t, s, "GET", "infor/orders", "")
	cono, number := orders[0]["CONO"].(string), orders[0]["PUNO"].(string)
	gone := func(s *server.Server) {
		t.Helper()
		_, left := ask[objects](t, s, "GET", "infor/orders", "")
		require.Len(t, left, len(orders)-1)
		for _, order := range left {
			require.NotEqual(t, number, order["PUNO"])
		}
	}
	for _, want := range []int{http.StatusOK, http.StatusNotFound} {
		status, _ := ask[any](t, s, "DELETE", "infor/orders/"+cono+"/"+number, "")
		require.Equal(t, want, status)
		gone(s)
	}
	require.NoError(t, s.Close())
	gone(start(t, o))
}
