package workflows

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/ionapi"
	"tradewind/sandbox/business"
)

// Invoices are held against the suppliers and accounts that syncs have read: what M3 is asked, and what it has in the end, is
// what counts.

var suppliers = trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}

// goods is the account to which a rule codes the goods of every invoice.
const goods = "5010"

// publishCoded publishes the shipped configuration with invoices coded by the rules, and pairs of texts replaced in masterdata.yaml.
func (w *world) publishCoded(pairs ...string) {
	w.t.Helper()
	_, err := w.Publish(w.t.Context(), w.coded(pairs...))
	require.NoError(w.t, err)
}

// coded is what publishCoded publishes.
func (w *world) coded(pairs ...string) config.Files {
	w.t.Helper()
	files, err := config.ReadFolder("../config")
	require.NoError(w.t, err)
	edit := func(file, old, changed string) {
		require.Contains(w.t, string(files[file]), old)
		files[file] = bytes.Replace(files[file], []byte(old), []byte(changed), 1)
	}
	edit("allocation.yaml", "strategy: m3-rules", "strategy: objects")
	for pair := range slices.Chunk(pairs, 2) {
		edit("masterdata.yaml", pair[0], pair[1])
	}
	return files
}

// newCodedWorld is a world whose invoices are coded by the rules, with the suppliers and accounts of the first company read.
func newCodedWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, 0)
	w.publishCoded()
	w.readAll("first")
	return w
}

// readAll syncs the suppliers and accounts of the first company.
func (w *world) readAll(run string) {
	w.t.Helper()
	w.syncOf(suppliers, run)
	w.syncOf(accounts, run)
}

// billedHere lets a supplier of the first company send an invoice.
func (w *world) billedHere() business.Invoice {
	w.t.Helper()
	i := w.billed()
	for i.Cono != supplierCompany.Cono {
		i = w.billed()
	}
	return i
}

// programs counts the calls of a program of M3.
func (w *world) programs(program string) (calls int) {
	for name, n := range w.sandbox.Calls() {
		if strings.HasPrefix(name, "ion "+program+"/") {
			calls += n
		}
	}
	return calls
}

// questions counts how often M3 was asked for suppliers and for accounts while something was done.
func (w *world) questions(done func()) (suppliers, accounts int) {
	suppliers, accounts = w.programs("CRS620MI"), w.programs("CRS630MI")
	done()
	return w.programs("CRS620MI") - suppliers, w.programs("CRS630MI") - accounts
}

// requirePosted posts an invoice, which M3 then has once.
func (w *world) requirePosted(i business.Invoice) {
	w.t.Helper()
	w.requireOnce(i, w.post(w.arrived(i.Content), nil).State)
}

func (w *world) requireOnce(i business.Invoice, state trade.State) {
	w.t.Helper()
	batches, vouchers := w.inM3(i.Number)
	require.Equal(w.t, []any{trade.StatePosted, 1, 1}, []any{state, batches, vouchers})
}

func TestInvoicesAreHeldAgainstWhatTheSyncsRead(t *testing.T) {
	w := newCodedWorld(t)
	suppliers, accounts := w.questions(func() {
		for range 5 {
			w.requirePosted(w.billedHere())
		}
	})
	require.Equal(t, []int{0, 0}, []int{suppliers, accounts})
}

// TestWhereNothingIsSyncedM3IsAsked posts two invoices: each asks for its supplier, and both share a list of each dimension.
func TestWhereNothingIsSyncedM3IsAsked(t *testing.T) {
	w := newWorld(t, 0)
	w.publishCoded()
	first, second := w.billedHere(), w.billedHere()
	suppliers, accounts := w.questions(func() { w.requirePosted(first) })
	require.Positive(t, suppliers)
	require.Positive(t, accounts)
	suppliers, accounts = w.questions(func() { w.requirePosted(second) })
	require.Positive(t, suppliers)
	require.Zero(t, accounts)
}

