package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// ProposeSupplier enters at Cleo what a partner says of its suppliers in an 838. From there it goes the way of every other
// edit at Cleo, with the next sync.
func ProposeSupplier(ctx workflow.Context, in trade.ProposalInput) (trade.Proposed, error) {
	p := &proposal{recordRun: recordRun{id: in.Record, replay: in.Replay, state: trade.StateDiscovered}}
	p.progress = p.proposed
	if err := p.setup(ctx); err != nil {
		return trade.Proposed{}, err
	}
	state, err := p.run(ctx, p.propose)
	p.result.State = state
	return p.result, err
}

type proposal struct {
	recordRun
	result trade.Proposed
}

func (p *proposal) propose(ctx workflow.Context) (trade.State, error) {
	params := activities.ProposalParams{Record: p.id, Replay: p.replay}
	p.result = trade.Proposed{}
	err := workflow.ExecuteActivity(readForRecord(ctx, "read what the partner says"), run.DecideProposal, params).Get(ctx, &p.result)
	if err == nil && p.result.State == trade.StatePrepared {
		err = workflow.ExecuteActivity(writeCleo(ctx, "enter it at Cleo"), run.EnterProposal, params).Get(ctx, &p.result)
	}
	return p.result.State, err
}

func (p *proposal) proposed() string {
	if p.result.Suppliers == 0 {
		return ""
	}
	return fmt.Sprintf("with suppliers: %d.", p.result.Suppliers)
}
