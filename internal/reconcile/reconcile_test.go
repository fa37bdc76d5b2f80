package reconcile

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

func TestADeliveredRecordWithoutItsFileIsOpen(t *testing.T) {
	l, err := ledger.Open(t.Context(), ledger.DefaultURL, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(t.Context()))
	for i, number := range []string{"1", "2", "3"} {
		r, err := l.RegisterOrder(t.Context(), ledger.NewOrder{Company: trade.Company{Cono: "100", Divi: "AAA"}, Number: number, Partner: "ACME",
			Amount: "10.25", Currency: "USD", Checksum: number})
		require.NoError(t, err)
		if i == 2 {
			continue
		}
		_, err = l.Transition(t.Context(), r.Record, ledger.Change{To: trade.StateSent, Event: "sent", Apply: func(r *ledger.Record) {
			if r.Document.SHA256 = "aa"; number == "1" {
				r.FileID = "f1"
			}
		}})
		require.NoError(t, err)
	}
	report, err := Records(t.Context(), l, time.Time{}, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.False(t, report.Balanced)
	require.Len(t, report.Chains, 1)
	require.Equal(t, []string{"order/100/AAA/2/1"}, report.Chains[0].Open)
	require.Equal(t, "20.5", report.Chains[0].Amounts[trade.StateSent])
	require.Equal(t, 3, report.Chains[0].Received)
}

func TestAPostedInvoiceWithoutItsVoucherIsOpen(t *testing.T) {
	l, err := ledger.Open(t.Context(), ledger.DefaultURL, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(t.Context()))
	company := trade.Company{Cono: "100", Divi: "AAA"}
	for id, state := range map[string]trade.State{"a": trade.StatePosted, "b": trade.StatePosted, "c": trade.StateTest, "d": trade.StateParked} {
		_, err := l.RegisterReceived(t.Context(), []ledger.NewReceived{{ID: id, Company: company, Partner: "ACME", Set: "810", Number: id, State: trade.StateDiscovered, Amount: "10.25", Currency: "USD"}})
		require.NoError(t, err)
		_, err = l.Transition(t.Context(), id, ledger.Change{To: state, Event: "x", Apply: func(r *ledger.Record) {
			if r.Document.SHA256 = "aa"; id == "a" {
				r.Voucher = "2026/1"
			}
		}})
		require.NoError(t, err)
	}
	report, err := Records(t.Context(), l, time.Time{}, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.False(t, report.Balanced)
	require.Equal(t, []string{"b"}, report.Chains[0].Open)
	require.Equal(t, "20.5", report.Chains[0].Amounts[trade.StatePosted])
}

func TestAcknowledgementsAreCountedInTheirStates(t *testing.T) {
	l, err := ledger.Open(t.Context(), ledger.DefaultURL, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(t.Context()))
	company := trade.Company{Cono: "100", Divi: "AAA"}
	for id, flow := range map[string]trade.Flow{"ack-in/1/1/1/1/1": trade.AcksIn, "ack-out/1/1/1": trade.AcksOut, "ack-out/1/2/2": trade.AcksOut} {
		_, err := l.RegisterReceived(t.Context(), []ledger.NewReceived{{ID: id, Flow: flow, Company: company, Partner: "ACME", Set: "997", Number: "1", State: trade.StateDiscovered, Amount: "0"}})
		require.NoError(t, err)
	}
	_, err = l.Transition(t.Context(), "ack-out/1/2/2", ledger.Change{To: trade.StateSent, Event: "sent"})
	require.NoError(t, err)
	report, err := Records(t.Context(), l, time.Time{}, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Len(t, report.Chains, 2)
	in, out := report.Chains[0], report.Chains[1]
	require.Equal(t, []any{trade.AcksIn, 1, true, "0"}, []any{in.Flow, in.Counts[trade.StateDiscovered], in.Balanced, in.Amounts[trade.StateDiscovered]})
	require.Equal(t, []any{trade.AcksOut, 2, false}, []any{out.Flow, out.Received, out.Balanced})
	require.Equal(t, []string{"ack-out/1/2/2"}, out.Open, "it is sent, and no file proves it")
}
