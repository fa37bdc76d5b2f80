package workflows

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// shippedOwners is a line of the shipped masterdata.yaml.
const shippedOwners = "owners: {email: newest, phone: newest}"

// TestAnOwnSupplierThatCleoLacksIsMadeOfWhatM3Has has Cleo own fields of which the partner says nothing.
func TestAnOwnSupplierThatCleoLacksIsMadeOfWhatM3Has(t *testing.T) {
	for name, prepare := range map[string]func(*world){
		"before the first sync": func(*world) {},
		"behind a deletion at Cleo": func(w *world) {
			w.sync("first", false)
			id, _, _ := w.partner(proposer)
			require.NoError(w.t, w.sandbox.Hub.RemovePartner(id))
			w.inSupplier(proposer, "TOWN", "Moved")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.publishWith("masterdata.yaml", shippedOwners, "owners: {email: newest, phone: newest, town: cleo, street: manual, paymentTerms: cleo}")
			prepare(w)
			before := w.supplier(proposer)
			require.NotEmpty(t, before["TOWN"])
			w.entered(1, self(mail("new@fastener.example"))...)
			_, _, attributes := w.partner(proposer)
			require.Equal(t, []string{before["SUNM"], before["TOWN"], before["ADR1"], "new@fastener.example"},
				[]string{attributes["name"], attributes["town"], attributes["street"], attributes["email"]})
			w.sync("second", false)
			for _, r := range w.discovered() {
				if r.Number == proposer { // newest asks a person where both sides were never compared
					require.NotContains(t, r.Reason.Message, "town")
					require.NotContains(t, r.Reason.Message, "street")
				}
			}
			after := w.supplier(proposer)
			for _, field := range []string{"SUNM", "TOWN", "ADR1", "PONO", "TEPY", "CSCD"} {
				require.Equal(t, before[field], after[field], field)
			}
		})
	}
}

// TestAPayeeOfM3IsNotEnteredInTheNameOfAPartner makes a partner for a supplier that is paid through another one.
func TestAPayeeOfM3IsNotEnteredInTheNameOfAPartner(t *testing.T) {
	w := newWorld(t, 1)
	w.inSupplier(proposer, "PRSU", bearing)
	w.entered(1, self(mail("new@fastener.example"))...)
	_, _, attributes := w.partner(proposer)
	require.NotContains(t, attributes, "payee")
	w.sync("first", false)
	r := w.differences(proposer)[0]
	require.Equal(t, trade.ReasonRemitChange, w.settle(r).Reason.Code)
	require.Equal(t, bearing, w.supplier(proposer)["PRSU"])
}

// TestAnOwnSupplierThatNoFileToldOfIsAWholeRow is the first that Cleo's files say of it.
func TestAnOwnSupplierThatNoFileToldOfIsAWholeRow(t *testing.T) {
	w := newWorld(t, 1)
	w.publishChanged(suppliersAsFiles...)
	before := w.supplier(proposer)
	w.entered(1, self(mail("new@fastener.example"))...)
	in := trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}
	row := w.rowsOf(in)[proposer]
	require.Equal(t, []string{before["SUNM"], before["TOWN"], "new@fastener.example"}, []string{row["name"], row["town"], row["email"]})
	w.syncOf(in, "first")
	after := w.supplier(proposer)
	for _, field := range []string{"SUNM", "TOWN", "ADR1", "PHNO", "CSCD"} {
		require.Equal(t, before[field], after[field], field)
	}
	row = w.rowsOf(in)[proposer]
	require.Equal(t, []string{before["SUNM"], before["TOWN"]}, []string{row["name"], row["town"]})
}

