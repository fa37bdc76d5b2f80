package ionapi_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/ionapi"
	"tradewind/sandbox/infor"
	"tradewind/sandbox/server"
)

// TestTheLedgerOfTheSandboxIsUnderstood reads it as the flow does: keys by EXPORTMI, then entries, discounts
// and vouchers in bulk.
func TestTheLedgerOfTheSandboxIsUnderstood(t *testing.T) {
	s, err := server.Start(t.Context(), server.Options{StateDir: t.TempDir(), Seed: 7, Orders: 1, SelfBilled: 7})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	content, err := os.ReadFile(s.IonAPIFile)
	require.NoError(t, err)
	file, err := ionapi.ParseFile("acme.ionapi", content)
	require.NoError(t, err)
	c, err := ionapi.New(file)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	company := ionapi.Company{CONO: 100, DIVI: "AAA"}

	columns, err := c.Tables("EXPORTMI").Columns(t.Context(), company, "FPLEDG")
	require.NoError(t, err)
	require.Contains(t, columns, ionapi.TableColumn{Name: "EPLMDT", Description: "Change date", Type: "N", Length: 8})
	_, err = c.Tables("EXPORTMI").Select(t.Context(), company, "EPNONE from FPLEDG where EPLMDT > 0", 1, 0)
	require.Equal(t, ionapi.InvalidInput, ionapi.KindOf(err), "%v", err)
	rows, err := c.Tables("EXPORTMI").Select(t.Context(), company, "EPYEA4, EPJRNO, EPJSNO from FPLEDG where EPLMDT > 20260101", 3, 0)
	require.NoError(t, err)
	var keys []ionapi.LedgerKey
	for _, row := range rows {
		keys = append(keys, ionapi.LedgerKey{Year: row[0], Journal: row[1], Sequence: row[2]})
	}
	keys = append(keys, ionapi.LedgerKey{Year: "2026", Journal: "777", Sequence: "1"})

	ledger, totals := c.LedgerInvoices("APS200MI"), map[string]string{}
	invoices, err := ledger.Invoices(t.Context(), company, keys)
	require.NoError(t, err)
	discounts, err := ledger.CashDiscounts(t.Context(), company, keys)
	require.NoError(t, err)
	require.Equal(t, ionapi.RecordMissing, invoices[7].Err.Kind)
	require.Equal(t, ionapi.RecordMissing, discounts[7].Err.Kind)
	var vouchers []ionapi.VoucherKey
	for i, answer := range invoices[:7] {
		invoice := answer.Value
		require.Nil(t, answer.Err)
		require.Equal(t, keys[i], ionapi.LedgerKey{Year: invoice.Year, Journal: invoice.Journal, Sequence: invoice.JournalSequence})
		require.Equal(t, invoice.CashDiscountTerm == "210", discounts[i].Value.Percents[0] == "2" && discounts[i].Value.Dates[0] != "")
		totals[invoice.Number] = invoice.Amount
		vouchers = append(vouchers, ionapi.VoucherKey{Year: invoice.Year, Number: invoice.Voucher, Series: invoice.VoucherSeries})
	}
	for _, made := range s.SelfBilled() {
		require.Equal(t, made.Total, fmt.Sprintf("%.2f", number(t, totals[made.Number])), made.Number)
	}

	for _, payable := range []bool{false, true} {
		require.NoError(t, s.M3.SetProfile(infor.Profile{PayableLines: payable}))
		listed, err := c.Vouchers("GLS200MI").VoucherLines(t.Context(), company, vouchers)
		require.NoError(t, err)
		for i, answer := range listed {
			require.Nil(t, answer.Err)
			sum := 0.0
			for _, line := range answer.Value {
				sum += number(t, line.Amount)
			}
			want := map[bool]float64{false: number(t, invoices[i].Value.Amount)}[payable]
			require.InDelta(t, want, sum, 0.001, invoices[i].Value.Number)
		}
	}
}

func number(t *testing.T, text string) (n float64) {
	t.Helper()
	_, err := fmt.Sscan(text, &n)
	require.NoError(t, err)
	return n
}
