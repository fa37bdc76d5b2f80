package workflows

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// Profiles that come to their end late: behind M3, behind a partner that was mistaken, and behind what was entered meanwhile.

// aliased takes the alias that a supplier's partner at Cleo would have, and gives what frees it.
func (w *world) aliased(number string) (free func()) {
	w.t.Helper()
	id, err := w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"100-` + number + `"`)})
	require.NoError(w.t, err)
	return func() { require.NoError(w.t, w.sandbox.Hub.RemovePartner(id)) }
}

// complete is a party with all that M3 needs of a supplier.
func complete() []edi.SegmentData {
	s := edi.NewSegment
	return []edi.SegmentData{s("N1", "VN", "Northern Bolt", "92", newcomer), s("N4", "Duluth", "MN", "55802", "US"), mail("desk@northern.example"), s("CUR", "SE", "USD")}
}

// reachesM3 keeps both sides equal, and has a person accept the supplier that is new at Cleo.
func (w *world) reachesM3(number string) {
	w.t.Helper()
	w.sync("second", false)
	r := w.settle(w.differences(number)[0], choose("kim"))
	require.Equal(w.t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(w.t, "Northern Bolt", w.supplier(number)["SUNM"])
}

// given resolves a record.
func (w *world) given(up ledger.Record) {
	w.t.Helper()
	require.NoError(w.t, w.ResolveRecord(w.t.Context(), activities.ResolveParams{Record: up.ID, Request: trade.ResolveRequest{By: "kim", Note: "not theirs"}}))
}

// TestAProfileIsEnteredToItsEndBehindASupplierThatReachedM3 has M3 take what Cleo took before the profile parked.
func TestAProfileIsEnteredToItsEndBehindASupplierThatReachedM3(t *testing.T) {
	t.Run("the second was refused", func(t *testing.T) {
		w := agreed(t)
		free := w.aliased("0077002")
		r := w.propose(w.profile(1, append(complete(), edi.NewSegment("N1", "VN", strangeName, "92", "0077002"))...))
		require.Equal(t, trade.ReasonNameTaken, r.Reason.Code)
		w.reachesM3(newcomer)
		free()
		r = w.propose(r, accepts("again"))
		require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
		_, _, attributes := w.partner("0077002")
		require.Equal(t, strangeName, attributes["name"])
	})
	t.Run("it was kept otherwise", func(t *testing.T) {
		w := agreed(t)
		w.keptOtherwise("desk@northern.example", "desk@northern")
		r := w.propose(w.profile(1, complete()...))
		require.Equal(t, trade.ReasonMasterRefused, r.Reason.Code)
		w.reachesM3(newcomer)
		r = w.propose(r, accepts("again"))
		require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
		require.Equal(t, "desk@northern.example", w.emailOf(newcomer))
	})
}

// TestASupplierThatCleoRefusedIsNotThePartnersOnceM3HasIt has somebody else's supplier made under the number meanwhile.
func TestASupplierThatCleoRefusedIsNotThePartnersOnceM3HasIt(t *testing.T) {
	w := agreed(t)
	free := w.aliased(newcomer)
	r := w.propose(w.profile(1, northern("Northern Bolt", newcomer)...))
	require.Equal(t, trade.ReasonNameTaken, r.Reason.Code)
	free()
	w.addSupplier(newcomer, "Somebody Else")
	w.untouched(func() { w.propose(r, accepts("again")) })
	w.isForeign(r, "GPFASTENER", newcomer, "M3")
}

// TestANumberThatAPartnerMistypedIsFreeOnceItIsGone has a person refuse it, and the partner at Cleo deleted. Its owner spoke first.
func TestANumberThatAPartnerMistypedIsFreeOnceItIsGone(t *testing.T) {
	w := agreed(t)
	owners := w.rival(1, northern("Northern Bolt", newcomer)...)
	w.entered(1, northern("Mistyped", newcomer)...)
	owners = w.propose(owners)
	w.isForeign(owners, "KEYCHAIN", newcomer, "partner GPFASTENER")
	w.sync("second", false)
	w.given(w.settle(w.differences(newcomer)[0]))
	id, _, _ := w.partner(newcomer)
	require.NoError(t, w.sandbox.Hub.RemovePartner(id))
	w.sync("third", false)

	owners = w.propose(owners, accepts("again"))
	require.Equal(t, trade.StateSynced, owners.State, owners.Reason.String())
	again := w.propose(w.rival(2, edi.NewSegment("N1", "VN", "Northern Bolts", "92", newcomer)))
	require.Equal(t, trade.StateSynced, again.State, again.Reason.String())
	_, _, attributes := w.partner(newcomer)
	require.Equal(t, []string{"Northern Bolts", "desk@northern.example"}, []string{attributes["name"], attributes["email"]})
	mistaken := w.profile(2, northern("Mistyped", newcomer)...)
	w.untouched(func() { w.propose(mistaken) })
	w.isForeign(mistaken, "GPFASTENER", newcomer, "partner KEYCHAIN")
}

// TestANumberThatCleoHasStaysThePartners has a sync take it, and a person refuse it in M3, while it is still at Cleo.
func TestANumberThatCleoHasStaysThePartners(t *testing.T) {
	atEither(t, func(t *testing.T, w *world) {
		w.entered(1, northern("Northern Bolt", newcomer)...)
		w.syncOf(trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}, "second")
		refused := w.settle(w.differences(newcomer)[0])
		require.Equal(t, trade.ReasonMasterNew, refused.Reason.Code)
		rivals := w.rival(1, northern("Somebody Else", newcomer)...)
		w.untouched(func() { w.propose(rivals) })
		w.isForeign(rivals, "KEYCHAIN", newcomer, "partner GPFASTENER")
		w.given(refused)
		w.untouched(func() { w.propose(rivals, accepts("again")) })
		w.isForeign(rivals, "KEYCHAIN", newcomer, "partner GPFASTENER")
	})
}

// TestAReplayInsistsOnlyOverWhatWasEnteredBeforeIt has Cleo answer nothing until another profile is entered.
func TestAReplayInsistsOnlyOverWhatWasEnteredBeforeIt(t *testing.T) {
	insists := &trade.ReplayRequest{By: "kim", Note: "made sure of it", ID: "insists"}
	unanswered := func(t *testing.T) (*world, ledger.Record) {
		w := agreed(t)
		r := w.overtaking()
		w.failing("cleo", "partners get", "503", 0)
		require.Error(t, w.decided(r, insists))
		w.fired()
		require.Equal(t, trade.StateParked, w.state(r).State)
		return w, r
	}
	t.Run("decided later", func(t *testing.T) {
		w, r := unanswered(t)
		w.entered(3, self(mail("three@fastener.example"))...)
		require.Error(t, w.decided(r, insists))
		w.isOvertaken(r, "P-3")
		require.Equal(t, "three@fastener.example", w.emailOf(proposer))
	})
	t.Run("written down later", func(t *testing.T) {
		w, r := unanswered(t)
		at := func(minutes time.Duration) {
			w.Ledger.Now = func() time.Time { return time.Now().Add(minutes * time.Minute) }
		}
		later := w.profile(3, self(mail("three@fastener.example"))...)
		at(60)
		require.NoError(t, w.decided(r, insists))
		at(30) // while it was decided; the later one waits no longer
		require.Equal(t, trade.StateSynced, w.propose(later).State)
		at(60)
		require.Error(t, w.attempted(r))
		w.isOvertaken(r, "P-3")
		require.Equal(t, "three@fastener.example", w.emailOf(proposer))
	})
}
