package trade

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestParseDateTakesM3sEmptyForms(t *testing.T) {
	for _, empty := range []string{"", "0", "00000000"} {
		d, err := ParseDate(empty)
		require.NoError(t, err)
		require.True(t, d.IsZero())
	}
	d, err := ParseDate("20260228")
	require.NoError(t, err)
	require.Equal(t, "2026-02-28", d.Time().Format("2006-01-02"))
	_, err = ParseDate("20260230")
	require.ErrorContains(t, err, `"20260230"`)
}

func TestChecksumFollowsWhatTheSupplierSees(t *testing.T) {
	order := PurchaseOrder{Number: "4500001", Lines: []OrderLine{{Number: 10, Quantity: decimal.RequireFromString("5")}}}
	first, err := order.Canonical()
	require.NoError(t, err)
	order.Lines[0].Quantity = decimal.RequireFromString("6")
	second, err := order.Canonical()
	require.NoError(t, err)
	require.NotEqual(t, Checksum(first), Checksum(second))
	require.Len(t, Checksum(first), 64)
}

func TestLineIDCarriesTheSuffixOnlyWhereThereIsOne(t *testing.T) {
	require.Equal(t, "10", OrderLine{Number: 10}.LineID())
	require.Equal(t, "10-2", OrderLine{Number: 10, Suffix: 2}.LineID())
}

func TestReasonReadsAsOneSentenceWithPlaceCureAndCode(t *testing.T) {
	r := Configuration(ReasonUnitUnmapped, "PO1[2]-03", "add it to crosswalks/units.csv", "unit %q has no X12 code", "DRM")
	require.Equal(t, `unit "DRM" has no X12 code (PO1[2]-03); add it to crosswalks/units.csv [UNIT_UNMAPPED]`, r.String())
	require.False(t, strings.Contains(r.String(), "\n"))
	require.Empty(t, Reason{}.String())
}

func TestRecordIDIsTheWorkflowID(t *testing.T) {
	require.Equal(t, "order/100/AAA/4500001/2", OrderRecordID(Company{Cono: "100", Divi: "AAA"}, "4500001", 2))
	require.Equal(t, "100-AAA", Company{Cono: "100", Divi: "AAA"}.String())
	require.Equal(t, "100", Company{Cono: "100"}.String())
}
