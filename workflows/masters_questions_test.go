package workflows

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// TestAParkedQuestionHoldsUpNoLaterEdit edits another field at Cleo once a person is asked about the first.
func TestAParkedQuestionHoldsUpNoLaterEdit(t *testing.T) {
	w := agreed(t)
	w.conflicting()
	require.Equal(t, trade.StateParked, w.settleAll()[0].State)
	w.atCleo(bearing, "phone", "414 555 0111")
	require.Equal(t, 1, w.sync("second", false).Registered)
	w.settleAll()
	require.Equal(t, "414 555 0111", w.supplier(bearing)["PHNO"])
	w.quiet("third")

	asked := w.differences(bearing)
	require.Len(t, asked, 2)
	require.Equal(t, []trade.State{trade.StateSuperseded, trade.StateParked}, []trade.State{asked[0].State, asked[1].State}, "it is asked once")
	require.Len(t, w.requireDrift("asked"), 1)
	require.Equal(t, trade.StateSynced, w.settle(asked[1], choose("kim", "email", "cleo")).State)
	require.Equal(t, "cleo@halvorsen.example", w.supplier(bearing)["EMAL"])
	w.quiet("fourth")
}

// TestARecordIsWithdrawnWhoseSupplierLeft settles a difference of a supplier that left those that are kept equal since it was
// found, as the ledger or only M3 knows.
func TestARecordIsWithdrawnWhoseSupplierLeft(t *testing.T) {
	start := func(t *testing.T) *world {
		w := newWorld(t, 1)
		w.publishWith("masterdata.yaml", onlyStaying[0], onlyStaying[1])
		w.sync("first", false)
		return w
	}
	stays := func(w *world, what map[string]string, changes int) {
		_, _, attributes := w.partner(bearing)
		for field, value := range what {
			require.Equal(w.t, value, attributes[field], field)
		}
		require.Equal(w.t, changes, w.changes(bearing))
		require.True(w.t, w.remembered(bearing).Left())
	}
	t.Run("only M3 knows", func(t *testing.T) {
		w := start(t)
		w.atCleo(bearing, "phone", "414 555 0111")
		require.Equal(t, 1, w.sync("second", false).Registered)
		w.inSupplier(bearing, "ALSU", "LEFT", "SUNM", "Gone")
		changes, name := w.changes(bearing), w.remembered(bearing).Values["name"]
		require.Equal(t, trade.StateSuperseded, w.settleAll()[0].State)
		stays(w, map[string]string{"phone": "414 555 0111", "name": name}, changes)
	})
	t.Run("a person replays what was closed", func(t *testing.T) {
		w := start(t)
		w.conflicting()
		r := w.resolve(w.settleAll()[0])
		w.inSupplier(bearing, "ALSU", "LEFT", "SUNM", "Gone")
		w.sync("second", false)
		changes, name := w.changes(bearing), w.remembered(bearing).Values["name"]
		require.Equal(t, trade.StateSuperseded, w.replayClosed(r).State)
		stays(w, map[string]string{"email": "cleo@halvorsen.example", "name": name}, changes)
	})
	t.Run("M3 deleted it", func(t *testing.T) {
		w := start(t)
		w.conflicting()
		r := w.resolve(w.settleAll()[0])
		w.inSupplier(bearing, "ALSU", "LEFT")
		w.sync("second", false)
		require.NoError(t, w.sandbox.M3.DeleteSupplier(supplierCompany.Cono, bearing))
		require.Equal(t, trade.StateSuperseded, w.replayClosed(r).State)
		w.sync("third", true)
		_, _, attributes := w.partner(bearing)
		require.Equal(t, []string{"active", "cleo@halvorsen.example"}, []string{attributes["status"], attributes["email"]})
	})
}

// replayClosed replays a record that a person closed, with the e-mail of Cleo.
func (w *world) replayClosed(r ledger.Record) ledger.Record {
	w.t.Helper()
	env := w.suite.NewTestWorkflowEnvironment()
	Register(env)
	env.RegisterActivity(w.Activities)
	env.ExecuteWorkflow(TypeSettleMaster, trade.SendOrderInput{Record: r.ID, Number: r.Number, Replay: &trade.ReplayRequest{By: "kim", Note: "again", Attempt: r.Attempt + 1,
		Set: []trade.Correction{{Path: "email", Value: "cleo"}}}})
	require.NoError(w.t, env.GetWorkflowError())
	return w.state(r)
}

