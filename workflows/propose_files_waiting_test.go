package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"tradewind/edi"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
)

// Profiles of a partner that come faster than the syncs that take them, where Cleo keeps suppliers by files. What Cleo has
// is what the files in masterdata/out told it last.

var suppliersOfFiles = trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}

// syncedFiles is a world whose suppliers agree, and whose files are stable at once.
func syncedFiles(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, 1)
	w.publishSupplierFiles()
	w.syncOf(suppliersOfFiles, "first")
	return w
}

func phone(number string) edi.SegmentData { return edi.NewSegment("PER", "IC", "", "TE", number) }

// atCleoIs wants values of what Cleo was told last of a supplier.
func (w *world) atCleoIs(code string, pairs ...string) {
	w.t.Helper()
	row := w.rowsOf(suppliersOfFiles)[code]
	for i := 0; i < len(pairs); i += 2 {
		require.Equal(w.t, pairs[i+1], row[pairs[i]], pairs[i])
	}
}

func TestAValueThatComesBackBeforeTheNextSyncIsWritten(t *testing.T) {
	w := syncedFiles(t)
	before, changes := w.supplier(proposer), w.changes(proposer)
	w.entered(1, self(mail("wrong@fastener.example"))...)
	w.atCleoIs(proposer, "email", "wrong@fastener.example", "name", before["SUNM"])
	w.entered(2, self(mail(before["EMAL"]))...)
	w.atCleoIs(proposer, "email", before["EMAL"], "name", before["SUNM"])
	w.syncOf(suppliersOfFiles, "second")
	w.settleAll()
	require.Equal(t, []any{before["EMAL"], changes}, []any{w.supplier(proposer)["EMAL"], w.changes(proposer)}, "nothing is left of the first")
	w.nothing(suppliersOfFiles, "third")
}

func TestTwoProfilesBeforeTheNextSyncStandTogether(t *testing.T) {
	w := syncedFiles(t)
	before := w.supplier(proposer)
	w.entered(1, self(phone("555 0177"))...)
	w.entered(2, self(mail("new@fastener.example"))...)
	w.atCleoIs(proposer, "phone", "555 0177", "email", "new@fastener.example", "name", before["SUNM"])
	files := len(w.inFolder("masterdata/out")) + len(w.inFolder("masterdata/in"))
	w.entered(3, self(phone("555 0177"), mail("new@fastener.example"))...)
	require.Equal(t, files, len(w.inFolder("masterdata/out"))+len(w.inFolder("masterdata/in")), "it says nothing new")

	w.syncOf(suppliersOfFiles, "second")
	require.Equal(t, trade.StateSynced, w.settleAll()[0].State)
	after := w.supplier(proposer)
	require.Equal(t, []string{"555 0177", "new@fastener.example", before["SUNM"]}, []string{after["PHNO"], after["EMAL"], after["SUNM"]})
	w.syncOf(suppliersOfFiles, "third")
	w.atCleoIs(proposer, "phone", "555 0177", "email", "new@fastener.example", "name", before["SUNM"])
	w.nothing(suppliersOfFiles, "fourth")
}

func TestANewSupplierKeepsWhatTheProfileBeforeSaid(t *testing.T) {
	w := syncedFiles(t)
	s := edi.NewSegment
	w.entered(1, s("N1", "VN", "Northern Bolt", "92", newcomer), s("N3", "1 Quay"), s("N4", "Duluth", "MN", "55802", "US"), s("CUR", "SE", "USD"))
	w.entered(2, s("N1", "VN", "", "92", newcomer), mail("desk@northern.example"))
	w.atCleoIs(newcomer, "name", "Northern Bolt", "street", "1 Quay", "town", "Duluth", "email", "desk@northern.example")
	w.syncOf(suppliersOfFiles, "second")
	require.Equal(t, trade.StateSynced, w.settle(w.discovered()[0], choose("kim")).State)
	made := w.supplier(newcomer)
	require.Equal(t, []string{"Northern Bolt", "1 Quay", "desk@northern.example"}, []string{made["SUNM"], made["ADR1"], made["EMAL"]})
	w.atCleoIs(newcomer, "name", "Northern Bolt", "street", "1 Quay", "town", "Duluth", "email", "desk@northern.example")
}

// TestASpellingThatWaitsForTheNextSyncIsAtCleo has a person at Cleo say a number that the partner then writes without a zero.
func TestASpellingThatWaitsForTheNextSyncIsAtCleo(t *testing.T) {
	w := syncedFiles(t)
	w.says("supplier_100_20260301T080000.csv", "company,code,name\n100,"+newcomer+",Somebody Else\n")
	for i, number := range []string{newcomer, "77001"} {
		r := w.propose(w.profile(i+1, edi.NewSegment("N1", "VN", "Taken Over", "92", number)))
		require.Equal(t, trade.ReasonSupplierForeign, r.Reason.Code, r.Reason.String())
		require.Contains(t, r.Reason.Message, "Cleo")
	}
	require.Len(t, w.inFolder("masterdata/in"), 1, "nothing but what the person said")
}

// TestAProfileThatIsInsistedOnIsEnteredAgain has one of two suppliers entered, and undone by a later profile.
func TestAProfileThatIsInsistedOnIsEnteredAgain(t *testing.T) {
	w := syncedFiles(t)
	before := w.supplier(proposer)
	older := w.profile(1, append(self(mail("old@fastener.example")), edi.NewSegment("N1", "VN", "Northern Bolt", "92", newcomer))...)
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: "403", After: 2, Times: 1}}})
	older = w.propose(older)
	w.fired()
	require.Equal(t, trade.StateParked, older.State, older.Reason.String())
	w.atCleoIs(proposer, "email", "old@fastener.example")
	w.entered(2, self(mail(before["EMAL"]))...)
	older = w.propose(older, choose("kim"), func(env *testsuite.TestWorkflowEnvironment) {
		require.Equal(t, trade.ReasonProfileOvertaken, w.state(older).Reason.Code)
		w.atCleoIs(proposer, "email", before["EMAL"])
		choose("kim")(env)
	})
	require.Equal(t, trade.StateSynced, older.State, older.Reason.String())
	w.atCleoIs(proposer, "email", "old@fastener.example", "name", before["SUNM"])
	w.atCleoIs(newcomer, "name", "Northern Bolt")
}
