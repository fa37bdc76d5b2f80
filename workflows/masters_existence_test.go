package workflows

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

// newcomer is a supplier that M3 does not have.
const newcomer = "0077001"

// newAtCleo lets a person at Cleo make a trading partner of the newcomer, with further attributes.
func (w *world) newAtCleo(pairs ...string) {
	w.t.Helper()
	attributes := map[string]string{"company": supplierCompany.Cono, "supplier": newcomer, "name": "Northern Bolt", "country": "US", "currency": "USD",
		"status": "active", "email": "desk@northern.example", "street": "1 Quay", "town": "Duluth"}
	for i := 0; i < len(pairs); i += 2 {
		attributes[pairs[i]] = pairs[i+1]
	}
	maps.DeleteFunc(attributes, func(_, value string) bool { return value == "" })
	content, err := json.Marshal(attributes)
	require.NoError(w.t, err)
	_, err = w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"northern"`), "attributes": content})
	require.NoError(w.t, err)
}

func TestASupplierThatM3LacksIsMadeOnceSomebodyAccepts(t *testing.T) {
	w := agreed(t)
	suppliers := len(w.sandbox.M3.Suppliers())
	w.newAtCleo()
	require.Equal(t, 1, w.sync("second", false).Registered)
	r := w.settleAll()[0]
	requireStop(t, stop{trade.ReasonMasterNew, trade.ClassData, trade.StateParked, "supplier " + newcomer, "Cleo has the supplier and M3 does not"}, r)
	w.quiet("standing")
	require.Len(t, w.sandbox.M3.Suppliers(), suppliers)
	r = w.settle(r, choose("kim"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Len(t, w.sandbox.M3.Suppliers(), suppliers+1)
	made := w.supplier(newcomer)
	require.Equal(t, []string{"Northern Bolt", "20", "YMD", "desk@northern.example", "1 Quay"}, []string{made["SUNM"], made["STAT"], made["DTFM"], made["EMAL"], made["ADR1"]})
	w.sync("third", false) // brings what the template filled in
	w.quiet("fourth")
	require.Len(t, w.sandbox.M3.Suppliers(), suppliers+1)
	_, _, attributes := w.partner(newcomer)
	require.Equal(t, "desk@northern.example", attributes["email"])
}

// TestASupplierThatM3DoesNotTakeSaysWhy accepts a partner without what M3 demands.
func TestASupplierThatM3DoesNotTakeSaysWhy(t *testing.T) {
	w := agreed(t)
	w.newAtCleo("country", "")
	w.sync("second", false)
	r := w.settle(w.discovered()[0], choose("kim"))
	requireStop(t, stop{trade.ReasonMasterRefused, trade.ClassConfiguration, trade.StateParked, "supplier " + newcomer, "M3 cannot take it: supplier " + newcomer + ": M3 makes no supplier without country (CSCD)"}, r)
	require.Nil(t, w.supplier(newcomer))
	w.quiet("standing")
	w.atCleo(newcomer, "country", "US")
	w.sync("third", false)
	r = w.settle(w.discovered()[0], choose("kim"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, "US", w.supplier(newcomer)["CSCD"])
}

// TestWhatM3GotMeanwhileIsNotMadeAgain enters the supplier in M3 by hand while its record waits.
func TestWhatM3GotMeanwhileIsNotMadeAgain(t *testing.T) {
	w := agreed(t)
	w.newAtCleo()
	w.sync("second", false)
	r := w.settleAll()[0]
	w.addSupplier(newcomer, "Northern Bolt Company")
	r = w.settle(r, choose("kim"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	require.Equal(t, "Northern Bolt Company", w.supplier(newcomer)["SUNM"], "M3's name stands: Infor owns it")
	_, _, attributes := w.partner(newcomer)
	require.Equal(t, "Northern Bolt Company", attributes["name"])
	w.sync("third", false)
	w.quiet("fourth")
}

// TestAPersonIsNotAskedAboutAPartnerThatIsGone deletes at Cleo what M3 lacks, before and after somebody accepts it.
func TestAPersonIsNotAskedAboutAPartnerThatIsGone(t *testing.T) {
	for name, accept := range map[string]bool{"before anybody looks": false, "once somebody accepts it": true} {
		t.Run(name, func(t *testing.T) {
			w := agreed(t)
			w.newAtCleo()
			w.sync("second", false)
			r := w.settleAll()[0]
			require.Equal(t, trade.ReasonMasterNew, r.Reason.Code)
			id, _, _ := w.partner(newcomer)
			require.NoError(t, w.sandbox.Hub.RemovePartner(id))
			want := trade.StateSuperseded
			if accept {
				want = trade.StateSynced
				require.Equal(t, want, w.settle(r, choose("kim")).State)
			}
			w.sync("third", false)
			require.Equal(t, want, w.state(r).State)
			require.Empty(t, w.drift().Items)
			require.Empty(t, w.supplier(newcomer))
			w.quiet("fourth")
		})
	}
}

func TestADeletedSupplierIsBlockedAtCleoOnce(t *testing.T) {
	w := agreed(t)
	require.NoError(t, w.sandbox.M3.DeleteSupplier(supplierCompany.Cono, bearing))
	w.quiet("a change list does not tell", false)
	before := w.updates()
	result := w.sync("second", true)
	require.Equal(t, []int{1, 1}, []int{result.Deleted, result.Updated})
	require.Equal(t, 1, w.updates()-before)
	_, _, attributes := w.partner(bearing)
	require.Equal(t, "blocked", attributes["status"])
	require.NotEmpty(t, attributes["name"], "nothing else of it is touched")
	w.quiet("third")
	_, err := w.Ledger.MasterAt(t.Context(), trade.EntitySupplier, supplierCompany.String(), bearing, w.Ledger.Now())
	require.Error(t, err, "it is gone")
}

func TestMoreDeletedSuppliersThanAllowedStopTheSync(t *testing.T) {
	w := newWorld(t, 1)
	w.publish("infor.yaml", "")
	w.publishWith("infor.yaml", "mostDeleted: ", "mostDeleted: 2 # was ")
	w.sync("first", false)
	for _, code := range []string{bearing, fastener, "0010058"} {
		require.NoError(t, w.sandbox.M3.DeleteSupplier(supplierCompany.Cono, code))
	}
	before := w.updates()
	result, err := w.trySync("second", true)
	require.NoError(t, err)
	require.Contains(t, result.Stopped, "M3 misses 3 of the records of suppliers, company 100, and poll.mostDeleted in infor.yaml allows 2")
	require.Equal(t, before, w.updates())
	_, _, attributes := w.partner(bearing)
	require.Equal(t, "active", attributes["status"])
}

func TestAPartnerDeletedAtCleoComesBack(t *testing.T) {
	w := agreed(t)
	id, _, before := w.partner(bearing)
	require.NoError(t, w.sandbox.Hub.RemovePartner(id))
	require.Equal(t, 1, w.sync("second", false).Created)
	again, _, attributes := w.partner(bearing)
	require.NotEqual(t, id, again)
	require.Equal(t, before, attributes)
	w.quiet("third")
}

// TestAForeignAliasParksAndStopsNothingElse gives the alias of a supplier to somebody else at Cleo, who then gets another
// alias, or is the supplier after all.
func TestAForeignAliasParksAndStopsNothingElse(t *testing.T) {
	for name, mended := range map[string]string{"another alias": `{"alias":"somebody"}`, "the supplier's key": `{"attributes":{"company":"100","supplier":"` + bearing + `"}}`} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			foreign, err := w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"HALVBRG"`)})
			require.NoError(t, err)
			first := w.sync("first", false)
			require.Equal(t, first.Found-1, first.Created)
			r := w.settleAll()[0]
			requireStop(t, stop{trade.ReasonNameTaken, trade.ClassData, trade.StateParked, "supplier " + bearing, "another trading partner has the alias"}, r)
			w.quiet("standing")
			var fields map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(mended), &fields))
			require.NoError(t, w.sandbox.Hub.ChangePartner(foreign, fields))
			r = w.settle(r, choose("kim"))
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			_, _, attributes := w.partner(bearing)
			require.Equal(t, w.supplier(bearing)["SUNM"], attributes["name"])
			w.quiet("settled")
		})
	}
}