// TestWhatIsSelectedIsReadAnewWhereTheSettingChanges narrows and widens `only` between two reads of what changed.
func TestWhatIsSelectedIsReadAnewWhereTheSettingChanges(t *testing.T) {
	w := agreed(t)
	w.newAtCleo()
	require.Equal(t, 1, w.sync("second", false).Registered)
	accepted := w.settleAll()[0]
	require.Equal(t, trade.StateParked, accepted.State)
	w.atCleo(bearing, "name", "As Cleo Has It")
	puts, inM3 := w.updates(), len(w.sandbox.M3.Suppliers())

	narrow := fmt.Sprintf(`only: '!(supplier.code in ["%s", "%s"])'`, bearing, newcomer)
	w.publishWith("masterdata.yaml", onlyStaying[0], narrow)
	result := w.sync("narrower", false)
	require.Zero(t, result.Created+result.Updated+result.Registered, "%+v", result)
	_, _, attributes := w.partner(bearing)
	require.Equal(t, []any{"As Cleo Has It", puts}, []any{attributes["name"], w.updates()})
	require.Equal(t, trade.StateSuperseded, w.state(accepted).State)
	require.Empty(t, w.drift().Items)
	require.Equal(t, trade.StateSuperseded, w.settle(accepted, choose("kim")).State)
	require.Len(t, w.sandbox.M3.Suppliers(), inM3)

	w.publishWith("masterdata.yaml", onlyStaying[0], onlyStaying[0])
	require.Equal(t, 1, w.sync("wider", false).Updated)
	_, _, attributes = w.partner(bearing)
	require.Equal(t, w.supplier(bearing)["SUNM"], attributes["name"], "M3 owns the name")
	require.Equal(t, trade.ReasonMasterNew, w.settleAll()[0].Reason.Code)
	w.quiet("last")
}

// TestASupplierThatIsSelectedSinceItGotAProfileIsNoNewOne lets Cleo have a partner of a supplier that only a profile selects.
func TestASupplierThatIsSelectedSinceItGotAProfileIsNoNewOne(t *testing.T) {
	w := newWorld(t, 1)
	const profile, selects = "partners/100-0010045.yaml", `only: supplier.profile`
	w.publishChanged("masterdata.yaml", onlyStaying[0], selects, profile, `supplier: "0010045"`, `supplier: "0099045"`)
	attributes, err := json.Marshal(map[string]string{"company": "100", "supplier": "0010045", "name": "Early Bird"})
	require.NoError(t, err)
	_, err = w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"early"`), "attributes": attributes})
	require.NoError(t, err)
	w.sync("first", false)
	require.Empty(t, w.differences("0010045"))
	w.publishChanged("masterdata.yaml", onlyStaying[0], selects)
	w.sync("second", false)
	for _, r := range w.settleAll() {
		require.NotEqual(t, trade.ReasonMasterNew, r.Reason.Code, "M3 has it")
	}
	_, _, now := w.partner("0010045")
	require.Equal(t, w.supplier("0010045")["SUNM"], now["name"])
}

// TestAPartnerMayStandForACustomerToo settles a difference of a supplier whose partner has two keys.
func TestAPartnerMayStandForACustomerToo(t *testing.T) {
	w := agreed(t)
	w.atCleo(bearing, "customer", "7000001")
	w.conflicting()
	require.Equal(t, trade.ReasonMasterConflict, w.settleAll()[0].Reason.Code)
	require.Equal(t, trade.StateSynced, w.settle(w.differences(bearing)[0], choose("kim", "email", "cleo")).State)
	require.Equal(t, "cleo@halvorsen.example", w.supplier(bearing)["EMAL"])
	w.quiet("second")
}

// TestAPartnerThatGotAnotherKeyIsNotWrittenTo gives the partner of a supplier to another one before a difference is settled.
func TestAPartnerThatGotAnotherKeyIsNotWrittenTo(t *testing.T) {
	w := agreed(t)
	w.inSupplier(bearing, "SUNM", "Bearing New")
	id, _, _ := w.partner(bearing)
	w.watchedCleo(func(operation string) {
		if operation == "partners list" {
			attributes, err := json.Marshal(map[string]string{"supplier": newcomer})
			require.NoError(t, err)
			require.NoError(t, w.sandbox.Hub.ChangePartner(id, map[string]json.RawMessage{"attributes": attributes}))
		}
	})
	puts := w.updates()
	require.Zero(t, w.sync("second", false).Updated)
	require.Equal(t, puts, w.updates())
	_, _, attributes := w.partner(newcomer)
	require.NotEqual(t, "Bearing New", attributes["name"])
}

// TestAccountsOfADimensionThatIsTakenOutLeave reads no dimension 5 any more.
func TestAccountsOfADimensionThatIsTakenOutLeave(t *testing.T) {
	w := newFileWorld(t)
	w.syncOf(accounts, "first")
	of := func() (left, kept int) {
		known, err := w.Ledger.Masters(t.Context(), trade.EntityAccount, accounts.Company.String(), "", 10000)
		require.NoError(t, err)
		for _, has := range known {
			if has.Left() {
				require.Equal(t, "5/", has.Code[:2])
				left++
			} else {
				kept++
			}
		}
		return left, kept
	}
	_, all := of()
	w.publishWith("masterdata.yaml", `dimensions: ["1", "2", "3", "4", "5"]`, `dimensions: ["1", "2", "3", "4"]`)
	w.nothing(accounts, "second")
	left, kept := of()
	require.Positive(t, left)
	require.Equal(t, all, left+kept)
}

// TestAPartnerWithAnAccountThatIsNoneStopsNoOther gives a partner an account without its dimension.
func TestAPartnerWithAnAccountThatIsNoneStopsNoOther(t *testing.T) {
	w := newWorld(t, 1)
	w.publishChanged("masterdata.yaml", "accounts:\n  target: files\n  folders: {in: masterdata/in, out: masterdata/out}", "accounts:\n  target: partners", "masterdata.yaml", "createInfor: never", "createInfor: park")
	_, err := w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"odd"`), "attributes": json.RawMessage(`{"company":"100-AAA","account":"4010"}`)})
	require.NoError(t, err)
	result := w.syncOf(accounts, "first")
	require.Positive(t, result.Created)
	require.Contains(t, result.Warning, `trading partner odd at Cleo stands for an account that is none`)
	require.Zero(t, result.Registered)
}