// TestAProposalThatTheRulesLeadNowhereIsTold enters nothing that no sync would follow up.
func TestAProposalThatTheRulesLeadNowhereIsTold(t *testing.T) {
	own, fresh := self(mail("new@fastener.example")), []edi.SegmentData{edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer)}
	unkept := func(want string) stop {
		return stop{trade.ReasonSupplierNotKept, trade.ClassConfiguration, trade.StateParked, "N1[1]-04", want}
	}
	for name, test := range map[string]struct {
		old, new string
		parties  []edi.SegmentData
		synced   bool
		stop
	}{
		"own, none made at Cleo": {"createCleo: create", "createCleo: never", own, false, unkept("is not at Cleo, and createCleo is never")},
		"new, none made at Cleo": {"createCleo: create", "createCleo: never", fresh, true, unkept("is not at Cleo, and createCleo is never")},
		"own, accepted first": {"createCleo: create", "createCleo: park", own, false,
			stop{trade.ReasonMasterNew, trade.ClassData, trade.StateParked, "supplier " + proposer, "Cleo does not have, where only a person may create one"}},
		"new, none made in M3": {"createInfor: park # a", "createInfor: never # a", fresh, true, unkept("is not in M3, and createInfor is never")},
		"own, not selected":    {`only: "true" # which`, `only: supplier.group == "NONE" # which`, own, false, unkept("is none of those that are kept equal")},
		"new, not selected":    {`only: "true" # which`, `only: supplier.profile # which`, fresh, true, unkept("is none of those that are kept equal")},
		"own, selected no more": {`only: "true" # which`, `only: supplier.group == "NONE" # which`, own, true,
			unkept("is none of those that are kept equal")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			if test.synced {
				w.sync("first", false)
			}
			w.publishWith("masterdata.yaml", test.old, test.new)
			r := w.profile(1, test.parties...)
			w.untouched(func() {
				r = w.propose(r)
				requireStop(t, test.stop, r)
			})
			if test.code == trade.ReasonMasterNew {
				partners := len(w.sandbox.Hub.Partners())
				require.Equal(t, trade.StateSynced, w.propose(r, choose("kim")).State)
				require.Len(t, w.sandbox.Hub.Partners(), partners+1)
				return
			}
			w.untouched(func() { requireStop(t, test.stop, w.propose(r, choose("kim"))) }) // a person changes no rule by a replay
			w.publish("", "")
			require.Equal(t, trade.StateSynced, w.propose(r, choose("kim")).State)
		})
	}
}

// TestANumberWithoutItsZerosIsTheSameSupplier speaks of what others have in a shorter form.
func TestANumberWithoutItsZerosIsTheSameSupplier(t *testing.T) {
	for number, holder := range map[string]string{"88001": "M3 (as 0088001)", "077001": "Cleo (as " + newcomer + ")"} {
		t.Run(number, func(t *testing.T) {
			w := agreed(t)
			w.addSupplier("0088001", "Somebody Else") // no sync has seen it
			w.newAtCleo()
			r := w.profile(1, edi.NewSegment("N1", "VN", "Taken Over", "92", number))
			w.untouched(func() {
				requireStop(t, stop{trade.ReasonSupplierForeign, trade.ClassData, trade.StateParked, "N1[1]-04", "speaks of supplier " + number + ", which " + holder + " has"}, w.propose(r))
			})
		})
	}
}

// TestAnOlderProfileDoesNotUndoANewerOne replays what parked, after the partner sent a newer one.
func TestAnOlderProfileDoesNotUndoANewerOne(t *testing.T) {
	w := agreed(t)
	older := w.propose(w.profile(1, edi.NewSegment("N1", "SU", "", "92", bearing), mail("old@fastener.example")))
	require.Equal(t, trade.ReasonSupplierForeign, older.Reason.Code)
	w.entered(2, self(mail("new@fastener.example"))...)
	email := func() string {
		_, _, attributes := w.partner(proposer)
		return attributes["email"]
	}
	older = w.propose(older, choose("kim", "N1[1]-04", proposer))
	requireStop(t, stop{trade.ReasonProfileOvertaken, trade.ClassData, trade.StateParked, "N1[1]", "older than profile P-2, which is entered"}, older)
	require.Equal(t, "new@fastener.example", email())
	require.Equal(t, trade.StateSynced, w.propose(older, choose("kim")).State, "a person insists")
	require.Equal(t, "old@fastener.example", email())
}

// TestProfilesOfAPartnerAreEnteredInTurn tries the second first.
func TestProfilesOfAPartnerAreEnteredInTurn(t *testing.T) {
	w := agreed(t)
	first, second := w.profile(1, self(mail("one@fastener.example"))...), w.profile(2, self(mail("two@fastener.example"))...)
	w.untouched(func() {
		require.ErrorContains(t, step(w, w.DecideProposal, activities.ProposalParams{Record: second.ID}), "waits for record "+first.ID)
		require.NoError(t, step(w, w.DecideProposal, activities.ProposalParams{Record: first.ID}))
		require.ErrorContains(t, step(w, w.DecideProposal, activities.ProposalParams{Record: second.ID}), "waits for record "+first.ID)
	})
	require.Equal(t, trade.StateSynced, w.propose(first).State)
	require.Equal(t, trade.StateSynced, w.propose(second).State)
	_, _, attributes := w.partner(proposer)
	require.Equal(t, "two@fastener.example", attributes["email"])
}

