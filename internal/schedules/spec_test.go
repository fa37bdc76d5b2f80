package schedules

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/config"
	"tradewind/internal/trade"
	"tradewind/workflows"
)

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
		"tradewind/invoices-out/100-AAA": workflows.TypePollInvoices, "tradewind/invoices-out/200-BBB": workflows.TypePollInvoices,
		"tradewind/mailbox/cleo": workflows.TypePollMailbox, "tradewind/tokens/infor": workflows.TypeRefreshTokens, "tradewind/tokens/cleo": workflows.TypeRefreshTokens,
	}, started)
}