// TestAQuestionTurnsNoOtherFieldBack has three fields changed before one sync where suppliers are files: one by Cleo, one by M3,
// and one about which people are asked.
func TestAQuestionTurnsNoOtherFieldBack(t *testing.T) {
	w := newSupplierFiles(t)
	w.inSupplier(bearing, "PHNO", "414 555 0111", "TOWN", "Turku")
	w.says("supplier_100_1.csv", "company,code,email,payee\n100,"+bearing+",desk@halvorsen.example,"+fastener+"\n")
	w.syncOf(suppliers, "second")
	r := w.settleAll()[0]
	require.Equal(t, []any{trade.StateParked, trade.ReasonRemitChange}, []any{r.State, r.Reason.Code})
	both := func(email string) {
		t.Helper()
		row, supplier := w.rowsOf(suppliers)[bearing], w.supplier(bearing)
		require.Equal(t, []string{"414 555 0111", "Turku", email}, []string{row["phone"], row["town"], row["email"]})
		require.Equal(t, []string{"414 555 0111", "Turku", email}, []string{supplier["PHNO"], supplier["TOWN"], supplier["EMAL"]})
	}
	both("desk@halvorsen.example")
	w.nothing(suppliers, "third")

	w.inSupplier(bearing, "EMAL", "m3@halvorsen.example")
	w.says("supplier_100_2.csv", "company,code,email\n100,"+bearing+",cleo@halvorsen.example\n")
	w.syncOf(suppliers, "fourth")
	w.settleAll()
	all := w.differences(bearing)
	r = w.settle(all[len(all)-1], choose("kim", "email", "infor"))
	require.Equal(t, []any{trade.StateParked, trade.ReasonRemitChange}, []any{r.State, r.Reason.Code})
	both("m3@halvorsen.example")
	w.nothing(suppliers, "fifth")
	both("m3@halvorsen.example")
}

// TestWhatBothSidesGotStaysWhileAQuestionWaits has a field that is Cleo's own entered alike on both sides, beside a question.
func TestWhatBothSidesGotStaysWhileAQuestionWaits(t *testing.T) {
	w := newWorld(t, 1)
	w.publishSupplierFiles("masterdata.yaml", "owners: {email: newest, phone: newest}", "owners: {email: newest, phone: newest, name: cleo}")
	w.syncOf(suppliers, "first")
	w.says("supplier_100_1.csv", "company,code,payee\n100,"+bearing+","+fastener+"\n")
	w.syncOf(suppliers, "second")
	require.Equal(t, trade.StateParked, w.settleAll()[0].State)
	w.inSupplier(bearing, "SUNM", "Halvorsen B")
	w.says("supplier_100_2.csv", "company,code,name\n100,"+bearing+",Halvorsen B\n")
	w.syncOf(suppliers, "third")
	w.nothing(suppliers, "fourth")
	w.inSupplier(bearing, "TOWN", "Turku")
	require.Zero(t, w.syncOf(suppliers, "fifth").Registered)
	require.Equal(t, "Halvorsen B", w.supplier(bearing)["SUNM"])
	row := w.rowsOf(suppliers)[bearing]
	require.Equal(t, []string{"Halvorsen B", "Turku"}, []string{row["name"], row["town"]})
}

// TestWhatM3TakesBackStaysTakenBackWhileAQuestionWaits enters at Cleo, beside a question, what M3 then changes back.
func TestWhatM3TakesBackStaysTakenBackWhileAQuestionWaits(t *testing.T) {
	w := newSupplierFiles(t)
	before := w.supplier(bearing)["EMAL"]
	w.says("supplier_100_1.csv", "company,code,email,payee\n100,"+bearing+",desk@halvorsen.example,"+fastener+"\n")
	w.syncOf(suppliers, "second")
	w.settleAll()
	require.Equal(t, "desk@halvorsen.example", w.supplier(bearing)["EMAL"])
	w.inSupplier(bearing, "EMAL", before)
	w.syncOf(suppliers, "third")
	require.Equal(t, before, w.rowsOf(suppliers)[bearing]["email"])
	w.inSupplier(bearing, "TOWN", "Turku")
	require.Zero(t, w.syncOf(suppliers, "fourth").Registered)
	w.settleAll()
	require.Equal(t, []string{before, before}, []string{w.supplier(bearing)["EMAL"], w.rowsOf(suppliers)[bearing]["email"]})
}
