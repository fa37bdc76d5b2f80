package workflows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/sandbox/faults"
)

// What a sync tells of the file of trading partners: what a person has to do, and what failed without stopping the sync.

// failingAtCleo lets calls of Cleo fail behind as many that do not.
func (w *world) failingAtCleo(rules ...faults.Rule) {
	for i := range rules {
		rules[i].System, rules[i].Times = "cleo", 1
	}
	w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: rules})
}

func TestAFailingImportTakesNoWarningAway(t *testing.T) {
	w := newWorld(t, 1)
	w.importing("masterdata.yaml", "createInfor: park", "createInfor: never", "cleo.yaml", "stable: 1s", "stable: 1ms")
	w.says("supplier_100_1.csv", "company,code,name\n100,0099999,Nobody\n")
	w.failingAtCleo(faults.Rule{Operation: "upload", Fault: "503", After: 1})
	first := w.syncOf(importedSuppliers, "first")
	require.Contains(t, first.Warning, "1 codes of the files were left out")
	require.Contains(t, first.Warning, importLater)
	require.NotZero(t, first.Created, "what the sync did is told too")
	require.Len(t, w.inFolder("masterdata/out"), 1)
	require.Empty(t, w.syncOf(importedSuppliers, "second").Warning)
	require.Len(t, w.imported(), 1)
	w.nothing(importedSuppliers, "third")
}

func TestAnImportFolderThatIsMissingStopsNoSync(t *testing.T) {
	w := newWorld(t, 1)
	gone := []string{"masterdata.yaml", "import: masterdata/import", "import: masterdata/gone"}
	w.importing(gone...)
	for _, run := range []string{"first", "second"} {
		require.Contains(t, w.syncOf(importedSuppliers, run).Warning, "the import of trading partners did not reach masterdata/gone at Cleo, and the next sync tries again: cleo ")
	}
	require.Len(t, w.inFolder("masterdata/out"), 1)
	w.importing()
	require.Empty(t, w.syncOf(importedSuppliers, "third").Warning)
	require.Len(t, w.imported(), 1)
	w.nothing(importedSuppliers, "fourth")
}

// TestWhatMayHaveBeenImportedIsTakenBack loses an answer and the look behind it, and has the old value again before the next sync.
func TestWhatMayHaveBeenImportedIsTakenBack(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	w.syncOf(importedSuppliers, "first")
	w.inSupplier(halvorsen, "PHNO", "555-0001")
	w.failingAtCleo(faults.Rule{Operation: "upload", Fault: "504-after", After: 1}, faults.Rule{Operation: "list", Fault: "503", After: 1})
	require.Contains(t, w.syncOf(importedSuppliers, "lost").Warning, importLater)
	require.Equal(t, "555-0001", w.imported()[1][0][6], "it arrived")
	w.inSupplier(halvorsen, "PHNO", "555-0145")
	require.Equal(t, "555-0145", w.nextImport("third", halvorsenAlias)[0][6])
	w.nothing(importedSuppliers, "fourth")
}

func TestAPartnerWhoseAliasChangesIsToldWithTheOldOne(t *testing.T) {
	w := newWorld(t, 1)
	w.importing()
	require.Empty(t, w.syncOf(importedSuppliers, "first").Warning)
	profile, own := "partners/100-0010045.yaml", "100-0010045"
	told := func(before, now string) string {
		return "1 suppliers have another alias in the import of trading partners, which makes a second partner of each; delete those with the old alias at Cleo by hand: " +
			before + " (now " + now + ")"
	}
	w.importing(profile, `id: "HALVBRG"`, `id: "HALVORSEN"`)
	require.Equal(t, told(halvorsenAlias, "HALVORSEN"), w.syncOf(importedSuppliers, "another id").Warning)
	w.nothing(importedSuppliers, "third")

	w.importing(profile, `supplier: "0010045"`, `supplier: "0099999"`)
	w.failingAtCleo(faults.Rule{Operation: "upload", Fault: "503"})
	failed := w.syncOf(importedSuppliers, "no profile, and no import").Warning
	require.Contains(t, failed, importLater)
	require.NotContains(t, failed, "another alias", "the partner is not made yet")
	require.Equal(t, told("HALVORSEN", own), w.syncOf(importedSuppliers, "no profile").Warning)
	require.Equal(t, []string{own}, aliasesOf(w.imported()[2]))

	w.inSupplier(halvorsen, "STAT", "90")
	w.noImport("blocked")
	w.importing()
	w.noImport("a profile while it is blocked")
	w.inSupplier(halvorsen, "STAT", "20")
	require.Equal(t, told(own, halvorsenAlias), w.syncOf(importedSuppliers, "a profile").Warning)
	w.nothing(importedSuppliers, "last")
}

// TestAnIdentifierOfTwoProfilesGoesToNeitherPartner: Cleo would give it to the one that is imported last.
func TestAnIdentifierOfTwoProfilesGoesToNeitherPartner(t *testing.T) {
	const laurentian = "partners/200-0010045.yaml"
	w := newWorld(t, 1)
	w.importing(laurentian, `{qualifier: "ZZ", id: "LAURFASTENER"}`, `{qualifier: "01", id: "081550456"}`)
	told := "suppliers are imported without their interchange identifier, because another profile has it too and the partner imported last would get it; " +
		"give it to one of them at Cleo by hand: "
	require.Equal(t, "1 "+told+"HALVBRG (01:081550456)", w.syncOf(importedSuppliers, "another company").Warning)
	for _, line := range w.imported()[0] {
		require.NotEqual(t, "081550456", line[18])
		require.True(t, line[0] != halvorsenAlias || line[18] == "" && line[19] == "", "without a qualifier too")
	}
	w.nothing(importedSuppliers, "second")

	w.importing(laurentian, `{qualifier: "ZZ", id: "LAURFASTENER"}`, `{qualifier: "ZZ", id: "081550456"}`)
	require.Equal(t, []string{"081550456", "01"}, w.nextImport("another qualifier", halvorsenAlias)[0][18:])

	w.importing("partners/100-0010051.yaml", `{qualifier: "ZZ", id: "GPFASTENER"}`, `{qualifier: "01", id: "081550456"}`)
	require.Equal(t, "2 "+told+"HALVBRG (01:081550456), GPFASTENER (01:081550456)", w.syncOf(importedSuppliers, "another group").Warning)
	w.inSupplier(halvorsen, "EMAL", "")
	require.Equal(t, "1 suppliers were left out of the import of trading partners, which one such line would abort: 0010045 (it has neither an interchange identifier nor an e-mail; "+
		"give it a profile, or an e-mail; its identifier 01:081550456 is left out, because another profile has it too)", w.syncOf(importedSuppliers, "nothing to import").Warning)
}