// TestAPartnerSpeaksAgainOfTheSupplierThatItBrought corrects an e-mail while a person has yet to accept the supplier in M3.
func TestAPartnerSpeaksAgainOfTheSupplierThatItBrought(t *testing.T) {
	w := agreed(t)
	party := func(address string) []edi.SegmentData {
		return []edi.SegmentData{edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer), edi.NewSegment("N4", "Duluth", "MN", "55802", "US"), mail(address), edi.NewSegment("CUR", "SE", "USD")}
	}
	w.entered(1, party("wrong@northern.example")...)
	partners := len(w.sandbox.Hub.Partners())
	w.entered(2, party("desk@northern.example")...)
	require.Len(t, w.sandbox.Hub.Partners(), partners)
	_, _, attributes := w.partner(newcomer)
	require.Equal(t, "desk@northern.example", attributes["email"])

	w.sync("second", false)
	require.Equal(t, trade.StateSynced, w.settle(w.discovered()[0], choose("kim")).State)
	w.untouched(func() { // M3 has it now, and no profile says that it is the partner's
		require.Equal(t, trade.ReasonSupplierForeign, w.propose(w.profile(3, party("late@northern.example")...)).Reason.Code)
	})
}

// TestAnApprovalOutlastsAStoppedLane lets the second person accept while M3 refuses the credentials.
func TestAnApprovalOutlastsAStoppedLane(t *testing.T) {
	w := agreed(t)
	s := edi.NewSegment
	partners := len(w.sandbox.Hub.Partners())
	r := w.profile(1, s("N1", "VN", "Northern Bolt", "92", newcomer), s("N1", "RE", "Factor Bank"), s("N9", "11", "000123456789"))
	r = w.propose(r, choose("kim"), func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.ReasonRemitChange, w.state(r).Reason.Code)
		_, err := w.Ledger.StopLane(t.Context(), "infor", "refused", w.Ledger.Now().Add(time.Hour))
		require.NoError(t, err)
		choose("lee")(env)
	}, func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, []any{trade.StateHeld, trade.ReasonLaneStopped}, []any{w.state(r).State, w.state(r).Reason.Code})
		require.Len(t, w.sandbox.Hub.Partners(), partners)
		w.lanesOpened(env)
	})
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Len(t, w.sandbox.Hub.Partners(), partners+1)
}

// TestWhatASystemRefusesForGoodParksAProposal has M3 or Cleo refuse to tell.
func TestWhatASystemRefusesForGoodParksAProposal(t *testing.T) {
	for _, refused := range []struct{ system, operation, want string }{
		{"infor", "CRS620MI/*", "M3 does not take it"}, {"cleo", "partners list", "Cleo does not take it"}, {"cleo", "partners get", "Cleo does not take it"},
	} {
		t.Run(refused.operation, func(t *testing.T) {
			w := agreed(t)
			partners := len(w.sandbox.Hub.Partners())
			r := w.profile(1, append(self(), edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer))...)
			w.failing(refused.system, refused.operation, "403", 0)
			r = w.propose(r)
			w.fired()
			requireStop(t, stop{trade.ReasonMasterRefused, trade.ClassData, trade.StateParked, "P-1", refused.want}, r)
			require.Len(t, w.sandbox.Hub.Partners(), partners)
			require.Equal(t, trade.StateSynced, w.propose(r, choose("kim")).State)
			require.Len(t, w.sandbox.Hub.Partners(), partners+1)
		})
	}
}

// TestWhatASystemRefusesForGoodParksADifference has M3 or Cleo refuse to be read for one.
func TestWhatASystemRefusesForGoodParksADifference(t *testing.T) {
	for _, refused := range []struct{ system, operation string }{{"infor", "CRS620MI/*"}, {"cleo", "partners get"}} {
		t.Run(refused.operation, func(t *testing.T) {
			w := agreed(t)
			w.atCleo(bearing, "email", "new@halvorsen.example")
			w.sync("second", false)
			before := w.changes(bearing)
			w.failing(refused.system, refused.operation, "403", 0)
			r := w.settleAll()[0]
			w.fired()
			requireStop(t, stop{trade.ReasonMasterRefused, trade.ClassData, trade.StateParked, "supplier " + bearing, "does not take it"}, r)
			require.Equal(t, before, w.changes(bearing))
			require.Equal(t, trade.StateSynced, w.settle(r, choose("kim")).State)
			require.Equal(t, "new@halvorsen.example", w.supplier(bearing)["EMAL"])
		})
	}
}

