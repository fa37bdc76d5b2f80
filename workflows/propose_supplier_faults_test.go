package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/edi"
	"tradewind/internal/trade"
)

// TestALostAnswerToAProposalLeavesOneEffect loses what Cleo answers to each step of it.
func TestALostAnswerToAProposalLeavesOneEffect(t *testing.T) {
	s := edi.NewSegment
	for _, fault := range []string{"504-after", "cut-after", "500-before", "cut-before", "503", "401"} {
		t.Run("create "+fault, func(t *testing.T) {
			w := agreed(t)
			partners := len(w.sandbox.Hub.Partners())
			r := w.profile(1, s("N1", "VN", "Northern Bolt", "92", newcomer), mail("desk@northern.example"))
			w.failing("cleo", "partners create", fault, 1)
			r = w.propose(r, w.lanesOpened, w.lanesOpened)
			w.fired()
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			require.Len(t, w.sandbox.Hub.Partners(), partners+1)
			_, _, attributes := w.partner(newcomer)
			require.Equal(t, []string{"Northern Bolt", "desk@northern.example"}, []string{attributes["name"], attributes["email"]})
		})
		t.Run("update "+fault, func(t *testing.T) {
			w := agreed(t)
			r := w.profile(1, self(mail("new@fastener.example"))...)
			partners, before := len(w.sandbox.Hub.Partners()), w.version(proposer)
			w.failing("cleo", "partners update", fault, 1)
			r = w.propose(r, w.lanesOpened, w.lanesOpened)
			w.fired()
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			require.Len(t, w.sandbox.Hub.Partners(), partners)
			_, _, attributes := w.partner(proposer)
			require.Equal(t, "new@fastener.example", attributes["email"])
			require.Equal(t, before, w.version(proposer), "nothing else changed")
		})
	}
}

// lanesOpened lets a person open the lanes again.
func (w *world) lanesOpened(*testsuite.TestWorkflowEnvironment) {
	for _, lane := range []string{"cleo", "infor"} {
		require.NoError(w.t, w.Ledger.OpenLane(w.t.Context(), lane))
	}
}

// version is all of a partner but its e-mail.
func (w *world) version(code string) map[string]string {
	_, _, attributes := w.partner(code)
	delete(attributes, "email")
	return attributes
}

// TestAProposalGoesIntoBothFoldersWhereCleoKeepsFiles tells Cleo's table, and the next sync, which takes it for an edit.
func TestAProposalGoesIntoBothFoldersWhereCleoKeepsFiles(t *testing.T) {
	for _, fault := range []string{"", "504-after", "cut-before", "500-after"} {
		t.Run("fault "+fault, func(t *testing.T) {
			w := newWorld(t, 1)
			w.publishChanged(suppliersAsFiles...)
			in := trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}
			w.syncOf(in, "first")
			out, before := len(w.inFolder("masterdata/out")), w.supplier(proposer)
			r := w.profile(1, self(mail("new@fastener.example"))...)
			if fault != "" {
				w.failing("cleo", "upload", fault, 1)
			}
			r = w.propose(r)
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			require.Len(t, w.inFolder("masterdata/out"), out+1)
			require.Len(t, w.inFolder("masterdata/in"), 1)
			row := w.rowsOf(in)[proposer]
			require.Equal(t, []string{before["SUNM"], "new@fastener.example"}, []string{row["name"], row["email"]})

			require.Equal(t, 1, w.syncOf(in, "second").Registered)
			require.Equal(t, trade.StateSynced, w.settleAll()[0].State)
			after := w.supplier(proposer)
			require.Equal(t, []string{before["SUNM"], "new@fastener.example"}, []string{after["SUNM"], after["EMAL"]})
			w.syncOf(in, "third")
			suppliers, files := w.sandbox.M3.Suppliers(), len(w.inFolder("masterdata/out"))
			w.syncOf(in, "fourth")
			require.Equal(t, suppliers, w.sandbox.M3.Suppliers())
			require.Len(t, w.inFolder("masterdata/out"), files)
		})
	}
}