// TestM3IsAskedForWhatNoSyncRead posts an invoice where the snapshot has no answer.
func TestM3IsAskedForWhatNoSyncRead(t *testing.T) {
	const only, dimensions = `only: "true"`, `dimensions: ["1", "2", "3", "4", "5"]`
	old := func(w *world) { w.Ledger.Now = func() time.Time { return time.Now().Add(-25 * time.Hour) } }
	for name, test := range map[string]struct {
		prepare             func(w *world, i business.Invoice)
		suppliers, accounts bool
	}{
		"the last read is too old": {func(w *world, _ business.Invoice) {
			w.readAll("first")
			w.Ledger.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
		}, true, true},
		"no read is young enough": {func(w *world, _ business.Invoice) {
			w.publishCoded("maxAge: 24h", "maxAge: 0s")
			w.readAll("first")
		}, true, true},
		"the accounts were never read": {func(w *world, _ business.Invoice) { w.syncOf(suppliers, "first") }, false, true},
		"other fields were read": {func(w *world, _ business.Invoice) {
			w.publishCoded(`address: {type: "1"}`, "", dimensions, `dimensions: ["1"]`)
			w.readAll("first")
			w.publishCoded()
		}, true, true},
		"a dimension is not kept equal": {func(w *world, _ business.Invoice) {
			w.publishCoded(dimensions, `dimensions: ["1"]`)
			w.readAll("first")
		}, false, true},
		"the supplier is not kept equal": {func(w *world, i business.Invoice) {
			w.publishCoded(only, `only: supplier.code != "`+i.Supplier+`"`)
			w.readAll("first")
		}, true, false},
		"the supplier was kept equal by another setting": {func(w *world, i business.Invoice) {
			w.readAll("first")
			w.publishCoded(only, `only: supplier.code != "`+i.Supplier+`"`)
		}, true, false},
		"the supplier left those that are kept equal": {func(w *world, i business.Invoice) {
			w.publishCoded(only, `only: supplier.searchKey != "LEFT"`)
			old(w)
			w.readAll("first")
			w.Ledger.Now = time.Now
			w.inSupplier(i.Supplier, "ALSU", "LEFT")
			full := suppliers
			full.Full = true
			w.syncOf(full, "all of them")
			w.syncOf(accounts, "second")
		}, true, false},
		"the supplier left them, and the next read told": {func(w *world, i business.Invoice) { w.leaves(i, false) }, true, false},
		"the supplier left them, and a full read told":   {func(w *world, i business.Invoice) { w.leaves(i, true) }, true, false},
		"an account is not kept equal": {func(w *world, _ business.Invoice) {
			w.publishCoded(`  dimensions: ["1"`, `  only: account.code != "1/`+goods+"\"\n  dimensions: [\"1\"")
			w.readAll("first")
		}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 0)
			w.publishCoded()
			i := w.billedHere()
			test.prepare(w, i)
			suppliers, accounts := w.questions(func() { w.requirePosted(i) })
			require.Equal(t, []bool{test.suppliers, test.accounts}, []bool{suppliers > 0, accounts > 0}, "%d and %d", suppliers, accounts)
		})
	}
}

// unusable are the ways in which an invoice cannot be posted to its account or supplier, and how a person mends each in M3.
var unusable = map[string]struct {
	spoil, mend func(w *world, i business.Invoice)
	stop
}{
	"a blocked account": {func(w *world, _ business.Invoice) { w.inAccount("LCCD", "1") }, func(w *world, _ business.Invoice) { w.inAccount("LCCD", "0") },
		stop{trade.ReasonAccountBlocked, trade.ClassConfiguration, trade.StateParked, "IT1[1]", `the account "5010" is blocked`}},
	"an expired account": {func(w *world, _ business.Invoice) { w.inAccount("VTDT", "20260101") }, func(w *world, _ business.Invoice) { w.inAccount("VTDT", "0") },
		stop{trade.ReasonAccountExpired, trade.ClassConfiguration, trade.StateParked, "IT1[1]", `the account "5010" was valid until 20260101, and the accounting date is `}},
	"a blocked supplier": {func(w *world, i business.Invoice) { w.inSupplier(i.Supplier, "STAT", "90") },
		func(w *world, i business.Invoice) { w.inSupplier(i.Supplier, "STAT", "20") },
		stop{trade.ReasonSupplierBlocked, trade.ClassData, trade.StateParked, "supplier ", "is blocked in M3"}},
}

