package workflows

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/cleo"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

// drift is what the ledger says of the suppliers, without a look at either system.
func (w *world) drift() reconcile.MasterFlow {
	w.t.Helper()
	c, err := w.Configuration(w.t.Context(), "")
	require.NoError(w.t, err)
	rules := reconcile.Rules{Masters: c.MasterRules(), Partners: c.Partners, Allocation: c.Allocation}
	d, err := reconcile.Drift(w.t.Context(), w.Ledger, rules, w.Ledger.Now())
	require.NoError(w.t, err)
	require.Len(w.t, d.Flows, 1)
	require.Equal(w.t, d.Flows[0].Unexplained() == 0, d.Agrees)
	return d.Flows[0]
}

// requireDrift wants the drift to be what both sides really have, and every item of it to be explained by a record that is
// parked or was closed.
func (w *world) requireDrift(because string) []reconcile.MasterItem {
	w.t.Helper()
	drift := w.drift()
	require.Zero(w.t, drift.Unexplained(), "%s: %+v", because, drift.Items)
	is := map[string][]reconcile.DifferingField{}
	for _, item := range drift.Items {
		r, err := w.Ledger.Record(w.t.Context(), item.Record)
		require.NoError(w.t, err, "%s: %+v", because, item)
		require.Contains(w.t, []trade.State{trade.StateParked, trade.StateResolved}, r.State, "%s: %+v", because, item)
		require.Equal(w.t, item.Code, r.Number)
		is[item.Code] = item.Fields
	}
	require.Equal(w.t, w.really(), is, because)
	require.Equal(w.t, len(w.codes()), drift.Records, because)
	require.Equal(w.t, len(w.codes())-len(is), drift.Agree, because)
	return drift.Items
}

// really looks into both systems: the suppliers that differ there, with the fields in which they do, or none where Cleo has
// no partner.
func (w *world) really() map[string][]reconcile.DifferingField {
	w.t.Helper()
	entity, out := w.entity(trade.Suppliers), map[string][]reconcile.DifferingField{}
	for _, code := range w.codes() {
		supplier := w.supplier(code)
		id, _, attributes := w.partner(code)
		if id == "" {
			out[code] = []reconcile.DifferingField{}
			continue
		}
		for _, f := range entity.Fields {
			mi, looked := lookedAt[f.Name]
			if !looked {
				continue
			}
			infor := supplier[mi]
			if word, known := statusWords[infor]; f.Name == masterdata.StatusField && known {
				infor = word
			}
			if !f.Equal(infor, attributes[f.Name]) {
				out[code] = append(out[code], reconcile.DifferingField{Name: f.Name, Infor: infor, Cleo: attributes[f.Name]})
			}
		}
	}
	return out
}

// lookedAt are the fields that these tests edit, with the MI field of each.
var (
	lookedAt    = map[string]string{"name": "SUNM", "status": "STAT", "email": "EMAL", "phone": "PHNO", "town": "TOWN", "vatNumber": "VRNO", "buyer": "BUYE", "payee": "PRSU"}
	statusWords = map[string]string{"10": "preliminary", "20": "active", "90": "blocked"}
)

// TestTheDriftIsWhatBothSidesReallyHave edits both sides at random, syncs and settles, several rounds long: what differs
// then is what waits for people, with the values that the two systems have.
func TestTheDriftIsWhatBothSidesReallyHave(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w, random := agreed(t), rand.New(rand.NewPCG(seed, 7))
			require.Empty(t, w.requireDrift("both sides agree"))
			waited := 0
			for round := range 3 {
				w.editBoth(random, round)
				code := w.codes()[random.IntN(8)]
				w.inSupplier(code, "PRSU", fmt.Sprint("00990", round))
				w.sync(fmt.Sprint("round ", round), false)
				w.settleAll()
				w.sync(fmt.Sprint("again ", round), round == 1)
				items := w.requireDrift(fmt.Sprint("round ", round))
				require.NotEmpty(t, items)
				waited += len(items)
				w.quiet(fmt.Sprint("after ", round))
				require.Equal(t, items, w.requireDrift("nothing happened"))
			}
			require.Greater(t, waited, 3)
		})
	}
}

func TestWhatIsReadAndNotComparedYetIsExplained(t *testing.T) {
	w := agreed(t)
	w.inSupplier(bearing, "SUNM", "Halvorsen Drives")
	old := w.supplier(fastener)["SUNM"]
	w.inSupplier(fastener, "SUNM", "Fastener House")
	w.Armed = false
	result, err := w.trySync("stopped", false)
	require.NoError(t, err)
	require.NotEmpty(t, result.Stopped)
	drift := w.drift()
	require.Len(t, drift.Items, 2)
	require.Zero(t, drift.Unexplained())
	require.Equal(t, "M3 changed it after the last comparison", drift.Items[1].Reason)
	require.Equal(t, []reconcile.DifferingField{{Name: "name", Infor: "Fastener House", Cleo: old}}, drift.Items[1].Fields)
	compared := *drift.ComparedAt
	w.Armed = true
	w.sync("second", false)
	require.Empty(t, w.requireDrift("it is compared"))
	require.True(t, w.drift().ComparedAt.After(compared))
}

