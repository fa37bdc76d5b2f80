package trade

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func sampleConfirmation(lines int) Confirmation {
	c := Confirmation{Company: Company{Cono: "100", Divi: "AAA"}, Partner: "ACME", Order: "4500001", SupplierOrder: "SO-991", Date: "20260303",
		Verdict: VerdictChanged, Code: "AC", Complete: true, Currency: "USD"}
	for i := range lines {
		c.Lines = append(c.Lines, ConfirmationLine{Place: fmt.Sprintf("PO1[%d]", i+1), ID: itoa(10 * (i + 1)), Item: "B-100", SupplierItem: "AX-1",
			Status: LineQuantityChanged, Price: new(decimal.RequireFromString("12.50")), PriceBasis: 100, Unit: "EA",
			Parts: []ConfirmationPart{{Place: fmt.Sprintf("PO1[%d]/ACK[1]", i+1), Code: "IQ", Status: LineQuantityChanged,
				Quantity: new(decimal.RequireFromString("0")), Unit: "EA", Delivery: "20260316"}}})
	}
	return c
}

func TestAConfirmationComesBackAsItWasWritten(t *testing.T) {
	c := sampleConfirmation(2)
	c.Lines[1].Price, c.Lines[1].Parts[0].Quantity = nil, nil
	text, err := c.Canonical()
	require.NoError(t, err)
	var back Confirmation
	require.NoError(t, json.Unmarshal(text, &back))
	require.NotNil(t, back.Lines[0].Parts[0].Quantity, "a quantity of zero is not one that is not said")
	require.Nil(t, back.Lines[1].Price)
	again, err := back.Canonical()
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}

// A payload of Temporal may be 2 MB, and a warning comes at 256 kB.
func TestAConfirmationOfManyLinesIsASmallPayload(t *testing.T) {
	text, err := sampleConfirmation(500).Canonical()
	require.NoError(t, err)
	require.Less(t, len(text), 256<<10)
}

func TestADifferenceReadsAsOneSentenceWithItsPlace(t *testing.T) {
	d := Difference{Kind: DifferencePrice, Line: "10", Place: "PO1[1]-04", Message: "line 10: 13 USD per EA confirmed, 12 USD per EA ordered"}
	require.Equal(t, "line 10: 13 USD per EA confirmed, 12 USD per EA ordered (PO1[1]-04)", d.String())
	d.Place = ""
	require.Equal(t, d.Message, d.String())
}
