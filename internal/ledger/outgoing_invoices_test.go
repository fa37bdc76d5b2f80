package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// TestAnInvoiceIsRegisteredOnceForWhatItSays registers versions of an invoice: what has not left is replaced, what
// has left is followed only by one that parks, and what M3 says again is nothing new.
func TestAnInvoiceIsRegisteredOnceForWhatItSays(t *testing.T) {
	l := open(t)
	register := func(supplier, checksum string) Registration {
		out, err := l.RegisterOutgoingInvoice(t.Context(), NewOutgoingInvoice{Company: company, Supplier: supplier, Number: "SB/1", Year: "2026",
			Partner: "ACME", Voucher: "2026/30000001", Amount: "1", Currency: "USD", Checksum: checksum, Source: checksum}, trade.Data(trade.ReasonInvoiceChanged, "", "ask", "it changed"))
		require.NoError(t, err)
		return out
	}
	const id = "invoice-out/100/AAA/1/SB%2F1/2026/"
	require.Equal(t, Registration{id + "1", true}, register("1", "a"))
	require.Equal(t, Registration{id + "1", false}, register("1", "a"))
	require.Equal(t, Registration{id + "2", true}, register("1", "b"), "it takes the place of what has not left")
	require.Equal(t, Registration{id + "3", true}, register("1", "a"), "and the first the place of that")
	require.Equal(t, Registration{"invoice-out/100/AAA/2/SB%2F1/2026/1", true}, register("2", "c"), "another supplier may use the number")
	for _, superseded := range []string{id + "1", id + "2"} {
		r, err := l.Record(t.Context(), superseded)
		require.NoError(t, err)
		require.Equal(t, trade.StateSuperseded, r.State)
	}
	_, err := l.Transition(t.Context(), id+"3", Change{To: trade.StateSent, Event: "sent", Actor: "test", Apply: func(r *Record) { r.SentAt = l.Now() }})
	require.NoError(t, err)
	require.Equal(t, Registration{id + "4", true}, register("1", "d"))
	r, err := l.Record(t.Context(), id+"4")
	require.NoError(t, err)
	require.Equal(t, []string{trade.ReasonInvoiceChanged, "record " + id + "3"}, []string{r.Reason.Code, r.Reason.Place})
	require.Equal(t, Registration{id + "3", false}, register("1", "a"), "M3 says again what went out")
	require.Equal(t, Registration{id + "4", false}, register("1", "d"))
}
