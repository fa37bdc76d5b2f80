package business

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCustomersAreTheSameForTheSameSeed(t *testing.T) {
	customers := Customers(7)
	require.Len(t, customers, 200)
	require.Equal(t, customers, Customers(7))
	require.NotEqual(t, customers, Customers(8))
	names, blocked := map[string]bool{}, 0
	for i, c := range customers {
		names[c["CUNM"]] = true
		require.LessOrEqual(t, len(c["CUNM"]), 36)
		if i > 0 {
			require.Less(t, customers[i-1]["CONO"]+customers[i-1]["CUNO"], c["CONO"]+c["CUNO"])
		}
		if c["STAT"] == "90" {
			blocked++
		}
		require.Equal(t, map[string]string{"100": "US", "200": "CA"}[c["CONO"]], c["CSCD"])
	}
	require.Len(t, names, 200, "no two customers have one name")
	require.Positive(t, blocked)
}

func TestAccountsOfBothCompanies(t *testing.T) {
	accounts, kinds := Accounts(), map[string]int{}
	require.Len(t, accounts, 400)
	keys := map[string]bool{}
	for _, a := range accounts {
		keys[a["CONO"]+"/"+a["AITP"]+"/"+a["AITM"]] = true
		kinds[a["AITP"]]++
		require.LessOrEqual(t, len(a["TX40"]), 40)
		require.NotEmpty(t, a["TX15"])
	}
	require.Len(t, keys, len(accounts))
	require.Equal(t, map[string]int{"1": 136, "2": 211, "3": 4, "5": 49}, kinds)
	require.Equal(t, accounts, Accounts())
}

func TestMoreSuppliersHaveNamesOfTheirOwn(t *testing.T) {
	suppliers, names, numbers := MoreSuppliers(20000), map[string]bool{}, map[string]bool{}
	for _, s := range suppliers {
		names[s.Name], numbers[s.Number] = true, true
		require.LessOrEqual(t, len(s.Name), 36)
	}
	require.Len(t, names, 20000)
	require.Len(t, numbers, 20000)
	require.Equal(t, suppliers[:3], MoreSuppliers(3))
}

func TestEverySupplierHasAnAddressAndAnEMail(t *testing.T) {
	for _, s := range append(Suppliers(), MoreSuppliers(50)...) {
		basic, address, reference := s.Records()
		for _, record := range []map[string]string{basic, address, reference} {
			require.Equal(t, [2]string{s.Cono, s.Number}, [2]string{record["CONO"], record["SUNO"]})
		}
		require.Equal(t, []string{s.Street, s.Town, s.Country}, []string{address["ADR1"], address["TOWN"], address["CSCD"]})
		require.Regexp(t, `^orders@[a-z0-9-]+\.example$`, reference["EMAL"])
		require.LessOrEqual(t, len([]rune(basic["SUNM"])), 36)
	}
	_, _, reference := Suppliers()[0].Records()
	require.Equal(t, "orders@halvorsen-bearing.example", reference["EMAL"])
}
