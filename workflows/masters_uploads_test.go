package workflows

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/cleo"
	"tradewind/sandbox/faults"
)

// Values that come back to what an earlier file said: its bytes are those of the new file, and Cleo must get that too.

// lostUploads are the faults after which our bytes are looked for, the first two without the new file there.
var lostUploads = []string{"504-before", "collision", "504-after"}

func TestAnOlderFileWithTheSameBytesIsNotTheOneThatWasLost(t *testing.T) {
	for _, fault := range lostUploads {
		t.Run(fault, func(t *testing.T) {
			w := newFileWorld(t)
			w.syncOf(customers, "first")
			w.inCustomer("MAIL", "a@customer.example")
			w.syncOf(customers, "a")
			w.inCustomer("MAIL", "b@customer.example")
			w.syncOf(customers, "b")
			w.inCustomer("MAIL", "a@customer.example")
			w.upload(fault, 1)
			require.Equal(t, 1, w.syncOf(customers, "back to a").Updated)
			require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
			require.Len(t, w.inFolder("masterdata/out"), 4)
			require.Equal(t, "a@customer.example", w.rowsOf(customers)[w.customer()["CUNO"]]["email"])
			w.nothing(customers, "fifth")
		})
	}
}

func (w *world) inCustomer(field, value string) {
	w.t.Helper()
	require.NoError(w.t, w.sandbox.M3.ChangeCustomer("100", w.customer()["CUNO"], map[string]string{field: value}))
}

func TestAnOlderImportWithTheSameBytesIsNotTheOneThatWasLost(t *testing.T) {
	for _, fault := range lostUploads {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t, 1)
			w.importing()
			w.syncOf(importedSuppliers, "first")
			w.inSupplier(halvorsen, "PHNO", "555-0001")
			w.nextImport("a", halvorsenAlias)
			w.inSupplier(halvorsen, "PHNO", "555-0002")
			w.nextImport("b", halvorsenAlias)
			w.inSupplier(halvorsen, "PHNO", "555-0001")
			w.sandbox.Faults.Replace(faults.Set{Seed: 1, Rules: []faults.Rule{{System: "cleo", Operation: "upload", Fault: fault, After: 1, Times: 1}}})
			w.syncOf(importedSuppliers, "back to a")
			require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
			w.syncOf(importedSuppliers, "fifth")
			files := w.imported()
			require.Len(t, files, 4)
			require.Equal(t, "555-0001", files[3][0][6])
			w.nothing(importedSuppliers, "sixth")
		})
	}
}

// renaming is a hub that gives files names of its own. Those that are old were stored an hour before they were.
type renaming struct {
	cleo.Mailbox
	old map[string]bool
}

func (r renaming) Files(ctx context.Context, folder string) iter.Seq2[cleo.File, error] {
	return func(yield func(cleo.File, error) bool) {
		for file, err := range r.Mailbox.Files(ctx, folder) {
			if file.Name = file.ID; r.old[file.ID] {
				file.Modified = file.Modified.Add(-time.Hour)
			}
			if !yield(file, err) {
				return
			}
		}
	}
}

func TestWhereCleoNamesTheFilesTheirTimeTellsThemApart(t *testing.T) {
	for _, fault := range lostUploads {
		t.Run(fault, func(t *testing.T) {
			w := newFileWorld(t)
			infor, err := w.Systems.Infor(t.Context(), "")
			require.NoError(t, err)
			mailbox, err := w.Systems.Mailbox(t.Context())
			require.NoError(t, err)
			hub := renaming{mailbox, map[string]bool{}}
			w.Systems = fixed{infor, hub}
			for _, email := range []string{"", "a@customer.example", "b@customer.example"} {
				w.inCustomer("MAIL", email)
				w.syncOf(customers, "to "+email)
			}
			for _, file := range w.inFolder("masterdata/out") {
				hub.old[file.ID] = true
			}
			require.Len(t, hub.old, 3)
			w.inCustomer("MAIL", "a@customer.example")
			w.upload(fault, 1)
			w.syncOf(customers, "back to a")
			require.Equal(t, 1, w.sandbox.Faults.Rules().Rules[0].Fired)
			require.Len(t, w.inFolder("masterdata/out"), 4)
			w.nothing(customers, "fifth")
		})
	}
}
