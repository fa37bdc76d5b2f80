package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Profiles that wait while later ones are entered, and what people accept of them.

// decided makes one attempt to decide a proposal.
func (w *world) decided(r ledger.Record, replay ...*trade.ReplayRequest) error {
	params := activities.ProposalParams{Record: r.ID}
	if len(replay) > 0 {
		params.Replay = replay[0]
	}
	return step(w, w.DecideProposal, params)
}

// attempted makes one attempt to enter what was decided.
func (w *world) attempted(r ledger.Record) error {
	return step(w, w.EnterProposal, activities.ProposalParams{Record: r.ID})
}

// emailOf is what Cleo has of a supplier.
func (w *world) emailOf(code string) string {
	_, _, attributes := w.partner(code)
	return attributes["email"]
}

// isOvertaken wants a record parked because of a later profile.
func (w *world) isOvertaken(r ledger.Record, later string) {
	w.t.Helper()
	requireStop(w.t, stop{trade.ReasonProfileOvertaken, trade.ClassData, trade.StateParked, "N1[1]", "older than profile " + later + ", which is entered"}, w.state(r))
}

// accepts replays a record. Outside of tests each workflow names its requests otherwise, and so do these.
func accepts(id string, pairs ...string) func(*testsuite.TestWorkflowEnvironment) {
	request := trade.ReplayRequest{By: "kim", Note: "made sure of it", ID: id}
	for i := 0; i < len(pairs); i += 2 {
		request.Set = append(request.Set, trade.Correction{Path: pairs[i], Value: pairs[i+1]})
	}
	return func(env *testsuite.TestWorkflowEnvironment) { env.SignalWorkflow(SignalReplay, request) }
}

// TestAProfileWhoseEntryIsRepeatedUndoesNoNewerOne has Cleo answer nothing until a later profile is entered.
func TestAProfileWhoseEntryIsRepeatedUndoesNoNewerOne(t *testing.T) {
	w := agreed(t)
	older, later := w.profile(1, self(mail("one@fastener.example"))...), w.profile(2, self(mail("two@fastener.example"))...)
	require.NoError(t, w.decided(older))
	w.failing("cleo", "partners update", "503", 0)
	require.Error(t, w.attempted(older))
	w.fired()
	require.Equal(t, trade.StatePrepared, w.state(older).State)
	w.Ledger.Now = func() time.Time { return time.Now().Add(time.Minute) } // the later one waits no longer
	require.Equal(t, trade.StateSynced, w.propose(later).State)

	require.Error(t, w.attempted(older))
	w.isOvertaken(older, "P-2")
	require.Equal(t, "two@fastener.example", w.emailOf(proposer))
	require.Equal(t, trade.StateSynced, w.propose(w.state(older), accepts("insists")).State, "a person insists")
	require.Equal(t, "one@fastener.example", w.emailOf(proposer))
}

// TestProfilesThatWereHeldTogetherUndoNoNewerOne lets both go on, the later one first.
func TestProfilesThatWereHeldTogetherUndoNoNewerOne(t *testing.T) {
	w := agreed(t)
	w.Armed = false
	older := w.propose(w.profile(1, self(mail("one@fastener.example"))...))
	later := w.propose(w.profile(2, self(mail("two@fastener.example"))...))
	require.Equal(t, []trade.State{trade.StateHeld, trade.StateHeld}, []trade.State{older.State, later.State})
	w.Armed = true
	require.NoError(t, w.decided(older))
	require.NoError(t, w.decided(later))
	require.NoError(t, w.attempted(later))
	require.Error(t, w.attempted(older))
	w.isOvertaken(older, "P-2")
	require.Equal(t, "two@fastener.example", w.emailOf(proposer))
}

// overtaking gives a profile that parks because a later one is entered.
func (w *world) overtaking() ledger.Record {
	w.t.Helper()
	older := w.propose(w.profile(1, edi.NewSegment("N1", "SU", "", "92", bearing), mail("one@fastener.example")))
	require.Equal(w.t, trade.ReasonSupplierForeign, older.Reason.Code)
	w.entered(2, self(mail("two@fastener.example"))...)
	older = w.propose(older, accepts("corrects", "N1[1]-04", proposer))
	w.isOvertaken(older, "P-2")
	return older
}

