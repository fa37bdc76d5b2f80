package reconcile_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

// books is a ledger with the shipped configuration, in which texts may be replaced.
type books struct {
	*testing.T
	ledger *ledger.Ledger
	config *config.Config
}

func newBooks(t *testing.T, replace ...string) books {
	t.Helper()
	l, err := ledger.Open(t.Context(), ledger.DefaultURL, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(t.Context()))
	b := books{T: t, ledger: l}
	b.configure(replace...)
	return b
}

// configure loads the shipped configuration with texts replaced: pairs, in any of its files.
func (b *books) configure(replace ...string) {
	b.Helper()
	files, err := config.ReadFolder("../../config")
	require.NoError(b, err)
	for i := 0; i < len(replace); i += 2 {
		found := false
		for name, content := range files {
			if strings.Contains(string(content), replace[i]) {
				files[name], found = []byte(strings.Replace(string(content), replace[i], replace[i+1], 1)), true
			}
		}
		require.True(b, found, replace[i])
	}
	b.config, err = config.Load(files)
	require.NoError(b, err)
}

// save keeps records of one flow as M3 said them.
func (b books) save(records ...ledger.Master) {
	b.Helper()
	_, err := b.ledger.SaveMasters(b.Context(), records, trade.SourceInfor, b.ledger.Now())
	require.NoError(b, err)
}

// compared notes a comparison by the settings as they are.
func (b books) compared(flow trade.Flow, company string) {
	b.Helper()
	settings, _ := b.config.Masters(flow)
	err := b.ledger.MarkCompared(b.Context(), settings.Entity.Name, company, ledger.Compared{Began: b.ledger.Now(), By: settings.Entity.Checksum()})
	require.NoError(b, err)
}

func (b books) drift() reconcile.MasterData {
	b.Helper()
	rules := reconcile.Rules{Masters: b.config.MasterRules(), Partners: b.config.Partners, Allocation: b.config.Allocation}
	d, err := reconcile.Drift(b.Context(), b.ledger, rules, time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC))
	require.NoError(b, err)
	return d
}

// parked makes a record of a difference that waits for a person.
func (b books) parked(code string) string {
	b.Helper()
	r, err := b.ledger.RegisterMaster(b.Context(), ledger.NewMaster{Flow: trade.Suppliers, Company: trade.Company{Cono: "100"}, Number: code, Checksum: code, State: trade.StateParked,
		Reason: trade.Data(trade.ReasonMasterConflict, "supplier "+code, "replay it", "M3 and Cleo differ in email")})
	require.NoError(b, err)
	return r.Record
}

// supplier is one that both sides agreed on, active and with a name.
func supplier(code string, change ...func(*ledger.Master)) ledger.Master {
	m := ledger.Master{Entity: trade.EntitySupplier, Company: "100", Code: code, Values: map[string]string{"name": "N" + code, "status": "active"},
		Agreed: map[string]string{"name": "N" + code, "status": "active"}, Infor: ledger.MasterSide{Exists: true, Checksum: "as read"}, Cleo: ledger.MasterSide{Exists: true}}
	for _, f := range change {
		f(&m)
	}
	return m
}

func differs(field, infor, cleo string) func(*ledger.Master) {
	return func(m *ledger.Master) {
		if m.Differs == nil {
			m.Differs = map[string]ledger.SideValues{}
		}
		m.Differs[field], m.Values[field] = ledger.SideValues{Infor: infor, Cleo: cleo}, infor
	}
}

func notAtCleo(m *ledger.Master) { m.Cleo.Exists, m.Agreed = false, nil }

func notInM3(m *ledger.Master) { m.Infor.Exists, m.Values = false, nil }

// items are what differs of the only flow, by code.
func items(t *testing.T, d reconcile.MasterData) map[string]reconcile.MasterItem {
	t.Helper()
	require.Len(t, d.Flows, 1)
	out := map[string]reconcile.MasterItem{}
	for _, item := range d.Flows[0].Items {
		out[item.Code] = item
	}
	require.Equal(t, d.Flows[0].Records-d.Flows[0].Agree, len(out))
	return out
}

