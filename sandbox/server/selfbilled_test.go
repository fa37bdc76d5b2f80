package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/business"
	"tradewind/sandbox/server"
)

func TestSelfBilledInvoicesAreInTheLedger(t *testing.T) {
	o := server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1, SelfBilled: 7}
	s := start(t, o)
	_, made := ask[[]server.SelfBilledInvoice](t, s, "GET", "infor/selfbilled", "")
	require.Len(t, made, 7)
	require.Len(t, s.M3.Vouchers(), 7)
	require.Empty(t, s.M3.Batches())
	for i, want := range []string{business.Right, business.Charged, business.OddPrices, business.Discounted, business.Credit, business.NotApproved, business.Stopped} {
		expect := map[bool]string{true: "not eligible", false: "sent"}[i > 4]
		require.Equal(t, []string{business.SelfBilledNumber(i + 1), business.SelfBiller, "100", "USD", want, expect},
			[]string{made[i].Number, made[i].Supplier, made[i].Cono, made[i].Currency, made[i].Kind, made[i].Expect})
		require.Equal(t, want == business.Credit, made[i].Total[0] == '-')
	}
	require.Equal(t, "110.01", made[2].Total)

	status, more := ask[[]server.SelfBilledInvoice](t, s, "POST", "infor/selfbilled?n=2", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, []string{"SB-000008", business.Right, "SB-000009", business.Charged}, []string{more[0].Number, more[0].Kind, more[1].Number, more[1].Kind})
	for path, want := range map[string]int{"infor/selfbilled/SB-000006": http.StatusOK, "infor/selfbilled/SB-999999": http.StatusNotFound} {
		status, _ = ask[any](t, s, "PUT", path, `{"APRV":"1"}`)
		require.Equal(t, want, status)
	}
	status, _ = ask[any](t, s, "PUT", "infor/selfbilled/SB-000006", `{"VONO":"1"}`)
	require.Equal(t, http.StatusBadRequest, status)
	status, _ = ask[any](t, s, "POST", "infor/selfbilled?n=none", "")
	require.Equal(t, http.StatusBadRequest, status)

	require.NoError(t, s.Close())
	again := start(t, o)
	kept := again.SelfBilled()
	require.Len(t, kept, 9, "a restart makes none")
	require.Equal(t, []string{business.NotApproved, "sent"}, []string{kept[5].Kind, kept[5].Expect}, "what is approved may go")
	require.Equal(t, made[:5], kept[:5])
	require.Equal(t, more, kept[7:])
}

func TestTheSameSeedBillsAlike(t *testing.T) {
	at := func(o server.Options) []server.SelfBilledInvoice {
		o.StateDir, o.Seed, o.Orders = t.TempDir(), 7, 1
		s := start(t, o)
		_, err := s.AddSelfBilled(9 - o.SelfBilled)
		require.NoError(t, err)
		return s.SelfBilled()
	}
	require.Equal(t, at(server.Options{}), at(server.Options{SelfBilled: 7}))
	require.Equal(t, at(server.Options{}), at(server.Options{Invoices: 5}), "whatever else there is")
}
