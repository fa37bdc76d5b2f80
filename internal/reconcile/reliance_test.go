package reconcile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

// everyProfile are suppliers of company 100 for each of its profiles, in step.
func (b books) everyProfile() (all []ledger.Master) {
	for _, p := range b.config.Partners {
		if p.Company == "100" {
			all = append(all, supplier(string(p.Supplier)))
		}
	}
	return all
}

func status(word string) func(*ledger.Master) {
	return func(m *ledger.Master) {
		m.Values[trade.MasterStatus], m.Agreed[trade.MasterStatus] = word, word
	}
}

func TestAProfileReliesOnItsSupplier(t *testing.T) {
	b := newBooks(t, "createCleo: create\n  createInfor: park # a", "createCleo: never\n  createInfor: park # a")
	b.save(b.everyProfile()...)
	b.save(supplier("0099001"), supplier("0099002"), supplier("0099003", status("blocked")), supplier("0099004", notAtCleo))
	require.Empty(t, b.drift().Reliance, "nothing was compared: whether M3 has them is not known")
	b.compared(trade.Suppliers, "100")
	d := b.drift()
	require.Empty(t, d.Reliance)
	require.Equal(t, 2, d.Flows[0].WithoutProfile, "active in M3, at Cleo, and without a profile")

	b.save(supplier("0010045", status("blocked")), supplier("0010051", status("preliminary")), supplier("0010058", notInM3, notAtCleo))
	b.compared(trade.Suppliers, "100")
	d = b.drift()
	require.True(t, d.Agrees, "it may be meant so")
	kinds := map[string]reconcile.MasterKind{}
	for _, r := range d.Reliance {
		p, known := b.config.Partner("100", r.Code)
		require.True(t, known)
		require.Equal(t, []string{"suppliers", "100", string(p.ID)}, []string{string(r.Flow), r.Company, r.By})
		kinds[r.Code] = r.Kind
	}
	require.Equal(t, map[string]reconcile.MasterKind{"0010045": reconcile.ProfileSupplierBlocked, "0010051": reconcile.ProfileSupplierPreliminary, "0010058": reconcile.ProfileSupplierMissing}, kinds)

	b.configure(`only: "true"`, `only: supplier.group == "EDI"`)
	for _, r := range b.drift().Reliance {
		require.NotEqual(t, reconcile.ProfileSupplierMissing, r.Kind, "M3 may have it in another group")
	}
}

func account(company, code string, change ...func(*ledger.Master)) ledger.Master {
	m := supplier(code, change...)
	m.Entity, m.Company = trade.EntityAccount, company
	return m
}

func valid(field, day string) func(*ledger.Master) {
	return func(m *ledger.Master) { m.Values[field], m.Agreed[field] = day, day }
}

func TestARuleReliesOnTheAccountsThatItWrites(t *testing.T) {
	b := newBooks(t)
	b.save(account("100-AAA", "1/5010"), account("100-AAA", "1/5200", status("blocked")), account("100-AAA", "1/5210", valid("validTo", "20260330")),
		account("100-AAA", "2/4101"), account("100-AAA", "2/4102", valid("validTo", "20260331"), valid("validFrom", "20260331")), account("100-AAA", "2/4103", valid("validFrom", "20260401")))
	b.save(account("200-BBB", "1/5200"), account("200-BBB", "1/5210"))
	b.compared(trade.Accounts, "100-AAA")
	type found struct {
		company, code, by string
		kind              reconcile.MasterKind
	}
	look := func() (all []found) {
		d := b.drift()
		require.True(t, d.Agrees)
		for _, r := range d.Reliance {
			all = append(all, found{r.Company, r.Code, r.By, r.Kind})
		}
		return all
	}
	split := "charges of several warehouses"
	want := []found{
		{"100-AAA", "2/4103", "Atlanta", reconcile.RuleAccountExpired}, {"100-AAA", "2/4111", "Toronto", reconcile.RuleAccountMissing},
		{"100-AAA", "2/4103", split, reconcile.RuleAccountExpired},
		{"100-AAA", "1/5200", "freight", reconcile.RuleAccountBlocked}, {"100-AAA", "1/5210", "other charges", reconcile.RuleAccountExpired},
	}
	require.ElementsMatch(t, want, look())
	b.compared(trade.Accounts, "200-BBB")
	require.ElementsMatch(t, append(want, found{"200-BBB", "1/5010", "goods", reconcile.RuleAccountMissing}, found{"200-BBB", "2/4111", "Toronto", reconcile.RuleAccountMissing}), look(),
		"a rule for a warehouse may be none of this company's, unless nobody has its account")
	b.save(account("200-BBB", "2/4111"))
	b.configure(`dimensions: ["1", "2", "3", "4", "5"]`, `dimensions: ["2"]`)
	require.ElementsMatch(t, []found{want[0], want[2]}, look(), "of the other dimensions nothing is known")
}
