package workflows

import (
	"go.temporal.io/sdk/workflow"

	"tradewind/internal/trade"
)

// SyncMasters keeps one kind of master data of a company equal in M3 and at Cleo: it reads what changed
// in M3, compares it with Cleo, and starts a workflow for each difference that M3 or a person must settle.
func SyncMasters(ctx workflow.Context, in trade.PollInput) (trade.PollResult, error) {
	p := &poll{in: in, summary: "read what changed in M3", read: run.ReadMasters, match: run.MatchMasters, record: TypeSettleMaster}
	return p.run(ctx)
}
