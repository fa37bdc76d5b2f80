package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// PostInvoice carries one received invoice into M3: understand and allocate it, make a batch
// of it, have the batch validated, and wait for its voucher.
func PostInvoice(ctx workflow.Context, in trade.InvoiceInput) (trade.InvoiceResult, error) {
	p := &postInvoice{recordRun: recordRun{id: in.Record, replay: in.Replay, state: trade.StateDiscovered}}
	p.progress = p.postedAs
	if err := p.setup(ctx); err != nil {
		return trade.InvoiceResult{}, err
	}
	state, err := p.run(ctx, p.post)
	p.result.State = state
	return p.result, err
}

type postInvoice struct {
	recordRun
	result trade.InvoiceResult
}

// post goes through the steps of an invoice until it comes to rest. One round is enough, unless
// another attempt of a step was ahead and moved the record.
func (p *postInvoice) post(ctx workflow.Context) (trade.State, error) {
	for {
		state, err := p.round(ctx)
		if err != nil || rested(state) {
			return state, err
		}
		if err := workflow.Sleep(ctx, anotherRound); err != nil {
			return state, err
		}
	}
}

// round goes through the states of an invoice; each activity finds out by itself how far the
// invoice came, so that going through them again does nothing twice.
func (p *postInvoice) round(ctx workflow.Context) (trade.State, error) {
	params := activities.InvoiceParams{Record: p.id, Replay: p.replay}
	for _, step := range []struct {
		context  workflow.Context
		activity any
	}{
		{readForRecord(ctx, "map, match, allocate"), run.PrepareInvoice},
		{writeInfor(ctx, "AddHead, AddLine"), run.StageInvoice},
		{writeInfor(ctx, "ValidByBatchNo"), run.SubmitInvoice},
		{pollOutcome(ctx, "wait for the voucher"), run.AwaitVoucher},
		{pollOutcome(ctx, "recode"), run.RecodeInvoice},
	} {
		if err := workflow.ExecuteActivity(step.context, step.activity, params).Get(ctx, &p.result); err != nil {
			return p.result.State, err
		}
		if p.result.File != 0 { // it stood for a file, whose sets are records now
			return p.result.State, goOnWith(ctx, p.result.File)
		}
		if rested(p.result.State) {
			return p.result.State, nil
		}
		p.state = p.result.State
		workflow.SetCurrentDetails(ctx, p.details())
	}
	return p.result.State, nil
}

// rested says whether nothing is left to do for an invoice in this state.
func rested(state trade.State) bool {
	switch state {
	case trade.StatePosted, trade.StateDuplicate, trade.StateTest, trade.StateResolved:
		return true
	}
	return false
}

func (p *postInvoice) postedAs() string {
	switch {
	case p.result.Voucher != "":
		return fmt.Sprintf("as batch %s, voucher %s.", p.result.Batch, p.result.Voucher)
	case p.result.Batch != "":
		return fmt.Sprintf("as batch %s.", p.result.Batch)
	}
	return ""
}
