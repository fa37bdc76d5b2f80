package workflows

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/activities"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

var supplierCompany = trade.Company{Cono: "100"}

// sync keeps the suppliers of the first company equal, as a schedule would.
func (w *world) sync(run string, full bool) trade.PollResult {
	w.t.Helper()
	result, err := w.trySync(run, full)
	require.NoError(w.t, err)
	require.Empty(w.t, result.Stopped)
	return result
}

// trySync makes one attempt, which may fail or stop.
func (w *world) trySync(run string, full bool) (result trade.PollResult, err error) {
	w.t.Helper()
	env := w.suite.NewTestActivityEnvironment()
	env.RegisterActivity(w.Activities)
	in := trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany, Full: full}
	var window trade.Window
	execute := func(activity, params, into any) bool {
		value, failed := env.ExecuteActivity(activity, params)
		if err = failed; err == nil && into != nil {
			err = value.Get(into)
		}
		return err == nil
	}
	_ = execute(w.OpenWindow, activities.OpenWindowParams{Input: in, Poll: PollID(in), Nominal: time.Now(), Run: run}, &window) &&
		execute(w.ReadMasters, activities.ReadParams{Input: in, Window: window}, &result) &&
		(result.Stopped != "" || execute(w.MatchMasters, activities.MatchMastersParams{Input: in, Read: result}, &result)) &&
		execute(w.CloseWindow, result, nil)
	return result, err
}

// settle runs the workflow of a difference until it ends, or rests behind the steps, which come a virtual minute
// apart; it gives the record as it is then.
func (w *world) settle(r ledger.Record, steps ...func(env *testsuite.TestWorkflowEnvironment)) ledger.Record {
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
	env.ExecuteWorkflow(TypeSettleMaster, trade.SendOrderInput{Record: r.ID, Number: r.Number})
	require.True(w.t, env.IsWorkflowCompleted())
	ended()
	if !rests {
		require.NoError(w.t, env.GetWorkflowError())
	}
	return w.state(r)
}

// settleAll settles what the last sync registered, as its poll would start it.
func (w *world) settleAll() (all []ledger.Record) {
	w.t.Helper()
	for _, r := range w.discovered() {
		all = append(all, w.settle(r))
	}
	return all
}

// differences are the records of a supplier, oldest first.
func (w *world) differences(code string) (all []ledger.Record) {
	w.t.Helper()
	records, err := w.Ledger.Records(w.t.Context(), ledger.Filter{Flow: trade.Suppliers})
	require.NoError(w.t, err)
	for _, r := range records {
		if r.Number == code {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b ledger.Record) int { return cmp.Compare(a.Revision, b.Revision) })
	return all
}

// choose replays a record with choices, pairs of a field and what is chosen.
func choose(by string, pairs ...string) func(*testsuite.TestWorkflowEnvironment) {
	request := trade.ReplayRequest{By: by, Note: "made sure of it"}
	for i := 0; i < len(pairs); i += 2 {
		request.Set = append(request.Set, trade.Correction{Path: pairs[i], Value: pairs[i+1]})
	}
	return func(env *testsuite.TestWorkflowEnvironment) { env.SignalWorkflow(SignalReplay, request) }
}

// partner is the trading partner of a supplier: its id, its members and its attributes.
func (w *world) partner(code string) (id string, members map[string]json.RawMessage, attributes map[string]string) {
	w.t.Helper()
	for _, p := range w.sandbox.Hub.Partners() {
		var all map[string]any
		if p["attributes"] == nil {
			continue
		}
		require.NoError(w.t, json.Unmarshal(p["attributes"], &all))
		if all["supplier"] != code || all["company"] != supplierCompany.Cono {
			continue
		}
		require.Empty(w.t, id, "%s is there twice", code)
		require.NoError(w.t, json.Unmarshal(p["id"], &id))
		members, attributes = p, map[string]string{}
		for name, value := range all {
			attributes[name] = fmt.Sprint(value)
		}
	}
	return id, members, attributes
}

