package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
)

func TestSettingsOfProfilesAreRead(t *testing.T) {
	files := shipped(t)
	files["partners/acme.yaml"] = []byte(acme + "profile838:\n  suppliers: [MF]\n  contacts: {CP: phone}\n  taxNumber: \"\"\n")
	c, err := Load(files)
	require.NoError(t, err)
	p, known := c.Holder("100", "10045")
	require.True(t, known, "leading zeros tell nothing apart")
	require.Equal(t, mapping.Code("0010045"), p.Supplier)
	require.Equal(t, []mapping.Code{"MF"}, p.Profile838.Suppliers)
	require.Equal(t, "phone", p.Profile838.Contacts["CP"])
	require.Empty(t, p.Profile838.TaxNumber)
	_, known = c.Holder("100", "1004")
	require.False(t, known)

	c, err = Load(shipped(t))
	require.NoError(t, err)
	p, _ = c.Holder("100", "0010045")
	require.Equal(t, mapping.DefaultProfileSet(), p.Profile838, "what is shipped is what holds without it")
}

func TestFaultsOfSettingsOfProfilesNameTheirPlace(t *testing.T) {
	for setting, want := range map[string]string{
		"suppliers: []":           "partners/acme.yaml:10:14: profile838.suppliers needs a code of a party",
		"suppliers: [S]":          `profile838.suppliers[0] is "S"; it needs 2 to 3 characters`,
		"numbers: [92]":           "a code must be text",
		"numbers: [\"920\"]":      `profile838.numbers[0] is "920"; it needs 1 to 2 characters`,
		"remitTo: [RI, SU]":       "profile838.remitTo and profile838.suppliers both name SU",
		"contacts: {TE: mobile}":  `partners/acme.yaml:10:18: "mobile" is no field of a supplier that a partner may give here`,
		"references: {11: payee}": `"payee" is no field of a supplier that a partner may give here`,
		"references: {ABA: name}": "profile838.bankAccounts and profile838.references both name ABA",
		"taxNumber: vat":          `"vat" is no field of a supplier`,
		"bankAccounts: [A]":       "profile838.bankAccounts[0]",
		"accounts: [A1]":          `unknown field "accounts"`,
	} {
		files := shipped(t)
		files["partners/acme.yaml"] = []byte(acme + "profile838:\n  " + setting + "\n")
		_, err := Load(files)
		require.ErrorContains(t, err, want, setting)
	}
}
