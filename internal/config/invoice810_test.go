package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
	"tradewind/internal/trade"
)

func TestSettingsOfInvoicesAreRead(t *testing.T) {
	files := shipped(t)
	files["partners/acme.yaml"] = []byte(acme + `invoice:
  division: BBB
  references: {BM: 10, PK: 20}
  duplicateScope: ever
  nearDays: 0
  nearPercent: 0.5
`)
	files["company.yaml"] = append(files["company.yaml"], `  - {cono: "100", divi: BBB, timeZone: America/Chicago, usage: P, interchange: {qualifier: ZZ, id: SECOND}, group: SECOND}
`...)
	c, err := Load(files)
	require.NoError(t, err)
	p, _ := c.Partner("100", "0010045")
	require.Equal(t, mapping.Code("BBB"), p.Invoice.Division)
	require.Equal(t, map[string]int{"BM": 10, "PK": 20}, p.Invoice.References)
	require.Equal(t, mapping.ScopeEver, p.Invoice.DuplicateScope)
	require.Zero(t, p.Invoice.NearDays)
	require.Equal(t, "0.5", p.Invoice.NearPercent.String())

	c, err = Load(shipped(t))
	require.NoError(t, err)
	p, _ = c.Partner("100", "0010045")
	require.Equal(t, mapping.ScopeYear, p.Invoice.DuplicateScope)
	require.Equal(t, 7, p.Invoice.NearDays)
	factor, found := c.Invoice810(trade.Company{Cono: "100", Divi: "AAA"}, p).Conversions.Factor("100", "ACME", "WIRE-12-THHN", "ROL", "M", "20260320")
	require.True(t, found, "the shipped conversions are given to the mapping")
	require.Equal(t, "150", factor.Times.String())
}

func TestFaultsOfOtherInvoiceSettingsNameTheirPlace(t *testing.T) {
	for setting, want := range map[string]string{
		"division: CCC":               `partners/acme.yaml:10:13: division "CCC" of company "100" is not in company.yaml`,
		"division: DIVISION":          "partners/acme.yaml:10:13: invoice.division",
		"references: {BM: 0}":         "partners/acme.yaml:10:20: a reference has a qualifier",
		"references: {BM: 1000}":      "a category from 1 to 999",
		"references: {BOLX: 1}":       "2 or 3 characters",
		"references: {BM: ten}":       "partners/acme.yaml:10:20",
		"duplicateScope: month":       `partners/acme.yaml:10:19: invoice.duplicateScope is "month"; it must be one of [year ever]`,
		"nearDays: -1":                "partners/acme.yaml:10:13: nearDays is 0 to 366 days",
		"nearPercent: 101":            "partners/acme.yaml:10:16: nearPercent is 0 to 100",
		"nearPercent: 1e1":            "an amount is written like 0.05",
		"nearDays: 7\n  nearWeeks: 1": `unknown field "nearWeeks"`,
	} {
		files := shipped(t)
		files["partners/acme.yaml"] = []byte(acme + "invoice:\n  " + setting + "\n")
		_, err := Load(files)
		require.ErrorContains(t, err, want, setting)
	}
	files := shipped(t)
	files["crosswalks/conversions.csv"] = append(files["crosswalks/conversions.csv"], ",,,CS,EA,none,,\n"...)
	_, err := Load(files)
	require.ErrorContains(t, err, `crosswalks/conversions.csv:3:1: the factor is "none"`)
}