// TestTheTrailTellsWhatWasEnteredOfEachSupplier refuses the second of two, and loses the answer of the first.
func TestTheTrailTellsWhatWasEnteredOfEachSupplier(t *testing.T) {
	w := agreed(t)
	w.publishWith("masterdata.yaml", `address: {type: "1"}`, "")
	s := edi.NewSegment
	r := w.profile(1, s("N1", "VN", "Northern Bolt", "92", newcomer), s("N3", "1 Quay"), s("N1", "VN", strangeName, "92", "0077002"))
	w.failing("cleo", "partners create", "504-after", 1)
	r = w.propose(r)
	w.fired()
	told := func(kind string) (out []map[string]any) {
		events, err := w.Ledger.Events(t.Context(), r.ID)
		require.NoError(t, err)
		for _, e := range events {
			if e.Kind == kind {
				out = append(out, e.Detail)
			}
		}
		return out
	}
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, map[string]any{newcomer: []any{"street", "street2"}}, told("proposed")[0]["dropped"])
	entered := told("entered at Cleo")
	require.Len(t, entered, 2)
	for i, want := range []struct{ supplier, name string }{{newcomer, "Northern Bolt"}, {"0077002", strangeName}} {
		require.Equal(t, map[string]any{"supplier": want.supplier, "entered": map[string]any{"name": want.name}}, entered[i], fmt.Sprint(i))
	}
}

// strangeName is the name of a second new supplier.
const strangeName = "Southern Bolt"

// unknownYet receives a file while no profile has its sender.
func (w *world) unknownYet(content []byte) ledger.Record {
	w.t.Helper()
	w.publishWith("partners/100-0010051.yaml", `interchange: {qualifier: "ZZ", id: "GPFASTENER"}`, `interchange: {qualifier: "ZZ", id: "ELSEWHERE"}`)
	r := w.receive(content)[0]
	require.Equal(w.t, []any{trade.StateParked, trade.ReasonPartnerUnknown}, []any{r.State, r.Reason.Code})
	w.publish("", "")
	return r
}

// TestATestOfAStrangerStaysATestOnceItIsKnown replays an 838 and an 810 behind the new profile.
func TestATestOfAStrangerStaysATestOnceItIsKnown(t *testing.T) {
	w := agreed(t)
	profile := w.unknownYet(profiled(t, 1, "T", "04", self(mail("test@fastener.example"))...))
	invoice := w.unknownYet(interchange(t, envelope{control: "000000002", usage: "T"}, bill("2", "T-1")))
	w.untouched(func() {
		require.Equal(t, trade.StateTest, w.propose(profile, choose("kim")).State)
		require.Equal(t, trade.StateTest, w.propose(profile, choose("kim")).State)
		require.Equal(t, trade.StateTest, w.post(invoice, asked(invoice)).State)
	})
	require.Empty(t, w.sandbox.M3.Batches())
	require.Equal(t, "GPFASTENER", w.state(invoice).Partner)
}

// TestARepetitionOfAStrangerIsFoundOnceItIsKnown replays what came twice, and what came with other content.
func TestARepetitionOfAStrangerIsFoundOnceItIsKnown(t *testing.T) {
	w := agreed(t)
	first := w.unknownYet(profiled(t, 1, "P", "04", self(mail("new@fastener.example"))...))
	other := w.unknownYet(profiled(t, 1, "P", "04", self(mail("other@fastener.example"))...))
	same := w.unknownYet(append(profiled(t, 1, "P", "04", self(mail("new@fastener.example"))...), '\n'))
	puts := w.updates()
	require.Equal(t, trade.StateDuplicate, w.propose(same, choose("kim")).State)
	other = w.propose(other, choose("kim"))
	requireStop(t, stop{trade.ReasonDuplicateControl, trade.ClassData, trade.StateParked, "000000001", "came with other content"}, other)
	require.Equal(t, puts, w.updates())
	require.Equal(t, trade.StateSynced, w.propose(first, choose("kim")).State)
	require.Equal(t, puts+1, w.updates())
	require.Equal(t, trade.StateSynced, w.propose(other, choose("kim")).State, "it is no repetition")
	_, _, attributes := w.partner(proposer)
	require.Equal(t, "other@fastener.example", attributes["email"])
}