// TestAPartnerThatIsMissingAtCleo deletes one where partners are made only when somebody accepts, and where never.
func TestAPartnerThatIsMissingAtCleo(t *testing.T) {
	for rule, reason := range map[string]string{"park": "M3 has the supplier and Cleo does not, where only a person may create one", "never": "createCleo is never in masterdata.yaml"} {
		t.Run(rule, func(t *testing.T) {
			w := agreed(t)
			w.publishWith("masterdata.yaml", "createCleo: create\n  createInfor: park", "createCleo: "+rule+"\n  createInfor: park")
			id, _, _ := w.partner(bearing)
			require.NoError(t, w.sandbox.Hub.RemovePartner(id))
			w.sync("second", false)
			w.settleAll()
			for _, again := range []string{"third", "fourth"} {
				drift := w.drift()
				require.Len(t, drift.Items, 1)
				item := drift.Items[0]
				require.Equal(t, []any{bearing, reconcile.MissingCleo, reason, true, rule == "park"}, []any{item.Code, item.Kind, item.Reason, item.Explained, item.Record != ""})
				require.Equal(t, w.really(), map[string][]reconcile.DifferingField{bearing: item.Fields})
				w.sync(again, false)
			}
		})
	}
}

func TestASupplierThatM3LacksOrLostIsNotLost(t *testing.T) {
	w := agreed(t)
	w.newAtCleo()
	w.sync("second", false)
	w.settleAll()
	drift := w.drift()
	require.Len(t, drift.Items, 1)
	require.Equal(t, []any{newcomer, reconcile.MissingInfor, true}, []any{drift.Items[0].Code, drift.Items[0].Kind, drift.Items[0].Explained})
	w.settle(w.differences(newcomer)[0], choose("kim"))
	w.sync("third", false)
	require.Empty(t, w.requireDrift("somebody accepted it"))

	require.NoError(t, w.sandbox.M3.DeleteSupplier(supplierCompany.Cono, bearing))
	w.sync("fourth", true)
	require.Empty(t, w.drift().Items, "Cleo has it blocked, and can have it no other way")
	w.atCleo(bearing, "status", "active")
	w.failing("cleo", "partners update", "403", 0)
	w.sync("fifth", false)
	drift = w.drift()
	require.Len(t, drift.Items, 1)
	require.Equal(t, []any{bearing, reconcile.MissingInfor, true}, []any{drift.Items[0].Code, drift.Items[0].Kind, drift.Items[0].Explained})
}

// TestBlockedHereAndActiveThere leaves the status to people.
func TestBlockedHereAndActiveThere(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("masterdata.yaml", "owners: {email: newest, phone: newest}", "owners: {email: newest, phone: newest, status: manual}")
	w.sync("first", false)
	for _, r := range w.settleAll() { // suppliers that are new at Cleo have no status that both agreed on
		require.Equal(t, trade.StateSynced, r.State)
	}
	w.inSupplier(bearing, "STAT", "90")
	w.atCleo(fastener, "status", "blocked", "name", "Somebody's")
	w.sync("second", false)
	w.settleAll()
	kinds := map[string]reconcile.MasterKind{}
	for _, item := range w.requireDrift("a person is asked") {
		require.Len(t, item.Fields, 1)
		kinds[item.Code] = item.Kind
	}
	require.Equal(t, map[string]reconcile.MasterKind{bearing: reconcile.BlockedInfor, fastener: reconcile.BlockedCleo}, kinds)
	w.settle(w.differences(bearing)[0], choose("kim", "status", "infor"))
	require.Len(t, w.requireDrift("one is decided"), 1)
}

func TestAConflictThatAPersonClosedStaysAndIsExplained(t *testing.T) {
	w := agreed(t)
	w.conflicting()
	w.inSupplier(bearing, "SUNM", "Halvorsen One")
	w.sync("second", false)
	r := w.settleAll()[0]
	require.Equal(t, reconcile.Differs, w.requireDrift("it waits")[0].Kind)
	w.resolve(r)
	w.sync("third", true)
	item := w.requireDrift("it is closed")[0]
	require.Equal(t, []any{r.ID, "closed by kim: both are in use"}, []any{item.Record, item.Reason})
	require.Equal(t, []reconcile.DifferingField{{Name: "email", Infor: "m3@halvorsen.example", Cleo: "cleo@halvorsen.example"}}, item.Fields)
}

