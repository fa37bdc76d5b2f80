package workflows

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// proposer is the supplier whose partner sends the profiles of these tests.
const proposer = fastener

// profiled is an interchange of that partner with one 838; its parties follow LX.
func profiled(t *testing.T, control int, usage, purpose string, parties ...edi.SegmentData) []byte {
	t.Helper()
	s := edi.NewSegment
	segments := append([]edi.SegmentData{s("BTP", purpose, fmt.Sprint("P-", control), "20260301", "0800", "NO"), s("LX", "1")}, parties...)
	return interchange(t, envelope{control: fmt.Sprintf("%09d", control), usage: usage}, group("TD", fmt.Sprint(control), "838", segments...))
}

// profile receives an 838 with these parties, and gives its record.
func (w *world) profile(control int, parties ...edi.SegmentData) ledger.Record {
	w.t.Helper()
	records := w.receive(profiled(w.t, control, "P", "04", parties...))
	require.Len(w.t, records, 1)
	require.Equal(w.t, []any{trade.Suppliers, "838", fmt.Sprint("P-", control), "GPFASTENER"}, []any{records[0].Flow, records[0].Set, records[0].Number, records[0].Partner})
	return records[0]
}

// propose runs the workflow of an 838 until it ends, or rests behind the steps, which come a virtual minute apart.
func (w *world) propose(r ledger.Record, steps ...func(env *testsuite.TestWorkflowEnvironment)) ledger.Record {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	Register(env)
	env.RegisterActivity(w.Activities)
	ended := outlived(env)
	rests := false
	steps = append(slices.Clone(steps), func(env *testsuite.TestWorkflowEnvironment) {
		rests = true
		env.CancelWorkflow()
	})
	for i, step := range steps {
		env.RegisterDelayedCallback(func() { step(env) }, time.Duration(i+1)*time.Minute)
	}
	env.ExecuteWorkflow(TypeProposeSupplier, trade.ProposalInput{Record: r.ID, Partner: r.Partner, Number: r.Number})
	require.True(w.t, env.IsWorkflowCompleted())
	ended()
	if !rests {
		require.NoError(w.t, env.GetWorkflowError())
	}
	require.NoError(w.t, w.Ledger.VerifyChain(w.t.Context(), r.ID))
	return w.state(r)
}

// entered proposes, and wants it entered at Cleo.
func (w *world) entered(control int, parties ...edi.SegmentData) ledger.Record {
	w.t.Helper()
	r := w.propose(w.profile(control, parties...))
	require.Equal(w.t, trade.StateSynced, r.State, r.Reason.String())
	return r
}

// untouched wants nothing written on either side by what is done.
func (w *world) untouched(do func()) {
	w.t.Helper()
	partners, suppliers := w.sandbox.Hub.Partners(), w.sandbox.M3.Suppliers()
	do()
	require.Equal(w.t, partners, w.sandbox.Hub.Partners())
	require.Equal(w.t, suppliers, w.sandbox.M3.Suppliers())
}

// self is the party of the partner itself, with what it says behind it.
func self(behind ...edi.SegmentData) []edi.SegmentData {
	return append([]edi.SegmentData{edi.NewSegment("N1", "SU", "", "92", proposer)}, behind...)
}

func mail(address string) edi.SegmentData { return edi.NewSegment("PER", "IC", "", "EM", address) }

func TestAnEmailThatASupplierProposesReachesBothSidesOnce(t *testing.T) {
	w := agreed(t)
	id, _, before := w.partner(proposer)
	require.NoError(t, w.sandbox.Hub.ChangePartner(id, map[string]json.RawMessage{"colour": json.RawMessage(`"red"`), "attributes": json.RawMessage(`{"region":"Midwest"}`)}))
	puts, changes := w.updates(), w.changes(proposer)
	w.entered(1, self(mail("new@fastener.example"))...)
	require.Equal(t, puts+1, w.updates())
	_, members, attributes := w.partner(proposer)
	require.JSONEq(t, `"red"`, string(members["colour"]))
	before["email"], before["region"] = "new@fastener.example", "Midwest"
	require.Equal(t, before, attributes, "nothing else changed")
	require.Equal(t, changes, w.changes(proposer), "M3 is told by the next sync")

	require.Equal(t, 1, w.sync("second", false).Registered)
	require.Equal(t, trade.StateSynced, w.settleAll()[0].State)
	require.Equal(t, "new@fastener.example", w.supplier(proposer)["EMAL"])
	require.Equal(t, puts+1, w.updates())
	w.quiet("third")

	w.untouched(func() { w.entered(2, self(mail("NEW@fastener.example"))...) }) // equal in the form of the field
}