// asksAnew gives a profile about a supplier that Cleo lacks, which parks until somebody accepts it.
func (w *world) asksAnew() ledger.Record {
	w.t.Helper()
	w.publishWith("masterdata.yaml", "createCleo: create", "createCleo: park")
	r := w.propose(w.profile(1, edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer), mail("one@fastener.example")))
	require.Equal(w.t, trade.ReasonMasterNew, r.Reason.Code)
	return r
}

// TestWhatSomebodyAcceptsOutlastsAHold accepts while the worker may not write, and behind a worker that died.
func TestWhatSomebodyAcceptsOutlastsAHold(t *testing.T) {
	for name, test := range map[string]struct {
		parked   func(*world) ledger.Record
		supplier string
	}{"a later profile": {(*world).overtaking, proposer}, "a new supplier": {(*world).asksAnew, newcomer}} {
		t.Run(name+", held", func(t *testing.T) {
			w := agreed(t)
			r := test.parked(w)
			w.Armed = false
			r = w.propose(r, accepts("insists"), func(*testsuite.TestWorkflowEnvironment) {
				require.Equal(t, []any{trade.StateHeld, trade.ReasonNotArmed}, []any{w.state(r).State, w.state(r).Reason.Code})
				w.Armed = true
			})
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			require.Equal(t, "one@fastener.example", w.emailOf(test.supplier))
		})
		t.Run(name+", lost", func(t *testing.T) {
			w := agreed(t)
			r := test.parked(w)
			for range 2 {
				require.NoError(t, w.decided(r, &trade.ReplayRequest{By: "kim", Note: "made sure of it", ID: "accepted"}))
			}
			require.NoError(t, w.attempted(r))
			require.Equal(t, trade.StateSynced, w.state(r).State)
			require.Equal(t, "one@fastener.example", w.emailOf(test.supplier))
		})
	}
}

// TestEachThingIsAcceptedOnce has one profile wait for two things, of which each parks it.
func TestEachThingIsAcceptedOnce(t *testing.T) {
	w := agreed(t)
	w.publishWith("masterdata.yaml", "createCleo: create", "createCleo: park")
	r := w.propose(w.profile(1, append(self(mail("one@fastener.example")), edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer))...))
	require.Equal(t, trade.ReasonMasterNew, r.Reason.Code)
	w.entered(2, self(mail("two@fastener.example"))...)
	r = w.propose(r, accepts("new"))
	w.isOvertaken(r, "P-2")
	r = w.propose(r, accepts("older"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, "one@fastener.example", w.emailOf(proposer))
	_, _, attributes := w.partner(newcomer)
	require.Equal(t, "Northern Bolt", attributes["name"])
}

// TestWhatIsAcceptedIsWhatWasAsked insists over one profile, and has another entered, or the record corrected, before it goes on.
func TestWhatIsAcceptedIsWhatWasAsked(t *testing.T) {
	t.Run("another profile", func(t *testing.T) {
		w := agreed(t)
		r := w.overtaking()
		w.Armed = false
		r = w.propose(r, accepts("accepts"))
		require.Equal(t, trade.StateHeld, r.State)
		w.Armed = true
		w.entered(3, self(mail("three@fastener.example"))...)
		w.propose(r)
		w.isOvertaken(r, "P-3")
		require.Equal(t, "three@fastener.example", w.emailOf(proposer))
	})
	t.Run("a correction", func(t *testing.T) {
		w := agreed(t)
		r := w.asksAnew()
		w.Armed = false
		r = w.propose(r, accepts("accepts"))
		require.Equal(t, trade.StateHeld, r.State)
		require.Error(t, w.decided(r, &trade.ReplayRequest{By: "kim", Note: "another one", ID: "corrects", Set: []trade.Correction{{Path: "N1[1]-04", Value: "0077002"}}}))
		requireStop(t, stop{trade.ReasonMasterNew, trade.ClassData, trade.StateParked, "supplier 0077002", "where only a person may create one"}, w.state(r))
	})
}