// TestWhatCleoRefusesDiffers lets Cleo refuse a change, and a new partner whose alias somebody else has.
func TestWhatCleoRefusesDiffers(t *testing.T) {
	w := newWorld(t, 1)
	foreign, err := w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"HALVBRG"`)})
	require.NoError(t, err)
	w.sync("first", false)
	w.settleAll()
	require.Equal(t, reconcile.MissingCleo, w.requireDrift("the alias is taken")[0].Kind)
	w.sync("again", false)
	w.requireDrift("it is still taken")
	require.NoError(t, w.sandbox.Hub.ChangePartner(foreign, map[string]json.RawMessage{"alias": json.RawMessage(`"somebody"`)}))
	require.Equal(t, trade.StateSynced, w.settle(w.differences(bearing)[0], choose("kim")).State)
	require.Empty(t, w.requireDrift("it is made"))

	old := w.supplier(fastener)["SUNM"]
	w.inSupplier(fastener, "SUNM", "Fastener House")
	w.failing("cleo", "partners update", "403", 0)
	w.sync("refused", false)
	w.settleAll()
	item := w.requireDrift("the change is refused")[0]
	require.Equal(t, []reconcile.DifferingField{{Name: "name", Infor: "Fastener House", Cleo: old}}, item.Fields)
	known, err := w.Ledger.MasterByCodes(t.Context(), trade.EntitySupplier, supplierCompany.String(), []string{fastener})
	require.NoError(t, err)
	require.Equal(t, map[string]ledger.SideValues{"name": {Infor: "Fastener House", Cleo: old}}, known[fastener].Differs)
	w.sync("not tried again", true)
	w.requireDrift("it is not tried again")
	w.fired()
	require.Equal(t, trade.StateSynced, w.settle(w.differences(fastener)[0], choose("kim")).State)
	require.Empty(t, w.requireDrift("it is taken"))

	id, _, _ := w.partner(bearing)
	require.NoError(t, w.sandbox.Hub.RemovePartner(id))
	require.NoError(t, w.sandbox.Hub.ChangePartner(foreign, map[string]json.RawMessage{"alias": json.RawMessage(`"HALVBRG"`)}))
	w.sync("taken again", false)
	w.settleAll()
	require.Equal(t, reconcile.MissingCleo, w.requireDrift("it was there, and cannot be made again")[0].Kind)
}

// TestTheDriftOfFilesIsWhatTheySay reads the accounts that Cleo tells of in files.
func TestTheDriftOfFilesIsWhatTheySay(t *testing.T) {
	w := newFileWorld(t)
	w.publishWith("masterdata.yaml", "  owner: infor\n  createCleo: create\n  createInfor: never", "  owner: manual\n  createCleo: create\n  createInfor: never")
	w.syncOf(accounts, "first")
	for _, r := range w.waiting(trade.Accounts, trade.StateDiscovered) {
		w.settle(r)
	}
	require.Empty(t, w.drift().Items)
	code := w.account()
	w.says("account_100-AAA_1.csv", "company,code,status\n100-AAA,"+code+",blocked\n")
	for _, run := range []string{"second", "third"} {
		w.syncOf(accounts, run)
		for _, r := range w.waiting(trade.Accounts, trade.StateDiscovered) {
			w.settle(r)
		}
		drift := w.drift()
		require.Len(t, drift.Items, 1)
		require.True(t, drift.Items[0].Explained)
		require.Equal(t, reconcile.BlockedCleo, drift.Items[0].Kind)
		require.Equal(t, []reconcile.DifferingField{{Name: "status", Infor: "active", Cleo: "blocked"}}, drift.Items[0].Fields)
	}
	require.WithinDuration(t, w.Ledger.Now(), *w.drift().ComparedAt, time.Minute)
}

// meddled is a mailbox in which somebody changes a partner right before we do, once.
type meddled struct {
	cleo.Mailbox
	cleo.Directory
	meddle func()
}

func (m *meddled) UpdatePartner(ctx context.Context, id string, change func(*cleo.Partner) error) (cleo.Partner, error) {
	if meddle := m.meddle; meddle != nil {
		m.meddle = nil
		meddle()
	}
	return m.Directory.UpdatePartner(ctx, id, change)
}

// TestWhatCleoChangedMeanwhileIsComparedAgain writes nothing over what nobody compared, and does not take it for equal.
func TestWhatCleoChangedMeanwhileIsComparedAgain(t *testing.T) {
	w := agreed(t)
	compared := *w.drift().ComparedAt
	old := w.Systems.(fixed)
	w.Systems = fixed{old.infor, &meddled{old.mailbox, old.mailbox.(cleo.Directory), func() { w.atCleo(bearing, "name", "Somebody's") }}}
	w.inSupplier(bearing, "SUNM", "Halvorsen Drives")
	require.Zero(t, w.sync("second", false).Updated)
	drift := w.drift()
	require.Len(t, drift.Items, 1)
	require.Equal(t, []any{bearing, "M3 changed it after the last comparison", true}, []any{drift.Items[0].Code, drift.Items[0].Reason, drift.Items[0].Explained})
	require.Equal(t, compared, *drift.ComparedAt, "this comparison left something behind")
	w.sync("third", false)
	require.Empty(t, w.requireDrift("it is compared again"))
}

func TestWhatAPersonHealsOnBothSidesDiffersNoMore(t *testing.T) {
	w := agreed(t)
	w.conflicting()
	w.settleAll()
	require.Len(t, w.requireDrift("it waits"), 1)
	w.atCleo(bearing, "email", "m3@halvorsen.example")
	w.sync("second", false)
	require.Empty(t, w.requireDrift("it is healed"))
}