// atCleo lets a person at Cleo change attributes of a supplier's partner, pairs of a name and a value.
func (w *world) atCleo(code string, pairs ...string) {
	w.t.Helper()
	attributes := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		attributes[pairs[i]] = pairs[i+1]
	}
	content, err := json.Marshal(attributes)
	require.NoError(w.t, err)
	id, _, _ := w.partner(code)
	require.NoError(w.t, w.sandbox.Hub.ChangePartner(id, map[string]json.RawMessage{"attributes": content}))
}

// inSupplier lets a person in M3 change a supplier, pairs of an MI field and a value.
func (w *world) inSupplier(code string, pairs ...string) {
	w.t.Helper()
	fields := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
	}
	require.NoError(w.t, w.sandbox.M3.ChangeSupplier(supplierCompany.Cono, code, fields))
}

// supplier is what M3 has of one; its CHNO counts the transactions that changed it.
func (w *world) supplier(code string) map[string]string {
	for _, s := range w.sandbox.M3.Suppliers() {
		if s["CONO"] == supplierCompany.Cono && s["SUNO"] == code {
			out := map[string]string{}
			for name, value := range s {
				if text, ok := value.(string); ok {
					out[name] = text
				}
			}
			return out
		}
	}
	return nil
}

// codes are the numbers of the suppliers that M3 has, in order.
func (w *world) codes() (all []string) {
	for _, s := range w.sandbox.M3.Suppliers() {
		if s["CONO"] == supplierCompany.Cono {
			all = append(all, fmt.Sprint(s["SUNO"]))
		}
	}
	slices.Sort(all)
	return all
}

// addSupplier enters a supplier in M3 by hand.
func (w *world) addSupplier(code, name string) {
	w.t.Helper()
	infor, err := w.Systems.Infor(w.t.Context(), "")
	require.NoError(w.t, err)
	outcomes, err := infor.Suppliers("CRS620MI").Add(w.t.Context(), ionapi.Company{CONO: 100, DIVI: "AAA"}, []ionapi.Supplier{{Number: code, Name: name, Type: "0", Country: "US", DateFormat: "YMD",
		OrderType: "100", DateType: "0", DateCode: "0", Currency: "USD", RateType: "1", AttributePrices: "0"}})
	require.NoError(w.t, err)
	require.Nil(w.t, outcomes[0])
}

// changes is how often a supplier was changed in M3.
func (w *world) changes(code string) int {
	n, err := strconv.Atoi(w.supplier(code)["CHNO"])
	require.NoError(w.t, err)
	return n
}

// quiet syncs again, in part and in full where nothing else is said, and wants nothing written on either side, and no
// new record.
func (w *world) quiet(run string, full ...bool) {
	w.t.Helper()
	if len(full) == 0 {
		full = []bool{false, true}
	}
	before, suppliers := w.sandbox.Calls(), w.sandbox.M3.Suppliers()
	for _, full := range full {
		result := w.sync(fmt.Sprint(run, full), full)
		require.Zero(w.t, result.Created+result.Updated+result.Registered, "%+v", result)
		require.Zero(w.t, result.Changed, "both ways to read a supplier say the same")
	}
	after := w.sandbox.Calls()
	for _, write := range []string{"cleo partners create", "cleo partners update"} {
		require.Equal(w.t, before[write], after[write], write)
	}
	require.Equal(w.t, suppliers, w.sandbox.M3.Suppliers())
}

// updates counts the PUTs that Cleo got.
func (w *world) updates() int { return w.sandbox.Calls()["cleo partners update"] }

// TestSuppliersBecomeTradingPartners syncs twice: the second run writes nothing on either side.
func TestSuppliersBecomeTradingPartners(t *testing.T) {
	w := newWorld(t, 1)
	first := w.sync("first", false)
	require.Positive(t, first.Created)
	require.Equal(t, first.Found, first.Created)
	before := w.sandbox.Calls()
	second := w.sync("second", false)
	require.Zero(t, second.Created+second.Updated+second.Registered)
	require.Equal(t, first.Created, second.Unchanged)
	after := w.sandbox.Calls()
	for _, write := range []string{"cleo partners create", "cleo partners update"} {
		require.Equal(t, before[write], after[write], write)
	}
}
