package workflows

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/cleo"
	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
)

// The names of the files of master data: each upload has its own, and what Cleo makes of it is still known.

// supplierFiles is a world in which suppliers are files, and what its syncs keep equal.
func supplierFiles(t *testing.T) (*world, trade.PollInput) {
	t.Helper()
	w := newWorld(t, 1)
	w.publishSupplierFiles()
	return w, trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}
}

// TestAnEditOfOursThatCleoRenamesIsRead lets Cleo give another name to the row for its table, to the row for the next sync, and to both.
func TestAnEditOfOursThatCleoRenamesIsRead(t *testing.T) {
	for name, rule := range map[string]faults.Rule{"out": {Times: 1}, "in": {After: 1, Times: 1}, "both": {Times: 2}} {
		t.Run(name, func(t *testing.T) {
			w, in := supplierFiles(t)
			w.syncOf(in, "first")
			out := len(w.inFolder("masterdata/out"))
			r := w.profile(1, self(mail("new@fastener.example"))...)
			rule.System, rule.Operation, rule.Fault = "cleo", "upload", "rename"
			w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{rule}})
			r = w.propose(r)
			require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
			require.Equal(t, rule.Times, w.sandbox.Faults.Rules().Rules[0].Fired)
			require.Len(t, w.inFolder("masterdata/out"), out+1)
			require.Len(t, w.inFolder("masterdata/in"), 1)

			second := w.syncOf(in, "second")
			require.Empty(t, second.Warning)
			require.Equal(t, 1, second.Registered)
			require.Equal(t, trade.StateSynced, w.settleAll()[0].State)
			require.Equal(t, "new@fastener.example", w.supplier(proposer)["EMAL"])
			w.syncOf(in, "third")
			suppliers, files := w.sandbox.M3.Suppliers(), len(w.inFolder("masterdata/out"))
			w.syncOf(in, "fourth")
			require.Equal(t, suppliers, w.sandbox.M3.Suppliers())
			require.Len(t, w.inFolder("masterdata/out"), files)
		})
	}
}

// TestARenamedEditStandsOverTheOneBefore lets Cleo rename the second of two, so that its whole name comes first.
func TestARenamedEditStandsOverTheOneBefore(t *testing.T) {
	w, in := supplierFiles(t)
	w.syncOf(in, "first")
	w.entered(1, self(mail("old@fastener.example"))...)
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: "rename", After: 1, Times: 1}}})
	w.entered(2, self(mail("new@fastener.example"))...)
	w.fired()
	w.syncOf(in, "second")
	w.settleAll()
	require.Equal(t, "new@fastener.example", w.supplier(proposer)["EMAL"])
}

// chosen are customers whose e-mail changed on both sides, with M3's chosen: each is one file for Cleo, of the same second.
func (w *world) chosen(n int) (all []ledger.Record) {
	w.t.Helper()
	w.syncOf(customers, "first")
	rows := "company,code,email\n"
	for _, c := range w.sandbox.M3.Customers() {
		if c["CONO"] == "100" && n > 0 {
			n--
			rows += "100," + c["CUNO"] + ",theirs@customer.example\n"
			require.NoError(w.t, w.sandbox.M3.ChangeCustomer("100", c["CUNO"], map[string]string{"MAIL": "ours@customer.example"}))
		}
	}
	w.says("customer_100_1.csv", rows)
	w.syncOf(customers, "second")
	for _, r := range w.waiting(trade.Customers, trade.StateDiscovered) {
		require.Error(w.t, step(w, w.DecideMaster, activities.SettleParams{Record: r.ID}), "it parks")
		choice := trade.ReplayRequest{By: "ann", Note: "ours", Set: trade.Overlay{{Path: "email", Value: "infor"}}}
		require.NoError(w.t, step(w, w.DecideMaster, activities.SettleParams{Record: r.ID, Replay: &choice}))
		all = append(all, r)
	}
	at := time.Now()
	w.Ledger.Now = func() time.Time { return at }
	return all
}

// naming is a hub that notes the names that uploads ask for. What is to happen during the first of them happens once.
type naming struct {
	cleo.Mailbox
	mu     sync.Mutex
	names  []string
	during func()
}

func (n *naming) Upload(ctx context.Context, folder, name string, content []byte) (cleo.File, error) {
	n.mu.Lock()
	n.names = append(n.names, name)
	during := n.during
	n.during = nil
	n.mu.Unlock()
	if during != nil {
		during()
	}
	return n.Mailbox.Upload(ctx, folder, name, content)
}

// meeting lets so many activities wait for one another before any goes on.
type meeting struct {
	fixed
	missing sync.WaitGroup
	arrived atomic.Int64
	of      int64
}

func (m *meeting) Mailbox(ctx context.Context) (cleo.Mailbox, error) {
	if m.arrived.Add(1) <= m.of {
		m.missing.Done()
	}
	m.missing.Wait()
	return m.fixed.Mailbox(ctx)
}

// at puts another mailbox in front of the hub.
func (w *world) at(around func(cleo.Mailbox) cleo.Mailbox) {
	w.t.Helper()
	infor, err := w.Systems.Infor(w.t.Context(), "")
	require.NoError(w.t, err)
	mailbox, err := w.Systems.Mailbox(w.t.Context())
	require.NoError(w.t, err)
	w.Systems = fixed{infor, around(mailbox)}
}

