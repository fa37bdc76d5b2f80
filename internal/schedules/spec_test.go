package schedules

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/workflows"
)

func TestEachKindOfMasterDataHasItsSync(t *testing.T) {
	for flow, workflow := range map[trade.Flow]string{trade.Suppliers: workflows.TypeSyncSuppliers, trade.Customers: workflows.TypeSyncCustomers, trade.Accounts: workflows.TypeSyncAccounts} {
		started, input, _, err := start(config.Schedule{Flow: flow, Company: "100-AAA", Full: true})
		require.NoError(t, err)
		require.Equal(t, workflow, started)
		require.Equal(t, trade.PollInput{Flow: flow, Company: trade.Company{Cono: "100", Divi: "AAA"}, Full: true}, input)
	}
}

// TestEveryPollRunsUnderTheIDOfItsSchedule compares what the shipped schedules start with the polls
// that their windows are kept under.
func TestEveryPollRunsUnderTheIDOfItsSchedule(t *testing.T) {
	files, err := config.ReadFolder("../../config")
	require.NoError(t, err)
	c, err := config.Load(files)
	require.NoError(t, err)
	started := map[string]string{}
	for _, s := range c.Schedules {
		d, err := wanted(s)
		require.NoError(t, err)
		workflow, _ := d.action.Workflow.(string)
		started[d.id] = workflow
		if in, poll := d.action.Args[0].(trade.PollInput); poll {
			require.Equal(t, d.id, workflows.PollID(in))
			require.Equal(t, d.id, d.action.ID)
		}
	}
	require.Equal(t, map[string]string{
		"tradewind/orders-out/100-AAA": workflows.TypePollOrders, "tradewind/orders-out/200-BBB": workflows.TypePollOrders,
		"tradewind/orders-out/100-AAA/full": workflows.TypePollOrders, "tradewind/orders-out/200-BBB/full": workflows.TypePollOrders,
		"tradewind/suppliers/100": workflows.TypeSyncSuppliers, "tradewind/suppliers/200": workflows.TypeSyncSuppliers,
		"tradewind/suppliers/100/full": workflows.TypeSyncSuppliers, "tradewind/suppliers/200/full": workflows.TypeSyncSuppliers,
		"tradewind/customers/100": workflows.TypeSyncCustomers, "tradewind/customers/200": workflows.TypeSyncCustomers,
		"tradewind/customers/100/full": workflows.TypeSyncCustomers, "tradewind/customers/200/full": workflows.TypeSyncCustomers,
		"tradewind/accounts/100-AAA": workflows.TypeSyncAccounts, "tradewind/accounts/200-BBB": workflows.TypeSyncAccounts,
		"tradewind/accounts/100-AAA/full": workflows.TypeSyncAccounts, "tradewind/accounts/200-BBB/full": workflows.TypeSyncAccounts,
		"tradewind/invoices-out/100-AAA": workflows.TypePollInvoices, "tradewind/invoices-out/200-BBB": workflows.TypePollInvoices,
		"tradewind/mailbox/cleo": workflows.TypePollMailbox, "tradewind/tokens/infor": workflows.TypeRefreshTokens, "tradewind/tokens/cleo": workflows.TypeRefreshTokens,
	}, started)
}
