package inboundtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/edi/ack"
	"tradewind/internal/apptest"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// profiled is a file of GPFASTENER with one 838 about a supplier and its e-mail.
func profiled(control int, supplier, address string) []byte {
	return fmt.Appendf(nil, `ISA*00*          *00*          *ZZ*GPFASTENER     *ZZ*TRADEWINDUS    *260301*0800*U*00401*%09d*0*P*>~
GS*TD*GPFASTENER*TRADEWINDUS*20260301*0800*%d*X*004010~
ST*838*0001~
BTP*04*P-%d*20260301*0800*NO~
LX*1~
N1*SU*Great Plains*92*%s~
PER*IC*Desk*EM*%s~
SE*6*0001~
GE*1*%d~
IEA*1*%09d~
`, control, control, control, supplier, address, control, control)
}

// proposed are the profiles that came, by their number.
func (w *world) proposed() map[string]ledger.Record {
	w.T.Helper()
	records, err := w.Ledger.Records(w.T.Context(), ledger.Filter{Flow: trade.Suppliers})
	require.NoError(w.T, err)
	out := map[string]ledger.Record{}
	for _, r := range records {
		if r.Set == trade.SetProfile {
			out[r.Number] = r
		}
	}
	return out
}

// mailsAtCleo are the e-mails of the trading partner of a supplier: one, where there is one partner.
func (w *world) mailsAtCleo(supplier string) (out []string) {
	for _, p := range w.Sandbox.Hub.Partners() {
		if text := string(p["attributes"]); strings.Contains(text, `"supplier":"`+supplier+`"`) {
			_, rest, _ := strings.Cut(text, `"email":"`)
			address, _, _ := strings.Cut(rest, `"`)
			out = append(out, address)
		}
	}
	return out
}

// TestAProfileIsEnteredAcknowledgedAndExplained receives one that is right, the same once more, and one that speaks of
// somebody else's supplier until that is corrected.
func TestAProfileIsEnteredAcknowledgedAndExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.acknowledgeOurselves()
	w.StartWorker().AwaitLog(t, "worker serves")
	right := profiled(1, "0010051", "desk@fastener.example")
	for name, content := range map[string][]byte{"a.edi": right, "b.edi": profiled(2, "0010045", "other@fastener.example")} {
		require.NoError(t, w.Sandbox.Hub.Deliver(inboundFolder, name, content))
	}
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	var told string
	await := func(states ...trade.State) {
		t.Helper()
		require.Eventually(t, func() bool {
			all := w.proposed()
			told = fmt.Sprint(all)
			return len(all) == 2 && all["P-1"].State == states[0] && all["P-2"].State == states[1]
		}, patience, 100*time.Millisecond, "%s", apptest.Lazily(func() string { return told }))
	}
	await(trade.StateSynced, trade.StateParked)
	require.Equal(t, []string{"desk@fastener.example"}, w.mailsAtCleo("0010051"))
	foreign := w.proposed()["P-2"]
	require.Equal(t, trade.ReasonSupplierForeign, foreign.Reason.Code)
	shown := w.Run("records", "show", "P-1")
	require.Contains(t, shown, "source: set 838 as it came")
	require.Contains(t, shown, "N1[1]: supplier 0010051, 2 values for Cleo")
	require.Contains(t, w.Run("records", "show", "--json", "P-1"), `"supplier":"0010051"`)
	require.Contains(t, w.Run("records", "show", foreign.ID), "SUPPLIER_FOREIGN")

	w.Run("records", "replay", foreign.ID, "--set", "N1-04=0010051", "--note", "they meant themselves", "--by", "kim")
	await(trade.StateSynced, trade.StateSynced)
	require.Equal(t, []string{"other@fastener.example"}, w.mailsAtCleo("0010051"))

	w.awaitAnswers(2)
	for group, said := range w.answersAtCleo() {
		require.Len(t, said, 1, group)
		require.Equal(t, []any{ack.Functional, "TD"}, []any{said[0].Kind, said[0].Functional}, group)
	}

	require.NoError(t, w.Sandbox.Hub.Deliver(inboundFolder, "c.edi", right))
	w.Run("schedules", "trigger", "tradewind/mailbox/cleo")
	require.Eventually(t, func() bool {
		records, err := w.Ledger.Records(t.Context(), ledger.Filter{Flow: trade.Suppliers, State: trade.StateDuplicate})
		return err == nil && len(records) == 1
	}, patience, 100*time.Millisecond)
	duplicates, err := w.Ledger.Records(t.Context(), ledger.Filter{Flow: trade.Suppliers, State: trade.StateDuplicate})
	require.NoError(t, err)
	require.Contains(t, w.Run("records", "show", duplicates[0].ID), "duplicate")
	require.Equal(t, []string{"other@fastener.example"}, w.mailsAtCleo("0010051"), "the first was not entered again")
	require.Contains(t, w.Run("reconcile"), "balanced: true")
	w.Replays(t, "propose_supplier", w.proposed()["P-2"].ID)
}
