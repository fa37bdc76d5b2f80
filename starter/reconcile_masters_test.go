package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"tradewind/internal/ledger"
	"tradewind/internal/reconcile"
	"tradewind/internal/trade"
)

// drift keeps a supplier, by its company and code, that is blocked in M3 and active at Cleo, and for which nothing waits. With
// a third argument it was read from M3 only, and never compared.
func drift(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	a := storesOf(ctx, ts)
	defer a.Close()
	_, err := a.PublishFolder(ctx)
	ts.Check(err)
	m := ledger.Master{Entity: trade.EntitySupplier, Company: args[0], Code: args[1], Values: map[string]string{"name": "Drifting", "status": "blocked"}, Infor: ledger.MasterSide{Exists: true, Checksum: "as read"}}
	if len(args) < 3 {
		m.Agreed, m.Cleo = map[string]string{"name": "Drifting", "status": "active"}, ledger.MasterSide{Exists: true}
		m.Differs = map[string]ledger.SideValues{"status": {Infor: "blocked", Cleo: "active"}}
	}
	_, err = a.Ledger.SaveMasters(ctx, []ledger.Master{m}, trade.SourceInfor, a.Ledger.Now())
	ts.Check(err)
	if len(args) > 2 {
		return
	}
	c, err := a.Configuration(ctx, "")
	ts.Check(err)
	settings, _ := c.Masters(trade.Suppliers)
	ts.Check(a.Ledger.MarkCompared(ctx, trade.EntitySupplier, args[0], ledger.Compared{Began: a.Ledger.Now(), By: settings.Entity.Checksum()}))
}

// TestManyDifferencesAreCutOffVisibly has more than are printed, the unexplained ones first.
func TestManyDifferencesAreCutOffVisibly(t *testing.T) {
	compared := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	flow := reconcile.MasterFlow{Flow: trade.Suppliers, Company: "100", Records: 90, Agree: 28, WithoutProfile: 7, ComparedAt: &compared}
	for i := range mostMasterRows + 12 {
		flow.Items = append(flow.Items, reconcile.MasterItem{Flow: flow.Flow, Company: "100", Code: fmt.Sprint("S", i), Kind: reconcile.MissingCleo, Record: "supplier/100/S/1", Reason: "M3 has it", Explained: i > 0})
	}
	report := reconcile.Report{Balanced: true, MasterData: reconcile.MasterData{Flows: []reconcile.MasterFlow{flow}, Reliance: []reconcile.Reliance{
		{Flow: trade.Accounts, Company: "100-AAA", Code: "1/5010", Kind: reconcile.RuleAccountBlocked, By: "goods", Reason: "it is blocked"}}}}
	var out bytes.Buffer
	require.NoError(t, printReport(&out, report))
	text := out.String()
	require.Contains(t, text, "suppliers\t100\t90\t28\t62\t1\t7\t2026-03-01T12:00:00Z\n")
	require.Contains(t, text, "unexplained\tS0\tmissing at Cleo\t\tsupplier/100/S/1\tM3 has it\nexplained\tS1\t")
	require.Equal(t, mostMasterRows, strings.Count(text, "\tsupplier/100/S/1\t"))
	require.Contains(t, text, "and 12 more; --json has all\n")
	require.Contains(t, text, "accounts\t100-AAA\t1/5010\tblocked in M3\tgoods\tit is blocked\n")
	require.Contains(t, text, "unexplained: suppliers S0 of company 100, missing at Cleo\n")
}

func TestEveryKindOfMasterDataHasItsWords(t *testing.T) {
	for _, kind := range []reconcile.MasterKind{reconcile.MissingCleo, reconcile.MissingInfor, reconcile.Differs, reconcile.BlockedInfor, reconcile.BlockedCleo, reconcile.ProfileSupplierMissing,
		reconcile.ProfileSupplierBlocked, reconcile.ProfileSupplierPreliminary, reconcile.RuleAccountMissing, reconcile.RuleAccountBlocked, reconcile.RuleAccountExpired} {
		require.NotEmpty(t, masterWords[kind], kind)
	}
	require.Len(t, masterWords, 11)
}
