package workflows

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/sandbox/faults"
)

// The file of trading partners that a person imports at Cleo: what the sandbox holds in its folder is what counts.

var importedSuppliers = trade.PollInput{Flow: trade.Suppliers, Company: supplierCompany}

// importing is a configuration in which suppliers are files, with an import of trading partners.
func (w *world) importing(changes ...string) {
	w.t.Helper()
	w.publishChanged(append([]string{"masterdata.yaml", "target: partners # attributes of trading partners; or files",
		"target: files\n  folders: {in: masterdata/in, out: masterdata/out, import: masterdata/import}"}, changes...)...)
}

// publishChanged publishes the shipped configuration with texts replaced: triples of a file, what is there, and what takes its place.
func (w *world) publishChanged(changes ...string) {
	w.t.Helper()
	files, err := config.ReadFolder("../config")
	require.NoError(w.t, err)
	for change := range slices.Chunk(changes, 3) {
		require.Contains(w.t, string(files[change[0]]), change[1])
		files[change[0]] = bytes.Replace(files[change[0]], []byte(change[1]), []byte(change[2]), 1)
	}
	_, err = w.Publish(w.t.Context(), files)
	require.NoError(w.t, err)
}

// imported are the lines of each file for the import, oldest first, without its header.
func (w *world) imported() (files [][][]string) {
	w.t.Helper()
	for _, f := range w.inFolder("masterdata/import") {
		require.Regexp(w.t, `^partners_100_\d{8}T\d{6}\.csv$`, f.Name)
		content, err := w.sandbox.Hub.Content(f.ID)
		require.NoError(w.t, err)
		lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		require.NoError(w.t, err)
		require.Equal(w.t, "Trading Partner Alias", lines[0][0])
		require.Len(w.t, lines[0], 20)
		files = append(files, lines[1:])
	}
	return files
}

// nextImport syncs, and wants one more file for the import with a line of each alias, in the order of the suppliers.
func (w *world) nextImport(run string, aliases ...string) [][]string {
	w.t.Helper()
	before := len(w.inFolder("masterdata/import"))
	w.syncOf(importedSuppliers, run)
	files := w.imported()
	require.Len(w.t, files, before+1, run)
	require.Equal(w.t, aliases, aliasesOf(files[before]), run)
	return files[before]
}

func aliasesOf(lines [][]string) (all []string) {
	for _, line := range lines {
		all = append(all, line[0])
	}
	return all
}

// noImport wants a sync without a new file for the import.
func (w *world) noImport(run string) trade.PollResult {
	w.t.Helper()
	before := len(w.inFolder("masterdata/import"))
	result := w.syncOf(importedSuppliers, run)
	require.Len(w.t, w.inFolder("masterdata/import"), before, run)
	return result
}

// importLater is in the warning of a sync whose import failed.
const importLater = "the import of trading partners did not reach masterdata/import at Cleo, and the next sync tries again: cleo "

// Two suppliers with profiles, and the aliases that those give them.
const (
	halvorsen, halvorsenAlias = "0010045", "HALVBRG"
	greatPlains, plainsAlias  = "0010051", "GPFASTENER"
)

func TestSuppliersGoIntoAFileThatAPersonImports(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	first := w.syncOf(importedSuppliers, "first")
	require.Empty(t, first.Warning)
	files := w.imported()
	require.Len(t, files, 1)
	active := slices.DeleteFunc(w.codes(), func(code string) bool { return w.supplier(code)["STAT"] == "90" })
	require.Len(t, files[0], len(active), "a line for each supplier that is not blocked")
	require.Equal(t, []string{halvorsenAlias, "", "", "orders@halvorsen-bearing.example", "", "", "555-0145", "", "", "2140 Foundry Row", "", "Milwaukee", "WI", "53204", "US",
		"True", "False", "", "081550456", "01"}, files[0][slices.Index(active, halvorsen)])
	w.nothing(importedSuppliers, "second")
	require.Equal(t, files, w.imported())
}

func TestASupplierIsImportedAgainForWhatTheImportTakes(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	w.syncOf(importedSuppliers, "first")
	w.inSupplier(halvorsen, "SUNM", "Halvorsen & Sons", "ALSU", "SONS")
	require.Equal(t, 1, w.noImport("other fields").Updated)
	w.inSupplier(halvorsen, "PHNO", "+1 920 555 0101", "SUNM", "Halvorsen")
	w.inSupplier(greatPlains, "TOWN", "Racine")
	lines := w.nextImport("third", halvorsenAlias, plainsAlias)
	require.Equal(t, "+1 920 555 0101", lines[0][6])
	require.Equal(t, "Racine", lines[1][11])
	w.nothing(importedSuppliers, "fourth")
	w.inSupplier(halvorsen, "PHNO", "555-0145")
	w.nextImport("back to what an earlier file said", halvorsenAlias)
	w.inSupplier(halvorsen, "PHNO", "+1 920 555 0101")
	w.nextImport("and forth", halvorsenAlias)
	require.Len(t, w.imported(), 4)
	w.nothing(importedSuppliers, "seventh")
}

