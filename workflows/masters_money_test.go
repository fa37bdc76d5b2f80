package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// payeeChanged is a record of a supplier that is to be paid at another place, parked.
func (w *world) payeeChanged() ledger.Record {
	w.t.Helper()
	w.inSupplier(bearing, "PRSU", fastener)
	w.sync("payee", false)
	r := w.settleAll()[0]
	requireStop(w.t, stop{trade.ReasonRemitChange, trade.ClassData, trade.StateParked, "supplier " + bearing, `payee (agreed "", M3 "` + fastener + `", Cleo "")`}, r)
	return r
}

// payees are who is paid for the supplier by each side.
func (w *world) payees() []string {
	_, _, attributes := w.partner(bearing)
	return []string{w.supplier(bearing)["PRSU"], attributes["payee"]}
}

func TestWhereMoneyGoesIsDecidedByTwoPeople(t *testing.T) {
	w := agreed(t)
	r := w.payeeChanged()
	w.quiet("standing")
	puts := w.updates()
	unsettled := func(want string) func(*testsuite.TestWorkflowEnvironment) {
		return func(*testsuite.TestWorkflowEnvironment) {
			requireStop(t, stop{trade.ReasonRemitChange, trade.ClassData, trade.StateParked, bearing, want}, w.state(r))
			require.Equal(t, []string{fastener, ""}, w.payees())
			require.Equal(t, puts, w.updates())
		}
	}
	r = w.settle(r,
		choose("Kim", "payee", "infor"), unsettled(`Kim chose payee "0010051", and remit-to data need two people`),
		choose("kim", "payee", "infor"), unsettled(`kim chose payee "0010051", and remit-to data need two people`),
		choose("lee", "payee", "cleo"), unsettled(`kim chose payee "0010051", and lee chose payee ""`),
		choose("lee", "payee", "="+fastener))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, []string{fastener, fastener}, w.payees())
	require.Equal(t, puts+1, w.updates())
	approvals, err := w.Ledger.Approvals(t.Context(), r.ID)
	require.NoError(t, err)
	require.Len(t, approvals, 2)
	w.quiet("settled")
}

// TestAnApprovalIsOfAValueNotOfASide changes the payee once more between the two people.
func TestAnApprovalIsOfAValueNotOfASide(t *testing.T) {
	w := agreed(t)
	r := w.payeeChanged()
	r = w.settle(r, choose("kim", "payee", "infor"), func(env *testsuite.TestWorkflowEnvironment) {
		w.inSupplier(bearing, "PRSU", "0010058")
		w.sync("again", false)
		choose("lee", "payee", "infor")(env)
	})
	require.Equal(t, trade.StateSuperseded, r.State)
	require.Equal(t, []string{"0010058", ""}, w.payees())
	asked := w.settleAll()[0]
	require.Equal(t, trade.ReasonRemitChange, asked.Reason.Code)
	asked = w.settle(asked, choose("lee", "payee", "infor"))
	require.Contains(t, asked.Reason.Message, "need two people")
}

// TestAPayeeEnteredAtCleoIsTakenBack lets two people decide that M3 is right.
func TestAPayeeEnteredAtCleoIsTakenBack(t *testing.T) {
	w := agreed(t)
	w.atCleo(bearing, "payee", "0099999")
	w.sync("second", false)
	changes := w.changes(bearing)
	r := w.settle(w.discovered()[0], choose("kim", "payee", "infor"), choose("lee", "payee", "infor"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, []string{"", ""}, w.payees())
	require.Equal(t, changes, w.changes(bearing))
	w.quiet("third")
}

// TestADecisionAboutMoneyIsCarriedOnBehindAHold stops Cleo's lane between the two writes.
func TestADecisionAboutMoneyIsCarriedOnBehindAHold(t *testing.T) {
	w := agreed(t)
	w.atCleo(bearing, "payee", fastener)
	w.sync("second", false)
	r := w.discovered()[0]
	armed := func(on bool) func(*testsuite.TestWorkflowEnvironment) {
		return func(*testsuite.TestWorkflowEnvironment) { w.Armed = on }
	}
	r = w.settle(r, choose("kim", "payee", "=0010058"), armed(false), choose("lee", "payee", "=0010058"), armed(true))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, []string{"0010058", "0010058"}, w.payees())
	w.quiet("third")
}

// TestOnePersonAcceptsANewSupplierAndTwoItsPayee accepts what is new at Cleo and says where its money goes.
func TestOnePersonAcceptsANewSupplierAndTwoItsPayee(t *testing.T) {
	w := agreed(t)
	w.newAtCleo("payee", fastener)
	w.sync("second", false)
	r := w.settle(w.discovered()[0], choose("kim"))
	require.Equal(t, trade.ReasonRemitChange, r.Reason.Code, r.Reason.String())
	require.Equal(t, "Northern Bolt", w.supplier(newcomer)["SUNM"])
	require.Empty(t, w.supplier(newcomer)["PRSU"])
	r = w.settle(r, choose("kim", "payee", "cleo"), choose("lee", "payee", "cleo"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, fastener, w.supplier(newcomer)["PRSU"])
	w.sync("third", false)
	w.quiet("fourth")
}