// TestEachDifferenceHasItsKindAndItsValues compares what nothing explains: each is red.
func TestEachDifferenceHasItsKindAndItsValues(t *testing.T) {
	b := newBooks(t)
	b.save(
		supplier("equal"),
		supplier("form", differs("phone", "555 100", "555-100"), differs("name", "Ndesk", "Ndesk ")),
		supplier("email", differs("email", "a@x", "b@x"), differs("phone", "1", "2")),
		supplier("blocked here", differs("status", "blocked", "active"), differs("name", "M", "C")),
		supplier("blocked there", differs("status", "active", "blocked")),
		supplier("preliminary", differs("status", "preliminary", "active")),
		supplier("gone at Cleo", notAtCleo),
		supplier("gone in M3", notInM3),
		supplier("gone in M3, blocked", notInM3, func(m *ledger.Master) { m.Agreed["status"] = "blocked" }),
		supplier("gone in M3, active again", notInM3, func(m *ledger.Master) {
			m.Agreed["status"], m.Differs = "blocked", map[string]ledger.SideValues{"status": {Cleo: "active"}}
		}),
		supplier("nowhere", notInM3, notAtCleo),
	)
	b.compared(trade.Suppliers, "100")
	d := b.drift()
	require.False(t, d.Agrees)
	require.Equal(t, []int{10, 3, 7}, []int{d.Flows[0].Records, d.Flows[0].Agree, d.Flows[0].Unexplained()})
	got := items(t, d)
	for code, want := range map[string]struct {
		kind   reconcile.MasterKind
		fields []reconcile.DifferingField
	}{
		"email":                    {reconcile.Differs, []reconcile.DifferingField{{"phone", "1", "2"}, {"email", "a@x", "b@x"}}},
		"blocked here":             {reconcile.BlockedInfor, []reconcile.DifferingField{{"name", "M", "C"}, {"status", "blocked", "active"}}},
		"blocked there":            {reconcile.BlockedCleo, []reconcile.DifferingField{{"status", "active", "blocked"}}},
		"preliminary":              {reconcile.Differs, []reconcile.DifferingField{{"status", "preliminary", "active"}}},
		"gone at Cleo":             {reconcile.MissingCleo, []reconcile.DifferingField{}},
		"gone in M3":               {reconcile.MissingInfor, []reconcile.DifferingField{}},
		"gone in M3, active again": {reconcile.MissingInfor, []reconcile.DifferingField{}},
	} {
		require.Equal(t, want.kind, got[code].Kind, code)
		require.ElementsMatch(t, want.fields, got[code].Fields, code)
		require.False(t, got[code].Explained, code)
		require.Contains(t, got[code].Reason, "nothing waits for it")
	}
	require.False(t, reconcile.Report{Balanced: true}.With(d).Balanced)
}

func TestWhatExplainsADifference(t *testing.T) {
	b := newBooks(t)
	waits, closed, done := b.parked("waits"), b.parked("closed"), b.parked("done")
	for id, to := range map[string]trade.State{closed: trade.StateResolved, done: trade.StateSynced} {
		_, err := b.ledger.Transition(t.Context(), id, ledger.Change{To: to, Event: "x", Actor: "kim", Detail: map[string]any{"note": "both are in use"}})
		require.NoError(t, err)
	}
	by := func(record string) func(*ledger.Master) { return func(m *ledger.Master) { m.Record = record } }
	email := differs("email", "a@x", "b@x")
	b.save(supplier("waits", email, by(waits)), supplier("closed", email, by(closed)), supplier("done", email, by(done)), supplier("later"))
	d := b.drift()
	require.Nil(t, d.Flows[0].ComparedAt)
	require.True(t, d.Agrees, "nothing was compared yet")
	require.Equal(t, "it waits for the first comparison", items(t, d)["done"].Reason)

	b.compared(trade.Suppliers, "100")
	b.save(supplier("later", func(m *ledger.Master) { m.Values["name"] = "New" }))
	d = b.drift()
	require.NotNil(t, d.Flows[0].ComparedAt)
	require.False(t, d.Agrees)
	require.Equal(t, "done", d.Flows[0].Items[0].Code, "what is unexplained comes first")
	got := items(t, d)
	for code, want := range map[string]reconcile.MasterItem{
		"waits":  {Record: waits, Reason: "M3 and Cleo differ in email", Explained: true},
		"closed": {Record: closed, Reason: "closed by kim: both are in use", Explained: true},
		"done":   {Reason: "nothing waits for it; look at done on both sides, and let the next sync compare it"},
		"later":  {Reason: "M3 changed it after the last comparison", Explained: true},
	} {
		require.Equal(t, want, reconcile.MasterItem{Record: got[code].Record, Reason: got[code].Reason, Explained: got[code].Explained}, code)
	}
	require.Equal(t, []reconcile.DifferingField{{"name", "New", "Nlater"}}, got["later"].Fields)

	b.configure("owners: {email: newest, phone: newest}", "owners: {email: newest}")
	d = b.drift()
	require.True(t, d.Agrees)
	require.Equal(t, "masterdata.yaml changed after the last comparison", items(t, d)["done"].Reason)
}

