package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/activities"
	"tradewind/edi"
	"tradewind/internal/ledger"
	"tradewind/internal/trade"
)

// twins writes a group of two sets with one control number and different content.
func twins(encoder *edi.Encoder, e envelope) error {
	err := encoder.BeginGroup(edi.Group{Functional: "IN", Sender: e.sender, Receiver: e.receiver, Time: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Control: "9", Version: e.version})
	for _, number := range []string{"T-1", "T-2"} {
		if err == nil {
			err = encoder.WriteSet("810", "0001", invoiceOf(number))
		}
	}
	if err == nil {
		err = encoder.EndGroup()
	}
	return err
}

// invoiceOf is a small invoice.
func invoiceOf(number string) []edi.SegmentData {
	s := edi.NewSegment
	return []edi.SegmentData{s("BIG", "20260301", number, "", "4500001"), s("IT1", "10", "1", "EA", "5", "", "VN", "X1"), s("TDS", "500"), s("CTT", "1")}
}

// TestWhatCannotBeWorkedOnStopsOnArrival has files come that cannot become invoices; each is
// a parked record from the start, and M3 is never asked.
func TestWhatCannotBeWorkedOnStopsOnArrival(t *testing.T) {
	w := newWorld(t, 0)
	s := edi.NewSegment
	require.Equal(t, trade.StateDiscovered, w.arrived(interchange(t, envelope{control: "000000001"}, bill("1", "A"))).State)
	for name, test := range map[string]struct {
		content []byte
		stop
	}{
		"no interchange":          {[]byte("Dear sirs,\n"), stop{trade.ReasonFileUnreadable, trade.ClassData, trade.StateParked, "file ", "the file cannot be read to its end"}},
		"for somebody else":       {interchange(t, envelope{control: "000000002", receiver: "NEIGHBOUR"}, bill("2", "B")), stop{trade.ReasonReceiverUnknown, trade.ClassConfiguration, trade.StateParked, "ST[1]", "ZZ NEIGHBOUR"}},
		"from a stranger":         {interchange(t, envelope{control: "000000003", sender: "STRANGER"}, bill("3", "C")), stop{trade.ReasonPartnerUnknown, trade.ClassConfiguration, trade.StateParked, "ST[1]", "STRANGER"}},
		"the same number again":   {interchange(t, envelope{control: "000000001"}, bill("1", "D")), stop{trade.ReasonDuplicateControl, trade.ClassData, trade.StateParked, "000000001", "in file 1 (file1.edi)"}},
		"one set number twice":    {interchange(t, envelope{control: "000000004"}, twins), stop{trade.ReasonDuplicateControl, trade.ClassData, trade.StateParked, "ST[2]", "stands twice in group 9"}},
		"a set without its start": {interchange(t, envelope{control: "000000005"}, group("IN", "5", "810", s("IT1", "10", "1", "EA", "5"), s("TDS", "500"))), stop{trade.ReasonSetInvalid, trade.ClassData, trade.StateParked, "ST[1]", "BIG"}},
		"a set that is not ours":  {interchange(t, envelope{control: "000000006"}, group("RA", "6", "820", s("BPR", "I", "5", "C", "ACH"))), stop{trade.ReasonSetUnsupported, trade.ClassConfiguration, trade.StateParked, "ST[1]", "set 820"}},
	} {
		t.Run(name, func(t *testing.T) {
			records := w.receive(test.content)
			requireStop(t, test.stop, records[len(records)-1])
		})
	}
	require.Empty(t, w.sandbox.M3.Batches())
}

// TestAFileThatIsGoneSaysSo lists a file that nobody finds again.
func TestAFileThatIsGoneSaysSo(t *testing.T) {
	w := newWorld(t, 0)
	for range 2 {
		_, err := w.Ledger.Observe(t.Context(), ledger.Place{Mailbox: "cleo", Folder: "inbound/edi"}, []ledger.Seen{{ID: "7", Name: "gone.edi", Size: 5}}, 0)
		require.NoError(t, err)
	}
	require.NoError(t, step(w, w.FetchFile, activities.FileParams{File: 1}))
	f, err := w.Ledger.File(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, trade.FileVanished, f.State)
	requireReason(t, stop{trade.ReasonFileVanished, trade.ClassData, "", "gone.edi", "gone before it could be read"}, f.Reason)
}