func TestANewSupplierOfAPartnerWaitsForAPerson(t *testing.T) {
	w := agreed(t)
	partners, suppliers := len(w.sandbox.Hub.Partners()), len(w.sandbox.M3.Suppliers())
	s := edi.NewSegment
	w.entered(1, s("N1", "VN", "Northern Bolt", "92", newcomer), s("N3", "1 Quay"), s("N4", "Duluth", "MN", "55802", "US"), mail("desk@northern.example"), s("CUR", "SE", "USD"))
	require.Len(t, w.sandbox.Hub.Partners(), partners+1)
	require.Len(t, w.sandbox.M3.Suppliers(), suppliers)

	w.sync("second", false)
	r := w.settleAll()[0]
	requireStop(t, stop{trade.ReasonMasterNew, trade.ClassData, trade.StateParked, "supplier " + newcomer, "Cleo has the supplier and M3 does not"}, r)
	r = w.settle(r, choose("kim"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Len(t, w.sandbox.M3.Suppliers(), suppliers+1)
	made := w.supplier(newcomer)
	require.Equal(t, []string{"Northern Bolt", "1 Quay", "55802", "desk@northern.example"}, []string{made["SUNM"], made["ADR1"], made["PONO"], made["EMAL"]})
	w.sync("third", false) // brings what the template filled in
	w.quiet("fourth")
	require.Len(t, w.sandbox.Hub.Partners(), partners+1)
}

// TestANameThatASupplierProposesIsInforsToChange is overwritten by M3's, and the record tells what was said.
func TestANameThatASupplierProposesIsInforsToChange(t *testing.T) {
	w := agreed(t)
	name, changes := w.supplier(proposer)["SUNM"], w.changes(proposer)
	w.entered(1, edi.NewSegment("N1", "SU", "Great Plains Ltd", "92", proposer))
	_, _, attributes := w.partner(proposer)
	require.Equal(t, "Great Plains Ltd", attributes["name"])
	w.sync("second", false)
	w.settleAll()
	_, _, attributes = w.partner(proposer)
	require.Equal(t, name, attributes["name"])
	require.Equal(t, []any{name, changes}, []any{w.supplier(proposer)["SUNM"], w.changes(proposer)})
	all := w.differences(proposer)
	require.Len(t, all, 1)
	events, err := w.Ledger.Events(t.Context(), all[0].ID)
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(events[len(events)-1].Detail["overwritten"]), "Great Plains Ltd")
	w.quiet("third")
}

func TestAPayeeThatASupplierProposesIsDecidedByTwoPeople(t *testing.T) {
	w := agreed(t)
	w.entered(1, append(self(), edi.NewSegment("N1", "RI", "Treasury", "92", bearing))...)
	w.sync("second", false)
	payees := func() []string {
		_, _, attributes := w.partner(proposer)
		return []string{w.supplier(proposer)["PRSU"], attributes["payee"]}
	}
	r := w.settleAll()[0]
	requireStop(t, stop{trade.ReasonRemitChange, trade.ClassData, trade.StateParked, "supplier " + proposer, `payee (agreed "", M3 "", Cleo "` + bearing + `")`}, r)
	r = w.settle(r, choose("kim", "payee", "cleo"), choose("kim", "payee", "cleo"), func(*testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.StateParked, w.state(r).State)
		require.Equal(t, []string{"", bearing}, payees())
	}, choose("lee", "payee", "cleo"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, []string{bearing, bearing}, payees())
	w.quiet("third")
}

// TestARemitToWithoutANumberIsAcceptedByTwoPeopleAndGoesNowhere has a bank and a new e-mail in one profile.
func TestARemitToWithoutANumberIsAcceptedByTwoPeopleAndGoesNowhere(t *testing.T) {
	w := agreed(t)
	s := edi.NewSegment
	r := w.profile(1, append(self(mail("new@fastener.example")), s("N1", "RE", "Factor Bank"), s("N3", "9 Money Ln"), s("N9", "11", "000123456789"))...)
	suppliers, puts := w.sandbox.M3.Suppliers(), w.updates()
	unsettled := func(want string) func(*testsuite.TestWorkflowEnvironment) {
		return func(*testsuite.TestWorkflowEnvironment) {
			requireStop(t, stop{trade.ReasonRemitChange, trade.ClassData, trade.StateParked, "N1[2]", want}, w.state(r))
			require.Equal(t, puts, w.updates())
		}
	}
	r = w.propose(r,
		unsettled(`supplier `+proposer+` is to be paid elsewhere: "Factor Bank", 9 Money Ln, account (11) …6789`),
		choose("Kim"), unsettled("which Kim accepts, and remit-to data need two people"),
		choose("kim"), unsettled("which kim accepts, and remit-to data need two people"),
		choose("lee"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	approvals, err := w.Ledger.Approvals(t.Context(), r.ID)
	require.NoError(t, err)
	require.Len(t, approvals, 2)
	require.Equal(t, puts+1, w.updates())
	require.Equal(t, suppliers, w.sandbox.M3.Suppliers())
	_, _, attributes := w.partner(proposer)
	require.Equal(t, "new@fastener.example", attributes["email"])
	for name, value := range attributes {
		require.NotContains(t, value, "Factor", name)
		require.NotContains(t, value, "123456789", name)
	}
	require.Empty(t, attributes["payee"])
}

// TestAcceptingARemitToIsOfWhatItSays corrects the account between the two people.
func TestAcceptingARemitToIsOfWhatItSays(t *testing.T) {
	w := agreed(t)
	r := w.profile(1, append(self(mail("new@fastener.example")), edi.NewSegment("N1", "RE", "Factor Bank"), edi.NewSegment("N9", "11", "1111222"))...)
	w.untouched(func() {
		r = w.propose(r, choose("kim"), choose("lee", "N9[1]-02", "1111333"))
		requireStop(t, stop{trade.ReasonRemitChange, trade.ClassData, trade.StateParked, "N1[2]", "…1333, which lee accepts, and remit-to data need two people"}, r)
	})
	require.Equal(t, trade.StateSynced, w.propose(r, choose("kim")).State)
}

// TestASupplierOfSomebodyElseIsLeftAlone has a partner speak of what other partners, M3 or Cleo have.
func TestASupplierOfSomebodyElseIsLeftAlone(t *testing.T) {
	const inM3, atCleo = "0088001", "0077001"
	for number, holder := range map[string]string{bearing: "partner HALVBRG", "10045": "partner HALVBRG", inM3: "M3", atCleo: "Cleo"} {
		t.Run(holder+" "+number, func(t *testing.T) {
			w := agreed(t)
			w.addSupplier(inM3, "Somebody Else") // no sync has seen it
			w.newAtCleo()                        // under an alias that is not ours
			r := w.profile(1, append(self(mail("new@fastener.example")), edi.NewSegment("N1", "VN", "Taken Over", "92", number))...)
			w.untouched(func() {
				r = w.propose(r, choose("kim"))
				requireStop(t, stop{trade.ReasonSupplierForeign, trade.ClassData, trade.StateParked, "N1[2]-04", "partner GPFASTENER speaks of supplier " + number + ", which " + holder + " has"}, r)
			})
			w.entered(2, self(mail("new@fastener.example"))...)
		})
	}
}

// TestAProposalIsCorrectedAndReplayed mends the number of the supplier.
func TestAProposalIsCorrectedAndReplayed(t *testing.T) {
	w := agreed(t)
	r := w.profile(1, edi.NewSegment("N1", "SU", "", "92", bearing), mail("new@fastener.example"))
	r = w.propose(r, choose("kim", "N1[1]-04", proposer))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	_, _, attributes := w.partner(proposer)
	require.Equal(t, "new@fastener.example", attributes["email"])
	_, _, attributes = w.partner(bearing)
	require.NotEqual(t, "new@fastener.example", attributes["email"])
}

// TestAProposalGoesOnBehindAMendedProfile replays what parked until the profile knew the code.
func TestAProposalGoesOnBehindAMendedProfile(t *testing.T) {
	w := agreed(t)
	r := w.profile(1, edi.NewSegment("N1", "MF", "", "92", proposer), mail("new@fastener.example"))
	puts := w.updates()
	r = w.propose(r, func(env *testsuite.TestWorkflowEnvironment) {
		requireStop(t, stop{trade.ReasonSupplierUnclear, trade.ClassData, trade.StateParked, "N1", "no party of the profile is a supplier"}, w.state(r))
		require.Equal(t, puts, w.updates())
		w.publishWith("partners/base.yaml", "suppliers: [SU, VN, SE]", "suppliers: [SU, VN, SE, MF]")
		choose("kim")(env)
	})
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, puts+1, w.updates())
}

func TestNothingIsDeletedAtAPartnersWord(t *testing.T) {
	w := agreed(t)
	records := w.receive(profiled(t, 1, "P", "03", self()...))
	w.untouched(func() {
		requireStop(t, stop{trade.ReasonPurposeUnsupported, trade.ClassData, trade.StateParked, "BTP-01", `the purpose "03"`}, w.propose(records[0], choose("kim")))
	})
}

func TestTheSameProfileTwiceHasOneEffect(t *testing.T) {
	w := agreed(t)
	content := profiled(t, 1, "P", "04", self(mail("new@fastener.example"))...)
	first, puts := w.receive(content), w.updates()
	require.Equal(t, trade.StateSynced, w.propose(first[0]).State)
	w.untouched(func() {
		require.Equal(t, trade.StateSynced, w.propose(first[0]).State, "asked again")
		again := w.receive(profiled(t, 1, "P", "04", self(mail("new@fastener.example"))...))
		require.Equal(t, []any{trade.Suppliers, trade.StateDuplicate}, []any{again[0].Flow, again[0].State})
		require.Equal(t, trade.StateDuplicate, w.propose(again[0]).State)
		w.entered(2, self(mail("new@fastener.example"))...) // the same words in another interchange
	})
	require.Equal(t, puts+1, w.updates())
}

func TestATestProfileGoesNowhere(t *testing.T) {
	w := agreed(t)
	records := w.receive(profiled(t, 1, "T", "04", self(mail("test@fastener.example"))...))
	require.Equal(t, trade.StateTest, records[0].State)
	w.untouched(func() { require.Equal(t, trade.StateTest, w.propose(records[0]).State) })
}

func TestAnUnarmedProposalIsHeldAndGoesOnByItself(t *testing.T) {
	w := agreed(t)
	r := w.profile(1, edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer))
	w.Armed = false
	partners := len(w.sandbox.Hub.Partners())
	r = w.propose(r, func(*testsuite.TestWorkflowEnvironment) {
		requireStop(t, stop{trade.ReasonNotArmed, trade.ClassTiming, trade.StateHeld, "company.yaml", "not armed"}, w.state(r))
		require.Len(t, w.sandbox.Hub.Partners(), partners)
		w.Armed = true
	})
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Len(t, w.sandbox.Hub.Partners(), partners+1)
}

// TestAProfileOfTwoSuppliersThatBreaksOffIsTakenUp loses the second partner and comes again: the first is our own entry,
// and no supplier of somebody else.
func TestAProfileOfTwoSuppliersThatBreaksOffIsTakenUp(t *testing.T) {
	w := agreed(t)
	s := edi.NewSegment
	partners := len(w.sandbox.Hub.Partners())
	r := w.profile(1, s("N1", "VN", "Northern Bolt", "92", newcomer), s("N1", "VN", "Southern Bolt", "92", "0077002"))
	_, err := w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"100-0077002"`)})
	require.NoError(t, err)
	r = w.propose(r, func(env *testsuite.TestWorkflowEnvironment) {
		requireStop(t, stop{trade.ReasonNameTaken, trade.ClassData, trade.StateParked, "supplier 0077002", "alias"}, w.state(r))
		for _, p := range w.sandbox.Hub.Partners() {
			if string(p["alias"]) == `"100-0077002"` {
				var id string
				require.NoError(t, json.Unmarshal(p["id"], &id))
				require.NoError(t, w.sandbox.Hub.RemovePartner(id))
			}
		}
		choose("kim")(env)
	})
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Len(t, w.sandbox.Hub.Partners(), partners+2)
}