// named puts such a hub in front of the real one.
func (w *world) named() (n *naming) {
	w.at(func(m cleo.Mailbox) cleo.Mailbox {
		n = &naming{Mailbox: m}
		return n
	})
	return n
}

// requireEach wants one upload for each record, none under the name of another.
func (n *naming) requireEach(t *testing.T, records []ledger.Record) {
	t.Helper()
	require.Len(t, n.names, len(records))
	slices.Sort(n.names)
	require.Len(t, slices.Compact(n.names), len(records), "a hub that replaces files would have lost one")
}

// TestAnUploadDuringAnotherDoesNotGiveItsNameAway sends a file while another is on its way, and a third behind both.
func TestAnUploadDuringAnotherDoesNotGiveItsNameAway(t *testing.T) {
	w := newFileWorld(t)
	records := w.chosen(3)
	hub := w.named()
	var during error
	hub.during = func() { during = step(w, w.WriteMasterCleo, activities.SettleParams{Record: records[1].ID}) }
	require.NoError(t, step(w, w.WriteMasterCleo, activities.SettleParams{Record: records[0].ID}))
	require.NoError(t, during)
	require.NoError(t, step(w, w.WriteMasterCleo, activities.SettleParams{Record: records[2].ID}))
	hub.requireEach(t, records)
}

// TestUploadsAtTheSameTimeHaveNamesOfTheirOwn sends several files at once.
func TestUploadsAtTheSameTimeHaveNamesOfTheirOwn(t *testing.T) {
	w := newFileWorld(t)
	records := w.chosen(8)
	hub := w.named()
	m := &meeting{fixed: w.Systems.(fixed), of: int64(len(records))}
	m.missing.Add(len(records))
	w.Systems = m
	failed := make([]error, len(records))
	var done sync.WaitGroup
	for i, r := range records {
		env := w.suite.NewTestActivityEnvironment()
		env.RegisterActivity(w.Activities)
		done.Go(func() { _, failed[i] = env.ExecuteActivity(w.WriteMasterCleo, activities.SettleParams{Record: r.ID}) })
	}
	done.Wait()
	for _, err := range failed {
		require.NoError(t, err)
	}
	hub.requireEach(t, records)
	for _, r := range records {
		require.Equal(t, "ours@customer.example", w.rowsOf(customers)[r.Number]["email"])
	}
}

// unsized is a hub that lists no sizes.
type unsized struct{ cleo.Mailbox }

func (u unsized) Files(ctx context.Context, folder string) iter.Seq2[cleo.File, error] {
	return func(yield func(cleo.File, error) bool) {
		for file, err := range u.Mailbox.Files(ctx, folder) {
			if file.Size = 0; !yield(file, err) {
				return
			}
		}
	}
}

func TestALostUploadIsFoundWhereNoSizesAreListed(t *testing.T) {
	w := newFileWorld(t)
	w.at(func(m cleo.Mailbox) cleo.Mailbox { return unsized{m} })
	w.upload("504-after", 1)
	w.syncOf(customers, "first")
	require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
	require.Len(t, w.inFolder("masterdata/out"), 1)
	require.Equal(t, 1, w.sandbox.Calls()["cleo upload"])
	w.nothing(customers, "second")
}

// TestAnEditOfOursIsUnderstoodWhateverBytesItIsMadeOf has the quotes and dashes of Windows-1252, and what that has no sign for.
func TestAnEditOfOursIsUnderstoodWhateverBytesItIsMadeOf(t *testing.T) {
	w, in := supplierFiles(t)
	w.syncOf(in, "first")
	n := edi.NewSegment
	w.entered(1, n("N1", "VN", "Northern\x92s Bolt", "92", newcomer), n("N3", "1 Quay \x96 East\x81A", "\xdcber 2"), n("N4", "Duluth", "MN", "55802", "US"),
		mail("desk@northern.example"), n("CUR", "SE", "USD"))
	second := w.syncOf(in, "second")
	require.Empty(t, second.Warning)
	require.Equal(t, 1, second.Registered)
	r := w.settle(w.settleAll()[0], choose("kim"))
	require.Equal(t, trade.StateSynced, r.State, r.Reason.String())
	made := w.supplier(newcomer)
	require.Equal(t, []string{"Northern’s Bolt", "1 Quay – East A", "Über 2"}, []string{made["SUNM"], made["ADR1"], made["ADR2"]})
}

// TestAnEditThatTheNextSyncWouldNotUnderstandParks makes a supplier at Cleo of what M3 has, and M3 has a sign that no file may have.
func TestAnEditThatTheNextSyncWouldNotUnderstandParks(t *testing.T) {
	w, _ := supplierFiles(t)
	w.inSupplier(proposer, "TOWN", "Mil\twaukee")
	r := w.propose(w.profile(1, self(mail("new@fastener.example"))...))
	requireStop(t, stop{trade.ReasonMasterRefused, trade.ClassData, trade.StateParked, r.Number, "would not understand"}, r)
	require.Empty(t, w.inFolder("masterdata/in"))
	require.Empty(t, w.inFolder("masterdata/out"), "nothing is told to Cleo that M3 will not hear")
}
