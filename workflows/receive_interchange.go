package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"tradewind/activities"
	"tradewind/internal/trade"
)

// ReceiveInterchange reads one file: archive the bytes as they are, make a record of each
// transaction set and of each acknowledgement that is ours to give, start the records that can
// go on, and take the file out of the mailbox where that is wanted.
func ReceiveInterchange(ctx workflow.Context, in trade.FileInput) (trade.FileResult, error) {
	params := activities.FileParams{File: in.File}
	var state trade.FileState
	if err := workflow.ExecuteActivity(readCleo(ctx, "download "+in.Name), run.FetchFile, params).Get(ctx, &state); err != nil {
		return trade.FileResult{}, err
	}
	out := trade.FileResult{State: state}
	if state == trade.FileDiscovered || state == trade.FileDuplicate {
		if err := workflow.ExecuteActivity(localWork(ctx, "decode, validate, register"), run.RegisterSets, params).Get(ctx, &out); err != nil {
			return out, err
		}
	}
	var err error
	if out.Started, err = startReceived(ctx, in.File); err != nil {
		return out, err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**%s**, sets %v, %d started", out.State, out.Sets, out.Started))
	if out.State == trade.FileVanished || out.State == trade.FileParked {
		return out, nil // what a person may want to look at stays where it is
	}
	return out, dispose(ctx, in.File)
}

// dispose takes a file that was read out of the mailbox, where that is wanted.
func dispose(ctx workflow.Context, file int64) error {
	return workflow.ExecuteActivity(readCleo(ctx, "take the file out"), run.DisposeFile, activities.FileParams{File: file}).Get(ctx, nil)
}

// goOnWith starts the records of a file that could be read at last, and disposes of it.
func goOnWith(ctx workflow.Context, file int64) error {
	if _, err := startReceived(ctx, file); err != nil {
		return err
	}
	return dispose(ctx, file)
}

// startReceived starts the records of a file, page by page.
func startReceived(ctx workflow.Context, file int64) (started int, err error) {
	params := activities.StartReceivedParams{File: file, Workflow: TypePostInvoice, Answer: TypeSendAcknowledgement, Match: TypeMatchAcknowledgement, Propose: TypeProposeSupplier, Limit: startPage}
	for {
		var page activities.StartOrdersResult
		if err := workflow.ExecuteActivity(localWork(ctx, "start record workflows"), run.StartReceived, params).Get(ctx, &page); err != nil {
			return started, err
		}
		started += page.Started
		if params.After = page.Next; page.Next == "" {
			return started, nil
		}
	}
}