func TestWhatIsNeverCreatedIsExplainedByTheSetting(t *testing.T) {
	b := newBooks(t, "createCleo: create\n  createInfor: park # a", "createCleo: never\n  createInfor: never # a")
	b.save(supplier("1", notAtCleo), supplier("2", notInM3), supplier("3", differs("email", "a", "b")))
	b.compared(trade.Suppliers, "100")
	got := items(t, b.drift())
	require.Equal(t, "createCleo is never in masterdata.yaml", got["1"].Reason)
	require.Equal(t, "createInfor is never in masterdata.yaml", got["2"].Reason)
	require.Equal(t, []bool{true, true, false}, []bool{got["1"].Explained, got["2"].Explained, got["3"].Explained})
}

// TestEveryPageIsRead has more records than one page, with differences on both.
func TestEveryPageIsRead(t *testing.T) {
	b := newBooks(t)
	var page []ledger.Master
	for i := range ledger.MostMasters {
		page = append(page, supplier("A"+time.Duration(i).String()))
	}
	b.save(page...)
	b.save(supplier("A", notAtCleo), supplier("Z", notAtCleo))
	b.compared(trade.Suppliers, "100")
	d := b.drift()
	require.Equal(t, ledger.MostMasters+2, d.Flows[0].Records)
	require.Len(t, items(t, d), 2)
}

// TestTheContractOfJSON holds the names that other programs read.
func TestTheContractOfJSON(t *testing.T) {
	b := newBooks(t)
	empty, err := reconcile.Records(t.Context(), b.ledger, time.Time{}, time.Now())
	require.NoError(t, err)
	content, err := json.Marshal(empty)
	require.NoError(t, err)
	require.Contains(t, string(content), `"masterData":{"agrees":true,"flows":[],"reliance":[]}`)

	b.save(supplier("1", differs("email", "a", "b")), supplier("2", notAtCleo))
	b.compared(trade.Suppliers, "100")
	content, err = json.Marshal(b.drift().Flows)
	require.NoError(t, err)
	var flows []map[string]any
	require.NoError(t, json.Unmarshal(content, &flows))
	require.Equal(t, []any{"suppliers", "100", 2., 0.}, []any{flows[0]["flow"], flows[0]["company"], flows[0]["records"], flows[0]["agree"]})
	require.Contains(t, flows[0]["comparedAt"], "T")
	require.Equal(t, map[string]any{"flow": "suppliers", "company": "100", "code": "1", "kind": "differs", "fields": []any{map[string]any{"name": "email", "infor": "a", "cleo": "b"}},
		"record": "", "reason": "nothing waits for it; look at 1 on both sides, and let the next sync compare it", "explained": false}, flows[0]["items"].([]any)[0])
	require.Equal(t, []any{}, flows[0]["items"].([]any)[1].(map[string]any)["fields"])
}

func left(m *ledger.Master) { m.Infor.Checksum = "" }

// TestWhatLeftIsNeitherComparedNorJudged differs in both sides' last values, and is blocked by them.
func TestWhatLeftIsNeitherComparedNorJudged(t *testing.T) {
	b := newBooks(t)
	b.save(b.everyProfile()...)
	b.save(supplier("0010045", status("blocked"), differs("name", "M", "C"), left))
	b.save(account("100-AAA", "1/5200", status("blocked"), left))
	b.compared(trade.Suppliers, "100")
	b.compared(trade.Accounts, "100-AAA")
	d := b.drift()
	require.True(t, d.Agrees)
	records := 0
	for _, flow := range d.Flows {
		require.Empty(t, flow.Items)
		records += flow.Records
	}
	require.Equal(t, len(b.everyProfile())-1, records)
	for _, r := range d.Reliance {
		require.NotContains(t, []string{"0010045", "1/5200"}, r.Code)
	}
}
