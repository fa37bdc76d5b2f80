package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/operator"
	"tradewind/internal/trade"
)

func TestAWarningIsListedBesideTheReason(t *testing.T) {
	records := []ledger.Record{
		{ID: "invoice-in/1", Partner: "ACME", State: trade.StatePosted, Amount: "5", Currency: "USD", Warning: "it looks like INV-2 (record invoice-in/2)"},
		{ID: "invoice-in/3", Partner: "ACME", State: trade.StatePosted, Amount: "5", Currency: "USD"},
	}
	var plain, asJSON bytes.Buffer
	require.NoError(t, printRecords(&plain, records, false))
	require.Equal(t, "record\tpartner\tstate\tamount\tcurrency\treason\n"+
		"invoice-in/1\tACME\tposted\t5\tUSD\twarning: it looks like INV-2 (record invoice-in/2)\ninvoice-in/3\tACME\tposted\t5\tUSD\t\n", plain.String())
	require.NoError(t, printRecords(&asJSON, records, true))
	require.Equal(t, 1, bytes.Count(asJSON.Bytes(), []byte(`"warning":"it looks like INV-2`)), "it stands in JSON only where there is one")
	require.Equal(t, 1, bytes.Count(asJSON.Bytes(), []byte(`"warning"`)))
}

func TestAStoryTellsItsWarningAndWhatCannotBeCompared(t *testing.T) {
	var out bytes.Buffer
	story := operator.Story{Record: ledger.Record{ID: "invoice-in/1", Flow: trade.InvoicesIn, Revision: 7, State: trade.StateDuplicate, Warning: "it looks like INV-2"},
		Other: &operator.Other{ID: "voucher 12", Missing: "it is in M3 and no record of ours"}}
	require.NoError(t, printStory(&out, story, false))
	require.Contains(t, out.String(), "\nwarning: it looks like INV-2\n")
	require.Contains(t, out.String(), "\nother: voucher 12\n  it is in M3 and no record of ours\n")
	require.NotContains(t, out.String(), "revision", "the ordinal of a received document is ours alone")
}