// inAccount lets a person in M3 change the account of goods.
func (w *world) inAccount(field, value string) {
	w.t.Helper()
	require.NoError(w.t, w.sandbox.M3.ChangeAccount("1", goods, map[string]string{field: value}))
}

// TestWhatIsReleasedInM3IsPostedByAReplayAtOnce parks an invoice by what a sync read, or by what M3 says, and releases it in M3
// alone.
func TestWhatIsReleasedInM3IsPostedByAReplayAtOnce(t *testing.T) {
	for name, test := range unusable {
		for _, synced := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", synced", false: ""}[synced], func(t *testing.T) {
				w := newWorld(t, 0)
				w.publishCoded()
				i := w.billedHere()
				test.spoil(w, i)
				if synced {
					w.readAll("first")
				}
				stopped := w.post(w.arrived(i.Content), nil)
				requireStop(t, test.stop, stopped)
				require.Empty(t, w.sandbox.M3.Batches())
				test.mend(w, i)
				w.requireOnce(i, w.post(stopped, asked(stopped)).State)
			})
		}
	}
}

// TestWhatASyncReadStopsAnInvoiceThatAnOlderListLetsPass posts an invoice before any sync, so that M3's lists are at hand.
func TestWhatASyncReadStopsAnInvoiceThatAnOlderListLetsPass(t *testing.T) {
	for name, test := range unusable {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 0)
			w.publishCoded()
			w.requirePosted(w.billedHere())
			i := w.billedHere()
			test.spoil(w, i)
			w.readAll("first")
			requireStop(t, test.stop, w.post(w.arrived(i.Content), nil))
			batches, _ := w.inM3(i.Number)
			require.Zero(t, batches)
		})
	}
}

// TestWhatM3RefusesStopsWhateverTheSyncRead spoils in M3 what a sync has read: M3 refuses the batch, and is asked why.
func TestWhatM3RefusesStopsWhateverTheSyncRead(t *testing.T) {
	for name, test := range unusable {
		t.Run(name, func(t *testing.T) {
			w := newCodedWorld(t)
			i := w.billedHere()
			test.spoil(w, i)
			stopped := w.post(w.arrived(i.Content), nil)
			requireStop(t, test.stop, stopped)
			require.Contains(t, stopped.Reason.Message, "M3 refused the batch at status 15")
			batches, vouchers := w.inM3(i.Number)
			require.Equal(t, []int{1, 0}, []int{batches, vouchers})
			test.mend(w, i)
			w.requireOnce(i, w.post(stopped, asked(stopped)).State)
		})
	}
}

// TestAnAccountThatNobodyKnewIsPostedToOnceM3HasIt enters the account of a rule in M3 behind the sync.
func TestAnAccountThatNobodyKnewIsPostedToOnceM3HasIt(t *testing.T) {
	w := newCodedWorld(t)
	files, err := config.ReadFolder("../config")
	require.NoError(t, err)
	rules := bytes.Replace(files["allocation.yaml"], []byte("strategy: m3-rules"), []byte("strategy: objects"), 1)
	files["allocation.yaml"] = bytes.ReplaceAll(rules, []byte(`"`+goods+`"`), []byte(`"9902"`))
	_, err = w.Publish(t.Context(), files)
	require.NoError(t, err)
	i := w.billedHere()
	stopped := w.post(w.arrived(i.Content), nil)
	requireStop(t, stop{trade.ReasonAccountUnknown, trade.ClassConfiguration, trade.StateParked, "IT1[1]", `M3 does not know the account "9902"`}, stopped)
	infor, err := w.Systems.Infor(t.Context(), "")
	require.NoError(t, err)
	outcomes, err := infor.Accounts("CRS630MI").Add(t.Context(), ionapi.Company{CONO: 100, DIVI: "AAA"},
		[]ionapi.AccountEntry{{Dimension: "1", ID: "9902", Name: "New one", Result: "1"}})
	require.NoError(t, err)
	require.Nil(t, outcomes[0])
	w.requireOnce(i, w.post(stopped, asked(stopped)).State)
}