// TestAnAddressOfAProfileReachesTheNextImport changes what M3 knows nothing of.
func TestAnAddressOfAProfileReachesTheNextImport(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	w.syncOf(importedSuppliers, "first")
	w.importing("partners/100-0010045.yaml", `interchange: {qualifier: "01", id: "081550456"}`, `interchange: {qualifier: "ZZ", id: "HALVORSEN"}`)
	rows := len(w.inFolder("masterdata/out"))
	require.Equal(t, []string{"HALVORSEN", "ZZ"}, w.nextImport("second", halvorsenAlias)[0][18:])
	require.Len(t, w.inFolder("masterdata/out"), rows, "no field of the supplier changed")
	w.nothing(importedSuppliers, "third")
}

func TestALineThatCleoWouldRefuseIsLeftOutAndNamed(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	w.inSupplier(halvorsen, "EMAL", "call us")
	w.addSupplier("0099001", "New Ltd")
	warning := `2 suppliers were left out of the import of trading partners, which one such line would abort: 0010045 (its e-mail is "call us", which is not one address; ` +
		`correct it), 0099001 (it has neither an interchange identifier nor an e-mail; give it a profile, or an e-mail)`
	require.Equal(t, warning, w.syncOf(importedSuppliers, "first").Warning)
	files := w.imported()
	require.Len(t, files, 1)
	require.NotContains(t, aliasesOf(files[0]), halvorsenAlias)
	require.Contains(t, aliasesOf(files[0]), plainsAlias, "the others are imported")
	require.Equal(t, warning, w.noImport("it is told until it is corrected").Warning)

	w.inSupplier(halvorsen, "EMAL", "")
	w.inSupplier("0099001", "EMAL", "ap@new.example")
	lines := w.nextImport("third", halvorsenAlias, "100-0099001")
	require.Equal(t, []string{"", "False", "081550456"}, []string{lines[0][3], lines[0][15], lines[0][18]}, "an identifier without an e-mail")
	require.Equal(t, []string{"ap@new.example", "True", "", ""}, []string{lines[1][3], lines[1][15], lines[1][18], lines[1][19]}, "an e-mail without a profile")
	w.nothing(importedSuppliers, "fourth")
}

// TestABlockedSupplierIsNotImported: the import deletes no partner, so a person may, and then it is to come back.
func TestABlockedSupplierIsNotImported(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	w.syncOf(importedSuppliers, "first")
	w.inSupplier(halvorsen, "STAT", "90", "PHNO", "555-0999")
	require.Equal(t, 1, w.noImport("blocked").Updated)
	w.nothing(importedSuppliers, "third")
	w.inSupplier(halvorsen, "STAT", "20", "PHNO", "555-0145")
	w.nextImport("active again", halvorsenAlias)
	w.nothing(importedSuppliers, "fifth")
	w.inSupplier(halvorsen, "STAT", "90")
	w.noImport("blocked again")
	for _, f := range w.inFolder("masterdata/import") { // a person takes away what is imported
		require.NoError(t, w.sandbox.Hub.Remove(f.ID))
	}
	w.inSupplier(halvorsen, "STAT", "20")
	w.nextImport("the same bytes as before", halvorsenAlias)
}

func TestALostAnswerToAnImportLeavesOneFile(t *testing.T) {
	for _, fault := range []string{"500-before", "500-after", "504-before", "504-after", "cut-before", "cut-after", "503", "429", "collision", "rename", "consume"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, 1)
			w.importing()
			w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: fault, After: 1, Times: 1}}})
			first := w.syncOf(importedSuppliers, "first")
			require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
			if strings.HasSuffix(fault, "-before") || fault == "503" || fault == "429" {
				require.Contains(t, first.Warning, importLater)
				require.Empty(t, w.inFolder("masterdata/import"))
				first = w.syncOf(importedSuppliers, "the next one tries again")
			}
			require.Empty(t, first.Warning)
			require.Len(t, append(w.inFolder("masterdata/import"), w.inFolder("outbound/sent")...), 1)
			require.Len(t, w.inFolder("masterdata/out"), 1)
			w.noImport("second")
			w.nothing(importedSuppliers, "third")
		})
	}
}

// TestALostAnswerToAnImportIsLookedUpWhenItCanBe lets the look behind a lost answer fail too: the next attempt looks first.
func TestALostAnswerToAnImportIsLookedUpWhenItCanBe(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: "504-after", After: 1, Times: 1},
		{System: "cleo", Operation: "list", Fault: "503", After: 1, Times: 1}}})
	require.Contains(t, w.syncOf(importedSuppliers, "first").Warning, importLater)
	require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[1].Fired)
	require.Empty(t, w.syncOf(importedSuppliers, "the next one looks").Warning)
	require.Len(t, w.inFolder("masterdata/import"), 1)
	require.Equal(t, 2, w.sandbox.Calls()["cleo upload"], "the rows and the import, each once")
	w.nothing(importedSuppliers, "second")
}

func TestNothingIsImportedWithoutAFolder(t *testing.T) {
	w := newWorld(t, 1)
	w.publishChanged(suppliersAsFiles...)
	w.syncOf(importedSuppliers, "first")
	require.Equal(t, 1, w.sandbox.Calls()["cleo upload"])
	w.importing()
	w.syncOf(importedSuppliers, "second")
	require.Len(t, w.imported(), 1, "a folder that is named later gets everybody")
	w.nothing(importedSuppliers, "third")
}