// TestAPartnerThatLostItsKeyIsNotTakenForTheSupplier takes the key off a partner that was in step.
func TestAPartnerThatLostItsKeyIsNotTakenForTheSupplier(t *testing.T) {
	w := agreed(t)
	id, _, _ := w.partner(fastener)
	require.NoError(t, w.sandbox.Hub.ChangePartner(id, map[string]json.RawMessage{"alias": json.RawMessage(`"other"`), "attributes": json.RawMessage(`{"supplier":null}`)}))
	require.Equal(t, 1, w.sync("second", false).Created)
	again, _, _ := w.partner(fastener)
	require.NotEqual(t, id, again)
	w.quiet("third")
}

// TestTwoPartnersOfOneSupplierAreTold keeps the first in step and warns of the other.
func TestTwoPartnersOfOneSupplierAreTold(t *testing.T) {
	w := agreed(t)
	_, err := w.sandbox.Hub.AddPartner(map[string]json.RawMessage{"alias": json.RawMessage(`"zz-copy"`), "attributes": json.RawMessage(`{"company":"100","supplier":"` + bearing + `"}`)})
	require.NoError(t, err)
	result := w.sync("second", false)
	require.Contains(t, result.Warning, "supplier "+bearing+" more than once")
	require.Zero(t, result.Created+result.Updated+result.Registered)
}

// TestWhatIsNotSelectedIsLeftAloneAtCleo leaves partners of suppliers that are not kept equal alone.
func TestWhatIsNotSelectedIsLeftAloneAtCleo(t *testing.T) {
	w := newWorld(t, 1)
	w.publishWith("masterdata.yaml", `only: "true"`, `only: supplier.profile`)
	w.newAtCleo()
	result := w.sync("first", false)
	require.Positive(t, result.Created)
	require.Zero(t, result.Registered)
	w.quiet("second")
}
