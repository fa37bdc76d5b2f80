package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tradewind/internal/trade"
)

func TestAFilesRecordsAreOfSeveralFlows(t *testing.T) {
	l := open(t)
	answer := NewReceived{ID: trade.AckOutRecordID(7, "000000017", 1), Flow: trade.AcksOut, Company: company, Partner: "ACME", Set: "997", Number: "000000017",
		State: trade.StateDiscovered, Amount: "0", Checksum: "said", Source: "said", File: File{Number: 7}}
	told := received(trade.ReceivedRecordID(trade.AcksIn, 7, "000000017", "6", "0001", 2), "6")
	told.Flow, told.Set, told.State, told.Other = trade.AcksIn, "997", trade.StateDuplicate, "ack-in/3/000000016/6/0001/1"
	invoice := received(trade.ReceivedRecordID(trade.InvoicesIn, 7, "000000017", "5", "0001", 1), "INV-1")
	for i, want := range []int{4, 0} {
		created, err := l.RegisterReceived(t.Context(), []NewReceived{invoice, told, answer, received("invoice-in/70/17/5/0001/1", "INV-2")})
		require.NoError(t, err)
		require.Equal(t, want, created, i)
	}
	of := func(after string, limit int) (ids []string) {
		records, err := l.OfFile(t.Context(), 7, after, limit)
		require.NoError(t, err)
		for _, r := range records {
			file, err := trade.FileOfRecord(r.ID)
			require.NoError(t, err)
			require.Equal(t, int64(7), file)
			ids = append(ids, string(r.Flow)+" "+r.ID)
		}
		return ids
	}
	require.Equal(t, []string{"acks-in " + told.ID, "acks-out " + answer.ID, "invoices-in " + invoice.ID}, of("", 10))
	require.Equal(t, []string{"acks-out " + answer.ID}, of(told.ID, 1), "a page")
	events, err := l.Events(t.Context(), told.ID)
	require.NoError(t, err)
	require.Equal(t, told.Other, events[0].Detail["other"])
	_, err = trade.FileOfRecord("order/100/AAA/4500001/1")
	require.Error(t, err)
}

// TestASecondLookAtAControlNumberTellsTheSame lets another file come between two attempts to
// register the first.
func TestASecondLookAtAControlNumberTellsTheSame(t *testing.T) {
	l := open(t)
	see := func(file int64, content string) int64 {
		earlier, again, err := l.SeeControl(t.Context(), Control{Scope: "GS06/a/IN/x/y/5", File: file, SHA256: content}, time.Hour)
		require.NoError(t, err)
		if !again {
			return 0
		}
		return earlier.File
	}
	require.Zero(t, see(2, "one"))
	require.Equal(t, int64(2), see(1, "two"), "a file that waited came later")
	require.Zero(t, see(2, "one"), "what came later is no repetition of the first")
	require.Equal(t, int64(2), see(3, "one"))
	require.Equal(t, int64(1), see(4, "two"), "the one with the same content, where there are several")
	require.Equal(t, int64(2), see(5, "three"), "otherwise the first")
}

func TestTheGroupsOfADocumentAreNumberedInARow(t *testing.T) {
	l := open(t)
	c := Counters{Interchange: "ISA13/a/b", Group: "GS06/a/b/FA", Groups: 3}
	for _, want := range []ControlNumbers{{Interchange: 1, Group: 1}, {Interchange: 2, Group: 4}} {
		n, err := l.Allocate(t.Context(), "ack-out/1/17/1", c)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
}
